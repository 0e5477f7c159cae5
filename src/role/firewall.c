/* The firewall of the running cell; see firewall.h. */
#include "role/firewall.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "fw/apply.h"
#include "fw/conntrack.h"
#include "fw/count.h"
#include "fw/index.h"
#include "fw/plan.h"
#include "fw/table.h"
#include "io/netlink.h"
#include "io/timer.h"
#include "role/core.h"
#include "role/firewall_assert.h"
#include "role/firewall_drops.h"
#include "role/firewall_input.h"
#include "role/firewall_set.h"
#include "role/vpn.h"
#include "sys/clk.h"
#include "sys/net.h"

enum { CHECK_MS = 30000, RETRY_MS = 1000, DOUBLINGS = 3, PATIENCE_MS = 5000 };

/* --- the host ------------------------------------------------------------------------- */

static void
uplink_of(const struct core *c, char out[FW_IF_NAME_MAX])
{
	struct addr own;
	size_t i;

	out[0] = '\0';
	if (!net_uplink(&own))
		return;
	for (i = 0; i < c->nifs; i++)
		if (addr_eq(&c->ifs[i].prefix.addr, &own))
			memcpy(out, c->ifs[i].name, FW_IF_NAME_MAX);
}

static struct firewall_host
host_of(const struct core *c, const struct conf *conf)
{
	const struct firewall *f = c->firewall;
	struct firewall_host h = { .ifs = c->ifs, .nifs = c->nifs, .user_mode = c->options.user_mode,
	    .vpn_foreign = vpn_foreign(c, conf), .ways = f->ways.v, .nways = f->ways.n,
	    .log_group = f->drops != NULL && !f->mute ? FIREWALL_DROPS_GROUP : 0 };

	uplink_of(c, h.uplink);
	net_client_ports(&h.client_ports.lo, &h.client_ports.hi);
	return h;
}

/* --- plans ------------------------------------------------------------------------------ */

static void
plan_drop(struct firewall_plan *p)
{
	fw_table_free(p->table);
	firewall_input_free(p->input);
	free(p->judged);
	*p = (struct firewall_plan){ 0 };
}

/* Before setup nobody has said that packets are to be stopped. */
static bool
is_enforced(const struct core *c, const struct conf *conf)
{
	return conf->setup_complete && !c->options.user_mode;
}

static bool
plan_table(struct firewall_plan *p)
{
	size_t i;

	p->table = fw_plan(&p->input->in);
	if (p->table == NULL)
		return false;
	p->sets = p->table->nsets;
	p->rules = 0;
	for (i = 0; i < p->table->nchains; i++)
		p->rules += p->table->chains[i]->nlines;
	return true;
}

/* What conf wants on the host as it is now; first without the table. 0, or a negative errno with e. */
static int
plan_input(const struct core *c, const struct conf *conf, struct firewall_plan *p, struct err *e)
{
	const struct firewall_host h = host_of(c, conf);

	*p = (struct firewall_plan){ .input = firewall_input_new(conf, &h) };
	return p->input == NULL ? err_sys(e, -ENOMEM, "plan the firewall") : 0;
}

static int
plan_rest(const struct core *c, const struct conf *conf, struct firewall_plan *p, struct err *e)
{
	if (!is_enforced(c, conf) || plan_table(p))
		return 0;
	plan_drop(p);
	return err_set(e, ERR_CONFLICT, "the firewall would have more rules or sets than it can hold");
}

static int
plan_make(const struct core *c, const struct conf *conf, struct firewall_plan *p, struct err *e)
{
	int rc = plan_input(c, conf, p, e);

	return rc < 0 ? rc : plan_rest(c, conf, p, e);
}

/* Of a change: where it wants what is in force, the kernel has that table, and it is not made of ten thousand devices again. */
static int
plan_change(const struct core *c, const struct conf *next, struct firewall_plan *p, struct err *e)
{
	const struct firewall *f = c->firewall;
	int rc = plan_input(c, next, p, e);

	if (rc < 0)
		return rc;
	if (!f->holds || f->stale || !fw_input_eq(&f->now.input->in, &p->input->in))
		return plan_rest(c, next, p, e);
	p->rules = f->now.rules;
	p->sets = f->now.sets;
	return 0;
}

/* --- what holds ------------------------------------------------------------------------- */

static void
settle(struct core *c, bool holds, const char *fault)
{
	struct firewall *f = c->firewall;

	if (!holds && strcmp(f->fault, fault) != 0)
		log_line(LOG_FIREWALL, LOG_CRITICAL, "nothing is filtered, so nothing is forwarded", "err", fault, NULL);
	(void)snprintf(f->fault, sizeof(f->fault), "%s", holds ? "" : fault);	/* cut where it is too long */
	if (f->holds == holds)
		return;
	f->holds = holds;
	if (!holds && f->check != NULL)
		io_timer_once(f->check, RETRY_MS);
	vpn_firewall(c);
	f->since = clk_system.wall_s(&clk_system);
	if (c->edges != NULL)
		facts_changed(c);
}

bool
firewall_holds(const struct core *c)
{
	return c->firewall != NULL && c->firewall->holds;
}

void
firewall_rest(struct core *c)
{
	if (c->firewall != NULL)
		fw_kernel_rest(c->firewall->kernel);
}

/* End what may not go on (FWL-14). before: of what was in force; NULL: not known. ch: what was changed of that. */
static void
judge(struct fw_kernel *k, const struct firewall_input *now, const struct firewall_input *before, const struct fw_change *ch)
{
	struct err e;
	size_t ended;

	err_clear(&e);
	if (fw_conntrack_judge(k, now->index, before == NULL ? NULL : before->index, ch, &ended, &e) < 0)
		log_line(LOG_FIREWALL, LOG_ERROR, "connections that may not go on are not ended", "err", e.detail, NULL);
	else if (ended > 0)
		log_fmt(LOG_FIREWALL, LOG_INFO, "%zu connections ended that may not go on", ended);
}

/* A kernel that cannot tell of drops can drop all the same. */
static int
apply_mute(struct core *c, struct firewall_plan *p, struct fw_change *ch, struct err *e)
{
	struct err again;

	err_clear(&again);
	p->input->in.log_group = 0;
	if (!plan_table(p) || fw_apply(c->firewall->kernel, p->table, ch, &again) < 0)
		return err_errno(e->kind);
	c->firewall->mute = true;
	log_line(LOG_FIREWALL, LOG_WARNING, "this kernel cannot tell what is dropped", NULL);
	return 0;
}

/* p into the kernel; it is in force then, and empty. On failure what was in force still is, and p has no table. */
static int
enforce(struct core *c, struct firewall_plan *p, struct err *e)
{
	struct firewall *f = c->firewall;
	struct fw_change ch;
	int rc = fw_apply(f->kernel, p->table, &ch, e);	/* takes the table */

	p->table = NULL;
	if (rc < 0 && e->kind == ERR_UNAVAILABLE && p->input->in.log_group != 0)
		rc = apply_mute(c, p, &ch, e);
	p->table = NULL;
	if (rc < 0)
		return rc;
	if (ch.any) {
		f->committed_at = clk_system.wall_s(&clk_system);
		f->counted_ms = 0;
	}
	if (ch.narrower)
		judge(f->kernel, p->input, f->now.input, &ch);
	plan_drop(&f->now);
	f->now = *p;
	*p = (struct firewall_plan){ 0 };
	settle(c, true, "");
	return 0;
}

/* The kernel keeps other rules than those that are wanted: tried again soon. */
static void
stay(struct core *c)
{
	c->firewall->stale = true;
	if (c->firewall->check != NULL)
		io_timer_once(c->firewall->check, RETRY_MS);
}

/* What conf wants, come what may: at start, for another host, and as long as it did not succeed. Rules that are in force
 * stay while the kernel refuses others. */
static void
follow(struct core *c, const struct conf *conf)
{
	struct firewall *f = c->firewall;
	struct firewall_plan p;
	struct err e;

	err_clear(&e);
	f->stale = false;
	if (plan_make(c, conf, &p, &e) == 0 && p.table != NULL && enforce(c, &p, &e) == 0)
		return;
	if (f->holds) {
		stay(c);
		log_line(LOG_FIREWALL, LOG_ERROR, "the rules do not follow yet", "err", e.detail, NULL);
		plan_drop(&p);
		return;
	}
	if (e.kind != ERR_NONE)
		settle(c, false, e.detail);
	if (p.input != NULL) {
		plan_drop(&f->now);
		f->now = p;
	}
}

/* --- as a part of every change ------------------------------------------------------------ */

/* What the configuration alone cannot know (bad input of FWL). */
static int
check_forwards(const struct firewall_input *in, const struct conf *next, struct err *e)
{
	char field[ERR_FIELD_MAX];
	size_t i;

	for (i = 0; i < next->firewall.nforwards; i++)
		if (fw_index_own(in->index, &next->firewall.forwards[i].to_ip)) {
			(void)snprintf(field, sizeof(field), "firewall.forwards[%zu].to_ip", i);	/* fits */
			return err_field(e, ERR_VALIDATION, field, "is this cell itself");
		}
	return 0;
}

static int
log_lost(const struct conf_fw_assertion *a, const struct fw_judged *j, struct err *e)
{
	(void)e;
	log_line(LOG_FIREWALL, LOG_WARNING, j->holds == FW_BROKEN ? "an assertion does not hold any more" :
	    "it is not known any more whether an assertion holds", "assertion", a->name, "why", j->why, NULL);
	return 0;
}

/* A device's time is over, whatever somebody wanted to be sure of. */
static void
tell_lost(const struct firewall *f)
{
	struct err e;

	err_clear(&e);
	if (firewall_assert_lost(f->now.input, f->next.input, log_lost, &e) < 0)
		log_line(LOG_FIREWALL, LOG_WARNING, "assertions are not judged", "err", e.detail, NULL);
}

static int
part_prepare(void *arg, const struct conf *now, const struct conf *next, struct err *e)
{
	struct core *c = arg;
	struct firewall *f = c->firewall;
	int rc;

	plan_drop(&f->next);
	rc = plan_change(c, next, &f->next, e);
	if (rc == 0 && conf_txn_insists(c->txn)) {
		tell_lost(f);
	} else if (rc == 0) {
		rc = check_forwards(f->next.input, next, e);
		if (rc == 0 && is_enforced(c, next))
			rc = firewall_nets_check(c, now, next, e);
		if (rc == 0)
			rc = firewall_assert_check(f->now.input, f->next.input, e);
	}
	if (rc < 0)
		plan_drop(&f->next);
	if (rc < 0 && conf_txn_returning(c->txn))
		stay(c);
	return rc;
}

/* Would packets of the VPN as it is now be nobody's to the next table? */
static bool
leaves_vpn(const struct firewall_plan *now, const struct firewall_plan *next)
{
	const struct fw_input *a, *b;

	if (now->input == NULL || next->input == NULL)
		return false;
	a = &now->input->in;
	b = &next->input->in;
	return strcmp(a->vpn_if, b->vpn_if) != 0 || memcmp(a->vpn_net, b->vpn_net, sizeof(a->vpn_net)) != 0;
}

/* A table that the kernel refuses undoes the change, unless there was none before it either (FWL-11). */
static void
part_commit(void *arg, const struct conf *next)
{
	struct core *c = arg;
	struct firewall *f = c->firewall;
	struct err e;

	err_clear(&e);
	if (leaves_vpn(&f->now, &f->next))
		vpn_quiet(c);
	if (f->next.table != NULL && enforce(c, &f->next, &e) < 0) {
		if (f->holds) {
			plan_drop(&f->next);
			stay(c);	/* what it has now is not known */
			conf_txn_part_failed(c->txn, "firewall", next->generation, &e);
			return;
		}
		settle(c, false, e.detail);
	}
	if (f->next.input != NULL) {
		plan_drop(&f->now);
		f->now = f->next;
		f->next = (struct firewall_plan){ 0 };
	}
	conf_txn_part_done(c->txn, "firewall", next->generation);
}

static void
part_rollback(void *arg)
{
	struct core *c = arg;

	plan_drop(&c->firewall->next);
}

/* --- what else changes it -------------------------------------------------------------------- */

void
firewall_host_changed(struct core *c)
{
	if (c->stopping)
		return;
	firewall_ways_read(&c->firewall->ways);
	follow(c, conf_txn_current(c->txn));
}

/* FWL-10 */
static void
drifted(struct core *c, const struct fw_change *ch)
{
	struct firewall *f = c->firewall;

	if (ch->whole)
		(void)snprintf(f->repaired, sizeof(f->repaired), "the table");	/* fits, as does the next */
	else
		(void)snprintf(f->repaired, sizeof(f->repaired), "%zu chains, %zu sets, %zu elements missing, %zu too many",
		    ch->chains, ch->sets, ch->elems_added, ch->elems_removed);
	log_line(LOG_FIREWALL, LOG_WARNING, "firewall.drift", "repaired", f->repaired, NULL);
	f->drift_at = f->committed_at = clk_system.wall_s(&clk_system);
	f->counted_ms = 0;
	if (ch->narrower)
		judge(f->kernel, f->now.input, NULL, NULL);
}

/* Rules that are known to be others, and stay so, filter nothing. Those that cannot be read are most likely as they were. */
static void
doubt(struct core *c, const struct fw_change *ch, const char *fault)
{
	struct firewall *f = c->firewall;
	const uint64_t now = clk_system.mono_ms(&clk_system);

	if (f->unread_ms == 0 && !ch->any) {
		f->unread_ms = now;
		log_line(LOG_FIREWALL, LOG_WARNING, "the rules cannot be checked", "err", fault, NULL);
	}
	if (ch->any || now - f->unread_ms >= PATIENCE_MS)
		settle(c, false, fault);
}

/* Nobody tells of that setting. */
static bool
is_of_clients(const struct fw_ports *p)
{
	struct fw_ports now;

	net_client_ports(&now.lo, &now.hi);
	return now.lo == p->lo && now.hi == p->hi;
}

/* Is all as it should be? */
static bool
check(struct core *c)
{
	struct firewall *f = c->firewall;
	struct fw_change ch;
	struct err e;

	err_clear(&e);
	if (!f->holds || f->stale || !is_of_clients(&f->now.input->in.client_ports))
		follow(c, conf_txn_current(c->txn));
	if (!f->holds)
		return false;
	if (fw_check(f->kernel, &ch, &e) < 0) {
		doubt(c, &ch, e.detail);
		return false;
	}
	f->unread_ms = 0;
	if (ch.any)
		drifted(c, &ch);
	return !f->stale;
}

static unsigned
wait_ms(const struct firewall *f)
{
	if (f->failed == 0)
		return CHECK_MS;
	return (unsigned)RETRY_MS << (f->failed > DOUBLINGS ? DOUBLINGS : f->failed - 1);
}

/* Every 30 s, and when anybody changed a rule of this host; sooner while it fails. */
static void
on_check(void *arg)
{
	struct core *c = arg;
	struct firewall *f = c->firewall;

	if (c->stopping)
		return;
	f->failed = !is_enforced(c, f->now.input->conf) || check(c) ? 0 : f->failed + 1;
	io_timer_once(f->check, wait_ms(f));
}

/* --- life ------------------------------------------------------------------------------------- */

/* What an earlier cell of another state left here is not what anybody wants now. */
static void
remove_left(struct core *c)
{
	struct fw_table *t = NULL;
	struct err e;

	err_clear(&e);
	if (fw_read(&t, &e) == 0 && t->found && fw_remove(c->firewall->kernel, &e) < 0)
		log_line(LOG_FIREWALL, LOG_WARNING, "a table that was left cannot be removed", "err", e.detail, NULL);
	fw_table_free(t);
}

static int
look_after(struct core *c, struct err *e)
{
	struct firewall *f = c->firewall;

	f->drops = firewall_drops_open(c);
	f->check = io_timer_new(c->loop, on_check, c);
	if (f->check == NULL)
		return err_sys(e, -ENOMEM, "start the firewall");
	io_timer_once(f->check, CHECK_MS);
	return 0;
}

/* Once the first rules are there: the kernel tells a listener of each address of each device. Who changes something before is
 * found by the timer. */
static void
watch_rules(struct core *c)
{
	struct firewall *f = c->firewall;

	f->watch = io_netlink_watch_rules(c->loop, on_check, c);
	if (f->watch == NULL)
		log_line(LOG_FIREWALL, LOG_WARNING, "changes of rules are noticed within 30 s only", NULL);
}

int
firewall_start(struct core *c, struct err *e)
{
	const struct conf_part part = { .name = "firewall", .prepare = part_prepare, .commit = part_commit,
	    .rollback = part_rollback, .arg = c };
	const struct conf *conf = conf_txn_current(c->txn);
	struct firewall *f = calloc(1, sizeof(*f));
	int rc = 0;

	c->firewall = f;
	if (f == NULL || (f->kernel = fw_kernel_new()) == NULL || conf_txn_part(c->txn, &part) < 0)
		return err_sys(e, -ENOMEM, "start the firewall");
	f->since = clk_system.wall_s(&clk_system);
	if (!c->options.user_mode)
		rc = look_after(c, e);
	if (rc < 0)
		return rc;
	if (!c->options.user_mode && !is_enforced(c, conf))
		remove_left(c);
	firewall_ways_read(&f->ways);
	follow(c, conf);
	if (!c->options.user_mode)
		watch_rules(c);
	return f->now.input == NULL ? err_sys(e, -ENOMEM, "start the firewall") : 0;
}

void
firewall_stop(struct core *c)
{
	struct firewall *f = c->firewall;
	struct err e;

	if (f == NULL)
		return;
	err_clear(&e);
	io_netlink_free(f->watch);
	io_timer_free(f->check);
	if (c->stopping && f->holds && fw_remove(f->kernel, &e) < 0)
		log_line(LOG_FIREWALL, LOG_ERROR, "the rules stay in force", "err", e.detail, NULL);
	firewall_drops_close(f->drops);
	plan_drop(&f->next);
	plan_drop(&f->now);
	fw_counts_free(f->counts);
	fw_kernel_free(f->kernel);
	free(f);
	c->firewall = NULL;
}

const struct firewall_input *
firewall_now(const struct core *c)
{
	return c->firewall->now.input;
}

struct firewall_input *
firewall_would(const struct core *c, const struct conf *next)
{
	const struct firewall_host h = host_of(c, next);

	return firewall_input_new(next, &h);
}
