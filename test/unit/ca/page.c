/* src/ca/page.c, src/ca/profile.c: TLS-8; what is read by the parsers of those who read it. */
#include "lab.h"

#include "base/wr.h"
#include "ca/page.h"
#include "ca/profile.h"

static uint8_t buf[CA_PAGE_MAX];

static struct ca_page_facts
facts(const struct lab *x)
{
	static const char *const names[] = { "home.home.arpa", "home.cell" };

	return (struct ca_page_facts){ .cell = "home", .url = "https://home.home.arpa", .subject = "home root 1A2B3C",
	    .until = "2036-09-20", .fingerprint = "AB:CD", .names = names, .nnames = 2, .root = x->root.der, .root_n = x->root.n };
}

/* Every device has its steps, nothing needs a script or another host, and every tag that is opened is closed. */
static void
page(void **state)
{
	static const char *const want[] = { "Trust home", "href=\"https://home.home.arpa/\"", "home root 1A2B3C", "2036-09-20",
	    "AB:CD", "home.home.arpa, home.cell and names below", "iPhone", "Android", "Windows", "macOS", "Linux", "Firefox",
	    "href=\"/ca/root.crt\"", "href=\"/ca/root.mobileconfig\"", "pic ca show" };
	struct lab *x = *state;
	struct ca_page_facts f = facts(x);
	struct wr w;
	size_t i;

	wr_init(&w, buf, sizeof(buf));
	ca_page_write(&w, &f);
	assert_true(wr_ok(&w));
	wr_u8(&w, 0);
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		if (strstr((char *)buf, want[i]) == NULL)
			fail_msg("no \"%s\" in the page", want[i]);
	assert_null(strstr((char *)buf, "<script"));
	assert_null(strstr((char *)buf, "style=\""));
	lab_put(x, "page.html", buf, wr_len(&w) - 1);
	lab_passes(x, "grep -Eo '</?(main|details|summary|ol|li|dl|dd|dt|p|pre|code|a|h1|b|div)[ >]' page.html | "
	    "tr -d '</> ' | sort | uniq -c | awk '$1 % 2 { print; bad = 1 } END { exit bad }'");
}

static void
markup_is_shown(void **state)
{
	struct lab *x = *state;
	struct ca_page_facts f = facts(x);
	struct wr w;

	f.cell = "<b>&\"";
	wr_init(&w, buf, sizeof(buf));
	ca_page_write(&w, &f);
	wr_u8(&w, 0);
	assert_non_null(strstr((char *)buf, "Trust &lt;b&gt;&amp;&quot;<"));
}

/* The profile holds the very root, and is the same each time. */
static void
profile(void **state)
{
	static const char read[] = "python3 -c \"import plistlib,hashlib\n"
	    "p = plistlib.load(open('p', 'rb')); c = p['PayloadContent'][0]\n"
	    "assert p['PayloadType'] == 'Configuration' and c['PayloadType'] == 'com.apple.security.root'\n"
	    "assert p['PayloadUUID'] != c['PayloadUUID'] and c['PayloadDisplayName'] == 'home root 1A2B3C'\n"
	    "assert c['PayloadContent'] == open('root.der', 'rb').read()\"";
	struct lab *x = *state;
	struct ca_page_facts f = facts(x);
	uint8_t again[CA_PAGE_MAX];
	struct wr w, v;

	wr_init(&w, buf, sizeof(buf));
	ca_profile_write(&w, &f);
	wr_init(&v, again, sizeof(again));
	ca_profile_write(&v, &f);
	assert_true(wr_ok(&w) && wr_len(&w) == wr_len(&v));
	assert_memory_equal(buf, again, wr_len(&w));
	lab_put(x, "p", buf, wr_len(&w));
	lab_put(x, "root.der", x->root.der, x->root.n);
	lab_passes(x, read);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(page, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(markup_is_shown, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(profile, lab_setup, lab_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
