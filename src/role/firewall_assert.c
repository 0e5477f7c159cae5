/* Assertions; see firewall_assert.h. */
#include "role/firewall_assert.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "conf/conf.h"
#include "fw/flow.h"
#include "fw/index.h"
#include "role/firewall_input.h"

enum { WHY_MAX = 256, NAME_MAX_TEXT = 96 };

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
		(void)snprintf(buf, NAME_MAX_TEXT, "zone %s", conf_zone_name((enum conf_zone)side->zone));
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

static bool
broken(const struct conf_fw_assertion *a, const char *who, const char *why, struct err *e)
{
	char to[NAME_MAX_TEXT];

	(void)err_set(e, ERR_ASSERTION, "assertion \"%s\" would not hold: %s would %s %s (%s)", a->name, who,	/* false tells */
	    a->expect == CONF_EXPECT_DENY ? "reach" : "not reach", side_text(&a->to, to), why);
	return false;
}

/* --- judging ---------------------------------------------------------------------------- */

static bool
in_any(const struct addr_prefix *p, const struct addr_prefix *nets, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (nets[i].addr.len == p->addr.len && addr_prefix_overlap(p, &nets[i]))
			return true;
	return false;
}

static unsigned
zone_of(const struct firewall_input *f, const struct conf_end *from)
{
	switch (conf_end_kind(from)) {
	case CONF_END_ZONE:
		return from->zone;
	case CONF_END_CIDR:
		if (in_any(&from->cidr, f->in.vpn_net, 2))
			return CONF_ZONE_VPN;
		return in_any(&from->cidr, f->in.lan_nets, f->in.nlan_nets) ? CONF_ZONE_LAN : CONF_ZONE_PUBLIC;
	default:
		return CONF_ZONE_VPN;
	}
}

/* Refused whatever the firewall lets through: by the edge, or because there is nothing. NULL: it is not. */
static const char *
closed(const struct firewall_input *f, const struct conf_fw_assertion *a)
{
	if (conf_end_kind(&a->to) == CONF_END_SERVICE)
		return "no such service is installed";
	if (firewall_is_admin(&a->to) && (f->conf->admin_access.zones & zone_of(f, &a->from)) == 0)
		return "admin_access.zones does not have that zone";
	return NULL;
}

bool
firewall_assert_holds(const struct firewall_input *f, const struct conf_fw_assertion *a, struct err *e)
{
	struct fw_assertion w = { .id = a->id, .name = a->name, .allow = a->expect == CONF_EXPECT_ALLOW };
	const char *shut = closed(f, a);
	const struct fw_party *who;
	char why[WHY_MAX], from[NAME_MAX_TEXT];
	struct fw_verdict v;
	struct fw_flow flow;

	if (shut != NULL)
		return !w.allow || broken(a, side_text(&a->from, from), shut, e);
	if (!firewall_end(f->conf, &a->from, &w.from) || !firewall_end(f->conf, &a->to, &w.to))
		return true;		/* who is not there breaks nothing */
	if (firewall_is_admin(&a->to)) {
		w.proto = FW_TCP;
		w.port = f->https_port;
	}
	if (fw_assertion_holds(f->index, &w, &flow, &v))
		return true;
	who = fw_index_party(f->index, &flow.src);
	return broken(a, who != NULL ? who->name : side_text(&a->from, from), fw_verdict_text(&v, why, sizeof(why)), e);
}

static const struct conf_fw_assertion *
same_in(const struct conf *c, const struct conf_fw_assertion *a)
{
	size_t i;

	for (i = 0; i < c->firewall.nassertions; i++)
		if (strcmp(c->firewall.assertions[i].id, a->id) == 0 && c->firewall.assertions[i].rev == a->rev)
			return &c->firewall.assertions[i];
	return NULL;
}

int
firewall_assert_check(const struct firewall_input *now, const struct firewall_input *next, struct err *e)
{
	const struct conf_firewall *w = &next->conf->firewall;
	const struct conf_fw_assertion *before;
	struct err ignored;
	size_t i;

	for (i = 0; i < w->nassertions; i++) {
		if (firewall_assert_holds(next, &w->assertions[i], e))
			continue;
		before = now == NULL ? NULL : same_in(now->conf, &w->assertions[i]);
		if (before == NULL || firewall_assert_holds(now, before, &ignored))
			return err_errno(ERR_ASSERTION);
		err_clear(e);
	}
	return 0;
}
