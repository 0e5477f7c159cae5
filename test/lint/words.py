#!/usr/bin/env python3
"""Nothing in the tree points at the machine it was written on: no absolute
path of a home or scratch folder, no host of a package mirror or registry
(these come from the machine that builds). And nothing is left unfinished."""
import re

import tree

PATTERNS = [
    (re.compile(r'(?<![\w.$}/-])/(?:root/|work/|Users/\w+)'), 'absolute path of one machine'),
    (re.compile(r'\b(?:registry|deb|ftp|mirrors?|packages|archive|snapshot|security)'
                r'\.[a-z0-9.-]+\.(?:org|net|com|io|dev)\b'), 'host of a package archive'),
    (re.compile(r'^\s*"resolved": "http', re.M), 'a lock file need not name its registry'),
    (re.compile(r'\b(?:TO' r'DO|FIX' r'ME|X' r'XX)\b(?!-)'), 'unfinished'),
]
findings = []
for path in tree.tracked():
    body = tree.text(path)
    if '\0' in body:
        continue
    for pattern, why in PATTERNS:
        for m in pattern.finditer(body):
            line = body.count('\n', 0, m.start()) + 1
            findings.append(f'{path}:{line}: {why}: {m.group(0).strip()}')
tree.finish(findings)
