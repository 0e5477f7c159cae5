#!/bin/sh
# run.sh RESULTS: every check, one after the other; each counts as one test.
# What a failed one said is kept in RESULTS/lint.failed. CFLAGS (from make) is how the sources are compiled.
set -u
cd "$(dirname "$0")/../.."

results=$1
log=$(mktemp "${TMPDIR:-/tmp}/pic-lint.XXXXXX")
trap 'rm -f "$log"' EXIT
mkdir -p "$results" && rm -f "$results/lint" "$results/lint.failed"

passed=0 failed=0
check() {
	if "$@" > "$log" 2>&1; then
		passed=$((passed + 1))
		grep '^note: ' "$log" || :
	else
		failed=$((failed + 1))
		{ echo "=== $*"; cat "$log"; } | tee -a "$results/lint.failed"
	fi
}

for c in selftest layers libraries names layout sizes unused life words fuzz; do
	check python3 "test/lint/$c.py"
done
check test/lint/headers.sh
check test/lint/cppcheck.sh "$results/../lint"
check test/lint/tidy.sh "$(vendor/deps cache)"	# also for other folders: the names in it are hashes of what was looked at

echo "$passed $failed" > "$results/lint"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
