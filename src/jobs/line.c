/* Lines between a job child and core; see line.h. */
#include "jobs/line.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "conf/json.h"

static const char *const kinds[] = {
	[ERR_NONE] = "none", [ERR_VALIDATION] = "validation", [ERR_UNAUTHENTICATED] = "not-authenticated",
	[ERR_FORBIDDEN] = "forbidden", [ERR_NOT_FOUND] = "not-found", [ERR_CONFLICT] = "conflict", [ERR_ASSERTION] = "assertion",
	[ERR_PRECONDITION] = "precondition", [ERR_TOO_LARGE] = "too-large", [ERR_LOCKED] = "locked",
	[ERR_RATE_LIMITED] = "rate-limited", [ERR_INTERNAL] = "internal", [ERR_REMOTE] = "remote",
	[ERR_UNAVAILABLE] = "unavailable", [ERR_STORAGE_FULL] = "storage-full",
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* --- core side ------------------------------------------------------------------ */

static enum err_kind
kind_of(const json_t *j)
{
	const char *name = json_string_value(json_object_get(j, "kind"));
	int i;

	for (i = 1; name != NULL && i < KINDS; i++)
		if (strcmp(kinds[i], name) == 0)
			return (enum err_kind)i;
	return ERR_INTERNAL;
}

/* Copy a string member, cut to size between characters. "" when it is none. */
static void
text(const json_t *j, const char *key, char *dst, size_t size)
{
	const json_t *v = json_object_get(j, key);
	struct str s = { json_string_value(v), json_string_length(v) };

	if (s.n >= size)
		s.n = size - 1;
	while (s.n > 0 && !str_utf8(s))
		s.n--;
	if (s.p == NULL || !str_copy(s, dst, size))
		dst[0] = '\0';
}

static void
read_error(const json_t *j, struct err *e)
{
	const json_t *list = json_object_get(j, "errors"), *f;
	json_int_t wait = json_integer_value(json_object_get(j, "retry_after"));
	size_t i;

	err_clear(e);
	e->kind = kind_of(j);
	e->retry_after = wait > 0 && wait <= INT32_MAX ? (int)wait : 0;
	text(j, "detail", e->detail, sizeof(e->detail));
	json_array_foreach(list, i, f) {
		if (e->nfields == ERR_FIELDS_MAX)
			break;
		text(f, "field", e->fields[e->nfields].field, ERR_FIELD_MAX);
		text(f, "message", e->fields[e->nfields].message, ERR_MESSAGE_MAX);
		e->nfields++;
	}
}

static bool
read_progress(const json_t *j, struct jobs_line *out)
{
	const json_t *percent = json_object_get(j, "progress"), *step = json_object_get(j, "step");
	json_int_t n = json_integer_value(percent);

	out->type = JOBS_LINE_PROGRESS;
	out->percent = json_is_integer(percent) && n >= 0 && n <= 100 ? (int)n : -1;
	text(j, "step", out->step, sizeof(out->step));
	return out->percent >= 0 || json_is_string(step);
}

bool
jobs_line_read(const char *p, size_t n, struct jobs_line *out)
{
	json_t *j = conf_json_read(p, n, NULL), *v;
	bool ok = true;

	memset(out, 0, sizeof(*out));
	out->percent = -1;
	if (json_is_object(v = json_object_get(j, "error"))) {
		out->type = JOBS_LINE_ERROR;
		read_error(v, &out->error);
	} else if (json_is_object(v = json_object_get(j, "fact"))) {
		out->type = JOBS_LINE_FACT;
		out->result = json_incref(v);
	} else if ((v = json_object_get(j, "result")) != NULL) {
		out->type = JOBS_LINE_RESULT;
		out->result = json_incref(v);
	} else {
		ok = read_progress(j, out);
	}
	json_decref(j);
	return ok;
}

void
jobs_line_clear(struct jobs_line *l)
{
	json_decref(l->result);
	l->result = NULL;
}

/* --- child side ----------------------------------------------------------------- */

/* Takes j. */
static char *
line(json_t *j)
{
	size_t n = json_dumpb(j, NULL, 0, JSON_COMPACT);
	char *s = n == 0 || n > JOBS_LINE_MAX ? NULL : malloc(n + 2);

	if (s != NULL) {
		(void)json_dumpb(j, s, n, JSON_COMPACT);	/* n bytes, as before */
		s[n] = '\n';
		s[n + 1] = '\0';
	}
	json_decref(j);
	return s;
}

char *
jobs_line_progress(int percent, const char *step)
{
	if (percent < 0)
		return line(json_pack("{s:s}", "step", step != NULL ? step : ""));
	return line(json_pack("{s:i, s:s*}", "progress", percent > 100 ? 100 : percent, "step", step));
}

char *
jobs_line_fact(const json_t *fact)
{
	return line(json_pack("{s:o}", "fact", json_deep_copy(fact)));
}

char *
jobs_line_result(const json_t *result)
{
	json_t *copy = result == NULL ? json_object() : json_deep_copy(result);

	return line(json_pack("{s:o}", "result", copy));
}

char *
jobs_line_error(const struct err *e)
{
	json_t *fields = json_array();
	size_t i, n = e->nfields < ERR_FIELDS_MAX ? e->nfields : ERR_FIELDS_MAX;

	/* An append that fails for want of memory leaves one field out. */
	for (i = 0; i < n; i++)
		(void)json_array_append_new(fields, json_pack("{s:s, s:s}",
		    "field", e->fields[i].field, "message", e->fields[i].message));
	return line(json_pack("{s:{s:s, s:s, s:i, s:o}}", "error", "kind", kinds[e->kind],
	    "detail", e->detail, "retry_after", e->retry_after, "errors", fields));
}
