#!/usr/bin/env python3
"""Each check must be able to fail: it is run on a small tree that has one
fault and must name it, and on the same tree without the fault and must pass."""
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
HEADER = '#ifndef DNS_WIRE_H\n#define DNS_WIRE_H\n\nint dns_wire(void);\nint dns_never(void);\n\n#endif\n'
GOOD = '/* Purpose. */\n#include "dns/wire.h"\n\nint\ndns_wire(void)\n{\n\treturn 0;\n}\n'
TREE = {
    'src/dns/wire.h': HEADER,
    'src/dns/wire.c': GOOD,
    'src/ntp/wire.h': HEADER.replace('DNS', 'NTP').replace('dns', 'ntp'),
    'src/io/loop.h': HEADER.replace('DNS_WIRE', 'IO_LOOP').replace('dns_wire', 'io_loop')
    .replace('dns_never', 'io_never'),
    'src/io/loop.c': GOOD.replace('dns/wire', 'io/loop').replace('dns_wire', 'io_loop')
    .replace('0;', 'dns_wire();'),
    'test/unit/io/loop.c': 'int x = io_loop();\n',
    'test/fuzz/dns_wire.c': 'int x;\n',
    'test/fuzz/seeds/dns_wire/a': 'a',
}


def after_include(line):
    return GOOD.replace('wire.h"\n', f'wire.h"\n{line}\n', 1)


# check, file with the fault, its text, what the finding must say
FAULTS = [
    ('layers', 'src/dns/wire.c', after_include('#include "ntp/wire.h"'), 'siblings'),
    ('layers', 'src/io/loop.h', '#include "dns/wire.h"\n', 'left of'),
    ('layers', 'src/dns/wire.c', after_include('#include "dns/none.h"'), 'not a header'),
    ('libraries', 'src/dns/wire.c', after_include('#include <nghttp2/nghttp2.h>'), 'nghttp2'),
    ('names', 'src/dns/wire.c', GOOD.replace('return 0', 'return sprintf(0, 0)'), 'sprintf'),
    ('names', 'src/dns/wire.c', GOOD.replace('return 0', 'return uv_run()'), 'uv_run'),
    ('names', 'src/dns/wire.c', after_include('typedef struct wire wire;'), 'typedef'),
    ('names', 'src/dns/wire.h', HEADER.replace('DNS_WIRE_H', 'WIRE_H'), 'guard'),
    ('names', 'src/dns/util.h', HEADER.replace('WIRE', 'UTIL'), 'noun'),
    ('names', 'src/dns/extra.c', GOOD, 'no header'),
    ('layout', 'src/dns/wire.c', GOOD.replace('\treturn', '        return'), 'tabs'),
    ('layout', 'src/dns/wire.c', GOOD.replace('0;', '0; '), 'space at the end'),
    ('layout', 'src/dns/wire.c', GOOD.replace('int\ndns', 'int dns'), 'own'),
    ('layout', 'src/dns/wire.c', GOOD.replace(')\n{', ') {'), 'brace'),
    ('layout', 'src/dns/wire.c', GOOD + '/* ' + 'x' * 132 + ' */\n', 'wider'),
    ('sizes', 'src/dns/wire.c', GOOD.replace('{\n', '{\n' + '\t;\n' * 101), 'dns_wire has'),
    ('sizes', 'src/dns/wire.c',
     GOOD.replace('(void)', '(int a, int b, int c,\n    int d, int e, int f, int g)'), 'parameters'),
    ('sizes', 'src/dns/wire.c', GOOD + '\n' * 800, 'split'),
    ('unused', 'src/dns/wire.c', GOOD + '\nint\ndns_never(void)\n{\n}\n', 'dns_never'),
    ('life', 'src/dns/wire.h', '/* Life of a question: dns_gone() */\n' + HEADER, 'dns_gone'),
    ('words', 'src/dns/wire.c', '/* see ' + '/ro' + 'ot/x */\n' + GOOD, 'absolute'),
    ('words', 'README.md', 'from deb.' + 'example.org\n', 'host'),
    ('words', 'src/dns/wire.c', '/* ' + 'TO' + 'DO: all of it */\n' + GOOD, 'unfinished'),
    ('fuzz', 'test/fuzz/dns_name.c', 'int x;\n', 'no seeds'),
    ('fuzz', 'test/fuzz/seeds/dns_old/a', 'a', 'no target'),
]


def run(check, files):
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = pathlib.Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return subprocess.run(
            [sys.executable, HERE / f'{check}.py'], text=True, capture_output=True,
            env={**os.environ, 'LINT_ROOT': root}, check=False)


bad = []
for check in sorted({f[0] for f in FAULTS}):
    out = run(check, TREE)
    if out.returncode != 0:
        bad.append(f'{check} finds fault with a good tree: {out.stdout}{out.stderr}')
for check, name, text, words in FAULTS:
    out = run(check, {**TREE, name: text})
    named = any(name.startswith(line.split(':')[0]) and words in line
                for line in out.stdout.splitlines())
    if out.returncode != 1 or not named:
        bad.append(f'{check} misses "{words}" in {name}: {out.stdout}{out.stderr}')
print('\n'.join(bad))
sys.exit(1 if bad else 0)
