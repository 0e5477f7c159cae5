#!/usr/bin/env python3
"""Each library is named only by the files that the table in libraries lists."""
import fnmatch

import tree

TABLE = [(row[0], row[1:]) for row in tree.table('libraries')]
findings = []
for path in tree.sources():
    for line, name, quoted in tree.includes(path):
        for header, allowed in TABLE:
            if quoted or not fnmatch.fnmatch(name, header):
                continue
            if not any(fnmatch.fnmatch(str(path), a) for a in allowed):
                findings.append(f'{path}:{line}: <{name}> belongs to {" ".join(allowed)}')
tree.finish(findings)
