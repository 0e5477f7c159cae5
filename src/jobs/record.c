/* Jobs as JSON; see record.h. A member that cannot be set for want of memory
 * keeps its old value: the list is for reading, nothing depends on it. */
#include "jobs/record.h"

#include <string.h>

#include <sodium.h>

#include "base/str.h"
#include "conf/check.h"
#include "sys/clk.h"

enum { UUID_SIZE = 37 };

static const char *const states[] = { "queued", "running", "waiting", "succeeded", "failed", "cancelled" };

static void
uuid(char out[UUID_SIZE])
{
	uint8_t b[16];
	char *p = out;
	int i;

	randombytes_buf(b, sizeof(b));
	b[6] = (uint8_t)(0x40 | (b[6] & 0x0f));	/* version 4, variant 1: RFC 9562 */
	b[8] = (uint8_t)(0x80 | (b[8] & 0x3f));
	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		*p++ = "0123456789abcdef"[b[i] >> 4];
		*p++ = "0123456789abcdef"[b[i] & 15];
	}
	*p = '\0';
}

static json_t *
moment(int64_t t)
{
	char buf[CLK_TEXT_MAX];

	return json_string(clk_text(t, buf));
}

json_t *
jobs_record_new(const char *kind, const char *object, const char *actor, int64_t now)
{
	char id[UUID_SIZE];

	uuid(id);
	return json_pack("{s:s, s:s, s:s, s:i, s:s, s:n, s:s?, s:s?, s:o, s:n, s:n, s:n, s:n}",
	    "id", id, "kind", kind, "state", "queued", "progress", 0, "step", "", "message",
	    "object", object, "actor", actor, "created_at", moment(now),
	    "started_at", "finished_at", "result", "error");
}

static bool
is_text(const json_t *j, const char *key, bool nullable)
{
	const json_t *v = json_object_get(j, key);

	return json_is_string(v) || (nullable && json_is_null(v));
}

static bool
is_time(const json_t *j, const char *key, bool nullable)
{
	const json_t *v = json_object_get(j, key);
	int64_t t;

	if (json_is_null(v))
		return nullable;
	return json_is_string(v) && clk_read(json_string_value(v), &t) == 0;
}

static bool
is_state(const char *s)
{
	size_t i;

	for (i = 0; s != NULL && i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(s, states[i]) == 0)
			return true;
	return false;
}

bool
jobs_record_valid(const json_t *j)
{
	const char *id = jobs_record_text(j, "id");

	return json_object_size(j) == 13 && id != NULL && conf_is_uuid(str_of(id)) &&
	    is_state(jobs_record_text(j, "state")) &&
	    is_text(j, "kind", false) && is_text(j, "step", false) && is_text(j, "message", true) &&
	    is_text(j, "object", true) && is_text(j, "actor", true) && is_text(j, "error", true) &&
	    json_is_integer(json_object_get(j, "progress")) && json_object_get(j, "result") != NULL &&
	    is_time(j, "created_at", false) && is_time(j, "started_at", true) && is_time(j, "finished_at", true);
}

const char *
jobs_record_text(const json_t *j, const char *key)
{
	return json_string_value(json_object_get(j, key));
}

int64_t
jobs_record_time(const json_t *j, const char *key)
{
	const char *s = jobs_record_text(j, key);
	int64_t t;

	return s != NULL && clk_read(s, &t) == 0 ? t : 0;
}

bool
jobs_record_is_active(const json_t *j)
{
	const char *s = jobs_record_text(j, "state");

	return strcmp(s, "queued") == 0 || strcmp(s, "running") == 0 || strcmp(s, "waiting") == 0;
}

bool
jobs_record_progress(json_t *j, int percent, const char *step)
{
	bool changed = false;

	if (percent >= 0 && percent != json_integer_value(json_object_get(j, "progress")))
		changed = json_object_set_new(j, "progress", json_integer(percent)) == 0;
	if (step[0] != '\0' && strcmp(step, jobs_record_text(j, "step")) != 0)
		changed |= json_object_set_new(j, "step", json_string(step)) == 0;
	return changed;
}

void
jobs_record_start(json_t *j, int64_t now)
{
	(void)json_object_set_new(j, "state", json_string("running"));
	(void)json_object_set_new(j, "started_at", moment(now));
}

void
jobs_record_succeed(json_t *j, const json_t *result, int64_t now)
{
	(void)json_object_set_new(j, "state", json_string("succeeded"));
	(void)json_object_set_new(j, "progress", json_integer(100));
	(void)json_object_set_new(j, "finished_at", moment(now));
	if (result != NULL)
		(void)json_object_set_new(j, "result", json_deep_copy(result));
}

void
jobs_record_fail(json_t *j, const char *state, const char *why, int64_t now)
{
	(void)json_object_set_new(j, "state", json_string(state));
	(void)json_object_set_new(j, "finished_at", moment(now));
	(void)json_object_set_new(j, "error", json_string(why));
	(void)json_object_set_new(j, "message", json_string(why));
}
