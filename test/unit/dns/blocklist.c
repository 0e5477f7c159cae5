/* Reading block lists: BLK-1; lines that are no names are counted, not fatal. */
#include "dns/blocklist.h"

#include <stdio.h>

#include "dns/name.h"

#include "cell.h"

static char got[1024];

static void
on_name(void *arg, const uint8_t *name, size_t len)
{
	char text[DNS_NAME_TEXT_MAX];
	size_t n = strlen(got);

	(void)arg;
	(void)snprintf(got + n, sizeof(got) - n, "%s ", dns_name_text(name, len, text));
}

static struct dns_blocklist b;

static const char *
names_of(enum dns_blocklist_format format, const char *text)
{
	got[0] = '\0';
	dns_blocklist_init(&b, format, on_name, NULL);
	dns_blocklist_feed(&b, text, strlen(text));
	dns_blocklist_end(&b);
	return got;
}

static void
test_hosts(void **state)
{
	static const char text[] = "# head\n127.0.0.1 localhost\n::1\tip6-localhost ip6-loopback\n0.0.0.0 0.0.0.0\n"
	    "0.0.0.0 Ads.Example # why\r\n\n:: a.example  b.example\n192.0.2.1 real.example\n0.0.0.0\n0.0.0.0 bad..name x.example";

	(void)state;
	assert_string_equal(names_of(DNS_BLOCKLIST_HOSTS, text), "ads.example a.example b.example x.example ");
	assert_int_equal(b.lines, 10);
	assert_int_equal(b.skipped, 3);		/* a real address, no name, a bad name */
	assert_string_equal(names_of(DNS_BLOCKLIST_AUTO, text), "ads.example a.example b.example x.example ");
	assert_string_equal(names_of(DNS_BLOCKLIST_HOSTS, "ads.example\n||ads.example^\n"), "");
	assert_int_equal(b.skipped, 2);
}

static void
test_domains(void **state)
{
	static const char text[] = "\xef\xbb\xbf" "ads.example\n*.wild.example.\n .dot.example #x\n_dmarc.example\n"
	    "com\n1.2.3.4\ntwo words.example\nb\xc3\xbc.example\n-a.example\na-.example\na.*.example\nads.example#x\n";

	(void)state;
	assert_string_equal(names_of(DNS_BLOCKLIST_DOMAINS, text),
	    "ads.example wild.example dot.example _dmarc.example ");
	assert_int_equal(b.skipped, 8);
	assert_string_equal(names_of(DNS_BLOCKLIST_AUTO, text),
	    "ads.example wild.example dot.example _dmarc.example ");
}

/* What blocks less than the whole name is not taken for more than it says. */
static void
test_adblock(void **state)
{
	static const char text[] = "[Adblock Plus 2.0]\n! note\n||ads.example^\n||a.example^$important\n"
	    "||b.example^$third-party\n@@||c.example^\nd.example##.banner\n||*.w.example^\n||e.example\n||f.example^/x\n";

	(void)state;
	assert_string_equal(names_of(DNS_BLOCKLIST_ADBLOCK, text), "ads.example a.example w.example ");
	assert_int_equal(b.skipped, 5);
	assert_string_equal(names_of(DNS_BLOCKLIST_AUTO, text), "ads.example a.example w.example ");
}

static void
test_bounds(void **state)
{
	char text[4000];
	size_t i;

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text + 3000, "\nok.example\n", 12);
	dns_blocklist_init(&b, DNS_BLOCKLIST_AUTO, on_name, NULL);
	got[0] = '\0';
	for (i = 0; i < sizeof(text); i++)
		dns_blocklist_feed(&b, text + i, 1);
	dns_blocklist_end(&b);
	assert_string_equal(got, "ok.example ");
	assert_int_equal(b.lines, 3);
	assert_int_equal(b.skipped, 2);
}

static void
test_markup(void **state)
{
	(void)state;
	(void)names_of(DNS_BLOCKLIST_AUTO, "\n  <!DOCTYPE html>\n<p>\n");
	assert_true(b.markup);
	(void)names_of(DNS_BLOCKLIST_AUTO, "# list\nads.example\n");
	assert_false(b.markup);
}

static void
test_formats(void **state)
{
	enum dns_blocklist_format f;

	(void)state;
	assert_true(dns_blocklist_format_read("adblock", &f) && f == DNS_BLOCKLIST_ADBLOCK);
	assert_true(dns_blocklist_format_read("auto", &f) && f == DNS_BLOCKLIST_AUTO);
	assert_false(dns_blocklist_format_read("rpz", &f));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_adblock),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_markup),
		cmocka_unit_test(test_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
