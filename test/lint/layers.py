#!/usr/bin/env python3
"""Includes point one way only: see the table in layers."""
import tree

RANK = {}
for rank, row in enumerate(tree.table('layers')):
    for folder in row:
        RANK[folder] = rank


def rank_of(folder):
    return RANK.get(folder, RANK['*'])


def judge(path, name):
    """Why path must not include name, or None."""
    parts = path.parts
    if not (tree.ROOT / 'src' / name).is_file():
        return f'"{name}" is not a header below src/'
    if parts[0] != 'src':
        return None
    if len(parts) != 3 or name.count('/') != 1:
        return 'src/ has one level of folders'
    here, there = parts[1], name.split('/')[0]
    if here == there or rank_of(there) < rank_of(here):
        return None
    if rank_of(there) == rank_of(here):
        return f'{here} and {there} are siblings: "{name}"'
    return f'{here} lies left of {there}: "{name}"'


findings = []
for path in tree.sources():
    for line, name, quoted in tree.includes(path):
        why = judge(path, name) if quoted else None
        if why:
            findings.append(f'{path}:{line}: {why}')
tree.finish(findings)
