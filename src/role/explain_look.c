/* What is found out about each stage of a connection: by the functions that its packets and its request would meet. */
#include <stdio.h>
#include <string.h>

#include "api/dns_ask.h"
#include "api/live.h"
#include "api/request.h"
#include "base/arena.h"
#include "base/str.h"
#include "conf/conf.h"
#include "conf/route.h"
#include "fw/flow.h"
#include "fw/index.h"
#include "proxy/decide.h"
#include "role/cert.h"
#include "role/core.h"
#include "role/explain.h"
#include "role/firewall.h"
#include "role/firewall_input.h"
#include "role/sites.h"
#include "sys/net.h"

enum { NO_EDE = -1 };

static const char *
name_of(const struct conf_peer *p)
{
	return p == NULL ? NULL : p->name;
}

/* --- who asks, and for what ----------------------------------------------------------------------- */

void
explain_look_peer(struct explain *x)
{
	const struct conf_peer *p = x->peer;
	struct reach_of_peer f = { .name = name_of(p), .zone = conf_zone_name((enum conf_zone)x->asker.zone),
		.vpn_rev = x->conf->wireguard.rev, .vpn_enabled = x->conf->wireguard.enabled, .now = x->view->now };
	struct api_peer_facts facts = { 0 };
	struct api_live live;

	if (p != NULL) {
		live_fill(x->core, &live);
		live.peer_facts(x->core, p->public_key, &facts);
		f.rev = p->rev;
		f.enabled = p->enabled;
		f.expires_at = p->expires_at;
		f.known = facts.known;
		f.handshake_at = facts.handshake_at;
	}
	reach_step_peer(&f, &x->steps[REACH_STAGE_PEER]);
}

/* The route that has this host, with the shortest path if there are several. */
static const struct conf_route *
route_of(const struct explain *x)
{
	char names[CONF_ROUTE_NAMES][CONF_ROUTE_NAME_SIZE];
	const struct conf_route *found = NULL;
	size_t i, k, n;

	for (i = 0; i < x->conf->proxy.nroutes; i++) {
		const struct conf_route *r = &x->conf->proxy.routes[i];

		n = r->enabled ? conf_route_names(x->conf, r, names) : 0;
		for (k = 0; k < n; k++)
			if (strcmp(names[k], x->host) == 0 && (found == NULL || strlen(r->path) < strlen(found->path)))
				found = r;
	}
	return found;
}

/* The first address among the answers. */
static bool
address_of(const json_t *answers, struct addr *out)
{
	const json_t *row;
	size_t i;

	json_array_foreach(answers, i, row) {
		const char *type = api_text(row, "type");

		if ((strcmp(type, "A") == 0 || strcmp(type, "AAAA") == 0) && addr_read(api_str(row, "value"), out))
			return true;
	}
	return false;
}

void
explain_look_dns(struct explain *x, const json_t *asked)
{
	json_t *answer = api_dns_answer(asked);	/* NULL of NULL */
	const json_t *ede = json_object_get(answer, "ede");
	struct reach_of_dns f = { .host = x->host, .literal = x->dst.len != 0, .asked = answer != NULL, .ede = NO_EDE,
		.peer = name_of(x->peer), .peer_rev = x->peer == NULL ? 0 : x->peer->rev, .rev = x->conf->dns.rev };
	const struct conf_peer *named = conf_peer_find(x->conf, x->host);
	char word[EXPLAIN_RULE_MAX], text[ADDR_TEXT_MAX], device[ADDR_TEXT_MAX];

	x->route = route_of(x);
	if (named != NULL)
		f.device = addr_text(&named->ip, device);
	if (x->route != NULL) {
		(void)snprintf(word, sizeof(word), "route:%s", x->route->name);	/* fits */
		f.word = word;
	}
	if (answer != NULL) {
		f.rcode = api_text(answer, "rcode");
		f.source = api_text(answer, "source");
		f.rule = api_text(answer, "rule");
		f.ede = (int)api_int(ede, "code", NO_EDE);
		f.ede_text = api_text(ede, "text");
		f.rev = strcmp(f.source, "blocked") == 0 ? x->conf->blocklists.rev : f.rev;
		f.address = address_of(json_object_get(answer, "answers"), &x->dst) ? addr_text(&x->dst, text) : NULL;
	}
	reach_step_dns(&f, &x->steps[REACH_STAGE_DNS]);
	json_decref(answer);
}

/* --- route, exit, firewall ------------------------------------------------------------------------ */

/* Where the host would send it: its own routes decide for everybody. "" = nowhere. */
static const char *
interface_to(const struct core *c, const struct addr *dst)
{
	struct addr own;
	size_t i;

	if (!net_route(dst, &own))
		return "";
	for (i = 0; i < c->nifs; i++)
		if (addr_eq(&c->ifs[i].prefix.addr, &own))
			return c->ifs[i].name;
	return "";
}

static void
flow_make(struct explain *x, const struct fw_index *index, const char *interface)
{
	const struct fw_end from = reach_end(x->asker.peer, x->asker.index, x->asker.zone);
	const struct fw_end there = { .kind = FW_END_CIDR, .cidr = { x->dst, (uint8_t)(8 * x->dst.len) } };
	const struct fw_end here = reach_end(false, 0, CONF_ZONE_LOCAL);
	const struct fw_end *to = fw_index_own(index, &x->dst) ? &here : &there;

	x->flow = (struct fw_flow){ .proto = x->udp ? FW_UDP : FW_TCP, .port = x->port };
	x->decided = fw_flow_between(index, &from, to, &x->flow) && x->flow.src.len == x->dst.len;
	x->flow.dst = x->dst;
	(void)str_copy(str_of(fw_index_own(index, &x->dst) ? "" : interface), x->flow.oif, sizeof(x->flow.oif));	/* fits */
	fw_flow_route(index, &x->flow);		/* where no route leads: as one would that the index knows of */
	if (x->decided)
		fw_decide(index, &x->flow, &x->verdict);
}

/* A route that the owner set leads where he says, beside any exit; one that the host has on its own does so to networks that
 * are never the Internet. */
static bool
is_set_home(const struct explain *x, const struct fw_index *index, const char *interface)
{
	const struct conf_routing *r = &x->conf->routing;
	size_t i;

	if (!fw_index_lan_if(index, interface) || strcmp(interface, fw_index_input(index)->uplink) == 0)
		return false;
	for (i = 0; i < r->nstatic_routes && !addr_in(&x->dst, &r->static_routes[i].destination); i++)
		;
	return i < r->nstatic_routes;
}

static bool
is_beside(const struct fw_index *index, const struct addr *a)
{
	const struct fw_way *way = fw_index_inner(index, a) ? fw_index_way(index, a) : NULL;

	return way != NULL && strcmp(way->interface, fw_index_input(index)->uplink) != 0;
}

static enum reach_leads
leads_to(const struct explain *x, const struct fw_index *index, const char *interface)
{
	const struct addr *a = &x->dst;

	if (fw_index_own(index, a))
		return REACH_TO_CELL;
	if (fw_index_vpn_net(index, a))
		return REACH_TO_VPN;
	if (fw_index_service_net(index, a))
		return REACH_TO_SERVICE;
	if (fw_index_lan(index, a) || is_set_home(x, index, interface))
		return REACH_TO_LAN;
	return is_beside(index, a) ? REACH_TO_OTHER : REACH_TO_INTERNET;
}

static void
look_route(struct explain *x, const char *interface)
{
	char text[ADDR_TEXT_MAX];
	const struct reach_of_route f = { addr_text(&x->dst, text), x->leads, interface };

	reach_step_route(&f, &x->steps[REACH_STAGE_ROUTE]);
}

static void
look_exit(struct explain *x, const char *interface)
{
	const struct reach_of_exit f = { x->leads, x->peer == NULL ? "default" : x->peer->exit_via,
		x->view->firewall->in.uplink, interface, name_of(x->peer),
		x->peer == NULL ? x->conf->network.rev : x->peer->rev };

	reach_step_exit(&f, &x->steps[REACH_STAGE_EXIT]);
}

/* The owner's rule or forward of that id. */
static void
name_rule(const struct conf *c, const char *id, struct reach_of_firewall *f)
{
	size_t i;

	for (i = 0; i < c->firewall.nrules; i++)
		if (strcmp(c->firewall.rules[i].id, id) == 0) {
			f->rule = id;
			f->rev = c->firewall.rules[i].rev;
		}
	for (i = 0; i < c->firewall.nforwards; i++)
		if (strcmp(c->firewall.forwards[i].id, id) == 0) {
			f->rule = id;
			f->rule_name = c->firewall.forwards[i].name;
			f->rev = c->firewall.forwards[i].rev;
		}
}

/* What would turn a no into a yes; %s is the peer. Access does not go beyond the networks that are known as home, nor by
 * another way than the exit. */
static const char *
remedy(enum fw_reason why, const struct conf_peer *p)
{
	static const char by_rule[] = "make a firewall rule that lets %s go there";

	switch (why) {
	case FW_NO_LAN: return p->lan_access ? by_rule : "let %s into the home network (lan_access)";
	case FW_NO_INTERNET: return p->internet_access ? by_rule : "let %s into the Internet (internet_access)";
	case FW_ISOLATED: return "let both %s and the other device meet others (peer_access)";
	case FW_NO_SERVICE: return "give %s access to that service (service_access)";
	case FW_UNKNOWN_SOURCE: return "switch %s on (enabled)";
	default: return NULL;
	}
}

static void
look_firewall(struct explain *x)
{
	char text[REACH_TEXT_MAX] = "", fix[REACH_TEXT_MAX], *at;
	const char *remedied = x->decided && x->peer != NULL ? remedy(x->verdict.why, x->peer) : NULL;
	struct reach_of_firewall f = { .in_force = firewall_holds(x->core), .asked = x->decided, .allow = x->verdict.allow,
		.reject = x->verdict.reject, .text = text, .owner = "firewall", .rev = x->conf->firewall.rev };

	if (x->decided)
		(void)reach_firewall_text(x->conf, &x->verdict, text);	/* text */
	if (x->decided && (x->verdict.why == FW_BY_RULE || x->verdict.why == FW_BY_FORWARD)) {
		name_rule(x->conf, x->verdict.subject, &f);
		f.fix = "change or remove that rule";
	} else if (remedied != NULL) {
		at = strstr(remedied, "%s");
		(void)snprintf(fix, sizeof(fix), "%.*s%s%s", (int)(at - remedied), remedied, x->peer->name, at + 2);	/* fits */
		f.owner = "peers";
		f.object = x->peer->name;
		f.rev = x->peer->rev;
		f.fix = fix;
	}
	reach_step_firewall(&f, &x->steps[REACH_STAGE_FIREWALL]);
}

/* --- listener, certificate --------------------------------------------------------------------------- */

static bool
is_any(const struct addr *a)
{
	static const uint8_t zeros[16];

	return memcmp(a->b, zeros, a->len) == 0;
}

static bool
is_at(const struct explain *x, const struct api_listener *l)
{
	return l->at.port == x->port && (strstr(l->protocol, "udp") != NULL) == x->udp &&
	    (is_any(&l->at.addr) || addr_eq(&l->at.addr, &x->dst)) && l->at.addr.len == x->dst.len;
}

static void
look_listener(struct explain *x)
{
	struct api_listener *list = arena_array(x->view->arena, API_LISTENERS_MAX, sizeof(*list));
	const char *zone = conf_zone_name((enum conf_zone)x->asker.zone);
	struct reach_of_listener f = { .here = x->leads == REACH_TO_CELL && !x->verdict.translated,
		.protocol = x->udp ? "udp" : "tcp", .port = x->port, .zone_name = zone, .error = "", .reason = "",
		.owner = "network", .rev = x->conf->network.rev };
	struct api_live live;
	size_t i, n;

	if (list == NULL)
		return;			/* stays unknown */
	live_fill(x->core, &live);
	n = live.listeners(x->core, list, API_LISTENERS_MAX);
	for (i = 0; i < n && !f.open; i++)
		if (is_at(x, &list[i])) {
			f.known = true;
			f.open = list[i].open;
			f.zone = (list[i].zones & x->asker.zone) != 0;
			f.error = list[i].error;
			f.reason = list[i].reason;
		}
	if (str_starts(str_of(f.reason), STR("wireguard."))) {
		f.owner = "wireguard";
		f.rev = x->conf->wireguard.rev;
	}
	x->tls = f.here && f.known && strcmp(f.reason, "network.ports.https") == 0;
	x->at_edge = x->tls || (f.here && f.known && strcmp(f.reason, "network.ports.http") == 0);
	reach_step_listener(&f, &x->steps[REACH_STAGE_LISTENER]);
}

static void
look_certificate(struct explain *x)
{
	const struct cell_cert *site = x->tls ? sites_for(x->core->sites, x->conf, x->host, x->view->now) : NULL;
	const struct cell_cert *served = site != NULL ? site : certs_served(x->core, NULL);
	const struct ca_span span = cell_cert_span(served);
	const struct reach_of_certificate f = { .wanted = x->tls, .host = x->host,
		.source = strcmp(cell_cert_id(served), CERT_PROVISIONAL) == 0 ? CERT_PROVISIONAL : cell_cert_source_text(served),
		.found = cell_cert_id(served)[0] != '\0', .names = site != NULL || sites_covers(served, x->host),
		.from = span.from_s, .until = span.until_s, .now = x->view->now, .rev = x->conf->certificates.rev };

	reach_step_certificate(&f, &x->steps[REACH_STAGE_CERTIFICATE]);
}

/* --- proxy, login, upstream --------------------------------------------------------------------------- */

/* A name that no route has may be the cell's own. */
static enum reach_edge
edge_of(const struct explain *x)
{
	enum reach_edge edge = REACH_EDGE_NONE;
	struct proxy_site site;

	if (x->at_edge)
		edge = reach_judge_route(x->view, &x->asker, x->host, x->route);
	if (edge != REACH_EDGE_NO_HOST)
		return edge;
	proxy_plan(&site, x->conf, x->core->host_label, core_https_port(x->core));
	return proxy_host_ok(&site, str_of(x->host), &x->dst) ? REACH_EDGE_OWN : edge;
}

static void
look_proxy(struct explain *x)
{
	char word[EXPLAIN_RULE_MAX];
	const char *route = x->route == NULL ? NULL : x->route->name;
	struct reach_of_proxy f = { .host = x->host, .route = route, .word = word, .peer = name_of(x->peer),
		.zone = conf_zone_name((enum conf_zone)x->asker.zone), .rev = x->conf->proxy.rev,
		.peer_rev = x->peer == NULL ? 0 : x->peer->rev };

	(void)snprintf(word, sizeof(word), "route:%s", route == NULL ? "" : route);	/* fits */
	if (x->route != NULL)
		f.rev = x->route->rev;
	f.edge = x->edge = edge_of(x);
	reach_step_proxy(&f, &x->steps[REACH_STAGE_PROXY]);
}

static void
look_login(struct explain *x)
{
	static const enum reach_login wants[] = {
		[CONF_LOGIN_NONE] = REACH_LOGIN_NONE, [CONF_LOGIN_USER] = REACH_LOGIN_USER, [CONF_LOGIN_ADMIN] = REACH_LOGIN_ADMIN
	};
	const char *owner = x->peer == NULL ? NULL : x->peer->owner;
	const struct conf_user *u = owner == NULL ? NULL : conf_user_find(x->conf, owner);
	struct reach_of_login f = { .edge = x->edge };

	if (x->route != NULL) {
		f.wants = wants[x->route->login];
		f.route = x->route->name;
		f.rev = x->route->rev;
	}
	if (u != NULL) {
		f.owner = u->username;
		f.owner_enabled = u->enabled;
		f.owner_admin = u->role == CONF_ROLE_ADMIN;
		f.owner_rev = u->rev;
	}
	reach_step_login(&f, &x->steps[REACH_STAGE_LOGIN]);
}

void
explain_look_way(struct explain *x)
{
	const struct fw_index *index = x->view->firewall->index;
	const char *interface = interface_to(x->core, &x->dst);

	flow_make(x, index, interface);
	x->leads = leads_to(x, index, interface);
	look_route(x, interface);
	look_exit(x, interface);
	look_firewall(x);
	look_listener(x);
	look_certificate(x);
	look_proxy(x);
	look_login(x);
}

void
explain_look_upstream(struct explain *x, const json_t *tried)
{
	struct reach_of_upstream f = { .edge = x->edge, .asked = tried != NULL, .connected = api_bool(tried, "connected", false),
		.error = api_text(tried, "error"), .status = (int)api_int(tried, "status", 0) };

	if (x->route != NULL) {
		f.route = x->route->name;
		f.target = x->route->target;
		f.rev = x->route->rev;
	}
	reach_step_upstream(&f, &x->steps[REACH_STAGE_UPSTREAM]);
}
