/* What is known of a block list; see filter_known.h. */
#include "role/filter_known.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "conf/conf.h"
#include "sys/clk.h"

enum { DOUBLINGS_MAX = 8 };

void
filter_known_follow(struct filter_known *k, const struct conf_blocklist *l)
{
	(void)str_copy(str_of(l->id), k->id, sizeof(k->id));	/* the schema has the bound, as below */
	if (strcmp(k->url, l->url) == 0)
		return;
	(void)str_copy(str_of(l->url), k->url, sizeof(k->url));
	k->etag[0] = k->modified[0] = k->error[0] = '\0';
	k->tried_at = k->refreshed_at = 0;
	k->failures = 0;
}

void
filter_known_failed(struct filter_known *k, const char *why)
{
	k->failures++;
	(void)snprintf(k->error, sizeof(k->error), "%s", why);	/* cut is fine */
	log_line(LOG_DNS, k->failures >= FILTER_FAILURES ? LOG_ERROR : LOG_WARNING,
	    k->failures >= FILTER_FAILURES ? "block list fails again and again" : "block list is not refreshed",
	    "list", k->id, "err", why, NULL);
}

static void
good(struct filter_known *k, int64_t now)
{
	k->failures = 0;
	k->error[0] = '\0';
	k->refreshed_at = now;
}

static void
get_text(const json_t *j, const char *key, char *out, size_t size)
{
	(void)str_copy(str_of(json_string_value(json_object_get(j, key))), out, size);	/* else "" */
}

void
filter_known_brought(struct filter_known *k, const json_t *result, int64_t now)
{
	uint32_t names = (uint32_t)json_integer_value(json_object_get(result, "names"));
	char why[API_TEXT_MAX];

	if (json_is_true(json_object_get(result, "unchanged"))) {
		good(k, now);
		return;
	}
	if (!k->manual && names < k->names / 2) {
		(void)snprintf(why, sizeof(why), "it has %u names, less than half of the %u in use: kept out until a refresh "
		    "by hand confirms it", names, k->names);	/* fits */
		filter_known_failed(k, why);
		return;
	}
	get_text(result, "etag", k->etag, sizeof(k->etag));
	get_text(result, "modified", k->modified, sizeof(k->modified));
	k->skipped = (uint64_t)json_integer_value(json_object_get(result, "skipped"));
	k->fresh_names = names;
	k->fresh = true;
}

void
filter_known_stored(struct filter_known *k, int64_t now)
{
	k->fresh = false;
	k->names = k->fresh_names;
	good(k, now);
	log_fmt(LOG_DNS, LOG_INFO, "block list %s has %u names", k->id, k->names);
}

/* The tags are those of the copy that was lost: they would say that nothing is new. */
void
filter_known_lost(struct filter_known *k, const char *why)
{
	k->fresh = false;
	k->etag[0] = k->modified[0] = '\0';
	filter_known_failed(k, why);
}

/* --- when --------------------------------------------------------------------------- */

int64_t
filter_known_next_at(const struct filter_known *k, const struct conf_blocklist *l)
{
	int64_t wait = l->refresh_s;
	int64_t retry = FILTER_RETRY_S;
	unsigned n;

	for (n = 1; n < k->failures && n < DOUBLINGS_MAX; n++)
		retry *= 2;
	if (k->failures > 0 && retry < wait)
		wait = retry;
	return k->tried_at == 0 ? 0 : k->tried_at + wait;
}

/* A clock that was set back is no reason to wait. */
bool
filter_known_is_due(const struct filter_known *k, const struct conf_blocklist *l, int64_t now)
{
	return l->enabled && !k->busy && !k->fresh && (now < k->tried_at || now >= filter_known_next_at(k, l));
}

/* --- as JSON -------------------------------------------------------------------------- */

static json_t *
time_json(int64_t t)
{
	char at[CLK_TEXT_MAX];

	return t == 0 ? json_null() : json_string(clk_text(t, at));
}

json_t *
filter_known_save(const struct filter_known *k)
{
	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:s, s:o, s:o}", "url", k->url, "etag", k->etag,
	    "modified", k->modified, "entries", (json_int_t)k->names, "skipped", (json_int_t)k->skipped,
	    "failures", (json_int_t)k->failures, "error", k->error,
	    "refreshed_at", time_json(k->refreshed_at), "tried_at", time_json(k->tried_at));
}

static int64_t
get_time(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));
	int64_t t = 0;

	return s != NULL && clk_read(s, &t) == 0 ? t : 0;
}

void
filter_known_load(struct filter_known *k, const json_t *j)
{
	const char *url = json_string_value(json_object_get(j, "url"));

	if (url == NULL || strcmp(url, k->url) != 0)
		return;
	get_text(j, "etag", k->etag, sizeof(k->etag));
	get_text(j, "modified", k->modified, sizeof(k->modified));
	get_text(j, "error", k->error, sizeof(k->error));
	k->skipped = (uint64_t)json_integer_value(json_object_get(j, "skipped"));
	k->failures = (unsigned)json_integer_value(json_object_get(j, "failures"));
	k->refreshed_at = get_time(j, "refreshed_at");
	k->tried_at = get_time(j, "tried_at");
}
