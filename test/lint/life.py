#!/usr/bin/env python3
"""The "Life of a ..." comments name functions that exist."""
import re

import tree

defined = {f for p in tree.files('src/**/*.[ch]', 'pic.c') for f, _, _, _ in tree.functions(p)}
findings = []
for path in tree.files('src/**/*.h'):
    for comment in re.finditer(r'/\*.*?\*/', tree.text(path), re.S):
        if not re.search(r'(?<!")Life of a', comment.group(0)):
            continue
        first = tree.text(path).count('\n', 0, comment.start()) + 1
        named = re.findall(r'\b([a-z]\w+)\(\)', comment.group(0))
        if not named:
            findings.append(f'{path}:{first}: this life names no function()')
        # A callback is named where the header declares it.
        known = defined | set(re.findall(r'\w+', tree.code(path)))
        for f in sorted(set(named) - known):
            findings.append(f'{path}:{first}: no function {f}()')
tree.finish(findings)
