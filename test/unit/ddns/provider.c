/* src/ddns/provider.c: what an account must have, and which provider can do what. */
#include "ddns/provider.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

static const struct ddns_net net = { .resolver.port = 53 };

static int
read_account(const char *text, struct ddns_account *a, json_t **doc, struct err *e)
{
	*doc = json_loads(text, 0, NULL);
	assert_non_null(*doc);
	return ddns_account_read(a, *doc, &net, e);
}

static void
test_credentials(void **state)
{
	static const struct { const char *doc, *token; } good[] = {
		{ "{\"provider\":\"pic_ngo\",\"api_base_url\":\"https://x.example\",\"name\":\"a.pic.ngo\",\"label\":\"a\","
		  "\"secret\":{}}", NULL },
		{ "{\"provider\":\"cloudflare\",\"api_base_url\":\"https://x.example\",\"name\":\"a.b\",\"secret\":"
		  "{\"api_token\":\"c\",\"token\":\"t\",\"password\":\"p\"}}", "c" },
		{ "{\"provider\":\"duckdns\",\"api_base_url\":\"https://x.example\",\"name\":\"a.b\",\"label\":\"a\",\"secret\":"
		  "{\"api_token\":\"c\",\"token\":\"t\",\"password\":\"p\"}}", "t" },
		{ "{\"provider\":\"noip\",\"api_base_url\":\"https://x.example\",\"name\":\"a.b\","
		  "\"username\":\"u\",\"contact\":\"c\","
		  "\"secret\":{\"api_token\":\"c\",\"token\":\"t\",\"password\":\"p\"}}", "p" },
		{ "{\"provider\":\"freedns\",\"api_base_url\":\"https://x.example\",\"name\":\"a.b\","
		  "\"secret\":{\"token\":\"t\"}}", "t" },
	};
	struct ddns_account a;
	struct err e;
	json_t *doc;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(read_account(good[i].doc, &a, &doc, &e), 0);
		assert_true(good[i].token == NULL ? a.token == NULL : strcmp(a.token, good[i].token) == 0);
		json_decref(doc);
	}
}

static void
test_lacking(void **state)
{
	static const char *const bad[] = {
		"{}", "{\"provider\":\"none\"}", "{\"provider\":7}",
		"{\"provider\":\"duckdns\",\"api_base_url\":\"https://x.example\",\"name\":\"a.b\",\"label\":\"a\"}",
		"{\"provider\":\"duckdns\",\"api_base_url\":\"https://x.example\",\"name\":\"a.b\",\"secret\":{\"token\":\"t\"}}",
		"{\"provider\":\"duckdns\",\"name\":\"a.b\",\"label\":\"a\",\"secret\":{\"token\":\"t\"}}",
		"{\"provider\":\"noip\",\"api_base_url\":\"https://x.example\",\"name\":\"a.b\",\"secret\":{\"password\":\"t\"}}",
		"{\"provider\":\"freedns\",\"api_base_url\":\"https://x\",\"name\":\"a.b\",\"secret\":{\"token\":\"t\\nX: y\"}}",
	};
	struct ddns_account a;
	struct err e;
	json_t *doc;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err_clear(&e);
		if (read_account(bad[i], &a, &doc, &e) == 0 || e.kind != ERR_VALIDATION)
			fail_msg("%s", bad[i]);
		json_decref(doc);
	}
}

/* TLS-1: who has TXT records; who has names to be registered. */
static void
test_abilities(void **state)
{
	static const struct { const char *name; bool txt, single, names; } v[] = { { "pic_ngo", true, false, true },
		{ "cloudflare", true, false, false }, { "duckdns", true, true, false }, { "noip", false, false, false },
		{ "freedns", false, false, false } };
	struct ddns_account a = { 0 };
	bool available;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		a.provider = ddns_provider_find(v[i].name);
		assert_non_null(a.provider);
		assert_true(a.provider->txt_single == v[i].single);
		assert_true((a.provider->txt_set != NULL) == v[i].txt && (a.provider->txt_clear != NULL) == v[i].txt);
		assert_true((a.provider->enlist != NULL) == v[i].names);
		if (!v[i].txt)
			assert_true(ddns_txt_set(&a, "n", "v", &e) < 0 && ddns_txt_clear(&a, "n", "v", &e) < 0);
		if (!v[i].names)
			assert_true(ddns_check(&a, "n", &available, &e) < 0 && ddns_release(&a, &e) < 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_credentials),
		cmocka_unit_test(test_lacking),
		cmocka_unit_test(test_abilities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
