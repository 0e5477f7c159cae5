/* Problem documents. */
#include "api/problem.h"

#include <string.h>

#include "base/err.h"

static const struct {
	enum err_kind kind;
	int status;
	const char *type;
} kinds[] = {
	{ ERR_VALIDATION, 400, "validation" },
	{ ERR_UNAUTHENTICATED, 401, "not-authenticated" },
	{ ERR_FORBIDDEN, 403, "forbidden" },
	{ ERR_NOT_FOUND, 404, "not-found" },
	{ ERR_CONFLICT, 409, "conflict" },
	{ ERR_ASSERTION, 409, "assertion" },
	{ ERR_PRECONDITION, 412, "precondition" },
	{ ERR_TOO_LARGE, 413, "http" },
	{ ERR_LOCKED, 423, "locked" },
	{ ERR_RATE_LIMITED, 429, "rate-limited" },
	{ ERR_INTERNAL, 500, "internal" },
	{ ERR_REMOTE, 502, "remote" },
	{ ERR_UNAVAILABLE, 503, "unavailable" },
	{ ERR_STORAGE_FULL, 507, "storage-full" },
};

static const struct {
	const char *type, *title;
} titles[] = {
	{ "validation", "Invalid request" },
	{ "not-authenticated", "Not signed in" },
	{ "forbidden", "Not allowed" },
	{ "csrf", "Missing or wrong X-CSRF-Token, or foreign origin" },
	{ "must-change-password", "Password must be changed" },
	{ "zone", "Not allowed from here" },
	{ "not-found", "Not found" },
	{ "conflict", "Conflict" },
	{ "assertion", "An assertion would not hold" },
	{ "precondition", "Changed meanwhile" },
	{ "locked", "Locked" },
	{ "setup-required", "Setup is not complete" },
	{ "rate-limited", "Too many requests" },
	{ "internal", "Internal error" },
	{ "remote", "Another system failed" },
	{ "unavailable", "Not available now" },
	{ "time-untrusted", "The clock is not trusted" },
	{ "storage-full", "Storage full" },
	{ "http", "Request refused" },
};

enum { NKINDS = sizeof(kinds) / sizeof(kinds[0]), NTITLES = sizeof(titles) / sizeof(titles[0]) };

void
api_problem_of(struct api_problem *p, const struct err *e)
{
	size_t i;

	*p = (struct api_problem){ .status = 500, .type = "internal",
		.detail = e->detail, .retry_after = e->retry_after };
	for (i = 0; i < NKINDS; i++)
		if (kinds[i].kind == e->kind) {
			p->status = kinds[i].status;
			p->type = kinds[i].type;
		}
}

const char *
api_problem_type(int status)
{
	size_t i;

	if (status == 428)
		return "setup-required";
	for (i = 0; i < NKINDS; i++)
		if (kinds[i].status == status)
			return kinds[i].type;
	return "http";
}

const char *
api_problem_title(const char *type)
{
	size_t i;

	for (i = 0; i < NTITLES; i++)
		if (strcmp(titles[i].type, type) == 0)
			return titles[i].title;
	return "Request refused";
}

static json_t *
errors_json(const struct err *e)
{
	json_t *list = json_array();
	size_t i, n;

	n = e->nfields < ERR_FIELDS_MAX ? e->nfields : ERR_FIELDS_MAX;
	for (i = 0; i < n; i++)
		(void)json_array_append_new(list, json_pack("{s:s, s:s}",
		    "field", e->fields[i].field,
		    "message", e->fields[i].message)); /* a list cut short is still true */
	return list;
}

json_t *
api_problem_json(const struct api_problem *p, const struct err *e)
{
	json_t *j = json_pack("{s:s+, s:s, s:i, s:s, s:s}",
	    "type", "urn:pic:", p->type, "title", api_problem_title(p->type),
	    "status", p->status, "detail", p->detail, "error", p->detail);

	if (j != NULL && e != NULL && e->nfields > 0 &&
	    (p->status == 400 || p->status == 409))
		(void)json_object_set_new(j, "errors", errors_json(e)); /* detail has the first */
	return j;
}
