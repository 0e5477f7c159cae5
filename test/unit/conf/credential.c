/* Credentials of dynamic DNS as pure documents (DDN-5, SEC-2); what requests make of them: api/domain.c. */
#include "conf/credential.h"

#include "sample.h"

/* A cell with this ddns section (JSON) in mode http01, where every provider may be. */
static struct conf *
cell_with(const char *ddns)
{
	json_t *doc = sample_raw(), *section = sample_json(ddns);
	struct conf *c;
	struct err e;

	sample_set(doc, "identity.domain_mode", json_string("http01"));
	sample_set(doc, "identity.domain_name", json_string("home.example.org"));
	sample_set(doc, "ddns", section);
	if (conf_build(&c, doc, &e) < 0)
		fail_msg("%s: %s", ddns, e.detail);
	json_decref(doc);
	return c;
}

static const char plain[] = "{\"provider\":\"none\"}";

/* From one provider to another with what is given: the document as text (to be freed), or NULL and *rule. */
static char *
next(const char *from, const char *to, const char *had, const char *given, struct err *e)
{
	struct conf *old = cell_with(from), *new = cell_with(to);
	json_t *h = had != NULL ? sample_json(had) : NULL, *g = given != NULL ? sample_json(given) : NULL, *out;
	const struct conf_credential_change c = { .old = old, .next = new, .had = h, .given = g };
	char *text = NULL;

	err_clear(e);
	if (conf_credential_next(&c, &out, e) == 0) {
		text = out != NULL ? json_dumps(out, JSON_COMPACT | JSON_SORT_KEYS) : strdup("");
		json_decref(out);
	}
	json_decref(h);
	json_decref(g);
	conf_unref(old);
	conf_unref(new);
	return text;
}

static void
becomes(const char *from, const char *to, const char *had, const char *given, const char *want)
{
	struct err e;
	char *text = next(from, to, had, given, &e);

	if (text == NULL)
		fail_msg("%s", e.detail);
	assert_string_equal(text, want);
	free(text);
}

static void
refused(const char *to, const char *given, const char *field)
{
	struct err e;

	assert_null(next(plain, to, NULL, given, &e));
	assert_int_equal(e.kind, ERR_VALIDATION);
	assert_int_equal(e.nfields, 1);
	assert_string_equal(e.fields[0].field, field);
}

static const char cloudflare[] = "{\"provider\":\"cloudflare\"}", noip[] = "{\"provider\":\"noip\",\"username\":\"anna\"}";
static const char duckdns[] = "{\"provider\":\"duckdns\",\"subdomain\":\"attic\"}", freedns[] = "{\"provider\":\"freedns\"}";
static const char pic_ngo[] = "{\"provider\":\"pic_ngo\"}";

static void
each_provider_has_its_own(void **state)
{
	(void)state;
	refused(cloudflare, NULL, "ddns.api_token");
	refused(duckdns, NULL, "ddns.token");
	refused(noip, NULL, "ddns.password");
	refused(freedns, "{}", "ddns.token");
	refused(cloudflare, "{\"token\":\"0123456789\",\"api_token\":\"0123456789\"}", "ddns.token");
	becomes(plain, cloudflare, NULL, "{\"api_token\":\" 0123456789 \"}", "{\"api_token\":\"0123456789\"}");
	becomes(plain, noip, NULL, "{\"password\":\"grün ist gut\"}", "{\"password\":\"gr\xc3\xbcn ist gut\"}");
	becomes(plain, pic_ngo, NULL, NULL, "");
	becomes(plain, plain, NULL, NULL, "");
}

static void
forms_are_checked(void **state)
{
	(void)state;
	refused(cloudflare, "{\"api_token\":\"short\"}", "ddns.api_token");
	refused(cloudflare, "{\"api_token\":\"with blanks in it\"}", "ddns.api_token");
	refused(cloudflare, "{\"api_token\":5}", "ddns.api_token");
	refused(duckdns, "{\"token\":\"0f3a4b5c 1111 2222 3333 444455556666\"}", "ddns.token");
	becomes(plain, duckdns, NULL, "{\"token\":\"0F3A4B5C-1111-2222-3333-444455556666\"}",
	    "{\"token\":\"0F3A4B5C-1111-2222-3333-444455556666\"}");
	refused(pic_ngo, "{\"totp_secret\":\"0123456789012345\"}", "ddns.totp_secret");
	refused(freedns, "{\"token\":\"https://sync.afraid.org/u/x y/\"}", "ddns.token");
}

static void
what_is_not_said_stays(void **state)
{
	static const char had[] = "{\"api_token\":\"0123456789\"}";

	(void)state;
	becomes(cloudflare, cloudflare, had, NULL, had);
	becomes(cloudflare, cloudflare, had, "{\"api_token\":\"\"}", had);
	becomes(cloudflare, cloudflare, had, "{\"api_token\":null}", "");
	becomes(cloudflare, cloudflare, had, "{\"api_token\":\"abcdefghij\"}", "{\"api_token\":\"abcdefghij\"}");
	becomes(cloudflare, plain, had, NULL, "");
	becomes(cloudflare, pic_ngo, had, NULL, "");
}

/* A list of names to be given back that nobody empties has an end. */
static void
releases_are_few(void **state)
{
	json_t *had = sample_json("{\"token\":\"t\",\"release\":[]}"), *list = json_object_get(had, "release"), *out;
	struct conf *old = cell_with(pic_ngo), *new = cell_with(plain);
	const struct conf_credential_change c = { .old = old, .next = new, .had = had, .release = true };
	struct err e;
	int i;

	(void)state;
	for (i = 0; i < CONF_RELEASES_MAX; i++)
		assert_int_equal(json_array_append_new(list, json_pack("{s:s}", "name", "x")), 0);
	err_clear(&e);
	assert_int_equal(conf_credential_next(&c, &out, &e), 0);
	assert_int_equal(json_array_size(json_object_get(out, "release")), CONF_RELEASES_MAX);
	assert_null(json_object_get(out, "token"));
	json_decref(out);
	json_decref(had);
	conf_unref(old);
	conf_unref(new);
}

static void
secrets_are_taken_out_of_a_request(void **state)
{
	json_t *ddns = sample_json("{\"token\":\"a\",\"zone\":\"example.org\",\"password\":null}"), *out;

	(void)state;
	out = conf_credential_take(ddns);
	assert_int_equal(json_object_size(ddns), 1);
	assert_string_equal(json_string_value(json_object_get(out, "token")), "a");
	assert_true(json_is_null(json_object_get(out, "password")));
	json_decref(out);
	assert_null(conf_credential_take(ddns));
	assert_null(conf_credential_take(NULL));
	json_decref(ddns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_provider_has_its_own), cmocka_unit_test(forms_are_checked),
		cmocka_unit_test(what_is_not_said_stays), cmocka_unit_test(releases_are_few),
		cmocka_unit_test(secrets_are_taken_out_of_a_request),
	};

	return cmocka_run_group_tests_name("conf/credential", tests, NULL, NULL);
}
