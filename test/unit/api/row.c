/* Rows of the configuration: what holds for records, secondaries, zones, forwards, block lists and users alike. */
#include "api/row.h"

#include <ctype.h>

#include "api/peer.c"			/* its table has places */
#include "cell.h"
#include "conf/draft.h"

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

/* --- a place in a draft ----------------------------------------------------------------- */

enum { DEVICES = 6, NAMES = 2 * DEVICES, ROUNDS = 300, EDITS = 4 };

static uint32_t
any(uint32_t n)
{
	static uint32_t x = 1;

	x = x * 1664525 + 1013904223;
	return (x >> 16) % n;
}

static json_t *
device(char name[16])
{
	(void)snprintf(name, 16, "phone-%u", any(NAMES));	/* fits */
	return json_pack("{s:s}", "name", name);
}

/* One goes, comes, has another name, is written into, or changes places with the last; so the count is often what it was. */
static void
edit_any(json_t *array)
{
	const size_t n = json_array_size(array), at = n == 0 ? 0 : any((uint32_t)n);
	char name[16];
	json_t *row = device(name), *last;

	switch (n == 0 ? 1 : any(5)) {
	case 0:
		assert_int_equal(json_array_remove(array, at), 0);
		break;
	case 1:
		assert_int_equal(json_array_insert(array, at, row), 0);
		break;
	case 2:
		assert_int_equal(json_object_update(conf_draft_record(array, at), row), 0);
		break;
	case 3:
		assert_non_null(conf_draft_record(array, at));
		break;
	default:
		last = json_incref(json_array_get(array, n - 1));
		assert_int_equal(json_array_set(array, n - 1, json_array_get(array, at)), 0);
		assert_int_equal(json_array_set_new(array, at, last), 0);
	}
	json_decref(row);
}

static void
found_as_without_places(struct cell *x, const json_t *draft)
{
	const struct api_deps d = { .txn = x->txn };
	struct api_req rq = { .deps = &d };
	char name[16];
	unsigned i;

	for (i = 0; i < NAMES; i++) {
		(void)snprintf(name, sizeof(name), "%s-%u", any(2) == 0 ? "phone" : "PHONE", i);	/* fits */
		assert_ptr_equal(api_row_in_draft(&rq, &peers, draft, name), api_row_find(&peers, draft, name));
	}
}

static void
found_in_a_draft(void **state)
{
	char body[64];
	struct cell x;
	json_t *draft;
	unsigned i, k;

	(void)state;
	cell_begin(&x);
	for (i = 0; i < DEVICES; i++) {
		(void)snprintf(body, sizeof(body), "{\"name\":\"Phone-%u\"}", i);	/* fits */
		expect(&x, &cell_socket, 201, "POST", "/api/peers", "", body);
	}
	for (i = 0; i < ROUNDS; i++) {
		draft = conf_draft_new(conf_txn_current(x.txn)->doc);
		found_as_without_places(&x, draft);
		for (k = any(EDITS); k > 0; k--)
			edit_any(json_object_get(draft, "peers"));
		found_as_without_places(&x, draft);
		json_decref(draft);
	}
	cell_close(&x);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changed_and_deleted), cmocka_unit_test(found_in_any_case), cmocka_unit_test(null_is_the_default),
		cmocka_unit_test(found_in_a_draft),
	};

	if (argc > 1 && strcmp(argv[1], "job") == 0)
		return cell_job_main();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
