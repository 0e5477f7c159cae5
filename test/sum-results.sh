#!/bin/sh
# sum-results.sh RESULTS STAGE...: say again what failed and why, then by name
# alone for those who see the end only, and add up what the stages left in RESULTS. A stage that left nothing (it did not build, say)
# counts as one failed test.
set -u

results=$1
shift
passed=0 failed=0
echo
for stage; do
	cat "$results/$stage.failed" 2>/dev/null
done
for stage; do
	grep -sE '^(---|===|FAIL|NOT OK)' "$results/$stage.failed"
done
for stage; do
	read -r p f 2>/dev/null < "$results/$stage" || { p=0 f=1; }
	printf '%-8s %6d passed %6d failed\n' "$stage" "$p" "$f"
	passed=$((passed + p)) failed=$((failed + f))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
