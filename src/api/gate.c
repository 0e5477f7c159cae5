/* The gate: transport and Host, setup, authentication, rights, method, form. */
#include "api/gate.h"

#include "api/caller.h"
#include "api/idem.h"
#include "api/problem.h"
#include "api/request.h"
#include "api/shape.h"
#include "auth/device.h"
#include "conf/json.h"
#include "http/target.h"

enum { EMPTY_MAX = 1 << 10, LEASE_MIN_S = 30 };

static const struct {
	enum auth_verdict verdict;
	int status;
	const char *type;
} verdicts[] = {
	{ AUTH_NO_SETUP, 428, "setup-required" },
	{ AUTH_NO_LOGIN, 401, "not-authenticated" },
	{ AUTH_ZONE, 403, "zone" },
	{ AUTH_FORBIDDEN, 403, "forbidden" },
	{ AUTH_MUST_CHANGE, 403, "must-change-password" },
	{ AUTH_MUST_ENROL, 403, "forbidden" },
	{ AUTH_CSRF, 403, "csrf" },
	{ AUTH_SETUP_DONE, 409, "conflict" },
};

/* Asked by the login page, which offers it then. */
static bool
may_sign_in(const struct api_req *rq)
{
	const struct conf_peer *p;

	return rq->path.n == 3 && strcmp(rq->path.text, "/api/auth/me") == 0 &&
	    auth_device_user(rq->conf, &rq->caller, &p, NULL) != NULL;
}

static void
verdict_answer(struct api_req *rq, enum auth_verdict v)
{
	json_t *more = NULL;
	size_t i;

	for (i = 0; verdicts[i].verdict != v; i++)
		continue;
	if (v == AUTH_NO_SETUP)
		more = json_pack("{s:s}", "setup_url", "/setup");
	else if (v == AUTH_NO_LOGIN && may_sign_in(rq))
		more = json_pack("{s:b}", "vpn_login", 1);
	api_refuse_with(rq, verdicts[i].status, verdicts[i].type, more,
	    auth_verdict_text(v));
}

/* The edge compares Host with the names of the cell; here stands only who is no browser of the home:
 * a foreign page that had its name resolve to loopback must not get in (ACC-12). */
static bool
host_ok(const struct api_req *rq)
{
	struct str name;
	uint16_t port;

	if (rq->origin->via != AUTH_VIA_LOOPBACK)
		return true;
	return http_host_read(http_req_head(rq->http)->host, &name, &port) &&
	    (str_ieq(name, STR("localhost")) || str_eqz(name, "127.0.0.1") ||
	    str_eqz(name, "[::1]"));
}

static bool
is_mutating(enum http_method m)
{
	return m == HTTP_POST || m == HTTP_PUT || m == HTTP_PATCH ||
	    m == HTTP_DELETE;
}

/* Text for the decision: also of a path that names nothing. */
static struct str
decide_path(const struct api_req *rq)
{
	return rq->path.n > 0 ? str_of(rq->path.text) : STR("/api");
}

/* row: the one asked for, or another on the path, or NULL. */
static enum auth_verdict
decide(const struct api_req *rq, const struct api_route *row)
{
	const struct http_head *h = http_req_head(rq->http);
	const struct auth_ask ask = {
		.who = row != NULL ? row->who : AUTH_WHO_USER,
		.path = decide_path(rq),
		.mutating = is_mutating(h->method),
		.origin_foreign = auth_origin_foreign(
		    api_header_get(rq, "Origin"),
		    api_header_get(rq, "Sec-Fetch-Site"), h->host),
		.csrf = api_header_get(rq, "X-CSRF-Token"),
		.now = rq->now,
		.own_uid = rq->deps->live.own_uid,
		.conf = rq->conf,
	};

	return auth_decide(&rq->caller, &ask);
}

static bool
is_setup_row(const struct api_route *row)
{
	return row != NULL && row->who == AUTH_WHO_SETUP;
}

/* Who asks, may he, and has he asked too often. */
static bool
caller_ok(struct api_req *rq, const struct api_route *row)
{
	enum auth_verdict v;
	struct err e = { 0 };

	if (api_caller_read(rq, is_setup_row(row), &e) < 0 ||
	    api_caller_limit(rq, &e) < 0) {
		api_fail(rq, &e);
		return false;
	}
	v = decide(rq, row);
	if (v == AUTH_OK)
		return true;
	verdict_answer(rq, v);
	return false;
}

static bool
has_body(const struct http_head *h)
{
	return h->framing == HTTP_CHUNKED ||
	    (h->framing == HTTP_LENGTH && h->length > 0);
}

static bool
is_json(struct str type)
{
	struct str media;

	return str_cut(&type, ';', &media) &&
	    str_ieq(str_trim(media), STR("application/json"));
}

size_t
api_gate_body_max(const struct api_req *rq)
{
	return rq->route->body_max > 0 ? rq->route->body_max : EMPTY_MAX;
}

static bool
form_ok(struct api_req *rq)
{
	const struct http_head *h = http_req_head(rq->http);

	if (rq->route->method == HTTP_GET || !has_body(h))
		return true;
	if (!is_json(http_header_get(h, "Content-Type"))) {
		api_refuse(rq, 415, "http",
		    "the body has to be application/json");
		return false;
	}
	if (h->framing == HTTP_LENGTH && h->length > api_gate_body_max(rq)) {
		api_refuse(rq, 413, "http", "the body may have at most %zu bytes",
		    api_gate_body_max(rq));
		return false;
	}
	return true;
}

/* Without a lease a change cannot be taken back by the cell: only the host's own account may say so. */
static bool
lease_ok(struct api_req *rq)
{
	int64_t s = api_int(rq->query, "lease_s", LEASE_MIN_S);
	struct err e = { 0 };

	if (s >= LEASE_MIN_S || (s == 0 && api_caller_is_local(rq)))
		return true;
	err_clear(&e);
	if (s == 0)
		(void)err_set(&e, ERR_FORBIDDEN,
		    "lease_s=0 is for the host's own account"); /* e is answered */
	else
		(void)err_field(&e, ERR_VALIDATION, "lease_s",
		    "must be an integer from 30 to 600, or 0"); /* e is answered */
	api_fail(rq, &e);
	return false;
}

static bool
query_ok(struct api_req *rq)
{
	const struct api_shape *shared = NULL;
	struct err e = { 0 };

	if ((rq->route->flags & API_CHANGES) != 0)
		shared = &api_change_query;
	rq->query = api_query_read(http_req_head(rq->http)->query,
	    rq->route->query, shared, &e);
	if (rq->query == NULL) {
		api_fail(rq, &e);
		return false;
	}
	rq->dry_run = shared != NULL && api_bool(rq->query, "dry_run", false);
	return shared == NULL || lease_ok(rq);
}

static bool
row_ok(struct api_req *rq, bool known, const char *allow)
{
	if (rq->route != NULL)
		return true;
	if (known) {
		api_header(rq, "Allow", "%s", allow);
		api_refuse(rq, 405, "http", "this path knows %s", allow);
	} else {
		api_refuse(rq, 404, "not-found", "there is nothing here");
	}
	return false;
}

/* Outside /api there is nothing to protect in saying that there is nothing. */
static bool
is_outside(const struct api_req *rq)
{
	return rq->path.n == 0 || strcmp(rq->path.segment[0], "api") != 0;
}

bool
api_gate_head(struct api_req *rq)
{
	const struct http_head *h = http_req_head(rq->http);
	const struct api_route *row;
	char allow[API_ALLOW_MAX];
	bool known = false;

	if (!host_ok(rq)) {
		api_refuse(rq, 421, "http", "this cell does not go by that name");
		return false;
	}
	if (api_path_read(&rq->path, rq->arena, h->path))
		rq->route = api_route_find(h->method, &rq->path, &known, allow);
	row = rq->route != NULL ? rq->route : api_route_open(&rq->path);
	if (row == NULL && is_outside(rq) && rq->path.n > 0)
		return row_ok(rq, false, allow);
	return caller_ok(rq, row) && row_ok(rq, known, allow) &&
	    form_ok(rq) && query_ok(rq);
}

/* --- the body -------------------------------------------------------------------- */

/* The first answer of this key once more. */
static void
repeat(struct api_req *rq, const struct api_idem_answer *a)
{
	struct str rest = a->extra, line, name;

	while (str_cut(&rest, '\n', &line)) {
		(void)str_cut(&line, ':', &name); /* made by request.c */
		if (!str_eqz(name, "Content-Type"))
			api_header(rq, arena_strndup(rq->arena, name.p, name.n),
			    "%.*s", (int)str_trim(line).n, str_trim(line).p);
	}
	api_reply_bytes(rq, a->status, a->status < 400 ? "application/json" :
	    "application/problem+json", a->body);
}

/* Is this the first request of its Idempotency-Key? */
static bool
key_ok(struct api_req *rq, struct str body)
{
	struct str key = api_header_get(rq, "Idempotency-Key");
	const struct http_head *h = http_req_head(rq->http);
	uint8_t digest[API_IDEM_DIGEST];
	struct api_idem_answer a;

	if (key.p == NULL || h->method != HTTP_POST ||
	    rq->route->who != AUTH_WHO_ADMIN)
		return true;
	if (!api_idem_key_ok(key)) {
		api_refuse(rq, 400, "validation", "Idempotency-Key has to be "
		    "1 to 64 printable characters");
		return false;
	}
	api_idem_digest(digest, "POST", h->target, body);
	switch (api_idem_begin(rq->api->idem, rq->actor, key, digest, rq->now,
	    &a)) {
	case API_IDEM_REPEAT:
		repeat(rq, &a);
		return false;
	case API_IDEM_WIPED:
		api_refuse(rq, 409, "conflict", "this was done; its answer showed a secret, which is not kept: look what is "
		    "there, and have another one made under another key");
		return false;
	case API_IDEM_RUNNING:
		api_refuse(rq, 409, "conflict",
		    "the first request with this key is not answered yet");
		return false;
	case API_IDEM_OTHER:
		api_refuse(rq, 409, "conflict",
		    "this key was used for another request");
		return false;
	case API_IDEM_NEW:
		break;
	}
	/* a client that goes away takes its head along */
	rq->idem_key = str_of(arena_strndup(rq->arena, key.p, key.n));
	rq->keyed = rq->idem_key.p != NULL;
	return true;
}

static json_t *
body_read(const struct api_req *rq, struct str text, struct err *e)
{
	static const struct api_shape nothing = { .type = API_OBJECT };
	const struct api_shape *shape = rq->route->in;
	json_t *j;

	err_clear(e);
	j = text.n > 0 ? conf_json_read(text.p, text.n, e) : json_object();
	if (j != NULL && api_shape_check(shape != NULL ? shape : &nothing, j,
	    e) == 0)
		return j;
	json_decref(j);
	return NULL;
}

bool
api_gate_body(struct api_req *rq, struct str body)
{
	struct err e = { 0 };

	/* a body may take half a minute: the right may be gone by now, and what lets somebody in who has none yet */
	api_caller_renew(rq);
	if (rq->route->who != AUTH_WHO_PUBLIC &&
	    rq->route->who != AUTH_WHO_SETUP && !api_caller_holds(rq)) {
		verdict_answer(rq, AUTH_NO_LOGIN);
		return false;
	}
	rq->body = body_read(rq, body, &e);
	if (rq->body == NULL) {
		api_fail(rq, &e);
		return false;
	}
	return key_ok(rq, body);
}
