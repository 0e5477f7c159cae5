/* Assertions; see firewall_assert.h. */
#include "role/firewall_assert.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "conf/conf.h"
#include "fw/index.h"
#include "fw/input.h"
#include "fw/space.h"
#include "role/firewall_input.h"
#include "role/reach.h"

enum { NAME_MAX_TEXT = 96 };

/* --- in words ------------------------------------------------------------------------- */

static const char *
target_text(const char *target)
{
	return strcmp(target, "admin") == 0 ? "the administration" : strcmp(target, "dns") == 0 ? "the cell's DNS" : "the Internet";
}

static const char *
side_text(const struct conf_end *side, char buf[NAME_MAX_TEXT])
{
	char net[ADDR_TEXT_MAX];

	switch (conf_end_kind(side)) {
	case CONF_END_PEER:
		return side->peer;
	case CONF_END_GROUP:
		(void)snprintf(buf, NAME_MAX_TEXT, "group %s", side->group);	/* all of these fit */
		return buf;
	case CONF_END_SERVICE:
		return side->service;
	case CONF_END_ZONE:
		(void)snprintf(buf, NAME_MAX_TEXT, "%s (zone %s)", reach_zone_text(side->zone),
		    conf_zone_name((enum conf_zone)side->zone));
		return buf;
	case CONF_END_CIDR:
		(void)snprintf(buf, NAME_MAX_TEXT, "%s", addr_prefix_text(&side->cidr, net));
		return buf;
	case CONF_END_TARGET:
		return target_text(side->target);
	case CONF_END_NONE:
		break;
	}
	return "nobody";
}

static void
broken(const struct conf_fw_assertion *a, const char *who, const char *why, struct fw_judged *j)
{
	char to[NAME_MAX_TEXT];

	j->holds = FW_BROKEN;
	(void)snprintf(j->why, sizeof(j->why), "%s would %s %s (%s)", who,	/* fits */
	    a->expect == CONF_EXPECT_DENY ? "reach" : "not reach", side_text(&a->to, to), why);
}

static int
refuse(const struct conf_fw_assertion *a, const struct fw_judged *j, struct err *e)
{
	if (j->holds == FW_NOT_KNOWN)
		return err_set(e, ERR_ASSERTION, "it cannot be said whether assertion \"%s\" holds: %s", a->name, j->why);
	return err_set(e, ERR_ASSERTION, "assertion \"%s\" would not hold: %s", a->name, j->why);
}

/* --- judging ---------------------------------------------------------------------------- */

static bool
in_any(const struct addr_prefix *p, const struct addr_prefix *nets, size_t n, bool whole)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (nets[i].addr.len == p->addr.len && addr_prefix_overlap(p, &nets[i]) && (!whole || p->bits >= nets[i].bits))
			return true;
	return false;
}

/* Is it a network behind a device, or (whole: false) has it addresses of one? */
static bool
is_behind(const struct fw_input *in, const struct addr_prefix *p, bool whole)
{
	size_t i;

	for (i = 0; i < in->nparties; i++)
		if (in->parties[i].enabled && in_any(p, in->parties[i].nets, in->parties[i].nnets, whole))
			return true;
	return false;
}

static bool
in_vpn(const struct fw_input *in, const struct addr_prefix *p, bool whole)
{
	return in_any(p, in->vpn_net, 2, whole) || is_behind(in, p, whole);
}

/* Has it addresses of those at home, or (whole: true) no others? */
static bool
at_home(const struct fw_input *in, const struct addr_prefix *p, bool whole)
{
	size_t i;

	for (i = 0; i < in->nways; i++)
		if (in->ways[i].home && in_any(p, &in->ways[i].net, 1, whole))
			return true;
	return in_any(p, in->lan_nets, in->nlan_nets, whole);
}

/* Those that addresses of from may count to. */
static unsigned
zones_of(const struct firewall_input *f, const struct conf_end *from)
{
	const struct fw_input *in = &f->in;
	const struct addr_prefix *p = &from->cidr;

	if (conf_end_kind(from) == CONF_END_ZONE)
		return from->zone;
	if (conf_end_kind(from) != CONF_END_CIDR)
		return CONF_ZONE_VPN;
	return (in_vpn(in, p, false) ? (unsigned)CONF_ZONE_VPN : 0) |
	    (at_home(in, p, false) ? (unsigned)CONF_ZONE_LAN : 0) |
	    (in_vpn(in, p, true) || at_home(in, p, true) ? 0 : (unsigned)CONF_ZONE_PUBLIC);
}

/* Refused whatever the firewall lets through: by the edge, or because there is nothing. NULL: it is not. */
static const char *
closed(const struct firewall_input *f, const struct conf_fw_assertion *a)
{
	const unsigned zones = zones_of(f, &a->from), open = f->conf->admin_access.zones;

	if (conf_end_kind(&a->to) == CONF_END_SERVICE)
		return "no such service is installed";
	if (!firewall_is_admin(&a->to))
		return NULL;
	if (a->expect == CONF_EXPECT_DENY ? (zones & open) == 0 : (zones & ~open) != 0)
		return "admin_access.zones does not have that zone";
	return NULL;
}

static void
judge(const struct firewall_input *f, struct fw_space *s, const struct conf_fw_assertion *a, struct fw_judged *j)
{
	struct fw_assertion w = { .id = a->id, .name = a->name, .allow = a->expect == CONF_EXPECT_ALLOW };
	const char *shut = closed(f, a);
	const struct fw_party *who;
	char why[REACH_TEXT_MAX], from[NAME_MAX_TEXT];
	struct fw_verdict v;
	struct fw_flow flow;

	*j = (struct fw_judged){ .holds = FW_HOLDS };
	if (shut != NULL && w.allow)
		broken(a, side_text(&a->from, from), shut, j);
	if (shut != NULL || !firewall_end(f->conf, &a->from, &w.from) || !firewall_end(f->conf, &a->to, &w.to))
		return;			/* who is not there breaks nothing */
	if (firewall_is_admin(&a->to)) {
		w.proto = FW_TCP;
		w.port = f->https_port;
		w.zones = f->conf->admin_access.zones;
	}
	if (fw_space_holds(s, &w, &flow, &v))
		return;
	(void)reach_firewall_text(f->conf, &v, why);	/* why */
	if (v.why == FW_TOO_MANY) {
		j->holds = FW_NOT_KNOWN;
		(void)snprintf(j->why, sizeof(j->why), "%s", why);	/* fits */
		return;
	}
	who = fw_index_party(f->index, &flow.src);
	broken(a, who != NULL ? who->name : side_text(&a->from, from), why, j);
}

size_t
firewall_assert_all(const struct firewall_input *f, struct fw_judged *out, size_t max)
{
	const struct conf_firewall *w = &f->conf->firewall;
	struct fw_space *s = w->nassertions == 0 ? NULL : fw_space_new(f->index);
	size_t i;

	for (i = 0; s != NULL && i < w->nassertions && i < max; i++)
		judge(f, s, &w->assertions[i], &out[i]);
	fw_space_free(s);
	return i;
}

/* --- a change ---------------------------------------------------------------------------- */

static const struct conf_fw_assertion *
same_in(const struct conf_firewall *w, const struct conf_fw_assertion *a)
{
	size_t i;

	for (i = 0; i < w->nassertions; i++)
		if (strcmp(w->assertions[i].id, a->id) == 0 && w->assertions[i].rev == a->rev)
			return &w->assertions[i];
	return NULL;
}

/* All that there were are judged once one is asked for: those of next share their steps, too (fw/space.h). */
struct past {
	const struct firewall_input *now;	/* NULL: there were none */
	struct fw_judged *v;			/* NULL: nobody asked */
	size_t n;
};

/* One that is new, or that the change has touched, is to hold like one that held; so is each where memory is short. */
static enum fw_holds
before(struct past *p, const struct conf_fw_assertion *a)
{
	const struct conf_firewall *w = p->now == NULL ? NULL : &p->now->conf->firewall;
	const struct conf_fw_assertion *same = w == NULL ? NULL : same_in(w, a);

	if (same != NULL && p->v == NULL) {
		p->v = calloc(w->nassertions, sizeof(*p->v));
		p->n = p->v == NULL ? 0 : firewall_assert_all(p->now, p->v, w->nassertions);
	}
	return same == NULL || p->n == 0 ? FW_HOLDS : p->v[same - w->assertions].holds;
}

static bool
is_worse(enum fw_holds is, enum fw_holds was)
{
	return is == FW_BROKEN ? was != FW_BROKEN : is == FW_NOT_KNOWN && was == FW_HOLDS;
}

/* All that verdicts come from: then those that hold still do, and those that do not are no reason to refuse. */
static bool
is_same(const struct firewall_input *now, const struct firewall_input *next)
{
	const struct conf_firewall *a = &now->conf->firewall, *b = &next->conf->firewall;
	size_t i;

	for (i = 0; a->nassertions == b->nassertions && i < a->nassertions; i++)
		if (a->assertions[i].rev != b->assertions[i].rev || strcmp(a->assertions[i].id, b->assertions[i].id) != 0)
			return false;
	return a->nassertions == b->nassertions && now->https_port == next->https_port &&
	    now->conf->admin_access.zones == next->conf->admin_access.zones && fw_input_eq(&now->in, &next->in);
}

int
firewall_assert_lost(const struct firewall_input *now, const struct firewall_input *next, firewall_lost_cb *tell, struct err *e)
{
	const struct conf_firewall *w = &next->conf->firewall;
	struct past past = { .now = now };
	struct fw_space *s;
	struct fw_judged j;
	int r = 0;
	size_t i;

	if (w->nassertions == 0 || (now != NULL && is_same(now, next)))
		return 0;
	s = fw_space_new(next->index);
	if (s == NULL)
		return err_sys(e, -ENOMEM, "assertions");
	for (i = 0; i < w->nassertions && r == 0; i++) {
		judge(next, s, &w->assertions[i], &j);
		if (j.holds != FW_HOLDS && is_worse(j.holds, before(&past, &w->assertions[i])))
			r = tell(&w->assertions[i], &j, e);
	}
	fw_space_free(s);
	free(past.v);
	return r;
}

int
firewall_assert_check(const struct firewall_input *now, const struct firewall_input *next, struct err *e)
{
	return firewall_assert_lost(now, next, refuse, e);
}
