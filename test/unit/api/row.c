/* Rows of the configuration: what holds for records, secondaries, zones, forwards, block lists and users alike. */
#include "api/row.h"

#include <ctype.h>

#include "cell.h"

/* A row of each kind; member is one that other changes. */
static const struct { const char *path, *body, *member, *other; } rows[] = {
	{ "/api/dns/records", "\"name\":\"nas\",\"type\":\"A\",\"value\":\"192.168.1.5\"", "ttl", "60" },
	{ "/api/dns/secondaries", "\"name\":\"ns2\",\"address\":\"203.0.113.2\",\"key_name\":\"k\"", "port", "5353" },
	{ "/api/dns/zones", "\"name\":\"a.example\"", "views", "[\"lan\"]" },
	{ "/api/blocklists", "\"name\":\"Ads\",\"url\":\"https://lists.example/a\"", "refresh_s", "7200" },
	{ "/api/blocklists", "\"name\":\"More\",\"url\":\"https://lists.example/b\"", "apply_to",
	    "{\"all\":false,\"groups\":[]}" },
	{ "/api/auth/users", "\"username\":\"anna\",\"role\":\"peer\",\"password\":\"" CELL_PASSWORD "\"",
	    "display_name", "\"Anna\"" },
	{ "/api/peers", "\"name\":\"Anna-Phone\"", "lan_access", "true" },
};

/* Make the row number i; its path. */
static void
make(struct cell *x, size_t i, char path[128])
{
	char body[512], etag[32];
	struct reply r;

	snprintf(body, sizeof(body), "{%s}", rows[i].body);
	r = call(x, &cell_socket, "POST", rows[i].path, "", body);
	assert_status(r, 201);
	reply_header(&r, "Location", path, 128);
	assert_int_equal(strncmp(path, rows[i].path, strlen(rows[i].path)), 0);
	assert_true(reply_header(&r, "ETag", etag, sizeof(etag))[0] != '\0');
	reply_free(&r);
}

/* The ETag of a change is that of the next one's If-Match; an old one changes nothing. */
static void
changed_and_deleted(void **state)
{
	char path[128], body[256], match[64], etag[32];
	struct cell x;
	struct reply r;
	size_t i;

	(void)state;
	cell_begin(&x);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(&x, i, path);
		snprintf(body, sizeof(body), "{\"%s\":%s}", rows[i].member, rows[i].other);
		r = call(&x, &cell_socket, "PUT", path, "", body);
		assert_status(r, 200);
		snprintf(match, sizeof(match), "If-Match: %s\r\n", reply_header(&r, "ETag", etag, sizeof(etag)));
		reply_free(&r);
		expect(&x, &cell_socket, 412, "DELETE", path, "If-Match: \"r1\"\r\n", NULL);
		expect(&x, &cell_socket, 412, "PUT", path, "If-Match: \"r1\"\r\n", body);
		r = call(&x, &cell_socket, "DELETE", path, match, NULL);
		assert_status(r, 200);
		assert_true(json_is_true(json_object_get(r.json, "deleted")));
		reply_free(&r);
		expect(&x, &cell_socket, 404, "DELETE", path, "", NULL);
		expect(&x, &cell_socket, 404, "PUT", path, "", body);
	}
	cell_close(&x);
}

/* Names are compared as conf/ writes them: in lower case. */
static void
found_in_any_case(void **state)
{
	char path[128], *p;
	struct cell x;
	size_t i;

	(void)state;
	cell_begin(&x);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(&x, i, path);
		for (p = path + strlen(rows[i].path); *p != '\0'; p++)
			*p = (char)toupper((unsigned char)*p);
		expect(&x, &cell_socket, 200, "DELETE", path, "", NULL);
	}
	cell_close(&x);
}

/* Null in a request is the member's default (RFC 7396). */
static void
null_is_the_default(void **state)
{
	char body[512], path[128];
	json_t *first;
	struct cell x;
	struct reply r;
	size_t i;

	(void)state;
	cell_begin(&x);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(body, sizeof(body), "{%s,\"%s\":null}", rows[i].body, rows[i].member);
		r = call(&x, &cell_socket, "POST", rows[i].path, "", body);
		assert_status(r, 201);
		first = json_incref(json_object_get(r.json, rows[i].member));
		assert_false(json_is_null(first));
		reply_header(&r, "Location", path, sizeof(path));
		reply_free(&r);
		snprintf(body, sizeof(body), "{\"%s\":%s}", rows[i].member, rows[i].other);
		r = call(&x, &cell_socket, "PUT", path, "", body);
		assert_status(r, 200);
		assert_false(json_equal(json_object_get(r.json, rows[i].member), first));
		reply_free(&r);
		snprintf(body, sizeof(body), "{\"%s\":null}", rows[i].member);
		r = call(&x, &cell_socket, "PUT", path, "", body);
		assert_status(r, 200);
		assert_true(json_equal(json_object_get(r.json, rows[i].member), first));
		reply_free(&r);
		json_decref(first);
	}
	r = call(&x, &cell_socket, "PUT", "/api/blocklists/more", "", "{\"apply_to\":{\"all\":false}}");
	assert_status(r, 200);
	reply_free(&r);
	r = call(&x, &cell_socket, "PUT", "/api/blocklists/more", "", "{\"apply_to\":{\"all\":null}}");
	assert_status(r, 200);
	assert_true(json_is_true(json_object_get(json_object_get(r.json, "apply_to"), "all")));
	reply_free(&r);
	expect(&x, &cell_socket, 400, "PUT", "/api/blocklists/more", "", "{\"url\":null}");	/* it has none */
	cell_close(&x);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changed_and_deleted), cmocka_unit_test(found_in_any_case), cmocka_unit_test(null_is_the_default),
	};

	if (argc > 1 && strcmp(argv[1], "job") == 0)
		return cell_job_main();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
