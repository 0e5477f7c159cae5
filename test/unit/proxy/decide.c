/* What the edge does with a request: SET-1, WEB-2, WEB-7, api.md 1.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"
#include "base/rd.h"
#include "base/wr.h"
#include "conf/conf.h"
#include "proxy/decide.h"

static void
site(struct proxy_site *s, bool complete)
{
	struct conf *c = conf_default("myhome");

	assert_non_null(c);
	proxy_plan(s, c, "box", 8443);
	s->setup_complete = complete;
	conf_unref(c);
}

static enum proxy_action
decide(const struct proxy_site *s, bool tls, const char *host, const char *path)
{
	const struct addr local = { 4, { 192, 168, 1, 2 } };
	const struct proxy_ask a = { tls, true, str_of(host), str_of(path), &local };

	return proxy_decide(s, &a);
}

static void
test_before_setup(void **state)
{
	struct proxy_site s;

	(void)state;
	site(&s, false);
	assert_int_equal(decide(&s, true, "anything.example", "/"), PROXY_SETUP);
	assert_int_equal(decide(&s, true, "192.168.1.2", "/peers"), PROXY_SETUP);
	assert_int_equal(decide(&s, true, "192.168.1.2", "/setup"), PROXY_UI);
	assert_int_equal(decide(&s, true, "192.168.1.2", "/assets/app-1.js"), PROXY_UI);
	assert_int_equal(decide(&s, true, "192.168.1.2", "/api/setup/status"), PROXY_API);
	assert_int_equal(decide(&s, false, "192.168.1.2", "/setup"), PROXY_HTTPS);
}

/* WEB-7, RFC 8555 8.3: what is no token is no challenge, and without an account none is answered. */
static void
test_challenge(void **state)
{
	static const char *const bad[] = { "/.well-known/acme-challenge/", "/.well-known/acme-challenge/a/b",
	    "/.well-known/acme-challenge/a=", "/.well-known/acme-challenge", "/.well-known/acme-challenge/a\r", "/acme-challenge/a",
	    "/.well-known/acme-challenge/%61" };
	char text[400] = "/.well-known/acme-challenge/", *end = text + strlen(text);
	struct proxy_site s;
	struct str token;
	size_t i;

	(void)state;
	site(&s, true);
	memset(end, 'x', PROXY_TOKEN_MAX + 1);
	assert_false(proxy_challenge(&s, STR("/.well-known/acme-challenge/aZ09-_"), &token));
	memcpy(s.acme, "thumb", 6);
	assert_true(proxy_challenge(&s, STR("/.well-known/acme-challenge/aZ09-_"), &token));
	assert_true(str_eq(token, STR("aZ09-_")));
	assert_true(proxy_challenge(&s, (struct str){ text, strlen(text) - 1 }, &token));
	assert_false(proxy_challenge(&s, str_of(text), &token));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(proxy_challenge(&s, str_of(bad[i]), &token));
	assert_false(proxy_challenge(&s, (struct str){ "/.well-known/acme-challenge/a\0b", 31 }, &token));
}

/* TLS-8, WEB-7: after setup, in clear too, under own names only; and nothing but GET. */
static void
test_ca(void **state)
{
	const struct addr local = { 4, { 192, 168, 1, 2 } };
	const struct proxy_ask post = { false, false, STR("192.168.1.2"), STR("/ca"), &local };
	struct proxy_site s;

	(void)state;
	site(&s, true);
	assert_int_equal(decide(&s, false, "192.168.1.2", "/ca"), PROXY_CA);
	assert_int_equal(decide(&s, true, "ca.myhome.home.arpa", "/ca/root.crt"), PROXY_CA);
	assert_int_equal(decide(&s, false, "myhome.home.arpa", "/cat"), PROXY_HTTPS);
	assert_int_equal(decide(&s, false, "evil.example", "/ca"), PROXY_MISDIRECTED);
	assert_int_equal(proxy_decide(&s, &post), PROXY_METHOD);
	site(&s, false);
	assert_int_equal(decide(&s, true, "192.168.1.2", "/ca"), PROXY_SETUP);
}

/* PEER-9: links are core's, any method, only over TLS and after setup. */
static void
test_links(void **state)
{
	const struct addr local = { 4, { 192, 168, 1, 2 } };
	const struct proxy_ask post = { true, false, STR("192.168.1.2"), STR("/p/abc"), &local };
	struct proxy_site s;

	(void)state;
	site(&s, true);
	assert_int_equal(decide(&s, true, "192.168.1.2", "/p/abc"), PROXY_API);
	assert_int_equal(proxy_decide(&s, &post), PROXY_API);
	assert_int_equal(decide(&s, false, "192.168.1.2", "/p/abc"), PROXY_HTTPS);
	assert_int_equal(decide(&s, true, "evil.example", "/p/abc"), PROXY_MISDIRECTED);
	assert_int_equal(decide(&s, true, "192.168.1.2", "/peers"), PROXY_UI);
	site(&s, false);
	assert_int_equal(decide(&s, true, "192.168.1.2", "/p/abc"), PROXY_SETUP);
}

/* DNS-17: any method, but only over TLS, under an own name, and while it is on. */
static void
test_doh(void **state)
{
	const struct addr local = { 4, { 192, 168, 1, 2 } };
	struct proxy_ask a = { true, false, STR("myhome.home.arpa"), STR("/dns-query"), &local };
	struct proxy_site s;

	(void)state;
	site(&s, true);
	s.doh = true;
	assert_int_equal(proxy_decide(&s, &a), PROXY_DOH);
	assert_int_equal(decide(&s, true, "192.168.1.2", "/dns-query"), PROXY_DOH);
	assert_int_equal(decide(&s, false, "192.168.1.2", "/dns-query"), PROXY_HTTPS);
	assert_int_equal(decide(&s, true, "other.example", "/dns-query"), PROXY_MISDIRECTED);
	assert_int_equal(decide(&s, true, "192.168.1.2", "/dns-query/"), PROXY_UI);
	s.doh = false;
	assert_int_equal(decide(&s, true, "192.168.1.2", "/dns-query"), PROXY_NOTHING);	/* no page of ours either */
	assert_int_equal(proxy_decide(&s, &a), PROXY_NOTHING);
	site(&s, false);
	assert_int_equal(decide(&s, true, "192.168.1.2", "/dns-query"), PROXY_SETUP);
}

/* ACC-12: DNS rebinding meets a closed door. */
static void
test_hosts(void **state)
{
	struct proxy_site s;

	(void)state;
	site(&s, true);
	assert_int_equal(decide(&s, true, "myhome.home.arpa", "/"), PROXY_UI);
	assert_int_equal(decide(&s, true, "API.MyHome.cell.", "/api/status"), PROXY_API);
	assert_int_equal(decide(&s, true, "box", "/"), PROXY_UI);
	assert_int_equal(decide(&s, true, "box.local", "/"), PROXY_UI);
	assert_int_equal(decide(&s, true, "192.168.1.2", "/"), PROXY_UI);
	assert_int_equal(decide(&s, true, "192.168.1.3", "/"), PROXY_MISDIRECTED);
	assert_int_equal(decide(&s, true, "127.0.0.1", "/"), PROXY_MISDIRECTED);
	assert_int_equal(decide(&s, true, "evil.example", "/api/status"), PROXY_MISDIRECTED);
	assert_int_equal(decide(&s, true, "xmyhome.home.arpa", "/"), PROXY_MISDIRECTED);
	assert_int_equal(decide(&s, false, "evil.example", "/"), PROXY_MISDIRECTED);
	assert_int_equal(decide(&s, false, "myhome.home.arpa", "/api/status"), PROXY_HTTPS);
}

static void
test_paths(void **state)
{
	const struct addr local = { 4, { 192, 168, 1, 2 } };
	struct proxy_ask post = { true, false, STR("box"), STR("/"), &local };
	struct proxy_site s;

	(void)state;
	site(&s, true);
	assert_int_equal(decide(&s, true, "box", "/apis"), PROXY_UI);
	assert_int_equal(decide(&s, true, "box", "/api"), PROXY_API);
	assert_int_equal(decide(&s, true, "box", "/health"), PROXY_API);
	assert_int_equal(proxy_decide(&s, &post), PROXY_METHOD);
	post.path = STR("/api/auth/login");
	assert_int_equal(proxy_decide(&s, &post), PROXY_API);
}

static void
test_round_trip(void **state)
{
	struct proxy_site s, back;
	uint8_t buf[32768];
	struct wr w;
	struct rd r;

	(void)state;
	site(&s, true);
	wr_init(&w, buf, sizeof(buf));
	proxy_site_write(&w, &s);
	assert_true(wr_ok(&w));
	rd_init(&r, buf, wr_len(&w));
	assert_true(proxy_site_read(&r, &back));
	assert_memory_equal(&s, &back, sizeof(s));
	for (size_t n = 0; n < wr_len(&w); n++) {
		rd_init(&r, buf, n);
		assert_false(proxy_site_read(&r, &back));
	}
}

/* What the writer does not make is refused: empty names, names with an end in them, a flag that is none, too many. */
static void
test_foreign_bytes(void **state)
{
	static const uint8_t bad[][12] = {
		{ 2, 1, 187, 0, 0 },
		{ 1, 1, 187, 0, 1, 0 },
		{ 1, 1, 187, 0, 1, 3, 'a', 0, 'b' },
		{ 1, 1, 187, 0, PROXY_NAMES_MAX + 1 },
		{ 1, 1, 187, 0, 1, PROXY_NAME_MAX, 'a' },
	};
	struct proxy_site s;
	struct rd r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		rd_init(&r, bad[i], sizeof(bad[i]));
		assert_false(proxy_site_read(&r, &s));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_before_setup),
		cmocka_unit_test(test_ca),
		cmocka_unit_test(test_challenge),
		cmocka_unit_test(test_links), cmocka_unit_test(test_doh), cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_foreign_bytes),
	};

	return cmocka_run_group_tests_name("proxy/decide", tests, NULL, NULL);
}
