/* Text slices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

static void
compares(void **state)
{
	(void)state;
	assert_true(str_eq(STR("abc"), STR("abc")));
	assert_false(str_eq(STR("abc"), STR("abd")));
	assert_false(str_eq(STR("abc"), STR("ab")));
	assert_true(str_eq((struct str){ NULL, 0 }, STR("")));
	assert_true(str_eqz(STR("abc"), "abc"));
	assert_false(str_eqz(STR("a\0c"), "a"));
	assert_true(str_ieq(STR("aBc.1"), STR("AbC.1")));
	assert_false(str_ieq(STR("abc"), STR("abcd")));
	/* '[' and '{' differ in the bit that letters' cases differ in. */
	assert_false(str_ieq(STR("["), STR("{")));
	assert_false(str_ieq(STR("\xc3\x84"), STR("\xc3\xa4")));
}

static void
starts_and_ends(void **state)
{
	(void)state;
	assert_true(str_starts(STR("abc"), STR("ab")));
	assert_true(str_starts(STR("abc"), STR("")));
	assert_false(str_starts(STR("ab"), STR("abc")));
	assert_false(str_starts(STR("xbc"), STR("ab")));
	assert_true(str_ends(STR("abc"), STR("bc")));
	assert_true(str_ends((struct str){ NULL, 0 }, STR("")));
	assert_false(str_ends(STR("bc"), STR("abc")));
	assert_false(str_ends(STR("abx"), STR("bc")));
}

static void
trims(void **state)
{
	(void)state;
	assert_true(str_eqz(str_trim(STR(" \t a b\t ")), "a b"));
	assert_true(str_eqz(str_trim(STR(" \t ")), ""));
	assert_true(str_eqz(str_trim(STR("\na")), "\na"));
}

static void
cuts(void **state)
{
	struct str s = STR("a,,b"), head;

	(void)state;
	assert_true(str_cut(&s, ',', &head));
	assert_true(str_eqz(head, "a"));
	assert_true(str_cut(&s, ',', &head));
	assert_true(str_eqz(head, ""));
	assert_true(str_cut(&s, ',', &head));
	assert_true(str_eqz(head, "b"));
	assert_int_equal(s.n, 0);
	assert_false(str_cut(&s, ',', &head));
	assert_int_equal(head.n, 0);

	s = STR("a,");
	assert_true(str_cut(&s, ',', &head));
	assert_false(str_cut(&s, ',', &head));
}

static void
reads_numbers(void **state)
{
	uint64_t v = 7;

	(void)state;
	assert_true(str_u64(STR("0"), 0, &v) && v == 0);
	assert_true(str_u64(STR("0042"), 42, &v) && v == 42);
	assert_true(str_u64(STR("18446744073709551615"), UINT64_MAX, &v));
	assert_true(v == UINT64_MAX);
	v = 7;
	assert_false(str_u64(STR("18446744073709551616"), UINT64_MAX, &v));
	assert_false(str_u64(STR("184467440737095516150"), UINT64_MAX, &v));
	assert_false(str_u64(STR("43"), 42, &v));
	assert_false(str_u64(STR("9"), 5, &v));
	assert_false(str_u64(STR(""), 42, &v));
	assert_false(str_u64(STR("-1"), 42, &v));
	assert_false(str_u64(STR("+1"), 42, &v));
	assert_false(str_u64(STR(" 1"), 42, &v));
	assert_false(str_u64(STR("1x"), 42, &v));
	assert_false(str_u64(STR("1\0"), 42, &v));
	assert_int_equal(v, 7);		/* untouched by failures */
}

/* RFC 3629 section 3: both sides of every border. */
static void
knows_utf8(void **state)
{
	static const char *const good[] = {
		"", "plain", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80",
		"\xe1\x80\x80", "\xec\xbf\xbf", "\xed\x9f\xbf", "\xee\x80\x80",
		"\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf3\xbf\xbf\xbf",
		"\xf4\x8f\xbf\xbf", "a\xc3\xa4z",
	};
	static const char *const bad[] = {
		"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x7f",
		"\xc2\xc0", "\xe0\x9f\xbf", "\xe0\xa0", "\xe1\x80\xc0",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf",
		"\xf0\x90\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
		"\xff", "\xfe", "ok\xff",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(str_utf8(str_of(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(str_utf8(str_of(bad[i])));
	assert_true(str_utf8(STR("a\0b")));
	assert_int_equal(str_utf8_next(STR("\xe1\x80\x80x")), 3);
	assert_int_equal(str_utf8_next(STR("\xe1\x80")), 0);
	assert_int_equal(str_utf8_next(STR("")), 0);
}

static void
knows_control_characters(void **state)
{
	(void)state;
	assert_true(str_printable(STR("a b~\xc3\xa4")));
	assert_false(str_printable(STR("a\nb")));
	assert_false(str_printable(STR("\x1b[31m")));
	assert_false(str_printable(STR("\x7f")));
	assert_false(str_printable(STR("a\0")));
}

/* Each byte at each place of texts that are shorter and longer than the eight that are looked at together. */
static void
text_runs_to_the_first_control_character(void **state)
{
	char s[20];
	size_t n, at;
	int c;

	(void)state;
	for (n = 0; n <= sizeof(s); n++)
		for (at = 0; at < n; at++)
			for (c = 0; c <= UINT8_MAX; c++) {
				memset(s, n % 2 == 0 ? '\t' : 0xe4, n);
				s[at] = (char)c;
				assert_int_equal(str_text_run((struct str){ s, n }),
				    (c < 0x20 && c != '\t') || c == 0x7f ? at : n);
			}
	assert_int_equal(str_text_run(STR("a line\r\nand another")), 6);
	assert_int_equal(str_text_run(STR("much behind \x01\x7f\x1f it")), 12);
	assert_int_equal(str_text_run(STR("")), 0);
}

static void
equal_but_for_case(void **state)
{
	(void)state;
	assert_true(str_ieq(STR("Strict-Transport-Security"), STR("strict-transport-SECURITY")));
	assert_false(str_ieq(STR("Strict-Transport-Security"), STR("Strict-Transport-Securitx")));
	assert_false(str_ieq(STR("Content-Length"), STR("Content_Length")));
	assert_false(str_ieq(STR("[x]"), STR("{x}")));		/* they differ by the bit that letters do */
	assert_false(str_ieq(STR("a"), STR("ab")));
	assert_true(str_ieq(STR(""), STR("")));
}

static void
token_is_what_rfc_9110_says(void **state)
{
	int c;

	(void)state;
	assert_false(str_token(STR("")));
	for (c = 0; c < 256; c++) {
		const char s[] = { 'a', (char)c };

		assert_int_equal(str_token((struct str){ s, 2 }),
		    c > ' ' && c < 0x7f && strchr("\"(),/:;<=>?@[\\]{}", c) == NULL);
	}
}

static void
copies(void **state)
{
	char buf[4] = "xxx";

	(void)state;
	assert_true(str_copy(STR("abc"), buf, sizeof(buf)));
	assert_string_equal(buf, "abc");
	assert_false(str_copy(STR("abcd"), buf, sizeof(buf)));
	assert_string_equal(buf, "");
	assert_true(str_copy((struct str){ NULL, 0 }, buf, sizeof(buf)));
	assert_string_equal(buf, "");
	/* What a C string cannot carry does not "fit". */
	assert_false(str_copy(STR("a\0b"), buf, sizeof(buf)));
	assert_string_equal(buf, "");
	assert_false(str_copy(STR(""), buf, 0));
}

/* RFC 4648 section 10, without padding. */
static void
base32_of_the_rfc(void **state)
{
	static const char *const text[] = {
		"", "f", "fo", "foo", "foob", "fooba", "foobar"
	};
	static const char *const coded[] = {
		"", "MY", "MZXQ", "MZXW6", "MZXW6YQ", "MZXW6YTB", "MZXW6YTBOI"
	};
	uint8_t back[8];
	char buf[16];

	(void)state;
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		size_t n = strlen(text[i]);

		assert_true(str_base32((const uint8_t *)text[i], n, buf,
		    strlen(coded[i]) + 1));
		assert_string_equal(buf, coded[i]);
		assert_false(str_base32((const uint8_t *)text[i], n, buf,
		    strlen(coded[i])));
		assert_int_equal(str_base32_read(str_of(coded[i]), back, n), n);
		assert_memory_equal(back, text[i], n);
	}
	assert_int_equal(str_base32_read(STR("mzxw6ytboi"), back, 8), 6);
	assert_int_equal(str_base32_read(STR("MZXW6YTBOI"), back, 5), -1);
}

static void
base32_refuses(void **state)
{
	static const char *const bad[] = {
		"M", "MZX", "MZXW6Y",	/* lengths that no bytes give */
		"MZ", "MZXR",		/* bits left over */
		"MY======", "M1", "M8", "M Y", "M=", "\xc3\xa4",
	};
	uint8_t back[8];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(str_base32_read(str_of(bad[i]), back, 8), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares),
		cmocka_unit_test(starts_and_ends),
		cmocka_unit_test(trims),
		cmocka_unit_test(cuts),
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(knows_utf8),
		cmocka_unit_test(knows_control_characters),
		cmocka_unit_test(text_runs_to_the_first_control_character),
		cmocka_unit_test(equal_but_for_case),
		cmocka_unit_test(token_is_what_rfc_9110_says),
		cmocka_unit_test(copies),
		cmocka_unit_test(base32_of_the_rfc),
		cmocka_unit_test(base32_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
