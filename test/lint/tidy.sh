#!/bin/sh
# tidy.sh CACHE: clang-tidy (see .clang-tidy) over our own sources and fuzz
# targets, zero findings. A file is not looked at again while its preprocessed
# text and the configuration stay the same.
set -u
mkdir -p "$1/tidy"
export CFLAGS="$CFLAGS -include test/lint/errno.h"

find src pic.c test/fuzz -name '*.c' 2>/dev/null | sort |
    xargs -r -P "${JOBS:-2}" -n 1 sh -c '
	key=$({ clang-14 $CFLAGS -E "$2"; cat .clang-tidy; echo "$CFLAGS"; } | sha256sum | cut -c 1-32)
	[ ! -e "$1/tidy/$key" ] || exit 0
	out=$(clang-tidy-14 --quiet --warnings-as-errors="*" "$2" -- $CFLAGS 2>&1) &&
	    : > "$1/tidy/$key" || { echo "$out" | grep -v "^[0-9]* warnings\{0,1\} "; exit 1; }' sh "$1"
