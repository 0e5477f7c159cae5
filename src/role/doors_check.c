/* Can a changed configuration have its doors? See doors_plan.h. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "conf/conf.h"
#include "io/listen.h"
#include "io/udp.h"
#include "role/doors.h"
#include "role/doors_plan.h"
#include "sys/net.h"
#include "sys/proc.h"

enum { PRIVILEGED = 1024 };

static bool
lists(const struct conf_texts *t, const char *text)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->v[i], text) == 0)
			return true;
	return false;
}

static bool
is_here(const struct doors_want *w, const struct addr *a)
{
	size_t i;

	for (i = 0; i < w->nifs; i++)
		if (addr_eq(&w->ifs[i].prefix.addr, a))
			return true;
	return false;
}

/* data.md 4.2: addresses that are present. Those that were listed before may be away for a while. */
static void
check_addresses(const struct doors_want *now, const struct doors_want *next, struct err *e)
{
	const struct conf_texts *t = &next->conf->network.listen_addresses;
	struct addr a;
	size_t i;

	for (i = 0; i < t->n; i++)
		if (!lists(&now->conf->network.listen_addresses, t->v[i]) && addr_read(str_of(t->v[i]), &a) &&
		    !is_here(next, &a))
			(void)err_field(e, ERR_VALIDATION, "network.listen_addresses",
			    "%s is no address of this host", t->v[i]);	/* the caller looks at e */
}

static void
check_mode(const struct doors_want *now, const struct doors_want *next, struct err *e)
{
	const struct conf_ports *a = &now->conf->network.ports, *b = &next->conf->network.ports;
	const struct { const char *name; uint16_t now, next; } all[] = {
		{ "network.ports.dns", a->dns, b->dns }, { "network.ports.dot", a->dot, b->dot },
		{ "network.ports.http", a->http, b->http }, { "network.ports.https", a->https, b->https },
		{ "network.ports.ntp", a->ntp, b->ntp }, { "network.ports.api", a->api, b->api },
	};
	size_t i;

	for (i = 0; next->user_mode && i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].now != all[i].next && doors_port(all[i].next, true) < PRIVILEGED)
			(void)err_field(e, ERR_VALIDATION, all[i].name,
			    "must be %d or more in developer mode", PRIVILEGED);	/* the caller looks at e */
}

static int
protocol_of(enum door_kind k)
{
	return door_kind_is_udp(k) ? IPPROTO_UDP : IPPROTO_TCP;
}

/* Held by ourselves: either it stays, or it goes when the change comes. */
static bool
is_ours(const struct doors *s, const struct door_plan *p)
{
	size_t i, n;
	const struct door *d = doors_list(s, &n);

	for (i = 0; i < n; i++)
		if (d[i].error == 0 && d[i].at.port == p->at.port && protocol_of(d[i].kind) == protocol_of(p->kind))
			return true;
	return false;
}

static int
try_open(const struct door_plan *p)
{
	int fd = door_kind_is_udp(p->kind) ? io_udp_open(&p->at, 1) : io_listen_tcp(&p->at);

	if (fd < 0)
		return fd;
	(void)close(fd);	/* only tried */
	return 0;
}

static void
refuse_port(const struct door_plan *p, int error, struct err *e)
{
	char name[32], by[64] = "";
	pid_t pid;

	if (error == -EADDRINUSE) {
		pid = proc_port_holder(protocol_of(p->kind), p->at.port, name, sizeof(name));
		if (pid > 0)
			(void)snprintf(by, sizeof(by), " by %s (pid %d)", name, (int)pid);	/* fits */
		(void)err_field(e, ERR_CONFLICT, door_kind_port(p->kind), "port %u is held%s on this host",
		    p->at.port, by);	/* the caller looks at e, as below */
	} else {
		(void)err_field(e, ERR_CONFLICT, door_kind_port(p->kind), "port %u cannot be had: %s",
		    p->at.port, strerror(-error));
	}
}

/* An address that is away now is no reason: check_addresses() has judged it. */
static void
check_ports(const struct doors *s, const struct doors_want *now, const struct doors_want *next, struct err *e)
{
	struct door_plan had[DOORS_MAX], v[DOORS_MAX];
	size_t i, k, n = doors_plan(v, next), m = doors_plan(had, now);
	int error;

	for (i = 0; i < n; i++) {
		for (k = 0; k < m && (had[k].kind != v[i].kind || had[k].at.port != v[i].at.port ||
		    !addr_eq(&had[k].at.addr, &v[i].at.addr)); k++)
			;
		if (k < m || is_ours(s, &v[i]))
			continue;
		error = try_open(&v[i]);
		if (error < 0 && error != -EADDRNOTAVAIL && error != -EAFNOSUPPORT)
			refuse_port(&v[i], error, e);
	}
}

int
doors_check(const struct doors *s, const struct doors_want *now, const struct doors_want *next, struct err *e)
{
	struct err why;

	err_clear(&why);
	check_addresses(now, next, &why);
	check_mode(now, next, &why);
	if (why.kind == ERR_NONE)
		check_ports(s, now, next, &why);
	if (why.kind == ERR_NONE)
		return 0;
	if (e != NULL)
		*e = why;
	return err_errno(why.kind);
}
