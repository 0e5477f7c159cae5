#!/bin/sh
# run-scripts.sh RESULTS STAGE DIR PIC: run every executable file directly in
# DIR, one after the other, with PIC (path of the binary) in the environment.
# A script ends with a line "N passed, N failed" or simply by its exit status,
# which then counts as one test. A non-zero exit is never counted as success.
# What failed is said again in RESULTS/STAGE.failed.
set -u

results=$1 stage=$2 dir=$3
export PIC=$4
log=$(mktemp "${TMPDIR:-/tmp}/pic-test.XXXXXX")
trap 'rm -f "$log"' EXIT
mkdir -p "$results" && rm -f "$results/$stage" "$results/$stage.failed"

passed=0 failed=0 ran=0
for script in "$dir"/*; do
	[ -f "$script" ] && [ -x "$script" ] || continue
	ran=$((ran + 1))
	echo "--- $script"
	{
		timeout -k 10 "${TEST_TIMEOUT:-1800}" "$script" < /dev/null 2>&1
		echo "exit $?"
	} | tee "$log" | sed '$d'
	rc=$(sed -n '$s/^exit //p' "$log")
	sum=$(sed -n 's/^\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed$/\1 \2/p' "$log" | tail -n 1)
	[ -n "$sum" ] || { [ "$rc" = 0 ] && sum="1 0" || sum="0 1"; }
	[ "$rc" = 0 ] || [ "${sum#* }" -gt 0 ] || sum="${sum% *} 1"
	if [ "${sum#* }" -gt 0 ]; then
		echo "--- $script (exit $rc)"
		# each failed test with the lines that tell why; else how it ended
		awk '/^(ok|FAIL|NOT OK)/ { n = /^ok/ ? 0 : 25 } n-- > 0 { print; any = 1 } END { exit !any }' "$log" ||
		    tail -n 25 "$log"
	fi >> "$results/$stage.failed"
	passed=$((passed + ${sum% *})) failed=$((failed + ${sum#* }))
done
if [ "$ran" -eq 0 ]; then
	echo "no executable test in $dir"
	failed=1
fi

echo "$passed $failed" > "$results/$stage"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
