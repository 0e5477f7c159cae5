#!/usr/bin/env python3
"""Every fuzz target has seeds, and every folder of seeds a target."""
import tree

targets = {p.stem for p in tree.files('test/fuzz/*.c')} - {'replay'}
seeded = {p.parent.name for p in tree.files('test/fuzz/seeds/*/*')}
findings = [f'test/fuzz/{t}.c: no seeds' for t in sorted(targets - seeded)]
findings += [f'test/fuzz/seeds/{s}: no target' for s in sorted(seeded - targets)]
tree.finish(findings)
