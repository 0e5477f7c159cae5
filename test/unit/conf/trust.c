/* src/conf/trust.c: what the trust store takes and keeps (TLS-9, data.md 4.11). */
#include "conf/trust.h"

#include "sample.h"

#define CERT \
    "-----BEGIN CERTIFICATE-----\n" \
    "MIIBfzCCASWgAwIBAgIUL14butQAMVQF5o3gDwutNbMdJUwwCgYIKoZIzj0EAwIw\n" \
    "FDESMBAGA1UEAwwJb2ZmaWNlIENBMCAXDTI2MTEyODIwMDUyMloYDzIxMjYxMTA0\n" \
    "MjAwNTIyWjAUMRIwEAYDVQQDDAlvZmZpY2UgQ0EwWTATBgcqhkjOPQIBBggqhkjO\n" \
    "PQMBBwNCAARijT9wI5yKFZt43xK3vQeVzkpJ+30BKYCnmqnbj+HhLUUsem2lPdTa\n" \
    "TcrOClx3CAzaWlVbV0seha3TgQCuXdFUo1MwUTAdBgNVHQ4EFgQUOXnKbvCkPcQw\n" \
    "6+hrfy3V0NgLfywwHwYDVR0jBBgwFoAUOXnKbvCkPcQw6+hrfy3V0NgLfywwDwYD\n" \
    "VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiABVNQsYp36WxvKUH0ZdhIq\n" \
    "950Qf3CzQNy4EMkXDHplMgIhAKgJ1uldjvpkr+MvhuWLD4jB/QV4K/5XGXwAIZOt\n" \
    "CsmF\n" \
    "-----END CERTIFICATE-----\n"
#define CERT_SHA256 "6b883cbbd40ea80496e7b8b98b81630056f750ba7a829648fc08f79eb7549a86"
#define WG_KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
/* of the manual of age */
#define AGE_KEY "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

static bool
takes(enum conf_trust_kind kind, const char *given, const char *want)
{
	char sha256[CONF_TRUST_SHA256_SIZE], *kept;
	struct err e;
	bool ok;

	kept = conf_trust_read(kind, str_of(given), sha256, &e);
	if (kept == NULL && !sample_has_field(&e, "pem"))
		fail_msg("%s: no reason", given);
	ok = kept != NULL && strcmp(kept, want) == 0 && strlen(sha256) == 64;
	free(kept);
	return ok;
}

static void
certificates(void **state)
{
	char sha256[CONF_TRUST_SHA256_SIZE], *kept, *broken = strdup(CERT);
	struct err e;

	(void)state;
	assert_true(takes(CONF_TRUST_CA, CERT, CERT));
	assert_true(takes(CONF_TRUST_CA, "Bag Attributes: <none>\r\n" CERT "\n\n", CERT));
	kept = conf_trust_read(CONF_TRUST_CA, str_of(CERT), sha256, &e);
	assert_string_equal(sha256, CERT_SHA256);
	free(kept);
	memcpy(broken + 28, "AAAAAAAA", 8);	/* its first tags */
	assert_false(takes(CONF_TRUST_CA, broken, broken));
	assert_false(takes(CONF_TRUST_CA, CERT CERT, CERT));
	assert_false(takes(CONF_TRUST_CA, "", "") || takes(CONF_TRUST_CA, WG_KEY, WG_KEY));
	assert_false(takes(CONF_TRUST_CA, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", ""));
	free(broken);
}

static void
keys(void **state)
{
	char key[] = AGE_KEY;

	(void)state;
	assert_true(takes(CONF_TRUST_WIREGUARD, " " WG_KEY "\n", WG_KEY));
	assert_false(takes(CONF_TRUST_WIREGUARD, "AAEC", "AAEC") || takes(CONF_TRUST_WIREGUARD, CERT, CERT));
	assert_true(takes(CONF_TRUST_AGE, AGE_KEY "\n", AGE_KEY));
	key[20] = key[20] == 'q' ? 'p' : 'q';
	assert_false(takes(CONF_TRUST_AGE, key, key));
	assert_false(takes(CONF_TRUST_AGE, "age1", "age1") || takes(CONF_TRUST_AGE, "AGE-SECRET-KEY-1QQ", ""));
}

/* The sample with these entries, built. */
static int
try(const char *pem, const char *sha256, bool twice, struct err *e)
{
	json_t *doc = sample_new(), *list = json_array(), *one;
	struct conf *c;
	int i, r;

	for (i = 0; i <= twice; i++) {
		one = json_pack("{ss, ss, ss, ss, ss}", "name", i == 0 ? "office" : "other", "kind", "ca", "pem", pem,
		    "sha256", sha256, "added_at", "2026-07-01T09:30:00Z");
		json_object_set_new(one, "id", json_sprintf("7a000000-0000-4000-8000-00000000000%d", i));
		json_array_append_new(list, one);
	}
	sample_set(doc, "vault.trust", list);
	assert_int_equal(conf_complete(doc), 0);
	err_clear(e);
	r = conf_build(&c, doc, e);
	if (r == 0) {
		assert_int_equal(c->vault.ntrust, 1);
		assert_string_equal(c->vault.trust[0].pem, pem);
		conf_unref(c);
	}
	json_decref(doc);
	return r;
}

static void
document(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(try(CERT, CERT_SHA256, false, &e), 0);
	assert_int_equal(try(CERT, SAMPLE_SHA256, false, &e), -EINVAL);
	assert_true(sample_has_field(&e, "vault.trust[0].pem"));
	assert_int_equal(try("\n" CERT, CERT_SHA256, false, &e), -EINVAL);	/* not as it is kept */
	assert_int_equal(try("a\tb", CERT_SHA256, false, &e), -EINVAL);
	assert_int_equal(try(CERT, CERT_SHA256, true, &e), -EEXIST);
	assert_non_null(strstr(e.detail, "\"office\""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificates),
		cmocka_unit_test(keys),
		cmocka_unit_test(document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
