#!/bin/sh
# Every header compiles alone. CFLAGS (from make) is how sources are compiled.
set -u
find src -name '*.h' | sort | xargs -r -P "${JOBS:-2}" -n 1 sh -c \
    'clang-14 $CFLAGS -Wno-unused-function -fsyntax-only -include "$1" -x c /dev/null' sh
