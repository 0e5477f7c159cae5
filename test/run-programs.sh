#!/bin/sh
# run-programs.sh RESULTS STAGE PROGRAM...: run test programs, two at a time.
# Counts the tests that each reports (in cmocka's words); a program that dies,
# hangs or reports nothing is one failed test. Shows the output of those that
# failed, then one line "N passed, N failed"; keeps the numbers in RESULTS/STAGE
# and that output in RESULTS/STAGE.failed.
set -u

results=$1 stage=$2
shift 2
log=$(mktemp -d "${TMPDIR:-/tmp}/pic-test.XXXXXX")
trap 'rm -rf "$log"' EXIT
mkdir -p "$results" && rm -f "$results/$stage" "$results/$stage.failed"

export ASAN_OPTIONS="${ASAN_OPTIONS-detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:allocator_may_return_null=1}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS-print_stacktrace=1}"
export ASAN_SYMBOLIZER_PATH="${ASAN_SYMBOLIZER_PATH-$(command -v llvm-symbolizer-14)}"

# Output goes to LOG/PROGRAM (slashes flattened), its exit status to .rc there.
for program; do echo "$program"; done |
    xargs -P "${JOBS:-2}" -I{} sh -c '
	out=$1/$(echo "$2" | tr / _)
	timeout -k 5 "${TEST_TIMEOUT:-300}" "$2" > "$out" 2>&1 < /dev/null
	echo "$?" > "$out.rc"' sh "$log" {}

passed=0 failed=0
for program; do
	out=$log/$(echo "$program" | tr / _)
	rc=$(cat "$out.rc" 2>/dev/null || echo none)
	p=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test(s)\.$/\1/p' "$out" | awk '{ n += $1 } END { print n + 0 }')
	f=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test(s), listed below:$/\1/p' "$out" | awk '{ n += $1 } END { print n + 0 }')
	if [ "$rc" = 0 ] && [ "$p" -eq 0 ]; then
		echo "$program: reports no test" >> "$out"
		rc=none
	fi
	[ "$rc" = 0 ] || [ "$f" -gt 0 ] || f=1
	passed=$((passed + p)) failed=$((failed + f))
	if [ "$rc" != 0 ]; then
		echo "=== $program (exit $rc)"
		grep -v '^\[ RUN      \]\|^\[       OK \]' "$out" | tail -n 80
	fi | tee -a "$results/$stage.failed"
done

[ $# -gt 0 ] || { echo "no test programs"; failed=1; }
echo "$passed $failed" > "$results/$stage"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
