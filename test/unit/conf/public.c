/* SEC-1, SEC-2: what leaves the cell. */
#include "conf/public.h"

#include "conf/diff.h"

#include "sample.h"

static void
hides_every_reference(void **state)
{
	json_t *doc = sample_new(), *out = conf_public(doc);
	char *text = conf_json_canonical(out);

	(void)state;
	assert_null(strstr(text, "sec_"));
	assert_null(strstr(text, "secret_ref"));
	assert_true(json_is_true(sample_get(out, "users.0.has_secret")));
	assert_true(json_is_false(sample_get(out, "users.1.has_secret")));
	assert_true(json_is_true(sample_get(out, "wireguard.has_secret")));
	assert_true(json_is_true(sample_get(out, "tokens.0.has_secret")));
	/* the original keeps them */
	assert_string_equal(json_string_value(sample_get(doc, "users.0.secret_ref")), SAMPLE_SECRET);
	free(text);
	json_decref(out);
	json_decref(doc);
}

static void
works_on_parts(void **state)
{
	json_t *doc = sample_new(), *user = conf_public(sample_get(doc, "users.0")), *dns = conf_public(sample_get(doc, "dns"));

	(void)state;
	assert_true(json_is_true(json_object_get(user, "has_secret")));
	assert_null(json_object_get(user, "secret_ref"));
	assert_true(json_is_true(sample_get(dns, "secondaries.0.has_secret")));
	assert_null(sample_get(dns, "secondaries.0.secret_ref"));
	assert_true(json_equal(sample_get(dns, "records"), sample_get(doc, "dns.records")));
	json_decref(user);
	json_decref(dns);
	json_decref(doc);
}

static void
hides_them_in_changes(void **state)
{
	json_t *a = sample_new(), *b = sample_new(), *changes, *out;
	char *text;

	(void)state;
	sample_set(b, "users.0.secret_ref", json_string("sec_44444444444444444444444444"));	/* another one */
	sample_set(b, "wireguard.secret_ref", json_null());					/* none any more */
	sample_set(b, "tokens", json_array());							/* gone with its record */
	changes = conf_diff(a, b);
	out = conf_public_changes(changes);
	text = conf_json_canonical(out);
	assert_null(strstr(text, "sec_"));
	assert_non_null(strstr(text, "{\"new\":\"(secret)\",\"old\":\"(secret)\",\"op\":\"replace\","
	    "\"path\":\"/users/admin/secret_ref\"}"));
	assert_non_null(strstr(text, "{\"new\":null,\"old\":\"(secret)\",\"op\":\"replace\",\"path\":\"/wireguard/secret_ref\"}"));
	assert_non_null(strstr(text, "\"secret_ref\":\"(secret)\""));
	free(text);
	json_decref(a);
	json_decref(b);
	json_decref(changes);
	json_decref(out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hides_every_reference), cmocka_unit_test(works_on_parts), cmocka_unit_test(hides_them_in_changes),
	};

	return cmocka_run_group_tests_name("conf/public", tests, NULL, NULL);
}
