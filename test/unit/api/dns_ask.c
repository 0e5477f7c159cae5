/* What edges tell is believed only in the form that was agreed (PRC-5). */
#include "api/dns_ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
types(void **state)
{
	uint16_t t;

	(void)state;
	assert_true(api_dns_type_read(STR("aaaa"), &t));
	assert_int_equal(t, 28);
	assert_true(api_dns_type_read(STR("TYPE65280"), &t));
	assert_int_equal(t, 65280);
	assert_false(api_dns_type_read(STR("TYPE65536"), &t));
	assert_false(api_dns_type_read(STR("TYPE"), &t));
	assert_false(api_dns_type_read(STR("AA"), &t));
	assert_false(api_dns_type_read(STR(""), &t));
}

static void
rcodes(void **state)
{
	char buf[API_RCODE_MAX];

	(void)state;
	assert_string_equal(api_dns_rcode_name(3, buf), "NXDOMAIN");
	assert_string_equal(api_dns_rcode_name(16, buf), "BADVERS");
	assert_string_equal(api_dns_rcode_name(4095, buf), "RCODE4095");
}

static json_t *
answer_of(const char *text)
{
	json_t *j = json_loads(text, 0, NULL), *out;

	assert_non_null(j);
	out = api_dns_answer(j);
	json_decref(j);
	return out;
}

#define HEAD "\"view\":\"\",\"source\":\"refused\",\"ms\":0,"

static void
answers(void **state)
{
	json_t *j = answer_of("{" HEAD "\"rcode\":5,\"ede\":18,\"ede_text\":\"no\",\"rule\":\"\",\"answers\":["
	    "\"a.example.  60 IN TXT \\\"two words\\\"\"]}"), *row;

	(void)state;
	assert_non_null(j);
	assert_string_equal(json_string_value(json_object_get(j, "rcode")), "REFUSED");
	assert_true(json_is_null(json_object_get(j, "view")));
	assert_int_equal(json_integer_value(json_object_get(json_object_get(j, "ede"), "code")), 18);
	row = json_array_get(json_object_get(j, "answers"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "name")), "a.example");
	assert_string_equal(json_string_value(json_object_get(row, "type")), "TXT");
	assert_string_equal(json_string_value(json_object_get(row, "value")), "\"two words\"");
	assert_int_equal(json_integer_value(json_object_get(row, "ttl")), 60);
	json_decref(j);
	assert_null(api_dns_answer(NULL));
}

static void
nonsense(void **state)
{
	static const char *const bad[] = {
		"{}",
		"{" HEAD "\"rcode\":-1,\"ede\":-1,\"ede_text\":\"\",\"rule\":\"\",\"answers\":[]}",	/* there was no answer */
		"{" HEAD "\"rcode\":0,\"ede\":-1,\"ede_text\":\"\",\"rule\":\"\",\"answers\":[1]}",
		"{" HEAD "\"rcode\":0,\"ede\":-1,\"ede_text\":\"\",\"rule\":\"\",\"answers\":[\"a b c d\"]}",
		"{" HEAD "\"rcode\":0,\"ede\":-1,\"ede_text\":\"\",\"rule\":\"\",\"answers\":[],\"more\":1}",
		"{\"view\":\"\",\"source\":\"elsewhere\",\"ms\":0,\"rcode\":0,\"ede\":-1,\"ede_text\":\"\","
		"\"rule\":\"\",\"answers\":[]}",
		"{" HEAD "\"rcode\":0,\"ede\":\"x\",\"ede_text\":\"\",\"rule\":\"\",\"answers\":[]}",
	};
	json_t *j;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		j = answer_of(bad[i]);
		if (j != NULL)
			fail_msg("believed: %s", bad[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types),
		cmocka_unit_test(rcodes),
		cmocka_unit_test(answers),
		cmocka_unit_test(nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
