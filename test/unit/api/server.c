/* The real server over socket pairs: from the first call to a finished cell,
 * its names and back. */
#include "api/server.h"

#include "cell.h"

/* SET-1, ACC-3: before setup only the setup answers, and only to whom it may. */
static void
before_setup(void **state)
{
	struct cell x;
	struct reply r;
	char header[64];

	(void)state;
	cell_open(&x);
	expect(&x, &cell_lan, 200, "GET", "/health", "", NULL);
	expect(&x, &cell_lan, 428, "GET", "/api/status", "", NULL);
	expect(&x, &cell_socket, 428, "GET", "/api/config", "", NULL);
	expect(&x, &cell_lan, 428, "GET", "/api/nothing", "", NULL);
	r = call(&x, &cell_lan, "POST", "/api/auth/login", "", "{\"username\":\"a\",\"password\":\"b\"}");
	assert_status(r, 428);
	assert_string_equal(reply_text(&r, "type"), "urn:pic:setup-required");
	assert_string_equal(reply_text(&r, "setup_url"), "/setup");
	reply_free(&r);
	r = call(&x, &cell_lan, "GET", "/api/setup/status", "", NULL);
	assert_status(r, 200);
	assert_true(json_is_true(json_object_get(r.json, "token_required")));
	assert_true(json_is_false(json_object_get(r.json, "complete")));
	reply_free(&r);
	expect(&x, &cell_lan, 401, "GET", "/api/setup/step", "", NULL);
	expect(&x, &cell_lan, 401, "GET", "/api/setup/step", "X-Setup-Token: AAAAAAAAAAAAAAAAAAAAAAAAAA\r\n", NULL);
	snprintf(header, sizeof(header), "X-Setup-Token: %s\r\n", x.token);
	expect(&x, &cell_lan, 200, "GET", "/api/setup/step?step=identity", header, NULL);
	expect(&x, &cell_lan, 200, "GET", "/api/setup/diagnosis", header, NULL);
	expect(&x, &cell_loopback, 200, "GET", "/api/setup/step", "", NULL);
	expect(&x, &cell_loopback, 200, "GET", "/api/setup/check-name/Kitchen", "", NULL);
	expect(&x, &cell_loopback, 401, "POST", "/api/setup/token", "", NULL);
	expect(&x, &cell_socket, 200, "POST", "/api/setup/token", "", NULL);
	expect(&x, &cell_lan, 401, "GET", "/api/setup/step", header, NULL);	/* the old token ended */
	cell_close(&x);
}

/* SET-8, SET-3: one transaction, the caller is logged in, and it cannot be done twice. */
static void
setup(void **state)
{
	static const char body[] = "{\"cell_name\":\"myhome\",\"timezone\":\"Europe/Oslo\",\"username\":\"anna\","
	    "\"password\":\"" CELL_PASSWORD "\"}";
	struct cell x;
	struct reply r;
	char header[64], set[256], cookie[256];

	(void)state;
	cell_open(&x);
	snprintf(header, sizeof(header), "X-Setup-Token: %s\r\n", x.token);
	expect(&x, &cell_lan, 400, "POST", "/api/setup/complete", header, "{\"password\":\"short\"}");
	assert_int_equal(conf_txn_current(x.txn)->generation, 0);
	expect(&x, &cell_lan, 200, "POST", "/api/setup/step", header, "{\"step\":\"identity\",\"cell_name\":\"other\"}");
	r = call(&x, &cell_lan, "POST", "/api/setup/complete", header, body);
	assert_status(r, 200);
	assert_int_equal(x.finished, 1);
	assert_int_equal(conf_txn_current(x.txn)->generation, 1);
	assert_string_equal(conf_txn_current(x.txn)->written_by, "setup");
	assert_string_equal(conf_txn_current(x.txn)->identity.cell_name, "myhome");
	reply_header(&r, "Set-Cookie", set, sizeof(set));
	assert_non_null(strstr(set, "HttpOnly"));
	assert_non_null(strstr(set, "SameSite=Strict"));
	assert_non_null(strstr(set, "Secure"));
	assert_non_null(strstr(set, "Path=/"));
	snprintf(cookie, sizeof(cookie), "Cookie: %.*s\r\n", (int)strcspn(set, ";"), set);
	reply_free(&r);
	r = call(&x, &cell_lan, "GET", "/api/auth/me", cookie, NULL);
	assert_status(r, 200);
	assert_string_equal(reply_text(&r, "username"), "anna");
	assert_string_equal(reply_text(&r, "zone"), "lan");
	assert_string_equal(reply_text(&r, "via"), "session");
	reply_free(&r);
	expect(&x, &cell_lan, 409, "POST", "/api/setup/complete", header, body);
	expect(&x, &cell_loopback, 409, "GET", "/api/setup/step", "", NULL);
	expect(&x, &cell_socket, 409, "POST", "/api/setup/token", "", NULL);
	expect(&x, &cell_lan, 200, "GET", "/api/setup/status", "", NULL);
	cell_close(&x);
}

/* AUT-6, ACC-12: wrong in every way, then right; what a session needs to change something. */
static void
login(void **state)
{
	struct cell x;
	struct login me;
	struct reply r;
	char buf[512];

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_lan, 401, "GET", "/api/status", "", NULL);
	expect(&x, &cell_lan, 401, "GET", "/api/nothing", "", NULL);
	r = call(&x, &cell_lan, "POST", "/api/auth/login", "", "{\"username\":\"admin\",\"password\":\"wrong\"}");
	assert_status(r, 401);
	assert_string_equal(reply_text(&r, "error"), "wrong user name, password or code");
	reply_free(&r);
	expect(&x, &cell_lan, 400, "POST", "/api/auth/login", "", "{\"username\":\"admin\"}");
	expect(&x, &cell_public, 403, "POST", "/api/auth/login", "",
	    "{\"username\":\"admin\",\"password\":\"" CELL_PASSWORD "\"}");
	cell_login(&x, &cell_lan, "admin", CELL_PASSWORD, &me);
	expect(&x, &cell_lan, 200, "GET", "/api/status", me.cookie, NULL);
	expect(&x, &cell_public, 403, "GET", "/api/status", me.cookie, NULL);
	expect(&x, &cell_lan, 404, "GET", "/api/nothing", me.cookie, NULL);
	r = call(&x, &cell_lan, "POST", "/api/status", me.headers, "{}");
	assert_status(r, 405);
	assert_string_equal(reply_header(&r, "Allow", buf, sizeof(buf)), "GET, HEAD");
	reply_free(&r);
	expect(&x, &cell_lan, 403, "POST", "/api/dns/cache/flush", me.cookie, "{}");
	expect(&x, &cell_lan, 200, "POST", "/api/dns/cache/flush", me.headers, "{}");
	snprintf(buf, sizeof(buf), "%sOrigin: https://evil.example\r\n", me.headers);
	expect(&x, &cell_lan, 403, "POST", "/api/dns/cache/flush", buf, "{}");
	snprintf(buf, sizeof(buf), "%sOrigin: https://localhost\r\n", me.headers);
	expect(&x, &cell_lan, 200, "POST", "/api/dns/cache/flush", buf, "{}");
	snprintf(buf, sizeof(buf), "%sSec-Fetch-Site: cross-site\r\n", me.headers);
	expect(&x, &cell_lan, 403, "POST", "/api/dns/cache/flush", buf, "{}");
	expect(&x, &cell_lan, 200, "POST", "/api/auth/logout", me.cookie, NULL);
	expect(&x, &cell_lan, 401, "GET", "/api/status", me.cookie, NULL);
	cell_close(&x);
}

/* The transport's rules: form, size, host (api.md 1.1). */
static void
transport(void **state)
{
	static const char rebound[] = "GET /health HTTP/1.1\r\nHost: evil.example:3000\r\n\r\n";
	static const char form[] = "POST /api/dns/cache/flush HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
	    "Content-Length: 2\r\n\r\n{}";
	static const char large[] = "POST /api/dns/cache/flush HTTP/1.1\r\nHost: x\r\n"
	    "Content-Type: application/json\r\nContent-Length: 2000000\r\n\r\n{}";
	static const struct {
		const struct api_origin *from;
		const char *text;
		int status;
	} cases[] = { { &cell_loopback, rebound, 421 }, { &cell_socket, form, 415 }, { &cell_socket, large, 413 } };
	struct client *c;
	struct cell x;
	struct reply r;
	char buf[128];
	size_t i;

	(void)state;
	cell_begin(&x);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		c = client_new(&x, cases[i].from);
		client_send(c, cases[i].text, strlen(cases[i].text));
		r = reply_of("GET", "/none", c);
		assert_status(r, cases[i].status);
		assert_string_equal(reply_text(&r, "type"), "urn:pic:http");
		reply_free(&r);
		client_free(c);
	}
	expect(&x, &cell_socket, 400, "POST", "/api/dns/cache/flush", "", "{\"name\":1,\"name\":2}");
	expect(&x, &cell_socket, 400, "POST", "/api/dns/cache/flush", "", "[]");
	expect(&x, &cell_socket, 400, "POST", "/api/dns/cache/flush", "", "{\"other\":1}");
	expect(&x, &cell_socket, 400, "GET", "/api/jobs?state=never", "", NULL);
	expect(&x, &cell_socket, 400, "GET", "/api/jobs?x=1", "", NULL);
	expect(&x, &cell_socket, 400, "GET", "/api/jobs?kind=a&kind=b", "", NULL);
	expect(&x, &cell_socket, 404, "GET", "/api/jobs/a%2fb", "", NULL);
	expect(&x, &cell_socket, 404, "GET", "/api//jobs", "", NULL);
	r = call(&x, &cell_socket, "GET", "/api/status", "", NULL);
	assert_status(r, 200);
	assert_string_equal(reply_header(&r, "Cache-Control", buf, sizeof(buf)), "no-store");
	assert_string_equal(reply_header(&r, "Content-Type", buf, sizeof(buf)), "application/json");
	assert_string_equal(reply_header(&r, "Access-Control-Allow-Origin", buf, sizeof(buf)), "");
	reply_free(&r);
	cell_close(&x);
}

static json_t *
change_at(const struct reply *r, size_t i)
{
	return json_array_get(json_object_get(r->json, "changes"), i);
}

/* The main job: a name is tried, made, changed by two people at once, and taken back (APL-3, CFG-10). */
static void
names(void **state)
{
	static const char nas[] = "{\"name\":\" nas \",\"type\":\"A\",\"value\":\"192.168.1.5\"}";
	struct cell x;
	struct reply r;
	char id[64], path[128], header[64], buf[128];

	(void)state;
	cell_begin(&x);
	r = call(&x, &cell_socket, "POST", "/api/dns/records?dry_run=1", "", nas);
	assert_status(r, 200);
	assert_int_equal(json_array_size(json_object_get(r.json, "changes")), 1);
	assert_string_equal(json_string_value(json_object_get(change_at(&r, 0), "op")), "add");
	assert_true(json_is_false(json_object_get(r.json, "lease_needed")));
	reply_free(&r);
	assert_int_equal(conf_txn_current(x.txn)->dns.nrecords, 0);

	r = call(&x, &cell_socket, "POST", "/api/dns/records", "", nas);
	assert_status(r, 201);
	assert_string_equal(reply_text(&r, "name"), "nas");
	assert_string_equal(reply_text(&r, "zone"), "myhome.home.arpa");
	assert_string_equal(reply_header(&r, "X-Config-Generation", buf, sizeof(buf)), "2");
	assert_string_equal(reply_header(&r, "ETag", buf, sizeof(buf)), "\"r2\"");
	snprintf(id, sizeof(id), "%s", reply_text(&r, "id"));
	snprintf(path, sizeof(path), "/api/dns/records/%s", id);
	assert_string_equal(reply_header(&r, "Location", buf, sizeof(buf)), path);
	reply_free(&r);

	r = call(&x, &cell_socket, "POST", "/api/dns/records", "", nas);
	assert_status(r, 409);
	reply_free(&r);
	r = call(&x, &cell_socket, "POST", "/api/dns/records", "",
	    "{\"name\":\"bad name\",\"type\":\"A\",\"value\":\"1.2.3\",\"ttl\":-1}");
	assert_status(r, 400);
	assert_true(json_array_size(json_object_get(r.json, "errors")) >= 2);	/* INP-4: all at once */
	assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(r.json, "errors"), 0),
	    "field")), "name");
	reply_free(&r);

	expect(&x, &cell_socket, 200, "PUT", path, "If-Match: \"r2\"\r\n", "{\"value\":\"192.168.1.6\"}");
	r = call(&x, &cell_socket, "PUT", path, "If-Match: \"r2\"\r\n", "{\"value\":\"192.168.1.7\"}");
	assert_status(r, 412);
	assert_string_equal(reply_text(&r, "type"), "urn:pic:precondition");
	reply_free(&r);
	assert_string_equal(conf_txn_current(x.txn)->dns.records[0].value, "192.168.1.6");

	r = call(&x, &cell_socket, "GET", "/api/dns/records?generated=1", "", NULL);
	assert_status(r, 200);
	assert_true(json_array_size(r.json) > 5);
	reply_free(&r);
	snprintf(header, sizeof(header), "If-None-Match: \"g3\"\r\n");
	expect(&x, &cell_socket, 304, "GET", "/api/dns/records", header, NULL);

	r = call(&x, &cell_socket, "GET", "/api/config/diff", "", NULL);
	assert_status(r, 200);
	assert_int_equal(json_array_size(r.json), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(r.json, 0), "new")), "192.168.1.6");
	reply_free(&r);

	expect(&x, &cell_socket, 404, "POST", "/api/config/rollback", "", "{\"generation\":99}");
	r = call(&x, &cell_socket, "POST", "/api/config/rollback", "", "{\"generation\":1}");
	assert_status(r, 200);
	assert_int_equal(json_integer_value(json_object_get(r.json, "generation")), 4);
	assert_true(json_is_null(json_object_get(r.json, "lease")));
	reply_free(&r);
	assert_int_equal(conf_txn_current(x.txn)->dns.nrecords, 0);
	r = call(&x, &cell_socket, "GET", "/api/config/generations", "", NULL);
	assert_status(r, 200);
	assert_int_equal(json_array_size(r.json), 4);
	reply_free(&r);
	expect(&x, &cell_socket, 404, "DELETE", path, "", NULL);
	cell_close(&x);
}

/* Records by name, forwards, and what the edges tell. */
static void
dns(void **state)
{
	static const char answer[] = "{\"rcode\":0,\"view\":\"lan\",\"source\":\"authoritative\",\"ede\":-1,"
	    "\"ede_text\":\"\",\"rule\":\"\",\"answers\":[\"nas.myhome.home.arpa.\\t300\\tIN\\tA\\t192.168.1.5\"],\"ms\":1}";
	struct cell x;
	struct reply r;
	json_t *row;

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 201, "POST", "/api/dns/records", "",
	    "{\"name\":\"a\",\"type\":\"A\",\"value\":\"10.1.1.1\"}");
	expect(&x, &cell_socket, 201, "POST", "/api/dns/records", "", "{\"name\":\"a\",\"type\":\"TXT\",\"value\":\"x\"}");
	expect(&x, &cell_socket, 400, "DELETE", "/api/dns/records", "", "{}");
	expect(&x, &cell_socket, 404, "DELETE", "/api/dns/records", "", "{\"name\":\"b\"}");
	r = call(&x, &cell_socket, "DELETE", "/api/dns/records?name=A", "", NULL);
	assert_status(r, 200);
	assert_int_equal(json_integer_value(json_object_get(r.json, "deleted")), 2);
	reply_free(&r);
	expect(&x, &cell_socket, 201, "POST", "/api/dns/forwards", "",
	    "{\"zone\":\"Corp.Example\",\"servers\":[\"10.1.1.1\"]}");
	expect(&x, &cell_socket, 409, "POST", "/api/dns/forwards", "",
	    "{\"zone\":\"corp.example\",\"servers\":[\"10.1.1.2\"]}");
	expect(&x, &cell_socket, 200, "GET", "/api/dns/forwards", "", NULL);
	expect(&x, &cell_socket, 200, "DELETE", "/api/dns/forwards/corp.example", "", NULL);
	expect(&x, &cell_socket, 404, "DELETE", "/api/dns/forwards/corp.example", "", NULL);
	expect(&x, &cell_socket, 200, "GET", "/api/dns/zones", "", NULL);
	expect(&x, &cell_socket, 400, "POST", "/api/dns/zones", "", "{\"name\":\"a.example\",\"zonefile\":\"?\"}");
	expect(&x, &cell_socket, 201, "POST", "/api/dns/zones", "",
	    "{\"name\":\"A.example\",\"zonefile\":\"lines\\n\\tand tabs\",\"views\":[\"lan\"]}");
	expect(&x, &cell_socket, 409, "POST", "/api/dns/zones", "", "{\"name\":\"a.example\"}");
	expect(&x, &cell_socket, 409, "POST", "/api/dns/zones", "", "{\"name\":\"x.myhome.cell\"}");
	r = call(&x, &cell_socket, "POST", "/api/dns/forwards", "", "{\"zone\":\"A.Example\",\"servers\":[\"10.1.1.1\"]}");
	assert_status(r, 409);
	assert_non_null(strstr(r.text, "zone: is a zone that the cell serves"));	/* not: its name is asked elsewhere */
	reply_free(&r);
	expect(&x, &cell_socket, 201, "POST", "/api/dns/zones", "", "{\"name\":\"b.example\"}");
	expect(&x, &cell_socket, 200, "PUT", "/api/dns/zones/a.example", "", "{\"zonefile\":\"other lines\"}");
	r = call(&x, &cell_socket, "PUT", "/api/dns/zones/a.example?dry_run=1", "", "{\"zonefile\":\"not higher\"}");
	assert_int_equal(json_array_size(json_object_get(r.json, "warnings")), 1);
	reply_free(&r);
	r = call(&x, &cell_socket, "PUT", "/api/dns/zones/a.example", "", "{\"zonefile\":\"not higher\"}");
	assert_string_equal(json_string_value(json_array_get(json_object_get(r.json, "warnings"), 0)),
	    "the serial 7 is not higher than 8, the one before: secondaries stay with the zone that they have until it is");
	reply_free(&r);
	r = call(&x, &cell_socket, "PUT", "/api/dns/zones/a.example", "", "{\"zonefile\":\"other lines\"}");
	assert_int_equal(json_array_size(json_object_get(r.json, "warnings")), 0);
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/dns/zones/a.example", "", NULL);
	assert_string_equal(reply_text(&r, "zonefile"), "other lines");
	assert_null(json_object_get(r.json, "warnings"));
	reply_free(&r);
	expect(&x, &cell_socket, 400, "GET", "/api/dns/zones/myhome.cell", "", NULL);
	expect(&x, &cell_socket, 400, "PUT", "/api/dns/zones/localhost", "", "{}");
	expect(&x, &cell_socket, 404, "GET", "/api/dns/zones/c.example", "", NULL);
	expect(&x, &cell_socket, 200, "DELETE", "/api/dns/zones/a.example", "", NULL);
	expect(&x, &cell_socket, 404, "DELETE", "/api/dns/zones/a.example", "", NULL);
	expect(&x, &cell_socket, 200, "GET", "/api/dns/overview", "", NULL);
	r = call(&x, &cell_socket, "GET", "/api/dns/status", "", NULL);
	assert_status(r, 200);
	assert_true(json_is_true(json_object_get(r.json, "running")));
	assert_int_equal(json_integer_value(json_object_get(r.json, "queries")), 10);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(r.json, "transports"), "doh")), 1);
	assert_int_equal(json_integer_value(json_object_get(r.json, "cookies")), 8);
	reply_free(&r);
	expect(&x, &cell_socket, 200, "POST", "/api/dns/reload", "", NULL);
	r = call(&x, &cell_socket, "POST", "/api/dns/cache/flush", "", "{\"name\":\"example.org\"}");
	assert_status(r, 200);
	assert_int_equal(x.flushed, 13);
	assert_int_equal(json_integer_value(json_object_get(r.json, "flushed")), 42);
	reply_free(&r);
	expect(&x, &cell_socket, 400, "GET", "/api/dns/query", "", NULL);
	expect(&x, &cell_socket, 400, "GET", "/api/dns/query?name=x&type=NOPE", "", NULL);
	expect(&x, &cell_socket, 503, "GET", "/api/dns/query?name=x", "", NULL);
	x.asked = "{\"rcode\":0,\"view\":7}";
	expect(&x, &cell_socket, 503, "GET", "/api/dns/query?name=x", "", NULL);
	x.asked = answer;
	r = call(&x, &cell_socket, "GET", "/api/dns/query?name=nas.myhome.home.arpa&type=aaaa&zone=lan", "", NULL);
	assert_status(r, 200);
	assert_int_equal(x.question.type, 28);
	assert_int_equal(x.question.zone, CONF_ZONE_LAN);
	assert_string_equal(reply_text(&r, "rcode"), "NOERROR");
	assert_true(json_is_null(json_object_get(r.json, "rule")));
	row = json_array_get(json_object_get(r.json, "answers"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "name")), "nas.myhome.home.arpa");
	assert_string_equal(json_string_value(json_object_get(row, "value")), "192.168.1.5");
	reply_free(&r);
	cell_close(&x);
}

/* BLK-1, BLK-2: rules, and what would become of a name; a peer is an address of the VPN. */
static void
filters(void **state)
{
	static const char blocked[] = "{\"rcode\":0,\"view\":\"vpn\",\"source\":\"blocked\",\"ede\":15,"
	    "\"ede_text\":\"Ads\",\"rule\":\"ads\",\"answers\":[],\"ms\":1}";
	struct cell x;
	struct reply r;

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 200, "GET", "/api/blocklists/rules", "", NULL);
	expect(&x, &cell_socket, 400, "PUT", "/api/blocklists/rules", "", "{\"deny\":[\"no name\"]}");
	expect(&x, &cell_socket, 400, "PUT", "/api/blocklists/rules", "", "{\"response\":\"silence\"}");
	expect(&x, &cell_socket, 412, "PUT", "/api/blocklists/rules", "If-Match: \"r99\"\r\n", "{\"deny\":[]}");
	r = call(&x, &cell_socket, "PUT", "/api/blocklists/rules", "",
	    "{\"deny\":[\"BAD.example\"],\"allow\":[\"ok.ads.example\"]}");
	assert_status(r, 200);
	assert_string_equal(json_string_value(json_array_get(json_object_get(r.json, "deny"), 0)), "bad.example");
	assert_string_equal(reply_text(&r, "response"), "zero");
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/blocklists/check?name=ads.example", "", NULL);
	assert_status(r, 200);
	assert_string_equal(reply_text(&r, "by"), "list");
	assert_string_equal(reply_text(&r, "list_id"), "ads");
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/blocklists/check?name=x.OK.ads.example.", "", NULL);
	assert_string_equal(reply_text(&r, "allowed_by"), "ok.ads.example");
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/blocklists/check?name=ads.myhome.home.arpa", "", NULL);
	assert_string_equal(reply_text(&r, "allowed_by"), "myhome.home.arpa");
	reply_free(&r);
	expect(&x, &cell_socket, 400, "GET", "/api/blocklists/check?name=a..b", "", NULL);
	expect(&x, &cell_socket, 400, "GET", "/api/blocklists/check?name=a.example&peer=192.168.1.9", "", NULL);
	expect(&x, &cell_socket, 400, "GET", "/api/dns/query?name=a.example&as_peer=192.168.1.9", "", NULL);
	expect(&x, &cell_socket, 400, "GET", "/api/dns/query?name=a.example&as_peer=phone&zone=lan", "", NULL);
	r = call(&x, &cell_socket, "POST", "/api/blocklists", "", "{\"name\":\"  Ads!\",\"url\":\"https://lists.example/a\"}");
	assert_status(r, 201);
	assert_string_equal(reply_text(&r, "id"), "ads");
	assert_int_equal(json_integer_value(json_object_get(r.json, "entries")), 7);
	reply_free(&r);
	r = call(&x, &cell_socket, "POST", "/api/blocklists", "", "{\"name\":\"Rules\",\"url\":\"https://lists.example/b\"}");
	assert_status(r, 201);
	assert_string_equal(reply_text(&r, "id"), "rules-2");
	reply_free(&r);
	expect(&x, &cell_socket, 400, "POST", "/api/blocklists", "", "{\"name\":\"x\",\"url\":\"http://lists.example/\"}");
	expect(&x, &cell_socket, 400, "POST", "/api/blocklists", "",
	    "{\"name\":\"x\",\"url\":\"https://lists.example/\",\"apply_to\":{\"groups\":[\"kids\"]}}");
	expect(&x, &cell_socket, 200, "GET", "/api/blocklists", "", NULL);
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", "{\"name\":\"phone\",\"ip\":\"10.0.0.9\"}");
	r = call(&x, &cell_socket, "PUT", "/api/blocklists/ads", "", "{\"apply_to\":{\"peers\":[\"phone\"]}}");
	assert_status(r, 200);
	assert_true(json_is_true(json_object_get(json_object_get(r.json, "apply_to"), "all")));
	reply_free(&r);
	expect(&x, &cell_socket, 404, "PUT", "/api/blocklists/none", "", "{\"enabled\":false}");
	expect(&x, &cell_socket, 412, "PUT", "/api/blocklists/ads", "If-Match: \"r1\"\r\n", "{\"enabled\":false}");
	expect(&x, &cell_socket, 202, "POST", "/api/blocklists/ads/refresh", "", NULL);
	expect(&x, &cell_socket, 404, "POST", "/api/blocklists/none/refresh", "", NULL);
	expect(&x, &cell_socket, 200, "DELETE", "/api/blocklists/rules-2", "", NULL);
	expect(&x, &cell_socket, 404, "DELETE", "/api/blocklists/rules-2", "", NULL);
	x.asked = blocked;
	r = call(&x, &cell_socket, "GET", "/api/dns/query?name=a.example&as_peer=phone", "", NULL);
	assert_status(r, 200);
	assert_int_equal(x.question.zone, CONF_ZONE_VPN);
	assert_int_equal(x.question.peer.b[3], 9);
	assert_string_equal(reply_text(&r, "source"), "blocked");
	assert_string_equal(reply_text(&r, "rule"), "ads");
	reply_free(&r);
	cell_close(&x);
}

/* DNS-19: the newest first, by pages, filtered, emptied. */
static void
questions(void **state)
{
	struct cell x;
	struct reply r;
	json_t *row;

	(void)state;
	cell_begin(&x);
	r = call(&x, &cell_socket, "GET", "/api/dns/log?limit=1&rcode=servfail&name=EXAMPLE", "", NULL);
	assert_status(r, 200);
	row = json_array_get(json_object_get(r.json, "entries"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "peer")), "192.168.1.3");
	assert_string_equal(json_string_value(json_object_get(row, "type")), "AAAA");
	assert_string_equal(json_string_value(json_object_get(row, "rcode")), "SERVFAIL");
	assert_string_equal(reply_text(&r, "next_cursor"), "2-0-0-0");
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/dns/log?cursor=2-0-0-0", "", NULL);	/* the second is gone */
	assert_status(r, 200);
	assert_int_equal(json_array_size(json_object_get(r.json, "entries")), 1);
	assert_true(json_is_null(json_object_get(r.json, "next_cursor")));
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/dns/log?peer=192.168.1.9", "", NULL);
	assert_int_equal(json_array_size(json_object_get(r.json, "entries")), 0);
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/dns/log?rcode=blocked", "", NULL);
	assert_int_equal(json_array_size(json_object_get(r.json, "entries")), 0);
	reply_free(&r);
	expect(&x, &cell_socket, 200, "GET", "/api/dns/log?peer=me", "", NULL);
	expect(&x, &cell_socket, 400, "GET", "/api/dns/log?cursor=1-2", "", NULL);
	expect(&x, &cell_socket, 200, "DELETE", "/api/dns/log", "", NULL);
	r = call(&x, &cell_socket, "GET", "/api/dns/log", "", NULL);
	assert_int_equal(json_array_size(json_object_get(r.json, "entries")), 0);
	reply_free(&r);
	cell_close(&x);
}

/* Sections and the whole document: what may be named, ETags, no secret (SEC-1, SEC-2). */
static void
settings(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	cell_begin(&x);
	r = call(&x, &cell_socket, "GET", "/api/config", "", NULL);
	assert_status(r, 200);
	assert_null(strstr(r.body, "secret_ref"));
	assert_null(strstr(r.body, "sec_"));
	assert_non_null(strstr(r.body, "has_secret"));
	assert_string_equal(reply_text(&r, "effective_domain"), "myhome.home.arpa");
	reply_free(&r);
	expect(&x, &cell_socket, 304, "GET", "/api/config", "If-None-Match: W/\"g1\"\r\n", NULL);
	expect(&x, &cell_socket, 200, "GET", "/api/config/sections/dns", "", NULL);
	expect(&x, &cell_socket, 404, "GET", "/api/config/sections/users", "", NULL);
	r = call(&x, &cell_socket, "PUT", "/api/config", "", "{\"timezone\":\"Europe/Berlin\",\"dns\":{\"edns_size\":1400}}");
	assert_status(r, 200);
	assert_int_equal(json_array_size(json_object_get(r.json, "changes")), 2);
	reply_free(&r);
	assert_int_equal(conf_txn_current(x.txn)->dns.edns_size, 1400);
	expect(&x, &cell_socket, 412, "PUT", "/api/config", "If-Match: \"g1\"\r\n", "{\"timezone\":\"UTC\"}");
	r = call(&x, &cell_socket, "PUT", "/api/config", "", "{\"users\":[],\"nope\":1,\"dns\":{\"records\":[]}}");
	assert_status(r, 400);
	assert_non_null(strstr(r.body, "nope"));
	reply_free(&r);
	r = call(&x, &cell_socket, "PUT", "/api/config", "", "{\"users\":[]}");
	assert_status(r, 400);
	assert_non_null(strstr(r.body, "/api/auth/users"));
	reply_free(&r);
	expect(&x, &cell_socket, 200, "PUT", "/api/config/sections/dns", "If-Match: \"r2\"\r\n", "{\"client_qps\":500}");
	expect(&x, &cell_socket, 412, "PUT", "/api/config/sections/dns", "If-Match: \"r2\"\r\n", "{\"client_qps\":501}");
	expect(&x, &cell_socket, 400, "PUT", "/api/config/sections/dns", "", "{\"client_qps\":1}");
	expect(&x, &cell_socket, 400, "PUT", "/api/config/sections/dns?lease_s=5", "", "{\"client_qps\":600}");
	expect(&x, &cell_socket, 200, "PUT", "/api/config/sections/dns?lease_s=0", "", "{\"client_qps\":600}");
	r = call(&x, &cell_socket, "PUT", "/api/config/sections/network?dry_run=1", "", "{\"ports\":{\"dns\":5300}}");
	assert_status(r, 200);
	assert_true(json_is_true(json_object_get(r.json, "lease_needed")));
	reply_free(&r);
	assert_int_equal(conf_txn_current(x.txn)->network.ports.dns, 53);
	expect(&x, &cell_socket, 200, "GET", "/api/config/pending", "", NULL);
	expect(&x, &cell_socket, 409, "POST", "/api/config/apply", "", "{}");
	expect(&x, &cell_socket, 409, "POST", "/api/config/discard", "", "{}");
	expect(&x, &cell_socket, 200, "GET", "/api/config/generations/1", "", NULL);
	expect(&x, &cell_socket, 404, "GET", "/api/config/generations/x", "", NULL);
	r = call(&x, &cell_socket, "GET", "/api/config/export", "", NULL);
	assert_status(r, 200);
	assert_null(strstr(r.body, "sec_"));
	reply_free(&r);
	expect(&x, &cell_socket, 200, "POST", "/api/config/import", "",
	    "{\"document\":{\"schema_version\":1,\"identity\":{\"timezone\":\"UTC\"}},\"mode\":\"merge\"}");
	assert_string_equal(conf_txn_current(x.txn)->identity.timezone, "UTC");
	cell_close(&x);
}

/* Start a diagnosis and wait for its end; path: of its job. */
static void
diagnose(struct cell *x, const char *body, char path[128])
{
	struct client *c;
	struct reply r;
	char header[128];
	bool over = false;
	int i;

	r = call(x, &cell_socket, "POST", "/api/diagnosis", "", body);
	assert_status(r, 202);
	snprintf(path, 128, "/api/jobs/%s", json_string_value(json_object_get(json_object_get(r.json, "job"), "id")));
	assert_string_equal(reply_header(&r, "Location", header, sizeof(header)), path);
	reply_free(&r);
	for (i = 0; i < 400 && !over; i++) {
		c = client_new(x, &cell_socket);
		client_pause(c, 25);
		client_free(c);
		r = call(x, &cell_socket, "GET", path, "", NULL);
		assert_status(r, 200);
		over = strcmp(reply_text(&r, "state"), "succeeded") == 0;
		reply_free(&r);
	}
	assert_true(over);
}

/* The state of things, jobs, the diagnosis. */
static void
state_of_things(void **state)
{
	struct cell x;
	struct reply r;
	char path[128];

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 200, "GET", "/api/services/status", "", NULL);
	expect(&x, &cell_socket, 200, "GET", "/api/network/info", "", NULL);
	expect(&x, &cell_socket, 200, "GET", "/api/network/listeners", "", NULL);
	expect(&x, &cell_socket, 200, "GET", "/api/openapi.json", "", NULL);
	expect(&x, &cell_socket, 200, "GET", "/api/diagnosis", "", NULL);
	diagnose(&x, NULL, path);
	expect(&x, &cell_socket, 409, "DELETE", path, "", NULL);
	expect(&x, &cell_socket, 404, "DELETE", "/api/jobs/none", "", NULL);
	r = call(&x, &cell_socket, "GET", "/api/diagnosis", "", NULL);
	assert_status(r, 200);
	assert_int_equal(json_array_size(json_object_get(r.json, "checks")), 2);
	reply_free(&r);
	diagnose(&x, "{\"areas\":[\"time\"]}", path);
	r = call(&x, &cell_socket, "GET", "/api/diagnosis", "", NULL);
	assert_int_equal(json_array_size(json_object_get(r.json, "checks")), 1);
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/jobs?kind=diagnosis.run", "", NULL);
	assert_status(r, 200);
	assert_int_equal(json_array_size(r.json), 2);
	reply_free(&r);
	x.ready = false;
	expect(&x, &cell_socket, 503, "GET", "/health", "", NULL);
	cell_close(&x);
}

/* A POST that is sent again is answered again, not done again (api.md 1.4). */
static void
idempotency(void **state)
{
	static const char nas[] = "{\"name\":\"nas\",\"type\":\"A\",\"value\":\"192.168.1.5\"}";
	struct cell x;
	struct reply a, b;
	char one[128], two[128];

	(void)state;
	cell_begin(&x);
	a = call(&x, &cell_socket, "POST", "/api/dns/records", "Idempotency-Key: k1\r\n", nas);
	assert_status(a, 201);
	b = call(&x, &cell_socket, "POST", "/api/dns/records", "Idempotency-Key: k1\r\n", nas);
	assert_status(b, 201);
	assert_string_equal(a.body, b.body);
	assert_string_equal(reply_header(&a, "Location", one, sizeof(one)), reply_header(&b, "Location", two, sizeof(two)));
	assert_string_equal(reply_header(&a, "ETag", one, sizeof(one)), reply_header(&b, "ETag", two, sizeof(two)));
	reply_free(&a);
	reply_free(&b);
	assert_int_equal(conf_txn_current(x.txn)->dns.nrecords, 1);
	expect(&x, &cell_socket, 409, "POST", "/api/dns/records", "Idempotency-Key: k1\r\n",
	    "{\"name\":\"b\",\"type\":\"A\",\"value\":\"192.168.1.5\"}");
	expect(&x, &cell_socket, 409, "POST", "/api/dns/records", "Idempotency-Key: k2\r\n", nas);
	expect(&x, &cell_socket, 400, "POST", "/api/dns/records", "Idempotency-Key: \r\n", nas);
	cell_close(&x);
}

/* What an answer shows once is repeated for whoever lost it, for a minute. */
static void
idempotency_of_secrets(void **state)
{
	static const char robot[] = "{\"name\":\"robot\",\"scopes\":[\"dns:read\"]}";
	struct cell x;
	struct reply a, b;

	(void)state;
	cell_begin(&x);
	a = call(&x, &cell_socket, "POST", "/api/tokens", "Idempotency-Key: k1\r\n", robot);
	assert_status(a, 201);
	b = call(&x, &cell_socket, "POST", "/api/tokens", "Idempotency-Key: k1\r\n", robot);
	assert_string_equal(reply_text(&a, "token"), reply_text(&b, "token"));
	reply_free(&a);
	reply_free(&b);
	clk_fake_advance(&x.clk, 60 * 1000LL);
	api_upkeep(x.api);
	b = call(&x, &cell_socket, "POST", "/api/tokens", "Idempotency-Key: k1\r\n", robot);
	assert_status(b, 409);
	assert_non_null(strstr(b.text, "is not kept"));
	reply_free(&b);
	assert_int_equal(conf_txn_current(x.txn)->ntokens, 1);
	cell_close(&x);
}

/* A client that leaves in the middle: the change is made, nothing is left behind (ASan looks). */
static void
gone(void **state)
{
	static const char text[] = "POST /api/dns/records HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	    "Content-Length: 53\r\n\r\n{\"name\":\"nas\",\"type\":\"A\",\"value\":\"192.168.1.5\"}     ";
	static const char zone[] = "POST /api/dns/zones HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	    "Content-Length: 35\r\n\r\n{\"name\":\"a.example\",\"zonefile\":\"x\"}";
	static const char half[] = "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	    "Content-Length: 60\r\n\r\n{\"username\":\"admin\",";
	struct client *c;
	struct cell x;

	(void)state;
	cell_begin(&x);
	c = client_new(&x, &cell_socket);
	client_send(c, text, sizeof(text) - 1);
	client_free(c);
	c = client_new(&x, &cell_socket);
	client_send(c, zone, sizeof(zone) - 1);
	client_free(c);
	c = client_new(&x, &cell_lan);
	client_send(c, half, sizeof(half) - 1);
	client_pause(c, 50);
	client_free(c);
	c = client_new(&x, &cell_lan);
	client_pause(c, 50);
	client_free(c);
	expect(&x, &cell_socket, 200, "GET", "/api/dns/records", "", NULL);
	cell_close(&x);
}

/* api.md 1.3: strangers have sixty a minute, the host has no limit. */
static void
limits(void **state)
{
	struct cell x;
	struct reply r;
	char wait[32];
	int i;

	(void)state;
	cell_begin(&x);
	for (i = 0; i < 60; i++)
		expect(&x, &cell_lan, 401, "GET", "/api/status", "", NULL);
	r = call(&x, &cell_lan, "GET", "/api/status", "", NULL);
	assert_status(r, 429);
	assert_true(atoi(reply_header(&r, "Retry-After", wait, sizeof(wait))) >= 1);
	reply_free(&r);
	expect(&x, &cell_public, 401, "GET", "/api/status", "", NULL);
	for (i = 0; i < 70; i++)
		expect(&x, &cell_loopback, 401, "GET", "/api/status", "", NULL);
	clk_fake_advance(&x.clk, 2000);
	expect(&x, &cell_lan, 401, "GET", "/api/status", "", NULL);
	cell_close(&x);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_setup),
		cmocka_unit_test(setup),
		cmocka_unit_test(login),
		cmocka_unit_test(transport),
		cmocka_unit_test(names),
		cmocka_unit_test(dns), cmocka_unit_test(filters), cmocka_unit_test(questions),
		cmocka_unit_test(settings),
		cmocka_unit_test(state_of_things),
		cmocka_unit_test(idempotency),
		cmocka_unit_test(idempotency_of_secrets),
		cmocka_unit_test(gone),
		cmocka_unit_test(limits),
	};

	if (argc > 1 && strcmp(argv[1], "job") == 0)
		return cell_job_main();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
