#!/usr/bin/env python3
"""Length of functions (fails over 100 lines, reports over 50) and of files
(fails over 800 lines, reports over 500)."""
import statistics

import tree

exempt = {(row[0], row[1]) for row in tree.table('long-functions')}
findings, lengths = [], []
for path in tree.sources():
    lines = tree.text(path).count('\n')
    if lines > 800:
        findings.append(f'{path}: {lines} lines, split it')
    elif lines > 500:
        print(f'note: {path}: {lines} lines')
    for name, line, length in tree.functions(path):
        lengths.append(length)
        if length > 100 and (str(path), name) not in exempt:
            findings.append(f'{path}:{line}: {name} has {length} lines')
        elif length > 50:
            print(f'note: {path}:{line}: {name} has {length} lines')
if lengths:
    lengths.sort()
    print(f'note: {len(lengths)} functions, median {statistics.median(lengths):.0f} lines, '
          f'nine in ten up to {lengths[len(lengths) * 9 // 10]}, longest {lengths[-1]}')
tree.finish(findings)
