/* OpenAPI 3.1 out of the route tables. Nothing here is said twice: paths,
 * callers, codes and words are the rows', documents are the shapes'. Members
 * that could not be added for lack of memory show in the comparison with the
 * copy in the tree, so single results are not looked at. */
#include "api/openapi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/config_shape.h"
#include "api/problem.h"
#include "api/route.h"
#include "api/schema.h"
#include "api/shape.h"
#include "api/walk.h"
#include "auth/token.h"
#include "base/str.h"
#include "http/status.h"

static const char intro[] =
    "The interface of a Personal Internet Cell. Errors are RFC 9457 problem documents. Besides the codes named with "
    "each operation any of them may answer 405 (method), 408 (time-out), 414, 431 (too long), 421 (foreign host name) "
    "and 500. Times are RFC 3339 in UTC. Unknown members and parameters are refused.";

static const char in_force_words[] =
    "Internal Server Error. With X-Config-Generation a change is in force nevertheless, and not to be made again: detail "
    "says what went wrong after that, as when the disk did not confirm it, so that a loss of power may bring back what was before";

/* What x-who stands for, in the order of enum auth_who. */
static const struct {
	const char *mark, *words;
} callers[] = {
	[AUTH_WHO_PUBLIC] = { "P", "anyone who reaches the listener" },
	[AUTH_WHO_SETUP] = { "S", "before setup: from the host itself, or with the setup token" },
	[AUTH_WHO_ADMIN] = { "A", "administrators, tokens with the scope, the host's socket" },
	[AUTH_WHO_USER] = { "U", "anyone who is signed in" },
	[AUTH_WHO_PEER] = { "R", "users of role peer" },
	[AUTH_WHO_LOCAL] = { "L", "the host's socket: uid 0 or the account of the cell" },
};

static void
put(json_t *j, const char *name, json_t *v)
{
	(void)json_object_set_new(j, name, v); /* see the top */
}

static void
add(json_t *list, json_t *v)
{
	(void)json_array_append_new(list, v); /* see the top */
}

static bool
is_mutating(const struct api_route *r)
{
	return r->method != HTTP_GET;
}

/* --- codes --------------------------------------------------------------------------- */

static const char *
who_codes(enum auth_who who)
{
	switch (who) {
	case AUTH_WHO_PUBLIC:
		return "400 429";
	case AUTH_WHO_SETUP:
		return "400 401 409 429";
	default:
		return "400 401 403 428 429";
	}
}

const char *
api_openapi_codes(const struct api_route *r, char buf[API_CODES_MAX])
{
	bool early = strncmp(r->path, "/api/", 5) == 0 && strncmp(r->path, "/api/setup/", 11) != 0;
	const char *who = who_codes(r->who);

	if (strncmp(r->path, "/api/setup/", 11) == 0 && r->who == AUTH_WHO_LOCAL)
		who = "400 401 403 429";
	snprintf(buf, API_CODES_MAX, "%s%s%s", who, is_mutating(r) ? " 413 415" : "",
	    r->who == AUTH_WHO_PUBLIC && early ? " 428" : "");
	return buf;
}

static void
code_put(json_t *responses, struct str code)
{
	char key[8], ref[64];

	if (!str_copy(code, key, sizeof(key)) || strcmp(key, "304") == 0)
		return;
	snprintf(ref, sizeof(ref), "#/components/responses/%s", key);
	put(responses, key, json_pack("{s:s}", "$ref", ref));
}

static void
codes_put(json_t *responses, const char *codes)
{
	struct str rest = str_of(codes), code;

	while (str_cut(&rest, ' ', &code))
		code_put(responses, code);
}

/* --- responses ------------------------------------------------------------------------- */

static json_t *
header_ref(const char *name)
{
	char ref[64];

	snprintf(ref, sizeof(ref), "#/components/headers/%s", name);
	return json_pack("{s:s}", "$ref", ref);
}

static json_t *
headers_json(const struct api_route *r)
{
	json_t *j = json_object();

	if (((r->flags & API_REV) != 0 && r->method != HTTP_DELETE) || (r->status == 201 && (r->flags & API_CHANGES) != 0))
		put(j, "ETag", header_ref("ETag"));
	if ((r->flags & API_CHANGES) != 0)
		put(j, "X-Config-Generation", header_ref("X-Config-Generation"));
	if (r->status == 201 || r->status == 202)
		put(j, "Location", header_ref("Location"));
	return j;
}

static json_t *
content_json(const struct api_shape *s, bool in, json_t *named)
{
	return json_pack("{s:{s:o, s:o}}", "application/json", "schema", api_schema(s, in, named),
	    "example", api_schema_example(s, in));
}

static json_t *
success_json(const struct api_route *r, json_t *named)
{
	json_t *j = json_pack("{s:s}", "description", http_status_reason(r->status)), *headers = headers_json(r);

	if (json_object_size(headers) > 0)
		put(j, "headers", json_incref(headers));
	json_decref(headers);
	if ((r->flags & API_STREAM) != 0)
		put(j, "content", json_pack("{s:{s:{s:s}}}", "text/event-stream", "schema", "type", "string"));
	else if ((r->flags & API_PAGE) != 0)
		put(j, "content", json_pack("{s:{s:{s:s}}}", "text/html", "schema", "type", "string"));
	else if ((r->flags & API_PEM) != 0)
		put(j, "content", json_pack("{s:{s:{s:s}}, s:{s:{s:s}}}", "application/x-pem-file", "schema", "type", "string",
		    "application/pkix-cert", "schema", "type", "string"));
	else if (r->out != NULL)
		put(j, "content", content_json(r->out, false, named));
	return j;
}

/* With dry_run a change answers 200 and what it would do; 500 may not mean what it says elsewhere. */
static void
change_put(json_t *responses, const struct api_route *r, json_t *named)
{
	json_t *ok = json_object_get(responses, "200"), *media;

	code_put(responses, STR("500"));
	if (r->status != 200) {
		put(responses, "200", json_pack("{s:s, s:o}", "description", "With dry_run",
		    "content", content_json(&api_dry_run_shape, false, named)));
		return;
	}
	media = json_object_get(json_object_get(ok, "content"), "application/json");
	put(media, "schema", json_pack("{s:[O, o]}", "anyOf", json_object_get(media, "schema"),
	    api_schema(&api_dry_run_shape, false, named)));
}

static json_t *
page_json(int status)
{
	return json_pack("{s:s, s:{s:{s:{s:s}}}}", "description", http_status_reason(status), "content", "text/html", "schema",
	    "type", "string");
}

static json_t *
responses_json(const struct api_route *r, json_t *named)
{
	json_t *j = json_object();
	char key[8], codes[API_CODES_MAX];

	snprintf(key, sizeof(key), "%d", r->status);
	put(j, key, success_json(r, named));
	if ((r->flags & API_CHANGES) != 0)
		change_put(j, r, named);
	if ((r->flags & API_REV) != 0 && r->method == HTTP_GET)
		put(j, "304", json_pack("{s:s}", "description", http_status_reason(304)));
	codes_put(j, api_openapi_codes(r, codes));
	if (r->codes != NULL)
		codes_put(j, r->codes);
	if ((r->flags & API_PAGE) != 0)
		put(j, "404", page_json(404));	/* a page, too */
	return j;
}

/* --- parameters -------------------------------------------------------------------------- */

static json_t *
parameter_json(const struct api_member *m, json_t *named)
{
	json_t *schema = api_schema_member(m, true, named);

	(void)json_object_del(schema, "description"); /* it stands outside */
	return json_pack("{s:s, s:s, s:b, s:s, s:o}", "name", m->name, "in", "query",
	    "required", (m->flags & API_OPT) == 0, "description", m->help, "schema", schema);
}

static void
query_add(json_t *list, const struct api_shape *s, json_t *named)
{
	struct api_walk w;

	if (s == NULL)
		return;
	api_walk_init(&w, s, true);
	while (api_walk_next(&w))
		add(list, parameter_json(w.m, named));
}

static void
path_add(json_t *list, const char *pattern)
{
	const char *p, *end;

	for (p = strchr(pattern, '<'); p != NULL; p = strchr(end, '<')) {
		end = strchr(p, '>');
		add(list, json_pack("{s:s%, s:s, s:b, s:{s:s}}", "name", p + 1, (size_t)(end - p - 1), "in", "path",
		    "required", 1, "schema", "type", "string"));
	}
}

static json_t *
parameter_ref(const char *name)
{
	char ref[64];

	snprintf(ref, sizeof(ref), "#/components/parameters/%s", name);
	return json_pack("{s:s}", "$ref", ref);
}

static bool
wants_csrf(const struct api_route *r)
{
	return is_mutating(r) && (r->who == AUTH_WHO_ADMIN || r->who == AUTH_WHO_USER || r->who == AUTH_WHO_PEER) &&
	    strncmp(r->path, "/api/auth/", 10) != 0;
}

static void
headers_add(json_t *list, const struct api_route *r)
{
	if (wants_csrf(r))
		add(list, parameter_ref("X-CSRF-Token"));
	if ((r->flags & API_REV) != 0)
		add(list, parameter_ref(is_mutating(r) ? "If-Match" : "If-None-Match"));
	if (r->method == HTTP_POST && r->who == AUTH_WHO_ADMIN)
		add(list, parameter_ref("Idempotency-Key"));
	if ((r->flags & API_STREAM) != 0)
		add(list, parameter_ref("Last-Event-ID"));
}

static json_t *
parameters_json(const struct api_route *r, json_t *named)
{
	json_t *list = json_array();

	path_add(list, r->path);
	query_add(list, r->query, named);
	if ((r->flags & API_CHANGES) != 0)
		query_add(list, &api_change_query, named);
	headers_add(list, r);
	return list;
}

/* --- operations ---------------------------------------------------------------------------- */

/* "getDnsRecordsId" of GET /api/dns/records/<id>. */
static void
id_write(char *buf, size_t size, const struct api_route *r)
{
	const char *p = strncmp(r->path, "/api", 4) == 0 ? r->path + 4 : r->path;
	size_t n = 0;
	bool upper = false;

	for (; *p != '\0' && n + 1 < size; p++) {
		bool word = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');

		if (word)
			buf[n++] = upper && *p >= 'a' ? (char)(*p - 'a' + 'A') : *p;
		upper = !word;
	}
	buf[n] = '\0';
}

static const char *
method_key(const struct api_route *r)
{
	switch (r->method) {
	case HTTP_POST:
		return "post";
	case HTTP_PUT:
		return "put";
	case HTTP_DELETE:
		return "delete";
	default:
		return "get";
	}
}

static json_t *
security_json(const struct api_route *r)
{
	switch (r->who) {
	case AUTH_WHO_PUBLIC:
	case AUTH_WHO_LOCAL:
		return json_array();
	case AUTH_WHO_SETUP:
		return json_pack("[{s:[]}, {}]", "setupToken");
	default:
		break;
	}
	if (r->who == AUTH_WHO_PEER || auth_token_barred(str_of(r->path)))
		return json_pack("[{s:[]}]", "session");
	return json_pack("[{s:[]}, {s:[]}]", "session", "token");
}

static json_t *
operation_json(const struct api_route *r, const char *tag, json_t *named)
{
	char id[96];
	json_t *j, *parameters = parameters_json(r, named);

	id_write(id, sizeof(id), r);
	j = json_pack("{s:[s], s:s, s:s+, s:s, s:o}", "tags", tag, "summary", r->help, "operationId", method_key(r),
	    id, "x-who", callers[r->who].mark, "security", security_json(r));
	if (json_array_size(parameters) > 0)
		put(j, "parameters", json_incref(parameters));
	json_decref(parameters);
	if (r->in != NULL)
		put(j, "requestBody", json_pack("{s:b, s:o}", "required", r->method != HTTP_DELETE,
		    "content", content_json(r->in, true, named)));
	put(j, "responses", responses_json(r, named));
	return j;
}

/* "/api/dns/records/<id>" → "/api/dns/records/{id}" */
static void
template_write(char *buf, size_t size, const char *pattern)
{
	size_t i;

	for (i = 0; pattern[i] != '\0' && i + 1 < size; i++)
		buf[i] = pattern[i] == '<' ? '{' : pattern[i] == '>' ? '}' : pattern[i];
	buf[i] = '\0';
}

static void
route_put(json_t *paths, const struct api_route *r, const char *tag, json_t *named)
{
	char key[128];
	json_t *item;

	template_write(key, sizeof(key), r->path);
	item = json_object_get(paths, key);
	if (item == NULL) {
		item = json_object();
		put(paths, key, item);
	}
	put(item, method_key(r), operation_json(r, tag, named));
}

static json_t *
paths_json(json_t *named)
{
	const struct api_route *r;
	json_t *paths = json_object();
	size_t i;

	for (i = 0; api_tables[i].routes != NULL; i++)
		for (r = api_tables[i].routes; r->path != NULL; r++)
			route_put(paths, r, api_tables[i].tag, named);
	return paths;
}

/* --- components ------------------------------------------------------------------------------ */

static json_t *
problem_schema(void)
{
	json_t *fields = json_pack("{s:s, s:{s:s, s:{s:{s:s}, s:{s:s}}}}", "type", "array", "items",
	    "type", "object", "properties", "field", "type", "string", "message", "type", "string");

	return json_pack("{s:s, s:{s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}, s:o, s:{s:s}}, s:[s, s, s, s, s]}",
	    "type", "object", "properties", "type", "type", "string", "title", "type", "string",
	    "status", "type", "integer", "detail", "type", "string", "error", "type", "string",
	    "errors", fields, "incident", "type", "string",
	    "required", "type", "title", "status", "detail", "error");
}

static json_t *
problem_response(int status)
{
	const struct api_problem p = { .status = status, .type = api_problem_type(status),
		.detail = "what is wrong, in one sentence" };

	return json_pack("{s:s, s:{s:{s:{s:s}, s:o}}}", "description", http_status_reason(status),
	    "content", "application/problem+json", "schema", "$ref", "#/components/schemas/Problem",
	    "example", api_problem_json(&p, NULL));
}

static json_t *
problem_responses(void)
{
	static const int codes[] = { 400, 401, 403, 404, 409, 412, 413, 415, 423, 428, 429, 500, 502, 503, 507 };
	json_t *j = json_object();
	char key[8];
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		snprintf(key, sizeof(key), "%d", codes[i]);
		put(j, key, problem_response(codes[i]));
	}
	put(json_object_get(j, "500"), "description", json_string(in_force_words));
	put(json_object_get(j, "500"), "headers",
	    json_pack("{s:o}", "X-Config-Generation", header_ref("X-Config-Generation")));
	return j;
}

static json_t *
header_parameter(const char *name, const char *words)
{
	return json_pack("{s:s, s:s, s:b, s:s, s:{s:s}}", "name", name, "in", "header", "required", 0,
	    "description", words, "schema", "type", "string");
}

static json_t *
parameters_component(void)
{
	json_t *j = json_object();

	put(j, "X-CSRF-Token", header_parameter("X-CSRF-Token",
	    "Required of sessions: GET /api/auth/csrf-token has it"));
	put(j, "If-Match", header_parameter("If-Match", "Change only what still has this ETag, else 412"));
	put(j, "If-None-Match", header_parameter("If-None-Match", "304 while it still has this ETag"));
	put(j, "Idempotency-Key", header_parameter("Idempotency-Key",
	    "At most 64 printable characters; the first answer is repeated for 24 hours, "
	    "one that shows a secret for a minute, then 409"));
	put(j, "Last-Event-ID", header_parameter("Last-Event-ID", "Go on after this event"));
	return j;
}

static json_t *
header_component(const char *words)
{
	return json_pack("{s:s, s:{s:s}}", "description", words, "schema", "type", "string");
}

static json_t *
headers_component(void)
{
	json_t *j = json_object();

	put(j, "ETag", header_component("\"r<rev>\" of a section or record, \"g<generation>\" of the whole"));
	put(j, "X-Config-Generation", header_component("The generation now in force"));
	put(j, "Location", header_component("Where it is"));
	return j;
}

static json_t *
security_component(void)
{
	return json_pack("{s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s}}",
	    "session", "type", "apiKey", "in", "cookie", "name", "pic_session",
	    "token", "type", "http", "scheme", "bearer", "bearerFormat", "pic_…",
	    "setupToken", "type", "apiKey", "in", "header", "name", "X-Setup-Token");
}

static json_t *
callers_json(void)
{
	json_t *j = json_object();
	size_t i;

	for (i = 0; i < sizeof(callers) / sizeof(callers[0]); i++)
		put(j, callers[i].mark, json_string(callers[i].words));
	return j;
}

json_t *
api_openapi(void)
{
	json_t *named = json_pack("{s:o}", "Problem", problem_schema()), *paths = paths_json(named);

	return json_pack("{s:s, s:{s:s, s:s, s:s}, s:o, s:[{s:s}], s:o, s:{s:o, s:o, s:o, s:o, s:o}}",
	    "openapi", "3.1.0", "info", "title", "Personal Internet Cell", "version", "1", "description", intro,
	    "x-callers", callers_json(), "servers", "url", "/", "paths", paths, "components",
	    "schemas", named, "responses", problem_responses(), "parameters", parameters_component(),
	    "headers", headers_component(), "securitySchemes", security_component());
}

char *
api_openapi_text(size_t *n)
{
	json_t *doc = api_openapi();
	char *text = NULL;

	*n = doc != NULL ? json_dumpb(doc, NULL, 0, JSON_INDENT(1)) : 0;
	if (*n > 0)
		text = malloc(*n + 2);
	if (text != NULL) {
		(void)json_dumpb(doc, text, *n, JSON_INDENT(1)); /* as long as before */
		text[(*n)++] = '\n';
		text[*n] = '\0';
	}
	json_decref(doc);
	return text;
}
