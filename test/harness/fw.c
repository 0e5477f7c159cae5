/* The firewall by hand, for test/system/fw and test/bench/fw.py: it reads orders, one a line, and answers each of the
 * second kind with lines of which the last is "." alone. It acts in the network namespace that it was started in.
 *
 * Input, kept until "reset":
 *	vpn if=NAME net=CIDR net=CIDR		uplink if=NAME			lan if=NAME net=CIDR...
 *	own ip=ADDRESS				service_net net=CIDR		door proto=tcp port=N zones=vpn,public
 *	peer name=N ip=A ip=A net=CIDR services=a,b groups=a flags=internet,lan,peers,link,disabled
 *	service name=N ip=A proto=tcp port=N zones=lan flags=egress
 *	forward id=I zone=public proto=tcp port=N to=A to_port=N flags=masquerade
 *	rule id=I action=drop from=peer:N to=cidr:CIDR proto=tcp port=N
 *	settings flags=host_guard,vpn_accept,forward_accept
 * Orders:
 *	apply		plan, apply, and judge what is kept: the change, and microseconds of each
 *	check		repair: the change
 *	text		the planned table
 *	decide src=A dst=A proto=tcp port=N	allow, deny or reject, and why
 *	remove		take the table away
 *	reset */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "fw/apply.h"
#include "fw/conntrack.h"
#include "fw/decide.h"
#include "fw/flow.h"
#include "fw/input.h"
#include "fw/plan.h"
#include "fw/table.h"
#include "fw/text.h"
#include "sys/net.h"

enum { LINE = 4096, SERVICES = 8, GROUPS = 8, FEW = 64 };

struct lab {
	struct arena *a;
	struct fw_input in;
	char lan_ifs[FEW][FW_IF_NAME_MAX];
	struct addr_prefix lan[FEW], service_nets[FEW];
	struct addr own[FEW];
	struct fw_door doors[FEW];
	const char *groups[GROUPS];
	struct fw_service services[SERVICES];
	struct fw_forward forwards[FEW];
	struct fw_rule rules[FEW];
	struct fw_party *parties;
};

struct words { struct lab *lab; struct str rest; struct str key, value; };

static void
die(const char *why)
{
	fprintf(stderr, "fw: %s\n", why);
	exit(2);
}

static bool
next_word(struct words *w)
{
	struct str word;

	if (!str_cut(&w->rest, ' ', &word) || word.n == 0)
		return false;
	if (!str_cut(&word, '=', &w->key))
		die("KEY=VALUE is wanted");
	w->value = word;
	return true;
}

static bool
is(const struct words *w, const char *key)
{
	return str_eqz(w->key, key);
}

static bool
has_flag(struct str list, const char *flag)
{
	struct str one;

	while (str_cut(&list, ',', &one))
		if (str_eqz(one, flag))
			return true;
	return false;
}

static const char *
copy(struct words *w)
{
	return arena_strndup(w->lab->a, w->value.p, w->value.n);
}

static struct addr
address(struct str s)
{
	struct addr a;

	if (!addr_read(s, &a))
		die("an address is wanted");
	return a;
}

static struct addr_prefix
net(struct str s)
{
	struct addr_prefix p;

	if (!addr_prefix_read(s, &p))
		die("a network is wanted");
	return p;
}

static uint16_t
port(struct str s)
{
	uint64_t v;

	if (!str_u64(s, UINT16_MAX, &v))
		die("a port is wanted");
	return (uint16_t)v;
}

static uint8_t
proto(struct str s)
{
	return str_eqz(s, "tcp") ? FW_TCP : str_eqz(s, "udp") ? FW_UDP : str_eqz(s, "icmp") ? FW_ICMP : FW_ANY;
}

static unsigned
zones(struct str list)
{
	static const struct { const char *name; unsigned zone; } all[] = {
		{ "local", FW_LOCAL }, { "vpn", FW_VPN }, { "cell", FW_CELL }, { "container", FW_CONTAINER },
		{ "lan", FW_LAN }, { "public", FW_PUBLIC }
	};
	unsigned set = 0;
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (has_flag(list, all[i].name))
			set |= all[i].zone;
	return set;
}

static void
interface(char out[FW_IF_NAME_MAX], struct str s)
{
	if (!str_copy(s, out, FW_IF_NAME_MAX))
		die("the name of an interface is too long");
}

static void
vpn(struct words *w)
{
	while (next_word(w))
		if (is(w, "if")) {
			interface(w->lab->in.vpn_if, w->value);
		} else {
			struct addr_prefix p = net(w->value);

			w->lab->in.vpn_net[p.addr.len == 4 ? 0 : 1] = p;
		}
}

static void
uplink(struct words *w)
{
	while (next_word(w))
		interface(w->lab->in.uplink, w->value);
}

static void
lan(struct words *w)
{
	struct fw_input *in = &w->lab->in;

	while (next_word(w))
		if (is(w, "if"))
			interface(w->lab->lan_ifs[in->nlan_ifs++], w->value);
		else
			w->lab->lan[in->nlan_nets++] = net(w->value);
}

static void
own(struct words *w)
{
	while (next_word(w))
		w->lab->own[w->lab->in.nown++] = address(w->value);
}

static void
service_net(struct words *w)
{
	while (next_word(w))
		w->lab->service_nets[w->lab->in.nservice_nets++] = net(w->value);
}

static void
door(struct words *w)
{
	struct fw_door *d = &w->lab->doors[w->lab->in.ndoors++];

	while (next_word(w))
		if (is(w, "proto"))
			d->proto = proto(w->value);
		else if (is(w, "port"))
			d->port = port(w->value);
		else
			d->zones = zones(w->value);
}

static size_t
service_index(struct lab *lab, struct str name)
{
	size_t i;

	for (i = 0; i < lab->in.nservices; i++)
		if (str_eqz(name, lab->services[i].name))
			return i;
	die("no such service");
	return 0;
}

static size_t
group_index(struct lab *lab, struct str name)
{
	size_t i;

	for (i = 0; i < lab->in.ngroups; i++)
		if (str_eqz(name, lab->groups[i]))
			return i;
	lab->groups[i] = arena_strndup(lab->a, name.p, name.n);
	lab->in.ngroups++;
	return i;
}

static size_t
party_index(struct lab *lab, struct str name)
{
	size_t i;

	for (i = 0; i < lab->in.nparties; i++)
		if (str_eqz(name, lab->parties[i].name))
			return i;
	return lab->in.nparties;
}

static void
party_flags(struct fw_party *p, struct str flags)
{
	p->internet = has_flag(flags, "internet");
	p->lan = has_flag(flags, "lan");
	p->peers = has_flag(flags, "peers");
	p->link = has_flag(flags, "link");
	p->enabled = !has_flag(flags, "disabled");
}

static void
party_word(struct words *w, struct fw_party *p)
{
	struct addr_prefix *nets = (struct addr_prefix *)(uintptr_t)p->nets;
	struct addr a;
	struct str one;

	if (is(w, "ip")) {
		a = address(w->value);
		p->addr[a.len == 4 ? 0 : 1] = a;
	} else if (is(w, "net")) {
		nets[p->nnets++] = net(w->value);
	} else if (is(w, "flags")) {
		party_flags(p, w->value);
	} else if (is(w, "services")) {
		while (str_cut(&w->value, ',', &one))
			p->services |= UINT64_C(1) << service_index(w->lab, one);
	} else if (is(w, "groups")) {
		while (str_cut(&w->value, ',', &one))
			p->groups |= UINT64_C(1) << group_index(w->lab, one);
	} else {
		die("what of a peer?");
	}
}

/* One of the same name is replaced. */
static void
peer(struct words *w)
{
	struct lab *lab = w->lab;
	struct fw_party *p;
	size_t i;

	if (!next_word(w) || !is(w, "name"))
		die("the name of a peer comes first");
	i = party_index(lab, w->value);
	if (i == FW_PARTIES_MAX)
		die("too many peers");
	p = &lab->parties[i];
	*p = (struct fw_party){ .name = copy(w), .enabled = true };
	p->nets = arena_array(lab->a, FW_NETS_MAX, sizeof(*p->nets));
	lab->in.nparties += i == lab->in.nparties;
	while (next_word(w))
		party_word(w, p);
}

static void
service(struct words *w)
{
	struct fw_service *s = &w->lab->services[w->lab->in.nservices++];
	struct addr a;

	s->nports = 1;
	while (next_word(w))
		if (is(w, "name")) {
			s->name = copy(w);
		} else if (is(w, "ip")) {
			a = address(w->value);
			s->addr[a.len == 4 ? 0 : 1] = a;
		} else if (is(w, "proto")) {
			s->ports[0].proto = proto(w->value);
		} else if (is(w, "port")) {
			s->ports[0].ports.lo = s->ports[0].ports.hi = port(w->value);
		} else if (is(w, "zones")) {
			s->ports[0].zones = zones(w->value);
		} else {
			s->egress = has_flag(w->value, "egress");
		}
}

static void
forward(struct words *w)
{
	struct fw_forward *f = &w->lab->forwards[w->lab->in.nforwards++];

	while (next_word(w))
		if (is(w, "id"))
			f->id = copy(w);
		else if (is(w, "zone"))
			f->zone = (enum fw_zone)zones(w->value);
		else if (is(w, "proto"))
			f->proto = proto(w->value);
		else if (is(w, "port"))
			f->port = port(w->value);
		else if (is(w, "to"))
			f->to = address(w->value);
		else if (is(w, "to_port"))
			f->to_port = port(w->value);
		else
			f->masquerade = has_flag(w->value, "masquerade");
}

static struct fw_end
end_of(struct words *w)
{
	struct fw_end e = { .kind = FW_END_DNS };
	struct str kind, what = w->value;

	(void)str_cut(&what, ':', &kind);	/* an address of version 6 has more of them, which stay in what */
	if (str_eqz(kind, "peer")) {
		e.kind = FW_END_PARTY;
		e.index = party_index(w->lab, what);
	} else if (str_eqz(kind, "group")) {
		e.kind = FW_END_GROUP;
		e.index = group_index(w->lab, what);
	} else if (str_eqz(kind, "service")) {
		e.kind = FW_END_SERVICE;
		e.index = service_index(w->lab, what);
	} else if (str_eqz(kind, "zone")) {
		e.kind = FW_END_ZONE;
		e.zone = (enum fw_zone)zones(what);
	} else if (str_eqz(kind, "cidr")) {
		e.kind = FW_END_CIDR;
		e.cidr = net(what);
	} else if (str_eqz(kind, "internet")) {
		e.kind = FW_END_INTERNET;
	}
	return e;
}

static void
rule(struct words *w)
{
	struct fw_rule *r = &w->lab->rules[w->lab->in.nrules++];

	while (next_word(w))
		if (is(w, "id"))
			r->id = copy(w);
		else if (is(w, "action"))
			r->action = str_eqz(w->value, "accept") ? FW_ACCEPT : str_eqz(w->value, "drop") ? FW_DROP : FW_REJECT;
		else if (is(w, "from"))
			r->from = end_of(w);
		else if (is(w, "to"))
			r->to = end_of(w);
		else if (is(w, "proto"))
			r->proto = proto(w->value);
		else
			r->ports[r->nports].lo = port(w->value), r->ports[r->nports].hi = port(w->value), r->nports++;
}

static void
settings(struct words *w)
{
	while (next_word(w)) {
		w->lab->in.host_guard = has_flag(w->value, "host_guard");
		w->lab->in.vpn_default_accept = has_flag(w->value, "vpn_accept");
		w->lab->in.forward_default_accept = has_flag(w->value, "forward_accept");
	}
}

static void
lab_reset(struct lab *lab)
{
	struct fw_party *parties = lab->parties == NULL ? calloc(FW_PARTIES_MAX, sizeof(*parties)) : lab->parties;

	arena_free(lab->a);
	memset(lab, 0, sizeof(*lab));
	lab->a = arena_new(0);
	lab->parties = parties;
	if (lab->a == NULL || parties == NULL)
		die("no memory");
	lab->in = (struct fw_input){ .lan_ifs = lab->lan_ifs, .lan_nets = lab->lan, .own = lab->own,
		.service_nets = lab->service_nets, .doors = lab->doors, .parties = parties, .groups = lab->groups,
		.services = lab->services,
		.forwards = lab->forwards, .rules = lab->rules, .masquerade6 = true };
	net_client_ports(&lab->in.client_ports.lo, &lab->in.client_ports.hi);
}

/* --- orders ------------------------------------------------------------------------------ */

static long
microseconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);	/* always there; of this machine others may have their part */
	return t.tv_sec * 1000000L + t.tv_nsec / 1000;
}

static void
show(const struct fw_change *c)
{
	printf("any=%d whole=%d narrower=%d added=%zu removed=%zu chains=%zu sets=%zu gone=%zu", c->any, c->whole, c->narrower,
	    c->elems_added, c->elems_removed, c->chains, c->sets, c->ngone);
}

/* What was in force until now: only the parties count. */
struct past { struct fw_input in; struct fw_party *parties; };

static void
remember(struct past *p, const struct lab *lab)
{
	struct fw_party *all = p->parties == NULL ? calloc(FW_PARTIES_MAX, sizeof(*all)) : p->parties;

	if (all == NULL)
		die("no memory");
	p->parties = all;
	p->in = lab->in;
	p->in.parties = all;
	memcpy(all, lab->parties, lab->in.nparties * sizeof(*all));
}

static void
apply(struct lab *lab, struct fw_kernel *k, struct past *past)
{
	struct fw_index *before, *x;
	struct fw_change c;
	struct err e;
	size_t ended = 0;
	long t[4];

	t[0] = microseconds();
	struct fw_table *table = fw_plan(&lab->in);

	t[1] = microseconds();
	if (table == NULL)
		die("the plan does not fit");
	if (fw_apply(k, table, &c, &e) < 0) {
		printf("failed: %s\n", e.detail);
		return;
	}
	t[2] = microseconds();
	x = c.narrower ? fw_index_new(&lab->in) : NULL;
	before = c.narrower && past->parties != NULL ? fw_index_new(&past->in) : NULL;
	if (c.narrower && fw_conntrack_judge(k, x, before, &c, &ended, &e) < 0)
		printf("failed: %s\n", e.detail);
	fw_index_free(before);
	fw_index_free(x);
	t[3] = microseconds();
	remember(past, lab);
	show(&c);
	printf(" ended=%zu plan_us=%ld apply_us=%ld judge_us=%ld\n", ended, t[1] - t[0], t[2] - t[1], t[3] - t[2]);
}

static void
check(struct fw_kernel *k)
{
	struct fw_change c;
	struct err e;
	long t = microseconds();

	if (fw_check(k, &c, &e) < 0) {
		printf("failed: %s\n", e.detail);
		return;
	}
	show(&c);
	printf(" check_us=%ld\n", microseconds() - t);
}

static void
text(const struct lab *lab)
{
	struct fw_table *t = fw_plan(&lab->in);
	char *s = t == NULL ? NULL : fw_text(t);

	if (s == NULL)
		die("no text");
	fputs(s, stdout);
	free(s);
	fw_table_free(t);
}

static void
decide(struct words *w)
{
	struct fw_index *x = fw_index_new(&w->lab->in);
	struct fw_flow f = { 0 };
	struct fw_verdict v;
	char why[200];

	while (next_word(w))
		if (is(w, "src"))
			f.src = address(w->value);
		else if (is(w, "dst"))
			f.dst = address(w->value);
		else if (is(w, "proto"))
			f.proto = proto(w->value);
		else
			f.port = port(w->value);
	fw_flow_route(x, &f);
	fw_decide(x, &f, &v);
	printf("%s %s\n", v.allow ? "allow" : v.reject ? "reject" : "deny", fw_verdict_text(&v, why, sizeof(why)));
	fw_index_free(x);
}

static void
obey(struct words *w, struct str order, struct fw_kernel *k, struct past *past)
{
	struct err e;

	if (str_eqz(order, "apply"))
		apply(w->lab, k, past);
	else if (str_eqz(order, "check"))
		check(k);
	else if (str_eqz(order, "text"))
		text(w->lab);
	else if (str_eqz(order, "decide"))
		decide(w);
	else if (str_eqz(order, "remove"))
		printf("%s\n", fw_remove(k, &e) < 0 ? e.detail : "removed");
	else
		die("no such order");
	puts(".");
	(void)fflush(stdout);	/* who reads it would notice */
}

int
main(void)
{
	static const struct { const char *name; void (*take)(struct words *w); } inputs[] = {
		{ "vpn", vpn }, { "uplink", uplink }, { "lan", lan }, { "own", own }, { "service_net", service_net }, { "door", door },
		{ "peer", peer }, { "service", service }, { "forward", forward }, { "rule", rule }, { "settings", settings },
	};
	static struct lab lab;
	struct fw_kernel *k = fw_kernel_new();
	struct past past = { 0 };
	char line[LINE];
	size_t i;

	lab_reset(&lab);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		struct words w = { .lab = &lab, .rest = { line, strcspn(line, "\n") } };
		struct str order;

		if (!str_cut(&w.rest, ' ', &order))
			continue;
		for (i = 0; i < sizeof(inputs) / sizeof(inputs[0]) && !str_eqz(order, inputs[i].name); i++)
			;
		if (i < sizeof(inputs) / sizeof(inputs[0]))
			inputs[i].take(&w);
		else if (str_eqz(order, "reset"))
			lab_reset(&lab);
		else
			obey(&w, order, k, &past);
	}
	fw_kernel_free(k);
	return 0;
}
