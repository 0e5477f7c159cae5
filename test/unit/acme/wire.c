/* src/acme/wire.c: documents of RFC 8555 7 as it prints them, and what servers must not say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "acme/wire.h"

#define TOKEN "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA"

/* 7.1.1 */
static const char directory[] = "{\"newNonce\":\"https://example.com/acme/new-nonce\","
    "\"newAccount\":\"https://example.com/acme/new-account\",\"newOrder\":\"https://example.com/acme/new-order\","
    "\"newAuthz\":\"https://example.com/acme/new-authz\",\"revokeCert\":\"https://example.com/acme/revoke-cert\","
    "\"keyChange\":\"https://example.com/acme/key-change\",\"meta\":{"
    "\"termsOfService\":\"https://example.com/acme/terms/2017-5-30\",\"website\":\"https://www.example.com/\","
    "\"caaIdentities\":[\"example.com\"],\"externalAccountRequired\":false},\"x\":1.5}";

/* 7.1.3 */
static const char order[] = "{\"status\":\"valid\",\"expires\":\"2016-01-20T14:09:07.99Z\",\"identifiers\":["
    "{\"type\":\"dns\",\"value\":\"www.example.org\"},{\"type\":\"dns\",\"value\":\"Example.org\"}],"
    "\"notBefore\":\"2016-01-01T00:00:00Z\",\"authorizations\":[\"https://example.com/acme/authz/PAniVnsZcis\","
    "\"https://example.com/acme/authz/r4HqLzrSrpI\"],\"finalize\":\"https://example.com/acme/order/TOlocE8rfgo/finalize\","
    "\"certificate\":\"https://example.com/acme/cert/mAt3xBGaobw\"}";

/* 7.1.4 */
static const char authz[] = "{\"status\":\"pending\",\"expires\":\"2015-03-01T14:09:07.99Z\",\"identifier\":{\"type\":\"dns\","
    "\"value\":\"www.example.org\"},\"challenges\":[{\"url\":\"https://example.com/acme/chall/prV_B7yEyA4\","
    "\"type\":\"http-01\",\"status\":\"pending\",\"token\":\"" TOKEN "\"},{\"url\":\"https://example.com/acme/chall/Rg5dV14Gh1Q\","
    "\"type\":\"dns-01\",\"status\":\"invalid\",\"token\":\"evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ_PCt92wr_oA\",\"error\":{"
    "\"type\":\"urn:ietf:params:acme:error:dns\",\"detail\":\"no such\\nname \\u00fc\"}},{\"type\":\"odd-99\"}]}";

/* 6.7.1 */
static const char problem[] = "{\"type\":\"urn:ietf:params:acme:error:malformed\",\"detail\":\"Some of the identifiers "
    "requested were rejected\",\"subproblems\":[{\"type\":\"urn:ietf:params:acme:error:malformed\",\"detail\":"
    "\"Invalid underscore in DNS name \\\"_example.org\\\"\",\"identifier\":{\"type\":\"dns\",\"value\":\"_example.org\"}},"
    "{\"type\":\"urn:ietf:params:acme:error:rejectedIdentifier\",\"detail\":\"This CA will not issue for \\\"example.net\\\"\","
    "\"identifier\":{\"type\":\"dns\",\"value\":\"example.net\"}},{\"detail\":\"of nobody\"}]}";

static void
test_directory(void **state)
{
	struct acme_directory_doc d;

	(void)state;
	assert_true(acme_directory_read(str_of(directory), &d));
	assert_string_equal(d.new_nonce, "https://example.com/acme/new-nonce");
	assert_string_equal(d.new_account, "https://example.com/acme/new-account");
	assert_string_equal(d.new_order, "https://example.com/acme/new-order");
	assert_string_equal(d.revoke, "https://example.com/acme/revoke-cert");
	assert_string_equal(d.window, "");
	assert_string_equal(d.terms, "https://example.com/acme/terms/2017-5-30");
	assert_false(d.binding);
}

static void
test_order(void **state)
{
	static struct acme_order o;

	(void)state;
	assert_true(acme_order_read(str_of(order), &o));
	assert_int_equal(o.status, ACME_VALID);
	assert_int_equal(o.nnames, 2);
	assert_string_equal(o.names[1], "example.org");
	assert_int_equal(o.nauthz, 2);
	assert_string_equal(o.authz[1], "https://example.com/acme/authz/r4HqLzrSrpI");
	assert_string_equal(o.finalize, "https://example.com/acme/order/TOlocE8rfgo/finalize");
	assert_string_equal(o.certificate, "https://example.com/acme/cert/mAt3xBGaobw");
	assert_false(o.failed);
	assert_true(acme_order_names(&o, (const char *const[]){ "example.org", "WWW.example.org" }, 2));
	assert_false(acme_order_names(&o, (const char *const[]){ "example.org", "mail.example.org" }, 2));
	assert_false(acme_order_names(&o, (const char *const[]){ "example.org" }, 1));
}

static void
test_authorization(void **state)
{
	struct acme_authz a;

	(void)state;
	assert_true(acme_authz_read(str_of(authz), ACME_HTTP_01, &a));
	assert_int_equal(a.status, ACME_PENDING);
	assert_string_equal(a.name, "www.example.org");
	assert_true(a.offered);
	assert_int_equal(a.challenge, ACME_PENDING);
	assert_string_equal(a.url, "https://example.com/acme/chall/prV_B7yEyA4");
	assert_string_equal(a.token, TOKEN);
	assert_true(acme_authz_read(str_of(authz), ACME_DNS_01, &a));
	assert_int_equal(a.challenge, ACME_INVALID);
	assert_true(a.failed);
	assert_string_equal(a.problem.type, "dns");
	assert_string_equal(a.problem.words, "no such name ü");
}

static void
test_problem(void **state)
{
	struct acme_problem p;
	char long_one[2000];
	size_t i;

	(void)state;
	assert_true(acme_problem_read(str_of(problem), &p));
	assert_string_equal(p.type, "malformed");
	assert_string_equal(p.words, "Some of the identifiers requested were rejected");
	assert_int_equal(p.nsubs, 2);
	assert_string_equal(p.subs[1].name, "example.net");
	assert_string_equal(p.subs[1].type, "rejectedIdentifier");
	assert_string_equal(p.subs[1].words, "This CA will not issue for \"example.net\"");
	assert_true(acme_problem_read(STR("{\"type\":\"about:blank\",\"title\":\"Nope\"}"), &p));
	assert_string_equal(p.type, "");
	assert_string_equal(p.words, "Nope");
	/* Too long is cut, not within a character. */
	i = (size_t)snprintf(long_one, sizeof(long_one), "{\"detail\":\"");
	while (i < 1500)
		i += (size_t)snprintf(long_one + i, 3, "ü");
	snprintf(long_one + i, 3, "\"}");
	assert_true(acme_problem_read(str_of(long_one), &p));
	assert_int_equal(strlen(p.words), ACME_WORDS_SIZE - 1);
	assert_true(str_utf8(str_of(p.words)));
}

static void
test_account_and_its_orders(void **state)
{
	static char list[ACME_LISTED_MAX][ACME_URL_SIZE];
	static char many[ACME_LISTED_MAX * 32 + 200];
	struct acme_account_doc a;
	size_t n, i, at;

	(void)state;
	assert_true(acme_account_doc_read(STR("{\"status\":\"valid\",\"orders\":\"https://a.example/o\",\"contact\":[]}"), &a));
	assert_int_equal(a.status, ACME_VALID);
	assert_string_equal(a.orders, "https://a.example/o");
	assert_true(acme_account_doc_read(STR("{\"status\":\"deactivated\"}"), &a));
	assert_string_equal(a.orders, "");
	assert_true(acme_orders_read(STR("{\"orders\":[\"https://a.example/1\",\"https://a.example/2\"]}"), list, &n));
	assert_int_equal(n, 2);
	assert_string_equal(list[1], "https://a.example/2");
	assert_false(acme_orders_read(STR("{\"orders\":[\"/1\"]}"), list, &n));
	at = (size_t)snprintf(many, sizeof(many), "{\"orders\":[\"https://a.example/o\"");
	for (i = 0; i < ACME_LISTED_MAX + 3; i++)
		at += (size_t)snprintf(many + at, sizeof(many) - at, ",\"https://a.example/%zu\"", i);
	snprintf(many + at, sizeof(many) - at, "]}");
	assert_true(acme_orders_read(str_of(many), list, &n));
	assert_int_equal(n, ACME_LISTED_MAX);
}

/* text with what replaced by with must not be read. */
static void
refused(const char *text, const char *what, const char *with, bool (*read)(struct str body))
{
	const char *at = strstr(text, what);
	char buf[4096];

	assert_non_null(at);
	snprintf(buf, sizeof(buf), "%.*s%s%s", (int)(at - text), text, with, at + strlen(what));
	if (read(str_of(buf)))
		fail_msg("%s instead of %s is taken", with, what);
}

static bool
read_directory(struct str s)
{
	struct acme_directory_doc d;

	return acme_directory_read(s, &d);
}

static bool
read_order(struct str s)
{
	static struct acme_order o;

	return acme_order_read(s, &o);
}

static bool
read_authz(struct str s)
{
	struct acme_authz a;

	return acme_authz_read(s, ACME_HTTP_01, &a);
}

static void
test_what_servers_must_not_say(void **state)
{
	(void)state;
	refused(directory, "https://example.com/acme/new-order", "http://example.com/acme/new-order", read_directory);
	refused(directory, "https://example.com/acme/new-nonce", "https://example.com/\\r\\nX: y", read_directory);
	refused(directory, "newNonce", "newNoncf", read_directory);
	refused(directory, "\"https://example.com/acme/new-account\"", "7", read_directory);
	refused(directory, "newAuthz", "newOrder", read_directory);	/* twice */
	refused(order, "\"valid\"", "\"fine\"", read_order);
	refused(order, "\"dns\"", "\"ip\"", read_order);
	refused(order, "www.example.org", "", read_order);
	refused(order, "www.example.org", "a b", read_order);
	refused(order, "finalize", "finalise", read_order);
	refused(order, "https://example.com/acme/authz/PAniVnsZcis", "file:///etc/passwd", read_order);
	refused(order, "\"authorizations\":[", "\"authorizations\":[1,", read_order);
	refused(authz, TOKEN, "short", read_authz);
	refused(authz, TOKEN, "../../../../../../../../etc/passwd", read_authz);
	refused(authz, TOKEN, TOKEN TOKEN TOKEN, read_authz);
	refused(authz, "https://example.com/acme/chall/prV_B7yEyA4", "", read_authz);
	refused(authz, "\"challenges\":[", "\"challenge\":[", read_authz);
	assert_false(read_directory(STR("")) || read_order(STR("<html>")) || read_authz(STR("[]")));
}

static void
test_too_much(void **state)
{
	char *many = malloc(ACME_DOCUMENT_MAX + 2);
	int at, i;

	(void)state;
	memset(many, ' ', ACME_DOCUMENT_MAX + 1);
	memcpy(many, directory, sizeof(directory) - 1);
	assert_true(read_directory((struct str){ many, ACME_DOCUMENT_MAX }));
	assert_false(read_directory((struct str){ many, ACME_DOCUMENT_MAX + 1 }));
	at = snprintf(many, ACME_DOCUMENT_MAX, "{\"status\":\"ready\",\"finalize\":\"https://a.example/\",\"identifiers\":[],"
	    "\"authorizations\":[\"https://a.example/0\"");
	for (i = 1; i < ACME_NAMES_MAX; i++)
		at += snprintf(many + at, 64, ",\"https://a.example/%d\"", i);
	memcpy(many + at, "]}", 3);
	assert_true(read_order(str_of(many)));
	memcpy(many + at, ",\"https://a.example/100\"]}", 26);
	assert_false(read_order(str_of(many)));
	free(many);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_directory),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_authorization),
		cmocka_unit_test(test_problem),
		cmocka_unit_test(test_account_and_its_orders),
		cmocka_unit_test(test_what_servers_must_not_say),
		cmocka_unit_test(test_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
