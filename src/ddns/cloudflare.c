/* Cloudflare's API, version 4; see cloudflare.h. Every answer is {"success", "errors": [{"code", "message"}], "result"}. */
#include "ddns/cloudflare.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "ddns/ask.h"

enum { TTL = 60, ID_MAX = 64, TEXT_MAX = 512, RECORDS_MAX = 100, BAD_HEADER = 6003, EXISTS = 81057, SAME = 81058 };

struct id { char text[ID_MAX + 1]; };

/* --- calls ------------------------------------------------------------------------------- */

/* It goes into addresses. */
static bool
read_id(const json_t *j, struct id *out)
{
	struct str s = str_of(json_string_value(json_object_get(j, "id")));
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z')))
			return false;
	return s.n > 0 && str_copy(s, out->text, sizeof(out->text));
}

static json_int_t
first_code(const json_t *j)
{
	return json_integer_value(json_object_get(json_array_get(json_object_get(j, "errors"), 0), "code"));
}

/* What is no success. A request that is wrong today is wrong tomorrow, unless somebody else was quicker. */
static int
refused(const struct ddns_account *a, const struct ddns_answer *r, const json_t *j, struct err *e)
{
	json_int_t code = first_code(j);

	if (r->status == 401 || r->status == 403 || code == BAD_HEADER)
		return err_set(e, ERR_FORBIDDEN, "%s refuses the token (error %lld)", a->provider->name, (long long)code);
	if (r->status == 400 && code != EXISTS && code != SAME)
		return err_set(e, ERR_VALIDATION, "%s refuses the request (error %lld)", a->provider->name, (long long)code);
	if (r->status != 200)
		return ddns_refused(a, r, e);
	return err_set(e, ERR_REMOTE, "%s reports error %lld", a->provider->name, (long long)code);
}

/* The answer's "result"; NULL with e. New reference. */
static json_t *
judge(const struct ddns_account *a, const struct ddns_answer *r, struct err *e)
{
	json_t *j = ddns_answer_json(a, r, e), *result = json_object_get(j, "result");

	if (j != NULL && r->status == 200 && json_is_true(json_object_get(j, "success")) && result != NULL)
		result = json_incref(result);
	else {
		result = NULL;
		(void)refused(a, r, j, e);	/* NULL says it */
	}
	json_decref(j);
	return result;
}

/* One call; u is the path below the base. New reference, NULL with e. body is taken. */
static json_t *
call(const struct ddns_account *a, const char *method, const struct ddns_url *u, json_t *body, struct err *e)
{
	struct ddns_answer *r = ddns_answer_new();
	char bearer[DDNS_AUTHORIZATION_MAX + 1];
	struct ddns_ask q = { .method = method, .headers = { { "Authorization", bearer } }, .body = body };
	json_t *result = NULL;

	if (r == NULL)
		(void)err_sys(e, -ENOMEM, "ask the provider");	/* NULL says it */
	else if (ddns_bearer(a, bearer, e) && ddns_ask(a, u, &q, r, e) == 0)
		result = judge(a, r, e);
	json_decref(q.body);	/* where it was not asked */
	sodium_memzero(bearer, sizeof(bearer));
	ddns_answer_free(r);
	return result;
}

/* --- zone and records ---------------------------------------------------------------------- */

/* 1: *id is that of the zone of that name; 0: there is none; or a negative errno with e. */
static int
ask_zone(const struct ddns_account *a, const char *zone, struct id *id, struct err *e)
{
	struct ddns_url u;
	json_t *result, *one;
	int found;

	ddns_url_begin(&u, a->base);
	ddns_url_put(&u, "/zones?name=");
	ddns_url_value(&u, zone);
	result = call(a, "GET", &u, NULL, e);
	if (result == NULL)
		return err_errno(e->kind);
	one = json_array_get(result, 0);
	found = one != NULL;
	if (found && !read_id(one, id))
		found = err_set(e, ERR_REMOTE, "%s answers something that it should not", a->provider->name);
	json_decref(result);
	return found;
}

/* The one that is configured, or the longest that holds the name. */
static int
find_zone(const struct ddns_account *a, struct id *id, struct err *e)
{
	const char *zone = a->zone != NULL ? a->zone : a->name;
	int found = ask_zone(a, zone, id, e);

	while (found == 0 && a->zone == NULL && (zone = strchr(zone, '.')) != NULL && strchr(++zone, '.') != NULL)
		found = ask_zone(a, zone, id, e);
	if (found == 0)
		return err_set(e, ERR_VALIDATION, "%s has no zone for %s that the token may see", a->provider->name,
		    a->zone != NULL ? a->zone : a->name);
	return found < 0 ? found : 0;
}

static void
records_url(const struct ddns_account *a, const struct id *zone, const char *id, struct ddns_url *u)
{
	ddns_url_begin(u, a->base);
	ddns_url_put(u, "/zones/");
	ddns_url_put(u, zone->text);
	ddns_url_put(u, "/dns_records");
	if (id != NULL) {
		ddns_url_put(u, "/");
		ddns_url_put(u, id);
	}
}

/* The array of records of that name and type; NULL with e. */
static json_t *
find_records(const struct ddns_account *a, const struct id *zone, const char *type, const char *name, struct err *e)
{
	struct ddns_url u;
	json_t *v;

	records_url(a, zone, NULL, &u);
	ddns_url_put(&u, "?type=");
	ddns_url_put(&u, type);
	ddns_url_put(&u, "&name=");
	ddns_url_value(&u, name);
	ddns_url_put(&u, "&per_page=100");
	v = call(a, "GET", &u, NULL, e);
	if (v == NULL || (json_is_array(v) && json_array_size(v) <= RECORDS_MAX))
		return v;
	(void)err_set(e, ERR_REMOTE, "%s answers something that it should not", a->provider->name);	/* NULL says it */
	json_decref(v);
	return NULL;
}

/* New, or in place of the record id. */
static int
write_record(const struct ddns_account *a, const struct id *zone, const char *id, json_t *record, struct err *e)
{
	struct ddns_url u;
	json_t *result;

	records_url(a, zone, id, &u);
	result = call(a, id == NULL ? "POST" : "PATCH", &u, record, e);
	json_decref(result);
	return result == NULL ? err_errno(e->kind) : 0;
}

static int
delete_record(const struct ddns_account *a, const struct id *zone, const char *id, struct err *e)
{
	struct ddns_url u;
	json_t *result;

	records_url(a, zone, id, &u);
	result = call(a, "DELETE", &u, NULL, e);
	json_decref(result);
	return result == NULL ? err_errno(e->kind) : 0;
}

/* --- addresses ------------------------------------------------------------------------------- */

static bool
is_as_wanted(const json_t *record, const struct addr *to)
{
	struct addr has;

	return addr_read(str_of(json_string_value(json_object_get(record, "content"))), &has) && addr_eq(&has, to) &&
	    json_integer_value(json_object_get(record, "ttl")) == TTL && json_is_false(json_object_get(record, "proxied"));
}

static const char *
type_of(const struct addr *a)
{
	return a->len == 4 ? "A" : "AAAA";
}

static int
set_address(const struct ddns_account *a, const struct id *zone, const struct addr *to, struct err *e)
{
	const char *type = type_of(to);
	json_t *records = find_records(a, zone, type, a->name, e), *first = json_array_get(records, 0);
	char content[ADDR_TEXT_MAX];
	struct id id;
	int error = 0;

	if (records == NULL)
		return err_errno(e->kind);
	if (first != NULL && !read_id(first, &id))
		error = err_set(e, ERR_REMOTE, "%s answers something that it should not", a->provider->name);
	else if (first == NULL || !is_as_wanted(first, to))
		error = write_record(a, zone, first == NULL ? NULL : id.text, json_pack("{s:s, s:s, s:s, s:i, s:b}", "type", type,
		    "name", a->name, "content", addr_text(to, content), "ttl", TTL, "proxied", 0), e);
	json_decref(records);
	return error;
}

/* Records with another address are not ours. */
static int
clear_address(const struct ddns_account *a, const struct id *zone, const struct addr *gone, struct err *e)
{
	json_t *records = find_records(a, zone, type_of(gone), a->name, e), *one;
	struct addr has;
	struct id id;
	size_t i;
	int error = 0;

	if (records == NULL)
		return err_errno(e->kind);
	json_array_foreach(records, i, one)
		if (error == 0 && addr_read(str_of(json_string_value(json_object_get(one, "content"))), &has) &&
		    addr_eq(&has, gone) && read_id(one, &id))
			error = delete_record(a, zone, id.text, e);
	json_decref(records);
	return error;
}

static int
update(const struct ddns_account *a, const struct ddns_addrs *to, const struct ddns_addrs *gone, struct err *e)
{
	struct id zone;
	int error = find_zone(a, &zone, e);

	if (error == 0 && to->v4.len != 0)
		error = set_address(a, &zone, &to->v4, e);
	if (error == 0 && to->v6.len != 0)
		error = set_address(a, &zone, &to->v6, e);
	if (error == 0 && gone->v4.len != 0)
		error = clear_address(a, &zone, &gone->v4, e);
	if (error == 0 && gone->v6.len != 0)
		error = clear_address(a, &zone, &gone->v6, e);
	return error;
}

/* --- the TXT record ---------------------------------------------------------------------------- */

/* The content of a TXT record stands between quotes, in older records without. */
static bool
has_value(const json_t *record, const char *value)
{
	struct str s = str_of(json_string_value(json_object_get(record, "content")));

	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		s = (struct str){ s.p + 1, s.n - 2 };
	return str_eqz(s, value);
}

static int
txt_set(const struct ddns_account *a, const char *name, const char *value, struct err *e)
{
	char content[TEXT_MAX];
	struct id zone;
	json_t *records, *one;
	size_t i;
	int n = snprintf(content, sizeof(content), "\"%s\"", value), error;

	if (n < 0 || (size_t)n >= sizeof(content))
		return err_set(e, ERR_VALIDATION, "the value of the TXT record is too long");
	error = find_zone(a, &zone, e);
	if (error < 0)
		return error;
	records = find_records(a, &zone, "TXT", name, e);
	if (records == NULL)
		return err_errno(e->kind);
	json_array_foreach(records, i, one)
		if (has_value(one, value))
			break;
	error = i < json_array_size(records) ? 0 : write_record(a, &zone, NULL, json_pack("{s:s, s:s, s:s, s:i, s:b}",
	    "type", "TXT", "name", name, "content", content, "ttl", TTL, "proxied", 0), e);
	json_decref(records);
	return error;
}

static int
txt_clear(const struct ddns_account *a, const char *name, const char *value, struct err *e)
{
	struct id zone, id;
	json_t *records, *one;
	size_t i;
	int error = find_zone(a, &zone, e);

	if (error < 0)
		return error;
	records = find_records(a, &zone, "TXT", name, e);
	if (records == NULL)
		return err_errno(e->kind);
	json_array_foreach(records, i, one)
		if (error == 0 && has_value(one, value) && read_id(one, &id))
			error = delete_record(a, &zone, id.text, e);
	json_decref(records);
	return error;
}

const struct ddns_provider ddns_cloudflare = { .name = "cloudflare", .update = update, .txt_set = txt_set,
	.txt_clear = txt_clear };
