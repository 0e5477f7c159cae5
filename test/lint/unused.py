#!/usr/bin/env python3
"""Every function that a header offers is called by somebody: fails when nobody
does, reports when only tests do."""
import collections
import re

import tree

WORD = re.compile(r'\b[a-z]\w*\b')


def words_of(*globs):
    count = collections.Counter()
    for path in tree.files(*globs):
        count.update(WORD.findall(tree.code(path)))
    return count


product, headers = words_of('pic.c', 'src/**/*.c'), words_of('src/**/*.h')
tests = words_of('test/**/*.c')
findings, only_tests = [], []
for path in tree.files('src/**/*.c'):
    for name, line, _, _ in tree.functions(path):
        # Once in the product is the definition itself; a macro or an inline
        # function in a header may also use it, beside declaring it.
        if name not in headers or product[name] > 1 or headers[name] > 1:
            continue
        if tests[name]:
            only_tests.append(name)
        else:
            findings.append(f'{path}:{line}: nobody calls {name}()')
if only_tests:
    print(f'note: called only by tests: {" ".join(sorted(only_tests))}')
tree.finish(findings)
