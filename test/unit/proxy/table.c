/* src/proxy/table.c: from the configuration to an edge, and which route a request belongs to (WEB-3, WEB-4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/err.h"
#include "base/rd.h"
#include "base/wr.h"
#include "conf/access.h"
#include "conf/conf.h"
#include "proxy/table.h"
#include "proxy/ticket.h"

#define ID(n) "\"id\":\"5d000000-0000-4000-8000-00000000000" #n "\","

static const char doc[] = "{\"schema_version\":1,\"generation\":3,\"written_at\":\"2026-07-01T09:30:00Z\",\"written_by\":\"a\","
    "\"summary\":\"\",\"setup\":{\"complete\":true},\"identity\":{\"cell_name\":\"myhome\"},"
    "\"users\":[{\"username\":\"admin\",\"role\":\"admin\",\"created_at\":\"2026-06-30T18:00:00Z\"}],"
    "\"proxy\":{\"trusted_proxies\":[\"192.168.1.2/32\",\"fd00::/64\"],\"max_body_bytes\":5000,\"idle_s\":77,\"routes\":["
    "{" ID(1) "\"name\":\"ha\",\"host\":\"ha\",\"target\":\"http://192.168.1.5:8123\"},"
    "{" ID(2) "\"name\":\"admin-ha\",\"host\":\"ha\",\"path\":\"/admin\",\"target\":\"https://nas.lan.example\","
    "\"access\":[\"vpn\"],\"websocket\":false,\"preserve_host\":false,\"max_body_bytes\":2000},"
    "{" ID(5) "\"name\":\"wall\",\"host\":\"wall\",\"target\":\"http://192.168.1.7\",\"login\":\"user\","
    "\"request_headers\":[\"X-Api-Key: a: b\",\"Accept-Language:\"],\"response_headers\":[\"X-Frame-Options: DENY\"]},"
    "{" ID(6) "\"name\":\"wall-admin\",\"host\":\"wall\",\"path\":\"/admin\",\"target\":\"http://192.168.1.7\",\"login\":\"admin\","
    "\"access\":[\"vpn\"]},"
    "{" ID(3) "\"name\":\"deep\",\"host\":\"a.b.myhome.cell\",\"path\":\"/x\",\"target\":\"http://[fd00::5]\"},"
    "{" ID(4) "\"name\":\"off\",\"host\":\"off\",\"target\":\"http://192.168.1.6\",\"enabled\":false}]}}";

/* What a peer may use that may use all. */
static const struct conf_access everything = { .w = { UINT64_MAX } };

static uint8_t buf[PROXY_TABLE_BYTES_MAX];
static size_t len;

static struct proxy_table *
planned(void)
{
	json_t *j = json_loads(doc, 0, NULL);
	struct conf *c;
	struct err e;
	struct wr w;
	struct rd r;
	struct proxy_table *t;

	assert_non_null(j);
	if (conf_build(&c, j, &e) < 0)
		fail_msg("%s", e.detail);
	json_decref(j);
	wr_init(&w, buf, sizeof(buf));
	proxy_table_plan(&w, c);
	conf_unref(c);
	assert_true(wr_ok(&w));
	len = wr_len(&w);
	rd_init(&r, buf, len);
	t = proxy_table_read(&r);
	assert_non_null(t);
	assert_int_equal(rd_left(&r), 0);
	return t;
}

static const struct proxy_route *
judge(const struct proxy_table *t, unsigned zone, const char *host, const char *path, enum proxy_verdict want)
{
	const struct proxy_visit v = { zone, str_of(host), str_of(path), NULL, &everything };
	const struct proxy_route *r;
	enum proxy_verdict is = proxy_table_judge(t, &v, &r);

	if (is != want)
		fail_msg("%s%s: %d, not %d", host, path, is, want);
	if (is == PROXY_ROUTED || is == PROXY_LOGIN)
		assert_non_null(r);
	return r;
}

static void
routes_arrive_whole(void **state)
{
	struct proxy_table *t = planned();
	const struct proxy_route *r;

	(void)state;
	assert_int_equal(proxy_table_count(t), 5);
	assert_int_equal(proxy_table_idle_s(t), 77);
	assert_string_equal(proxy_table_name(t), "myhome.home.arpa");
	assert_true(proxy_table_trusts(t, &(struct addr){ 4, { 192, 168, 1, 2 } }));
	assert_false(proxy_table_trusts(t, &(struct addr){ 4, { 192, 168, 1, 3 } }));
	assert_true(proxy_table_trusts(t, &(struct addr){ 16, { 0xfd, [15] = 9 } }));
	r = judge(t, CONF_ZONE_LAN, "ha.myhome.home.arpa", "/", PROXY_ROUTED);
	assert_false(r->tls);
	assert_true(r->websocket && r->preserve_host && r->tls_verify);
	assert_int_equal(r->body_max, 5000);
	assert_int_equal(r->port, 8123);
	assert_int_equal(r->addr.len, 4);
	assert_string_equal(r->target, "192.168.1.5");
	r = judge(t, CONF_ZONE_VPN, "HA.myhome.CELL.", "/admin/x", PROXY_ROUTED);
	assert_true(r->tls && r->tls_verify && !r->websocket && !r->preserve_host);
	assert_int_equal(r->body_max, 2000);
	assert_int_equal(r->port, 443);
	assert_int_equal(r->addr.len, 0);
	assert_string_equal(r->target, "nas.lan.example");
	assert_int_equal(judge(t, CONF_ZONE_VPN, "a.b.myhome.cell", "/x", PROXY_ROUTED)->addr.len, 16);
	proxy_table_unref(t);
}

static void
hosts_zones_and_paths(void **state)
{
	struct proxy_table *t = planned();

	(void)state;
	judge(t, CONF_ZONE_LAN, "ha.myhome.home.arpa", "/administrator", PROXY_ROUTED);
	judge(t, CONF_ZONE_LAN, "ha.myhome.home.arpa", "/admin", PROXY_FORBIDDEN);
	judge(t, CONF_ZONE_LAN, "ha.myhome.home.arpa", "/admin/", PROXY_FORBIDDEN);
	judge(t, CONF_ZONE_LOCAL, "ha.myhome.home.arpa", "/admin", PROXY_ROUTED);
	judge(t, CONF_ZONE_PUBLIC, "ha.myhome.home.arpa", "/", PROXY_FORBIDDEN);
	judge(t, CONF_ZONE_CONTAINER, "ha.myhome.home.arpa", "/", PROXY_FORBIDDEN);
	judge(t, CONF_ZONE_LAN, "a.b.myhome.cell", "/y", PROXY_NO_PATH);
	judge(t, CONF_ZONE_PUBLIC, "a.b.myhome.cell", "/y", PROXY_FORBIDDEN);
	judge(t, CONF_ZONE_LAN, "a.b.myhome.home.arpa", "/x", PROXY_NO_ROUTE);
	judge(t, CONF_ZONE_LAN, "off.myhome.home.arpa", "/", PROXY_NO_ROUTE);
	judge(t, CONF_ZONE_LAN, "myhome.home.arpa", "/", PROXY_NO_ROUTE);
	judge(t, CONF_ZONE_LAN, "x.ha.myhome.home.arpa", "/", PROXY_NO_ROUTE);
	judge(t, CONF_ZONE_LAN, "", "/", PROXY_NO_ROUTE);
	proxy_table_unref(t);
}

static void
signed_in(const struct proxy_table *t, unsigned zone, bool admin, const char *path, enum proxy_verdict want)
{
	const struct proxy_ticket ticket = { .admin = admin };
	const struct proxy_visit v = { zone, STR("wall.myhome.home.arpa"), str_of(path), &ticket, &everything };
	const struct proxy_route *r;
	enum proxy_verdict is = proxy_table_judge(t, &v, &r);

	if (is != want || r == NULL)
		fail_msg("%s: %d, not %d", path, is, want);
}

/* WEB-4: the zone, then who he is. */
static void
who_has_signed_in(void **state)
{
	struct proxy_table *t = planned();
	const struct proxy_route *r = judge(t, CONF_ZONE_LAN, "wall.myhome.cell", "/x", PROXY_LOGIN);

	(void)state;
	assert_string_equal(r->home, "myhome.cell");
	assert_string_equal(judge(t, CONF_ZONE_LAN, "wall.myhome.home.arpa", "/", PROXY_LOGIN)->home, "myhome.home.arpa");
	judge(t, CONF_ZONE_PUBLIC, "wall.myhome.cell", "/x", PROXY_FORBIDDEN);
	judge(t, CONF_ZONE_LAN, "wall.myhome.cell", "/admin", PROXY_FORBIDDEN);
	judge(t, CONF_ZONE_VPN, "wall.myhome.cell", "/admin", PROXY_LOGIN);
	judge(t, CONF_ZONE_LOCAL, "wall.myhome.cell", "/", PROXY_LOGIN);
	signed_in(t, CONF_ZONE_LAN, false, "/x", PROXY_ROUTED);
	signed_in(t, CONF_ZONE_VPN, false, "/admin/x", PROXY_NOT_ADMIN);
	signed_in(t, CONF_ZONE_VPN, true, "/admin/x", PROXY_ROUTED);
	signed_in(t, CONF_ZONE_LAN, true, "/admin", PROXY_FORBIDDEN);
	judge(t, CONF_ZONE_LAN, "wall.myhome.cell", PROXY_ENTER_PATH, PROXY_ENTER);
	judge(t, CONF_ZONE_PUBLIC, "wall.myhome.cell", PROXY_ENTER_PATH, PROXY_FORBIDDEN);
	judge(t, CONF_ZONE_LAN, "wall.myhome.cell", PROXY_ENTER_PATH "/", PROXY_LOGIN);
	judge(t, CONF_ZONE_LAN, "ha.myhome.cell", PROXY_ENTER_PATH, PROXY_ROUTED);
	proxy_table_unref(t);
}

/* FWL-4: in the VPN the access word decides, route by route; the number of a word is the place of its route. */
static void
access_words(void **state)
{
	static const struct conf_access inner = { .w = { 1 << 1 } }, walls = { .w = { 1 << 2 | 1 << 3 } };
	struct proxy_table *t = planned();
	struct proxy_visit v = { CONF_ZONE_VPN, STR("ha.myhome.cell"), STR("/admin/x"), NULL, &inner };
	const struct proxy_route *r;

	(void)state;
	assert_int_equal(proxy_table_judge(t, &v, &r), PROXY_ROUTED);
	assert_string_equal(r->name, "admin-ha");
	v.path = STR("/");
	assert_int_equal(proxy_table_judge(t, &v, &r), PROXY_NO_RIGHT);
	assert_string_equal(r->name, "ha");
	v.host = STR("a.b.myhome.cell");	/* that there is nothing is not for him to know either */
	assert_int_equal(proxy_table_judge(t, &v, &r), PROXY_NO_RIGHT);
	v.path = STR("/x");
	assert_int_equal(proxy_table_judge(t, &v, &r), PROXY_NO_RIGHT);
	v.host = STR("wall.myhome.cell");
	v.access = &walls;
	assert_int_equal(proxy_table_judge(t, &v, &r), PROXY_LOGIN);
	v.zone = CONF_ZONE_LAN;			/* at home nobody needs a word */
	v.host = STR("ha.myhome.cell");
	v.access = NULL;
	assert_int_equal(proxy_table_judge(t, &v, &r), PROXY_ROUTED);
	proxy_table_unref(t);
}

static void
header_rules(void **state)
{
	struct proxy_table *t = planned();
	const struct proxy_route *r = judge(t, CONF_ZONE_LAN, "wall.myhome.cell", "/", PROXY_LOGIN);

	(void)state;
	assert_int_equal(r->nrequest, 2);
	assert_string_equal(r->request[0].name, "X-Api-Key");
	assert_string_equal(r->request[0].value, "a: b");
	assert_string_equal(r->request[1].name, "Accept-Language");
	assert_null(r->request[1].value);
	assert_int_equal(r->nresponse, 1);
	assert_string_equal(r->response[0].value, "DENY");
	assert_int_equal(judge(t, CONF_ZONE_LAN, "ha.myhome.cell", "/", PROXY_ROUTED)->nrequest, 0);
	proxy_table_unref(t);
}

/* Where a path decides about access, no spelling gets around it. */
static void
spellings(void **state)
{
	static const char *const paths[] = { "/x/../admin", "/./admin", "//admin", "/x//admin", "/%2e%2E/admin", "/x%2Fadmin",
		"/x%2fy",
		"/\\admin", "/x%5cy", "/x%5Cy", "/..;/admin", "/.;x/admin", "/x/..", "/x/." };
	struct proxy_table *t = planned();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		judge(t, CONF_ZONE_LAN, "ha.myhome.home.arpa", paths[i], PROXY_AMBIGUOUS);
	judge(t, CONF_ZONE_LAN, "ha.myhome.home.arpa", "/a%20b/..c/.well-known/x.", PROXY_ROUTED);
	proxy_table_unref(t);
}

/* Every prefix of it is refused, and memory stays where it is. */
static void
cut_tables(void **state)
{
	struct proxy_table *t = planned();
	struct rd r;
	size_t n;

	(void)state;
	proxy_table_unref(proxy_table_ref(t));
	proxy_table_unref(t);
	for (n = 0; n < len; n++) {
		rd_init(&r, buf, n);
		assert_null(proxy_table_read(&r));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes_arrive_whole), cmocka_unit_test(hosts_zones_and_paths),
		cmocka_unit_test(who_has_signed_in), cmocka_unit_test(access_words), cmocka_unit_test(header_rules),
		cmocka_unit_test(spellings),
		cmocka_unit_test(cut_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
