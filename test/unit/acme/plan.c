/* src/acme/plan.c: TLS-1, TLS-5, TIM-4, and staging first (TLS-2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "acme/plan.h"

/* TIM-4: no certificate names two hosts. */
static void
test_http01_has_one_for_each_name(void **state)
{
	static const char *const hosts[] = { "Cloud.home.example.org", "mail.home.example.org", "cloud.home.example.org",
	    "home.example.org", "other.example.org", "home.example.orgx", "xhome.example.org", "a..home.example.org",
	    "-a.home.example.org", "a_b.home.example.org", "*.home.example.org", "" };
	struct acme_want v[8];
	size_t n = acme_plan(ACME_HTTP_01, "Home.Example.org", hosts, 12, v, 8), i;

	(void)state;
	assert_int_equal(n, 3);
	assert_string_equal(v[0].names[0], "home.example.org");
	assert_string_equal(v[1].names[0], "cloud.home.example.org");
	assert_string_equal(v[2].names[0], "mail.home.example.org");
	for (i = 0; i < n; i++)
		assert_int_equal(v[i].n, 1);
	assert_int_equal(acme_plan(ACME_HTTP_01, "home.example.org", hosts, 12, v, 2), 2);
}

/* TLS-5: in wildcard modes a new service changes nothing. */
static void
test_dns01_has_one_for_all(void **state)
{
	static const char *const hosts[] = { "cloud.home.example.org" };
	struct acme_want v[8];

	(void)state;
	assert_int_equal(acme_plan(ACME_DNS_01, "home.example.org", hosts, 1, v, 8), 1);
	assert_int_equal(v[0].n, 2);
	assert_string_equal(v[0].names[0], "home.example.org");
	assert_string_equal(v[0].names[1], "*.home.example.org");
	assert_true(acme_want_fits(&v[0], (struct str[]){ STR("*.HOME.example.org"), STR("home.example.org") }, 2));
	assert_false(acme_want_fits(&v[0], (struct str[]){ STR("home.example.org") }, 1));
	assert_false(acme_want_fits(&v[0], (struct str[]){ STR("home.example.org"), STR("*.home.example.org"), STR("x.org") }, 3));
}

static void
test_no_domain_no_certificate(void **state)
{
	static const char *const none[] = { NULL, "", "home", "home.", ".home.org", "192.168.1.1-", "a b.org" };
	struct acme_want v[2];
	char label[80];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(acme_plan(ACME_HTTP_01, none[i], NULL, 0, v, 2), 0);
	memset(label, 'a', sizeof(label));
	snprintf(label + 63, sizeof(label) - 63, ".org");
	assert_int_equal(acme_plan(ACME_HTTP_01, label, NULL, 0, v, 2), 1);
	snprintf(label + 63, sizeof(label) - 63, "a.org");
	assert_int_equal(acme_plan(ACME_HTTP_01, label, NULL, 0, v, 2), 0);
	assert_int_equal(acme_plan(ACME_HTTP_01, "a.org", NULL, 0, v, 0), 0);
}

static void
test_staging_first(void **state)
{
	static const char le[] = "https://acme-v02.api.letsencrypt.org/directory", own[] = "https://acme.example/dir";
	const char *staging = acme_staging(le);

	(void)state;
	assert_string_equal(staging, "https://acme-staging-v02.api.letsencrypt.org/directory");
	assert_null(acme_staging(own));
	assert_ptr_equal(acme_directory(le, false, false), staging);
	assert_ptr_equal(acme_directory(le, false, true), le);
	assert_ptr_equal(acme_directory(le, true, false), le);
	assert_ptr_equal(acme_directory(own, false, false), own);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_http01_has_one_for_each_name),
		cmocka_unit_test(test_dns01_has_one_for_all),
		cmocka_unit_test(test_no_domain_no_certificate),
		cmocka_unit_test(test_staging_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
