/* src/http/target.c: decoded once, and nothing that means another place afterwards (ACC-13, api.md 1.1 Ids). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "http/target.h"

static void
paths_are_cut_at_slashes(void **state)
{
	static const struct { const char *path; const char *want; } v[] = {
		{ "/", "[]" }, { "/a", "[a]" }, { "/a/", "[a][]" }, { "/a/b%2fc", "[a][b%2fc]" },
		{ "//a", "[][a]" }, { "*", "" }, { "", "" },
	};
	struct str path, segment;
	char got[64];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		path = str_of(v[i].path);
		for (n = 0, got[0] = '\0'; http_path_cut(&path, &segment); n = strlen(got))
			snprintf(got + n, sizeof(got) - n, "[%.*s]", (int)segment.n, segment.p);
		assert_string_equal(got, v[i].want);
	}
}

static bool
decodes(const char *raw, const char *want)
{
	char buf[16];
	struct str out;

	return http_segment_decode(str_of(raw), buf, sizeof(buf), &out) && str_eqz(out, want);
}

static void
segments_are_decoded_once(void **state)
{
	static const char *const bad[] = {
		"%", "%4", "%4g", "a%00b", "%2f", "%2F", "a%5cb", "a\\b", "..", ".", "%2e%2e", "%2E.", ".%2e", "%2e",
		"12345678901234567",
	};
	char buf[16];
	struct str out;
	size_t i;

	(void)state;
	assert_true(decodes("abc", "abc"));
	assert_true(decodes("a%20b+c", "a b+c"));
	assert_true(decodes("%252e%252e", "%2e%2e"));	/* once, not twice */
	assert_true(decodes("...", "..."));
	assert_true(decodes("", ""));
	assert_true(decodes("1234567890123456", "1234567890123456"));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (http_segment_decode(str_of(bad[i]), buf, sizeof(buf), &out))
			fail_msg("%s gave %.*s", bad[i], (int)out.n, out.p);
}

static int
get(const char *query, const char *key, const char *want)
{
	char buf[8];
	struct str value = { NULL, 0 };
	int n = http_query_get(str_of(query), key, buf, sizeof(buf), &value);

	if (n == 1 && !str_eqz(value, want))
		fail_msg("%s: %.*s", query, (int)value.n, value.p);
	return n;
}

static void
queries(void **state)
{
	(void)state;
	assert_int_equal(get("a=1&b=two", "b", "two"), 1);
	assert_int_equal(get("a=1&a=2", "a", "1"), 1);
	assert_int_equal(get("a", "a", ""), 1);
	assert_int_equal(get("a=", "a", ""), 1);
	assert_int_equal(get("a==", "a", "="), 1);
	assert_int_equal(get("&&a=x%20y+z", "a", "x y z"), 1);
	assert_int_equal(get("dry%5Frun=1", "dry_run", "1"), 1);
	assert_int_equal(get("ab=1", "a", ""), 0);
	assert_int_equal(get("", "a", ""), 0);
	assert_int_equal(get("a=%zz", "a", ""), -EINVAL);
	assert_int_equal(get("a=%00", "a", ""), -EINVAL);
	assert_int_equal(get("a=123456789", "a", ""), -ENOSPC);
}

static void
hosts(void **state)
{
	static const struct { const char *host, *name; unsigned port; } v[] = {
		{ "a", "a", 0 }, { "a.B-c_d.:8443", "a.B-c_d.", 8443 }, { "1.2.3.4:80", "1.2.3.4", 80 },
		{ "[::1]", "[::1]", 0 }, { "[fd00::1]:3000", "[fd00::1]", 3000 }, { "a:", "a", 0 },
	};
	static const char *const bad[] = {
		"", ":", ":80", "a:b", "a:65536", "a:80:80", "a/", "a b", "a\t", "u@a", "[]", "[", "]", "[1.2.3.4]", "[::1]x",
		"[::1", "[::1%25eth0]", "a?b", "a#b", "a\\b", "caf\xc3\xa9",
	};
	struct str name;
	uint16_t port;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		assert_true(http_host_read(str_of(v[i].host), &name, &port));
		assert_true(str_eqz(name, v[i].name));
		assert_int_equal(port, v[i].port);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (http_host_read(str_of(bad[i]), &name, &port))
			fail_msg("%s was taken", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_cut_at_slashes),
		cmocka_unit_test(segments_are_decoded_once),
		cmocka_unit_test(queries),
		cmocka_unit_test(hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
