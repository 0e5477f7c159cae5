/* Master files (RFC 1035 5, 2308 4, 3597 5; DNS-7): every way to write a record, and the line of every fault. */
#include "dns/master.h"

#include <errno.h>

#include "base/err.h"
#include "cell.h"
#include "dns/wire.h"

static const uint8_t apex[] = { 1, 'x', 4, 't', 'e', 's', 't', 0 };

/* All records as text, or "error: …". */
static const char *
reads(const char *text)
{
	static char buf[8192];
	struct dns_master *m = dns_master_new(text, strlen(text), apex, sizeof(apex));
	struct dns_master_record r;
	char name[DNS_NAME_TEXT_MAX];
	struct err e = { 0 };
	size_t i, len = 0;
	int n;

	assert_non_null(m);
	buf[0] = '\0';
	while ((n = dns_master_next(m, &r, &e)) > 0) {
		len += (size_t)snprintf(buf + len, sizeof(buf) - len, "%s%u:%s %u %u ", len == 0 ? "" : "; ", r.line,
		    dns_name_text(r.owner, r.ownerlen, name), r.ttl, r.type);
		for (i = 0; i < r.rdlen; i++)
			len += (size_t)snprintf(buf + len, sizeof(buf) - len, "%02x", r.rdata[i]);
	}
	if (n < 0)
		(void)snprintf(buf, sizeof(buf), "error: %s", e.fields[0].message);
	dns_master_free(m);
	return buf;
}

static void
test_forms(void **state)
{
	(void)state;
	assert_string_equal(reads(""), "");
	assert_string_equal(reads("\n ; nothing\n\t\n"), "");
	assert_string_equal(reads("a 60 IN A 1.2.3.4\n"), "1:a.x.test 60 1 01020304");
	assert_string_equal(reads("a in 60 a 1.2.3.4"), "1:a.x.test 60 1 01020304");
	assert_string_equal(reads("A 1h30m CLASS1 A 1.2.3.4"), "1:a.x.test 5400 1 01020304");
	assert_string_equal(reads("$TTL 5\na A 1.2.3.4\n  AAAA ::1\r\n@ 7 A 1.2.3.5\nb A 1.2.3.6"),
	    "2:a.x.test 5 1 01020304; 3:a.x.test 5 28 00000000000000000000000000000001; 4:x.test 7 1 01020305; "
	    "5:b.x.test 5 1 01020306");
	assert_string_equal(reads("a 9 A 1.2.3.4\nb A 1.2.3.4"), "1:a.x.test 9 1 01020304; 2:b.x.test 9 1 01020304");
	assert_string_equal(reads("@ SOA . . 1 2 3 4 77"),
	    "1:x.test 77 6 0000000000010000000200000003000000040000004d");
	assert_string_equal(reads("$TTL 1\n$ORIGIN b\na A 1.2.3.4\n$ORIGIN c.\na MX 1 D\n"),
	    "3:a.b.x.test 1 1 01020304; 5:a.c 1 15 00010164016300");
	assert_string_equal(reads("$TTL 1\na TXT ( \"x;y\" ; comment\n z )\nb TXT \"\"\n"),
	    "2:a.x.test 1 16 03783b79017a; 4:b.x.test 1 16 00");
	assert_string_equal(reads("$TTL 1\na\\.b\\065 TYPE700 \\# 3 a1 B2c3\n"), "2:a\\.ba.x.test 1 700 a1b2c3");
	assert_string_equal(reads("$TTL 1\n@ TYPE1 \\# 4 01020304\n@ TYPE1 1.2.3.4\n"),
	    "2:x.test 1 1 01020304; 3:x.test 1 1 01020304");
	assert_string_equal(reads("$TTL 1\n@ HTTPS 1 . alpn=\"h2\"\n"), "2:x.test 1 65 00010000010003026832");
	assert_string_equal(reads("$TTL 1\n@ SRV 1 2 3 Www\n"), "2:x.test 1 33 000100020003037777770178047465737400");
}

static void
test_faults(void **state)
{
	static const struct { const char *text, *line; } faults[] = {
		{ "\n\na 1 A 1.2.3\n", "line 3: the data" }, { "a 1 A 1.2.3.4 5\n", "line 1: the data" },
		{ "a 1 A\n", "line 1: the data" }, { "a 1\n", "line 1: there is no type" },
		{ "a 1 FOO x\n", "line 1: there is no such type" }, { "a 1 ANY x\n", "line 1: there is no such type" },
		{ "a 1 OPT x\n", "line 1: there is no such type" }, { "a 1 CH A 1.2.3.4\n", "line 1: only class IN" },
		{ "a A 1.2.3.4\n", "line 1: it has no time to live" }, { "  1 A 1.2.3.4\n", "line 1: there is no owner" },
		{ "a..b 1 A 1.2.3.4\n", "line 1: the owner" }, { "a 2147483648 A 1.2.3.4", "line 1: the time to live" },
		{ "$INCLUDE /etc/passwd\n", "line 1: $INCLUDE is not allowed" },
		{ "$generate 1-9 a$ A 1.2.3.$\n", "line 1: $GENERATE is not allowed" },
		{ "$FOO 1\n", "line 1: there is no such directive" }, { "$TTL\n", "line 1: $TTL takes" },
		{ "$ORIGIN a b\n", "line 1: $ORIGIN takes" }, { "a 1 TXT \"x\ny\"\n", "line 1: a quoted text" },
		{ "a 1 TXT (\n\"x\"\n", "line 3: a parenthesis is not closed" }, { "a 1 TXT x )\n", "line 1: a parenthesis is closed" },
		{ "a 1 TXT ((x))\n", "line 1: parentheses stand" }, { "a 1 TXT x\\\n", "line 1: a backslash" },
		{ "a 1 TXT \001\n", "line 1: there is a control character" },
		{ "a 1 TYPE700 \\# 2 a1\n", "line 1: the data" }, { "a 1 TYPE700 \\# 1 a1b2\n", "line 1: the data" },
		{ "a 1 TYPE15 \\# 3 000140\n", "line 1: the data" }, { "a 1 TYPE700 x\n", "line 1: the data" },
		{ "a 1 A \\# 3 010203\n", "line 1: the data" }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		const char *got = reads(faults[i].text);

		if (strncmp(got, "error: ", 7) != 0 || strncmp(got + 7, faults[i].line, strlen(faults[i].line)) != 0)
			fail_msg("%s gave %s", faults[i].text, got);
	}
}

/* An entry has its bound, whatever way it grows. */
static void
test_long(void **state)
{
	size_t n = 400000, i;
	char *text = malloc(n + 1);

	(void)state;
	assert_non_null(text);
	memcpy(text, "a 1 TXT (", 9);
	for (i = 9; i < n; i++)
		text[i] = i % 2 == 0 ? 'x' : ' ';
	text[n] = '\0';
	assert_string_equal(reads(text), "error: line 1: the entry is too long");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms), cmocka_unit_test(test_faults), cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
