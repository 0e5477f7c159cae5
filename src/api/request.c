/* Requests and their answers. */
#include "api/request.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "api/batch.h"
#include "api/etag.h"
#include "api/idem.h"
#include "api/problem.h"
#include "api/shape.h"
#include "auth/time.h"
#include "base/log.h"
#include "conf/txn.h"
#include "sys/clk.h"

enum { WIPE_MAX = 64 << 10, INCIDENT_MAX = 17, RETRY_S = 5 };

static const char plain_type[] = "application/json";
static const char problem_type[] = "application/problem+json";

struct api_req *
api_req_new(struct api *a, const struct api_origin *o, struct http_req *http)
{
	struct arena *arena = arena_new(API_ARENA_MAX);
	struct api_req *rq;

	rq = arena != NULL ? arena_alloc(arena, sizeof(*rq)) : NULL;
	if (rq == NULL) {
		arena_free(arena);
		return NULL;
	}
	rq->api = a;
	rq->deps = &a->deps;
	rq->arena = arena;
	rq->from = *o;
	rq->origin = &rq->from;
	rq->http = http;
	rq->now = auth_time_now(a->deps.auth.time);
	rq->conf = conf_ref(conf_txn_current(a->deps.txn));
	rq->next = a->requests;
	if (rq->next != NULL)
		rq->next->prev = rq;
	a->requests = rq;
	return rq;
}

/* The one header that holds a secret; the arena does not wipe. */
static void
cookie_wipe(struct api_req *rq)
{
	size_t i;

	for (i = 0; i < rq->nheaders; i++)
		if (str_eqz(rq->headers[i].name, "Set-Cookie"))
			sodium_memzero((char *)(uintptr_t)rq->headers[i].value.p, rq->headers[i].value.n);
}

void
api_req_free(struct api_req *rq)
{
	if (rq->prev != NULL)
		rq->prev->next = rq->next;
	else
		rq->api->requests = rq->next;
	if (rq->next != NULL)
		rq->next->prev = rq->prev;
	if (rq->keyed)
		api_idem_drop(rq->api->idem, rq->actor, rq->idem_key);
	json_decref(rq->query);
	json_decref(rq->body);
	json_decref(rq->secret);
	json_decref(rq->credentials);
	json_decref(rq->keys);
	cookie_wipe(rq);
	conf_unref(rq->conf);
	sodium_memzero(&rq->session, sizeof(rq->session));
	arena_free(rq->arena);
}

/* --- reading ------------------------------------------------------------------ */

const char *
api_param(const struct api_req *rq, const char *name)
{
	return api_path_param(&rq->path, rq->route->path, name);
}

bool
api_is_session(struct api_req *rq)
{
	if (rq->caller.kind == AUTH_SESSION)
		return true;
	api_refuse(rq, 403, "forbidden", "this needs a session");
	return false;
}

struct str
api_header_get(const struct api_req *rq, const char *name)
{
	return rq->http != NULL ?
	    http_header_get(http_req_head(rq->http), name) :
	    (struct str){ NULL, 0 };
}

const char *
api_text(const json_t *j, const char *member)
{
	return json_string_value(json_object_get(j, member));
}

struct str
api_str(const json_t *j, const char *member)
{
	const json_t *v = json_object_get(j, member);

	return (struct str){ json_string_value(v), json_string_length(v) };
}

int64_t
api_int(const json_t *j, const char *member, int64_t def)
{
	const json_t *v = json_object_get(j, member);

	return json_is_integer(v) ? json_integer_value(v) : def;
}

bool
api_bool(const json_t *j, const char *member, bool def)
{
	const json_t *v = json_object_get(j, member);

	return json_is_boolean(v) ? json_is_true(v) : def;
}

uint64_t
api_rev(const json_t *j)
{
	return (uint64_t)api_int(j, "rev", 0);
}

json_t *
api_time_json(int64_t unix_s)
{
	char buf[CLK_TEXT_MAX];

	return unix_s == 0 ? json_null() : json_string(clk_text(unix_s, buf));
}

json_t *
api_text_or_null(const char *s)
{
	return s == NULL || *s == '\0' ? json_null() : json_string(s);
}

json_t *
api_zones_json(unsigned zones)
{
	json_t *list = json_array();
	unsigned bit;

	for (bit = 1; bit <= CONF_ZONE_PUBLIC; bit <<= 1)
		if ((zones & bit) != 0 && json_array_append_new(list,
		    json_string(conf_zone_name((enum conf_zone)bit))) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

/* --- headers ------------------------------------------------------------------- */

static void
header_add(struct api_req *rq, const char *name, const char *value)
{
	if (rq->nheaders < API_HEADERS_MAX && value != NULL)
		rq->headers[rq->nheaders++] = (struct http_header){
			str_of(name), str_of(value) };
}

void
api_header(struct api_req *rq, const char *name, const char *fmt, ...)
{
	char buf[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(buf))
		header_add(rq, name, arena_strdup(rq->arena, buf));
}

bool
api_unchanged(struct api_req *rq, char kind, uint64_t n)
{
	struct str list = api_header_get(rq, "If-None-Match");
	char tag[API_ETAG_MAX];

	api_header(rq, "ETag", "%s", api_etag_text(kind, n, tag));
	if (list.n == 0 || rq->route->method != HTTP_GET ||
	    !api_etag_match(list, kind, n, true))
		return false;
	api_reply_bytes(rq, 304, NULL, STR(""));
	return true;
}

int
api_precondition(const struct api_req *rq, char kind, uint64_t n, struct err *e)
{
	struct str list = api_header_get(rq, "If-Match");

	if (list.n == 0 || api_etag_match(list, kind, n, false))
		return 0;
	return err_set(e, ERR_PRECONDITION,
	    "somebody else changed this meanwhile: fetch it again");
}

/* --- answering ------------------------------------------------------------------- */

/* Headers of a kept answer: those that belong to it, one "Name: value" a line. */
static struct str
extra_text(const struct api_req *rq)
{
	const char *text = "";
	size_t i;

	for (i = 0; i < rq->nheaders && text != NULL; i++)
		text = arena_printf(rq->arena, "%s%.*s: %.*s\n", text,
		    (int)rq->headers[i].name.n, rq->headers[i].name.p,
		    (int)rq->headers[i].value.n, rq->headers[i].value.p);
	return str_of(text);
}

/* A refusal for now (no hash child, too much) says nothing about the request: its key is free again. */
static void
answer_keep(struct api_req *rq, int status, struct str body)
{
	struct api_idem_answer a = { .status = status, .body = body, .once = status < 400 && api_shape_is_once(rq->route->out) };

	if (!rq->keyed || status >= 500 || status == 429)
		return;
	a.extra = extra_text(rq);
	if (a.extra.p == NULL)
		return;
	api_idem_put(rq->api->idem, rq->actor, rq->idem_key, &a);
	rq->keyed = false;
}

/* The address of a one-time link is the secret itself. */
static const char *
log_path(const struct api_req *rq)
{
	if (rq->path.n == 0)
		return "(bad path)";
	return strcmp(rq->path.segment[0], "p") == 0 ? "/p/(link)" : rq->path.text;
}

static void
answer_log(const struct api_req *rq, int status)
{
	const struct http_head *h;

	if (!log_wants(LOG_API, LOG_DEBUG) || rq->http == NULL)
		return;
	h = http_req_head(rq->http);
	log_fmt(LOG_API, LOG_DEBUG, "%.*s %s %d %s", (int)h->method_name.n,
	    h->method_name.p, log_path(rq), status, rq->actor);
}

static void
fail_despite(struct api_req *rq)
{
	const struct err *e = rq->despite;

	rq->despite = NULL;
	api_fail(rq, e);
}

static void
answer(struct api_req *rq, int status, const char *type, struct str body,
    enum http_own own)
{
	struct http_answer a = { .status = status, .body = body, .own = own,
		.close = status == 421 };

	if (rq->batch != NULL) {
		if (own == HTTP_TAKE)
			free((void *)(uintptr_t)body.p);
		api_batch_refuse(rq, status, NULL);
		return;
	}
	if (rq->despite != NULL && status < 400) {
		if (own == HTTP_TAKE)
			free((void *)(uintptr_t)body.p);
		fail_despite(rq);
		return;
	}
	answer_log(rq, status);
	header_add(rq, "Content-Type", type);
	answer_keep(rq, status, body);
	header_add(rq, "Cache-Control", "no-store");
	header_add(rq, "X-Content-Type-Options", "nosniff");
	a.headers = rq->headers;
	a.nheaders = rq->nheaders;
	if (rq->http != NULL)
		http_reply(rq->http, &a);
	else if (own == HTTP_TAKE)
		free((void *)(uintptr_t)body.p);
	api_req_free(rq);
}

void
api_reply_bytes(struct api_req *rq, int status, const char *type,
    struct str body)
{
	answer(rq, status, type, body, HTTP_COPY);
}

/* Short texts may hold a secret that is shown once: copied, then wiped. */
static void
answer_text(struct api_req *rq, int status, const char *type, char *text,
    size_t n)
{
	if (n > WIPE_MAX) {
		answer(rq, status, type, (struct str){ text, n }, HTTP_TAKE);
		return;
	}
	answer(rq, status, type, (struct str){ text, n }, HTTP_COPY);
	sodium_memzero(text, n);
	free(text);
}

/* malloc'd: jansson's own buffer may belong to another allocator. */
static char *
dump(const json_t *j, size_t *n)
{
	char *text;

	*n = json_dumpb(j, NULL, 0, JSON_COMPACT);
	text = *n > 0 ? malloc(*n) : NULL;
	if (text != NULL)
		(void)json_dumpb(j, text, *n, JSON_COMPACT); /* as long as before */
	return text;
}

static void
answer_json(struct api_req *rq, int status, const char *type, json_t *body)
{
	static const char failed[] = "{\"type\":\"urn:pic:internal\","
	    "\"title\":\"Internal error\",\"status\":500,"
	    "\"detail\":\"out of memory\",\"error\":\"out of memory\"}";
	size_t n = 0;
	char *text;

	if (rq->batch != NULL) {
		api_batch_refuse(rq, status, body);
		return;
	}
	text = body != NULL ? dump(body, &n) : NULL;
	json_decref(body);
	if (text != NULL)
		answer_text(rq, status, type, text, n);
	else
		answer(rq, 500, problem_type, STR(failed), HTTP_CONST);
}

void
api_reply(struct api_req *rq, int status, json_t *body)
{
	answer_json(rq, status, plain_type, body);
}

void
api_ok(struct api_req *rq, json_t *body)
{
	answer_json(rq, rq->route->status, plain_type, body);
}

void
api_message(struct api_req *rq, const char *text)
{
	api_ok(rq, json_pack("{s:s}", "message", text));
}

void
api_deleted(struct api_req *rq)
{
	api_ok(rq, json_pack("{s:b}", "deleted", 1));
}

void
api_job(struct api_req *rq, json_t *job)
{
	const char *id = api_text(job, "id");

	if (id != NULL)
		api_header(rq, "Location", "/api/jobs/%s", id);
	api_reply(rq, 202, json_pack("{s:o}", "job", job));
}

/* A bug, or a disk that fails: the same number here and in the log. */
static void
incident_add(const struct api_req *rq, const char *detail, json_t *body)
{
	uint8_t raw[(INCIDENT_MAX - 1) / 2];
	char id[INCIDENT_MAX];

	randombytes_buf(raw, sizeof(raw));
	sodium_bin2hex(id, sizeof(id), raw, sizeof(raw));
	log_line(LOG_API, LOG_ERROR, "request failed", "incident", id,
	    "path", rq->path.n > 0 ? rq->path.text : "-", "err", detail,
	    NULL);
	(void)json_object_set_new(body, "incident", json_string(id)); /* the log has it anyway */
}

static void
problem_answer(struct api_req *rq, const struct api_problem *p,
    const struct err *e, json_t *more)
{
	json_t *body = api_problem_json(p, e);

	if (p->retry_after > 0)
		api_header(rq, "Retry-After", "%d", p->retry_after);
	if (p->status == 401)
		api_header(rq, "WWW-Authenticate", "Bearer");
	if (body != NULL && p->status == 500)
		incident_add(rq, p->detail, body);
	if (body != NULL && more != NULL)
		(void)json_object_update_missing(body, more); /* extras only */
	json_decref(more);
	answer_json(rq, p->status, problem_type, body);
}

void
api_fail_with(struct api_req *rq, const struct err *e, const char *type,
    json_t *more)
{
	struct api_problem p;

	api_problem_of(&p, e);
	if (type != NULL)
		p.type = type;
	if (p.retry_after == 0 && p.status == 503)
		p.retry_after = RETRY_S;
	problem_answer(rq, &p, e, more);
}

void
api_fail(struct api_req *rq, const struct err *e)
{
	api_fail_with(rq, e, NULL, NULL);
}

void
api_no_memory(struct api_req *rq)
{
	struct err e = { 0 };

	(void)err_set(&e, ERR_INTERNAL, "out of memory"); /* answered */
	api_fail(rq, &e);
}

void
api_refuse_with(struct api_req *rq, int status, const char *type, json_t *more,
    const char *detail)
{
	const struct api_problem p = { .status = status, .type = type,
		.detail = detail, .retry_after = status == 503 ? RETRY_S : 0 };

	problem_answer(rq, &p, NULL, more);
}

void
api_refuse(struct api_req *rq, int status, const char *type, const char *fmt,
    ...)
{
	char detail[ERR_DETAIL_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	api_refuse_with(rq, status, type, NULL, detail);
}
