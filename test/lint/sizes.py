#!/usr/bin/env python3
"""Length of functions (fails over 100 lines, reports over 50), their parameters
(fails over 6, of which one may be the error) and length of files (fails over
800 lines, reports over 500)."""
import statistics

import tree

exempt = {tuple(row[:3]) for row in tree.table('exceptions')}
findings, lengths = [], []
for path in tree.sources():
    lines = tree.text(path).count('\n')
    if lines > 800:
        findings.append(f'{path}: {lines} lines, split it')
    elif lines > 500:
        print(f'note: {path}: {lines} lines')
    for name, line, length, parameters in tree.functions(path):
        lengths.append(length)
        if length > 100 and ('lines', str(path), name) not in exempt:
            findings.append(f'{path}:{line}: {name} has {length} lines')
        elif length > 50:
            print(f'note: {path}:{line}: {name} has {length} lines')
        if parameters > 6 and ('parameters', str(path), name) not in exempt:
            findings.append(f'{path}:{line}: {name} has {parameters} parameters')
if lengths:
    lengths.sort()
    print(f'note: {len(lengths)} functions, median {statistics.median(lengths):.0f} lines, '
          f'nine in ten up to {lengths[len(lengths) * 9 // 10]}, longest {lengths[-1]}')
tree.finish(findings)
