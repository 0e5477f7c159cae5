/* state/sessions.json, state/links.json and state/observed.json (data.md 6): read
 * at start, written a moment after something changed and at stop. A session must survive
 * a restart, and a link that was used stay so: they are written soon; the rest at most once a minute. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "auth/facts.h"
#include "auth/link.h"
#include "auth/lockout.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/json.h"
#include "conf/txn.h"
#include "io/timer.h"
#include "role/core.h"
#include "role/ddns.h"
#include "role/filter.h"
#include "role/tickets.h"
#include "role/timekeeping.h"
#include "sys/clk.h"
#include "sys/file.h"

enum { STATE_MAX = 32 << 20, SOON_MS = 50, LATER_MS = 60000 };

/* NULL when absent or damaged: this is history, the cell goes on without it. */
static json_t *
load(struct core *c, const char *name)
{
	char *text;
	size_t n;
	json_t *j;
	struct err e;

	err_clear(&e);
	if (file_read(c->state_sub_fd, name, STATE_MAX, &text, &n, &e) < 0)
		return NULL;
	j = conf_json_read(text, n, &e);
	if (j == NULL)
		log_line(LOG_CORE, LOG_WARNING, "state file is damaged and left out", "file", name, "err", e.detail, NULL);
	free(text);
	return j;
}

/* False: it is not on disk. */
static bool
save(struct core *c, const char *name, json_t *j)
{
	char *text = j == NULL ? NULL : conf_json_pretty(j);
	struct err e;
	int error;

	err_clear(&e);
	error = text == NULL ? err_sys(&e, -ENOMEM, name) : file_write(c->state_sub_fd, name, text, strlen(text), 0600, &e);
	/* a disk that stays full is said once, not every minute */
	if (error < 0 && !c->unwritable)
		log_line(LOG_CORE, LOG_ERROR, "state file is not saved, it is tried again", "file", name, "err", e.detail, NULL);
	c->unwritable = error < 0;
	free(text);
	json_decref(j);
	return error == 0;
}

/* 0: it is not there, or unreadable, which is the same. */
static int64_t
moment(const json_t *observed, const char *member)
{
	const char *text = json_string_value(json_object_get(observed, member));
	int64_t at = 0;

	return text != NULL && clk_read(text, &at) == 0 ? at : 0;
}

int
state_load(struct core *c, struct err *e)
{
	const struct conf *now = conf_txn_current(c->txn);
	json_t *observed = load(c, "observed.json"), *sessions = load(c, "sessions.json"), *links = load(c, "links.json");
	int64_t last = moment(observed, "last_time"), seen = moment(observed, "last_seen");

	auth_time_init(&c->time, &clk_system, last, seen);
	c->time.lacks = timekeeping_lacks;
	c->time.lacks_arg = c->timekeeping;
	timekeeping_load(c->timekeeping, observed);
	filter_load(c, observed);
	ddns_load(c, observed);
	if (observed != NULL)
		auth_facts_load(c->auth.facts, c->auth.lockout, now, observed);
	serials_load(c, observed);
	if (sessions != NULL)
		(void)auth_sessions_load(c->auth.sessions, sessions);
	auth_sessions_follow(c->auth.sessions, now);
	auth_links_load(c->links, json_object_get(links, "links"));
	auth_links_follow(c->links, now);
	c->sessions_dirty = c->observed_dirty = c->links_dirty = false;
	json_decref(observed);
	json_decref(sessions);
	json_decref(links);
	(void)e;
	return 0;
}

static bool
save_observed(struct core *c)
{
	char at[CLK_TEXT_MAX];
	json_t *j = auth_facts_save(c->auth.facts, c->auth.lockout, conf_txn_current(c->txn));

	if (j != NULL) {
		(void)json_object_set_new(j, "blocklists", filter_save(c));	/* history, as below */
		(void)json_object_set_new(j, "ddns", ddns_save(c));	/* likewise */
		(void)json_object_set_new(j, "written_at",	/* history: a missing member does no harm */
		    json_string(clk_text(clk_system.wall_s(&clk_system), at)));
		(void)json_object_set_new(j, "serials", serials_save(c));	/* likewise */
		(void)json_object_set_new(j, "serials_of", json_integer((json_int_t)c->serials_of));	/* likewise */
		(void)auth_time_now(&c->time);	/* brings both up to date */
		(void)json_object_set_new(j, "last_time", json_string(clk_text(c->time.highest, at)));
		(void)json_object_set_new(j, "last_seen", json_string(clk_text(c->time.seen, at)));
		timekeeping_save(c->timekeeping, j);
	}
	return save(c, "observed.json", j);
}

void
state_save(struct core *c)
{
	if (c->sessions_dirty)
		c->sessions_dirty = !save(c, "sessions.json", auth_sessions_save(c->auth.sessions));
	if (c->links_dirty)
		c->links_dirty = !save(c, "links.json", json_pack("{s:o}", "links", auth_links_save(c->links)));
	if (c->observed_dirty)
		c->observed_dirty = !save_observed(c);
	if (c->sessions_dirty || c->links_dirty || c->observed_dirty)
		io_timer_once(c->save, LATER_MS);
}

void
state_dirty_sessions(void *core)
{
	struct core *c = core;

	if (!c->sessions_dirty || c->unwritable)
		io_timer_once(c->save, SOON_MS);
	c->sessions_dirty = true;
	tickets_follow(c);
}

void
state_dirty_links(void *core)
{
	struct core *c = core;

	if (!c->links_dirty || c->unwritable)
		io_timer_once(c->save, SOON_MS);
	c->links_dirty = true;
}

void
state_save_observed(void *core)
{
	state_dirty_observed(core);
	state_save(core);
}

void
state_dirty_observed(void *core)
{
	struct core *c = core;

	if (!c->observed_dirty && !c->sessions_dirty && !c->links_dirty)
		io_timer_once(c->save, LATER_MS);
	c->observed_dirty = true;
}
