/* What the API shows of the firewall: its callbacks in api/live.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "conf/conf.h"
#include "conf/store.h"
#include "conf/txn.h"
#include "fw/apply.h"
#include "fw/count.h"
#include "fw/plan.h"
#include "fw/table.h"
#include "fw/text.h"
#include "role/core.h"
#include "role/firewall.h"
#include "role/firewall_assert.h"
#include "role/firewall_drops.h"
#include "role/firewall_input.h"
#include "role/firewall_set.h"
#include "sys/clk.h"

enum { COUNTED_MS = 1000 };		/* how old counts may be: a list asks for each of its rows, and pages ask often */

bool
firewall_part(const struct core *c, struct api_part *out)
{
	const struct firewall *f = c->firewall;

	if (f == NULL || (!f->holds && f->fault[0] == '\0'))
		return false;
	*out = (struct api_part){ .name = "firewall", .running = f->holds, .since = f->since };
	(void)snprintf(out->state, sizeof(out->state), "%s", f->holds ? "running" : "failed");	/* fits, as does the next */
	(void)snprintf(out->detail, sizeof(out->detail), "%s", f->fault);
	return true;
}

static void
state(void *arg, struct api_firewall *out)
{
	const struct core *c = arg;
	const struct firewall *f = c->firewall;

	*out = (struct api_firewall){ .enforced = f->holds, .drift = f->stale || (!f->holds && f->fault[0] != '\0'),
	    .rules = f->holds ? f->now.rules : 0, .sets = f->holds ? f->now.sets : 0, .committed_at = f->committed_at,
	    .drift_at = f->drift_at, .drops = f->drops == NULL ? 0 : firewall_drops_count(f->drops) };
	(void)snprintf(out->fault, sizeof(out->fault), "%s", f->fault);	/* same size, as the next */
	(void)snprintf(out->repaired, sizeof(out->repaired), "%s", f->repaired);
}

/* A document that was in force once. */
static int
conf_of(const struct core *c, uint64_t generation, struct conf **out, struct err *e)
{
	json_t *doc;
	int rc;

	if (generation == 0 || generation == conf_txn_current(c->txn)->generation) {
		*out = conf_ref(conf_txn_current(c->txn));
		return 0;
	}
	doc = conf_store_read(c->store, generation, e);
	if (doc == NULL)
		return err_errno(e->kind);
	rc = conf_build(out, doc, e);
	json_decref(doc);
	return rc;
}

static int
text_of(const struct core *c, const struct conf *conf, char **out, struct err *e)
{
	struct firewall_input *in = firewall_would(c, conf);
	struct fw_table *t = in == NULL ? NULL : fw_plan(&in->in);

	*out = t == NULL ? NULL : fw_text(t);
	fw_table_free(t);
	firewall_input_free(in);
	return *out == NULL ? err_sys(e, -ENOMEM, "write the rules down") : 0;
}

static int
text(void *arg, uint64_t generation, char **out, struct err *e)
{
	const struct core *c = arg;
	struct conf *conf = NULL;
	int rc = conf_of(c, generation, &conf, e);

	if (rc == 0)
		rc = text_of(c, conf, out, e);
	conf_unref(conf);
	return rc;
}

static uint64_t
drop_newest(void *arg)
{
	const struct core *c = arg;

	return c->firewall->drops == NULL ? 0 : firewall_drops_newest(c->firewall->drops);
}

static bool
drop(void *arg, uint64_t seq, struct api_drop *out)
{
	const struct core *c = arg;

	return c->firewall->drops != NULL && firewall_drops_get(c->firewall->drops, seq, out);
}

/* A list asks for each of its rows: all are judged once. */
static const struct fw_judged *
judged(void *arg, const char *id)
{
	const struct core *c = arg;
	struct firewall_plan *now = &c->firewall->now;
	const struct conf_firewall *w = &now->input->conf->firewall;
	size_t i;

	if (now->judged == NULL) {
		now->judged = calloc(w->nassertions, sizeof(*now->judged));
		now->njudged = now->judged == NULL ? 0 : firewall_assert_all(now->input, now->judged, w->nassertions);
	}
	if (now->njudged == 0) {		/* no memory: who asks again may have luck */
		free(now->judged);
		now->judged = NULL;
	}
	for (i = 0; i < now->njudged; i++)
		if (strcmp(w->assertions[i].id, id) == 0)
			return &now->judged[i];
	return NULL;
}

static void
count_lines(struct firewall *f)
{
	struct fw_table *t = NULL;
	struct err e;

	err_clear(&e);
	fw_counts_free(f->counts);
	f->counts = fw_read_lines(&t, &e) == 0 ? fw_counts_new(t) : NULL;
	f->counted_ms = clk_system.mono_ms(&clk_system);
	fw_table_free(t);
}

static bool
counted(void *arg, const char *kind, const char *id, uint64_t *packets, uint64_t *bytes)
{
	const struct core *c = arg;
	struct firewall *f = c->firewall;
	struct fw_count n;

	if (!f->holds)
		return false;
	if (f->counted_ms == 0 || clk_system.mono_ms(&clk_system) - f->counted_ms > COUNTED_MS)
		count_lines(f);
	if (f->counts == NULL)
		return false;
	n = fw_counts_of(f->counts, kind, id);
	*packets = n.packets;
	*bytes = n.bytes;
	return true;
}

void
firewall_fill(struct api_live *out)
{
	out->firewall = state;
	out->firewall_text = text;
	out->firewall_drop_newest = drop_newest;
	out->firewall_drop = drop;
	out->firewall_judged = judged;
	out->firewall_counted = counted;
}
