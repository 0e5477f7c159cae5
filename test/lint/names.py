#!/usr/bin/env python3
"""Names and calls that the house style refuses."""
import re

import tree

BAD_FILES = {'util', 'utils', 'misc', 'common', 'helper', 'helpers', 'manager'}
BAD_CALLS = {
    'strcpy': 'no bound', 'strcat': 'no bound', 'stpcpy': 'no bound',
    'sprintf': 'no bound', 'vsprintf': 'no bound', 'gets': 'no bound',
    'alloca': 'no bound', 'strtok': 'hidden state', 'atoi': 'no error',
    'atol': 'no error', 'atof': 'no error', 'rand': 'not random',
    'srand': 'not random', 'random': 'not random', 'tmpnam': 'a race',
    'mktemp': 'a race', 'system': 'a shell', 'popen': 'a shell',
    'sleep': 'blocks', 'usleep': 'blocks',
}
SHARED = {'api': ['routes', 'route'], 'cli': ['cli', 'verb'], 'role': ['role']}
CALL = re.compile(r'(?<![\w.>])(' + '|'.join(BAD_CALLS) + r')\s*\(')
TYPEDEF = re.compile(r'^\s*typedef\b[^;{(]*[;{]', re.M)

findings = []
for path in tree.files('src/**/*', 'test/**/*.[ch]', 'test/**/*.py', 'ui/src/**/*'):
    if path.stem in BAD_FILES:
        findings.append(f'{path}: name it for the noun it owns')

for path in tree.sources():
    body = tree.code(path)

    def line_of(pos, body=body):
        return body.count('\n', 0, pos) + 1

    for m in CALL.finditer(body):
        call = m.group(1)
        findings.append(f'{path}:{line_of(m.start())}: {call}(): {BAD_CALLS[call]}')
    for m in TYPEDEF.finditer(body):
        findings.append(f'{path}:{line_of(m.start())}: typedef of something that is no callback')
    if path.parts[:2] != ('src', 'io'):
        for m in re.finditer(r'\buv_\w+', body):
            findings.append(f'{path}:{line_of(m.start())}: {m.group(0)} outside src/io')
    if path.suffix == '.h':
        guard = '_'.join(path.parts[1:-1] + (path.stem,)).upper().replace('-', '_') + '_H'
        if not re.search(rf'^#ifndef {guard}\n#define {guard}$', body, re.M):
            findings.append(f'{path}: the guard is {guard}')
    elif path.parts[0] == 'src':
        # A family (schema_dns.c, schema_net.c) may share the header of its
        # first name; so may the verbs, routes and roles, which are rows of
        # the table that starts them.
        names = {path.stem, path.stem.split('_')[0], *SHARED.get(path.parts[1], ())}
        if not any((tree.ROOT / path.parent / f'{n}.h').is_file() for n in names):
            findings.append(f'{path}: has no header {path.stem}.h')
tree.finish(findings)
