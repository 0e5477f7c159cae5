#!/usr/bin/env python3
"""Layout that clang-format cannot be asked about alone (it would undo tables
and comments set with tabs): tabs, line ends, width, the shape of definitions."""
import re

import tree

WIDTH = 132	# but for rows of tables
ONE_LINE = re.compile(r'^(?!static inline|typedef|extern|struct|enum|union|#|\s)[^=;]*\w\([^;]*\)\s*\{')
TYPED = re.compile(r'(?:static |inline |const |unsigned |struct )*\w+[ *]+\w+\([^;]*\)$')
findings = []
for path in tree.files('pic.c', 'src/**/*.[ch]', 'test/**/*.[ch]'):
    body = tree.text(path)
    if not body.endswith('\n') or body.endswith('\n\n') or '\r' in body:
        findings.append(f'{path}: ends with one line end, without carriage returns')
    for n, line in enumerate(body.splitlines(), 1):
        if line != line.rstrip():
            findings.append(f'{path}:{n}: space at the end')
        if re.match(r'\t* {8}', line):
            findings.append(f'{path}:{n}: indent with tabs')
        if len(line.expandtabs(8)) > WIDTH and not line.lstrip().startswith('{'):
            findings.append(f'{path}:{n}: wider than {WIDTH} columns')
    lines = tree.code(path).splitlines()
    for n, line in enumerate(lines, 1):
        if ONE_LINE.match(line):
            findings.append(f'{path}:{n}: the brace of a definition stands on a line of its own')
        elif TYPED.match(line) and lines[n:n + 1] == ['{']:
            findings.append(f'{path}:{n}: the type of a definition stands on a line of its own')
tree.finish(findings)
