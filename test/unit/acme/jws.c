/* src/acme/jws.c: RFC 7515 7.2.2, RFC 8555 6.2, 8.1, 8.4. Whether the signature is right, test/unit/acme/account.c says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>

#include "acme/account.h"
#include "acme/jws.h"

static const char url[] = "https://acme.example/new-order", nonce[] = "oFvnlFP1wIhRlYS2jTaXbA";

static size_t
decode(const char *b64, void *out, size_t size)
{
	size_t n;

	assert_int_equal(sodium_base642bin(out, size, b64, strlen(b64), NULL, &n, NULL,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING), 0);
	return n;
}

static const char *
text(const json_t *j, const char *key)
{
	assert_true(json_is_string(json_object_get(j, key)));
	return json_string_value(json_object_get(j, key));
}

/* The three parts of what was written, the protected header decoded. */
static json_t *
parts(char *jws, json_t **head)
{
	json_t *j = json_loads(jws, 0, NULL);
	char buf[1024];
	size_t n;

	free(jws);
	assert_int_equal(json_object_size(j), 3);
	n = decode(text(j, "protected"), buf, sizeof(buf));
	*head = json_loadb(buf, n, 0, NULL);
	assert_non_null(*head);
	return j;
}

static void
test_signed_by_the_account(void **state)
{
	const struct acme_jws_head h = { url, nonce, "https://acme.example/acct/1" };
	uint8_t sig[P256_SIGNATURE], want[P256_SIGNATURE];
	struct acme_account a;
	json_t *j, *head;
	char input[1024], buf[64];

	(void)state;
	assert_true(acme_account_new(&a));
	j = parts(acme_jws(&a, &h, STR("{\"a\":1}")), &head);
	assert_string_equal(text(head, "alg"), "ES256");
	assert_string_equal(text(head, "url"), url);
	assert_string_equal(text(head, "nonce"), nonce);
	assert_string_equal(text(head, "kid"), h.kid);
	assert_int_equal(json_object_size(head), 4);	/* jwk and kid exclude each other */
	assert_int_equal(decode(text(j, "payload"), buf, sizeof(buf)), 7);
	assert_memory_equal(buf, "{\"a\":1}", 7);
	snprintf(input, sizeof(input), "%s.%s", text(j, "protected"), text(j, "payload"));
	assert_int_equal(decode(text(j, "signature"), sig, sizeof(sig)), P256_SIGNATURE);
	assert_true(acme_account_sign(&a, input, strlen(input), want));
	assert_memory_equal(sig, want, sizeof(sig));
	json_decref(head);
	json_decref(j);
}

static void
test_signed_by_a_new_key(void **state)
{
	const struct acme_jws_head h = { url, nonce, NULL };
	struct acme_account a;
	json_t *j, *head, *jwk;
	uint8_t x[64];

	(void)state;
	assert_true(acme_account_new(&a));
	j = parts(acme_jws(&a, &h, (struct str){ "", 0 }), &head);
	assert_string_equal(text(j, "payload"), "");	/* POST-as-GET */
	assert_null(json_object_get(head, "kid"));
	jwk = json_object_get(head, "jwk");
	assert_int_equal(json_object_size(jwk), 4);
	assert_string_equal(text(jwk, "kty"), "EC");
	assert_string_equal(text(jwk, "crv"), "P-256");
	assert_int_equal(decode(text(jwk, "x"), x, sizeof(x)), 32);
	assert_memory_equal(x, a.point + 1, 32);
	assert_int_equal(decode(text(jwk, "y"), x, sizeof(x)), 32);
	assert_memory_equal(x, a.point + 33, 32);
	json_decref(head);
	json_decref(j);
}

/* Nothing that a server says can end the header's text. */
static void
test_nothing_breaks_out(void **state)
{
	const struct acme_jws_head h = { "https://a.example/\",\"x\":\"", "n\"", "k\\" };
	struct acme_account a;
	json_t *j, *head;

	(void)state;
	assert_true(acme_account_new(&a));
	j = parts(acme_jws(&a, &h, STR("{}")), &head);
	assert_int_equal(json_object_size(head), 4);
	assert_string_equal(text(head, "url"), h.url);
	json_decref(head);
	json_decref(j);
}

/* The token of RFC 8555 8.3; its TXT value by an independent program. */
static void
test_answers(void **state)
{
	static const char token[] = "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0";
	char answer[ACME_ANSWER_SIZE], value[ACME_VALUE_SIZE], print[ACME_THUMBPRINT_SIZE], most[ACME_TOKEN_MAX + 2];
	struct acme_account a;

	(void)state;
	assert_true(acme_account_new(&a));
	acme_account_thumbprint(&a, print);
	assert_true(acme_answer(&a, str_of(token), answer));
	assert_int_equal(strncmp(answer, token, sizeof(token) - 1), 0);
	assert_int_equal(answer[sizeof(token) - 1], '.');
	assert_string_equal(answer + sizeof(token), print);
	acme_txt_value("LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI", value);
	assert_string_equal(value, "LPsIwTo7o8BoG0-vjCyGQGBWSVIPxI-i_X336eUOQZo");
	assert_false(acme_answer(&a, STR("short"), answer));
	assert_false(acme_answer(&a, STR("LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0/../x"), answer));
	memset(most, 'a', sizeof(most));
	assert_true(acme_answer(&a, (struct str){ most, ACME_TOKEN_MAX }, answer));
	assert_int_equal(strlen(answer), ACME_ANSWER_SIZE - 1);
	assert_false(acme_answer(&a, (struct str){ most, ACME_TOKEN_MAX + 1 }, answer));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signed_by_the_account),
		cmocka_unit_test(test_signed_by_a_new_key),
		cmocka_unit_test(test_nothing_breaks_out),
		cmocka_unit_test(test_answers),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
