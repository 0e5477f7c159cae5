/* Who gets which snapshot when. The conf part "edges": prepare builds the
 * snapshot beside the one in force, commit hands it out, and the change is done
 * when every edge has acknowledged it (CFG-2, CFG-4). The same path serves the
 * start, changes of the host's addresses, and what time undoes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/route.h"
#include "conf/txn.h"
#include "dns/route.h"
#include "ingress/zone.h"
#include "role/core.h"
#include "role/doors.h"
#include "role/doors_plan.h"
#include "role/edges.h"
#include "role/vpn.h"

struct apply {
	uint64_t serial;		/* of the newest snapshot made */
	struct conf *conf;		/* what the edges serve, or are to serve */
	int prepared;			/* memfd of the change being prepared, -1 = none */
	uint64_t prepared_serial;
	struct tables_new prepared_new;
	uint64_t committing;		/* generation whose edges have not all answered, 0 = none */
	bool stale;			/* tables could not be made when they should have been */
	uint32_t telling, told;		/* index of the VPN's interface in the newest tables, and in those that edges answered */
};

/* --- the host ---------------------------------------------------------------------- */

bool
core_host_read(struct core *c)
{
	struct net_ifaddr fresh[NET_IFADDRS_MAX];
	int n = net_ifaddrs(fresh, NET_IFADDRS_MAX);

	net_host_label(c->host_label, sizeof(c->host_label));
	c->ifs_stale = n < 0;
	if (n < 0) {
		/* without them everybody at home would be a stranger */
		log_line(LOG_NETWORK, LOG_ERROR, "the host's addresses cannot be read, the last ones stay",
		    "err", strerror(-n), NULL);
		return false;
	}
	memcpy(c->ifs, fresh, (size_t)n * sizeof(fresh[0]));
	c->nifs = (size_t)n;
	c->dns_host.ifs = c->ifs;
	c->dns_host.nifs = c->nifs;
	c->dns_host.serials = &c->serials;
	return true;
}

/* --- handing out --------------------------------------------------------------------- */

static void
use_new(struct core *c, struct tables_new *t)
{
	who_keep(&c->who, c->apply->conf, t->pieces.v[0]);	/* it is the first */
	answers_keep(&c->answers, c->apply->conf, &t->pieces);
	certs_use(c, t);
	serials_use(c, &t->serials, c->apply->conf->generation);
}

static void
remember(struct apply *a, const struct conf *next)
{
	struct conf *old = a->conf;

	/* the snapshot counts its users; whoever holds it may add one */
	a->conf = conf_ref((struct conf *)(uintptr_t)next);
	conf_unref(old);
}

static void
give(struct core *c, const struct edges_tables *t)
{
	c->apply->telling = ingress_vpn_ifindex(c->apply->conf, c->ifs, c->nifs);
	edges_snapshot(c->edges, t);
}

static struct sealed_list
take_pieces(struct tables_new *t)
{
	const struct sealed_list taken = t->pieces;

	t->pieces.n = 0;
	return taken;
}

/* Tables for the configuration in force, to every edge: something else is different, on the host or in the files. */
static int
hand_out(struct core *c, struct err *e)
{
	struct apply *a = c->apply;
	struct tables_new fresh;
	int fd;

	answers_clear(&c->answers);
	fd = tables_make(c, a->conf, a->serial + 1, &fresh, e);
	a->stale = fd < 0;
	if (fd < 0) {
		log_line(LOG_NETWORK, LOG_ERROR, "new tables cannot be made, the edges keep theirs", "err", e->detail, NULL);
		return fd;
	}
	use_new(c, &fresh);
	give(c, &(struct edges_tables){ fd, take_pieces(&fresh), ++a->serial, a->conf->generation, false });
	return 0;
}

bool
apply_again(struct core *c, uint64_t *serial)
{
	struct err e;

	err_clear(&e);
	texts_retry(c);
	if (hand_out(c, &e) < 0)
		return false;
	*serial = c->apply->serial;
	return true;
}

/* --- as a part of every change ---------------------------------------------------------- */

static void
drop_prepared(struct apply *a)
{
	if (a->prepared >= 0)
		(void)close(a->prepared);	/* a memfd nobody has seen */
	a->prepared = -1;
	certs_drop(&a->prepared_new);
}

/* The way back from a change that did not take effect must not fail for a port. */
static int
check_doors(struct core *c, const struct conf *now, const struct conf *next, struct err *e)
{
	struct doors_want a, b;

	if (conf_txn_returning(c->txn))
		return 0;
	serve_want(c, now, &a);
	serve_want(c, next, &b);
	return doors_check(c->doors, &a, &b, e);
}

static bool
is_own(const struct core *c, const struct addr *a)
{
	size_t i;

	for (i = 0; i < c->nifs; i++)
		if (addr_eq(&c->ifs[i].prefix.addr, a))
			return true;
	return false;
}

/* What the configuration alone cannot know: a route that leads to an address of this host. */
static int
check_routes(const struct core *c, const struct conf *next, struct err *e)
{
	char field[ERR_FIELD_MAX];
	struct conf_target t;
	size_t i;

	for (i = 0; i < next->proxy.nroutes && !conf_txn_insists(c->txn); i++) {
		if (!conf_target_read(str_of(next->proxy.routes[i].target), &t) || t.addr.len == 0 || !is_own(c, &t.addr))
			continue;
		(void)snprintf(field, sizeof(field), "proxy.routes[%zu].target", i);	/* fits */
		return err_field(e, ERR_VALIDATION, field, "is this cell itself");
	}
	return 0;
}

/* The i-th server that others' names are asked at, and the field that it stands in. */
static bool
server_at(const struct conf *c, size_t i, struct addr_port *at, char field[ERR_FIELD_MAX])
{
	const struct conf_dns *d = &c->dns;
	size_t f;

	if (i < d->nupstreams) {
		*at = d->upstreams[i].at;
		(void)snprintf(field, ERR_FIELD_MAX, "dns.upstreams[%zu].address", i);	/* fits */
		return true;
	}
	i -= d->nupstreams;
	for (f = 0; f < d->nforwards && i >= d->forwards[f].nservers; f++)
		i -= d->forwards[f].nservers;
	if (f == d->nforwards)
		return false;
	*at = (struct addr_port){ .addr = d->forwards[f].servers[i], .port = DNS_PORT };
	(void)snprintf(field, ERR_FIELD_MAX, "dns.forwards[%zu].servers[%zu]", f, i);	/* fits */
	return true;
}

static bool
asks(const struct conf *c, const struct addr_port *at)
{
	char field[ERR_FIELD_MAX];
	struct addr_port a;
	size_t i;

	for (i = 0; server_at(c, i, &a, field); i++)
		if (a.port == at->port && addr_eq(&a.addr, &at->addr))
			return true;
	return false;
}

/* And a server that is this cell (DNL-10). One whose address has become ours since is no reason to refuse other changes:
 * the plan leaves it out (dns/route.h). */
static int
check_servers(const struct core *c, const struct conf *now, const struct conf *next, struct err *e)
{
	char field[ERR_FIELD_MAX];
	struct addr_port at;
	size_t i;

	for (i = 0; !conf_txn_returning(c->txn) && server_at(next, i, &at, field); i++)
		if (dns_hop_is_own(&at, next, &c->dns_host) && !asks(now, &at))
			return err_field(e, ERR_VALIDATION, field, "is this cell itself: its questions would come back to it");
	return 0;
}

static int
part_prepare(void *arg, const struct conf *now, const struct conf *next, struct err *e)
{
	struct core *c = arg;
	struct apply *a = c->apply;
	int error;

	drop_prepared(a);
	if (!conf_txn_returning(c->txn))
		a->committing = 0;
	error = check_doors(c, now, next, e);
	if (error == 0)
		error = check_routes(c, next, e);
	if (error == 0)
		error = check_servers(c, now, next, e);
	if (error < 0)
		return error;
	a->prepared = tables_make(c, next, a->serial + 1, &a->prepared_new, e);
	if (a->prepared < 0)
		return a->prepared;
	a->prepared_serial = ++a->serial;
	return 0;
}

static void
part_commit(void *arg, const struct conf *next)
{
	struct core *c = arg;
	struct apply *a = c->apply;
	struct doors_want w;

	texts_compare(c, a->conf, next);
	remember(a, next);
	a->committing = next->generation;
	a->stale = false;
	use_new(c, &a->prepared_new);
	serve_want(c, next, &w);
	doors_apply(c->doors, &w);
	give(c, &(struct edges_tables){ a->prepared, take_pieces(&a->prepared_new), a->prepared_serial, next->generation,
	    conf_txn_returning(c->txn) });
	a->prepared = -1;	/* the edges have it now */
	if (c->stopping)
		apply_done(c, a->prepared_serial, NULL);	/* they are going: nobody will serve anything else */
}

static void
part_rollback(void *arg)
{
	struct core *c = arg;

	drop_prepared(c->apply);
}

/* Its interface waits for this. */
static void
tell_vpn(struct core *c)
{
	struct apply *a = c->apply;

	if (a->told == a->telling)
		return;
	a->told = a->telling;
	vpn_host_changed(c);
}

void
apply_done(struct core *c, uint64_t serial, const struct err *e)
{
	struct apply *a = c->apply;
	uint64_t generation = a->committing;

	if (e != NULL)
		log_line(LOG_CONFIG, LOG_ERROR, "an edge refuses the new tables", "err", e->detail, NULL);
	live_applied(c, serial, e);
	if (generation != 0 && e == NULL) {
		a->committing = 0;
		conf_txn_part_done(c->txn, "edges", generation);
	}	/* refused: the change runs into its deadline and is undone (CFG-2) */
	tell_vpn(c);
}

bool
apply_names(const struct core *c, uint32_t ifindex)
{
	return c->apply != NULL && c->apply->told == ifindex;
}

/* --- what else changes them ------------------------------------------------------------- */

void
apply_host_changed(struct core *c)
{
	struct net_ifaddr before[NET_IFADDRS_MAX];
	size_t n = c->nifs;
	struct doors_want w;
	struct err e;

	memcpy(before, c->ifs, n * sizeof(before[0]));
	if (!core_host_read(c) || (n == c->nifs && memcmp(before, c->ifs, n * sizeof(before[0])) == 0))
		return;
	err_clear(&e);
	log_line(LOG_NETWORK, LOG_INFO, "addresses of the host changed", NULL);
	serve_want(c, c->apply->conf, &w);
	doors_apply(c->doors, &w);	/* an address that was missing may be there now */
	(void)hand_out(c, &e);	/* has said why not; apply_upkeep() tries again */
}

void
apply_upkeep(struct core *c)
{
	struct err e;
	bool other;

	err_clear(&e);
	if (c->ifs_stale)
		apply_host_changed(c);
	other = certs_upkeep(c);
	if (other || tables_cookies_renew(c) || c->apply->stale || !tables_cert_holds(c, c->apply->conf))
		(void)hand_out(c, &e);	/* has said why not; a minute later we try again */
}

/* --- life ---------------------------------------------------------------------------------- */

int
apply_start(struct core *c, struct err *e)
{
	const struct conf_part part = { .name = "edges", .prepare = part_prepare, .commit = part_commit,
	    .rollback = part_rollback, .arg = c };
	struct doors_want w;
	int error;

	c->apply = calloc(1, sizeof(*c->apply));
	if (c->apply == NULL)
		return err_sys(e, -ENOMEM, "prepare the edges");
	c->apply->prepared = -1;
	(void)tables_cookies_renew(c);	/* the tables are made right below */
	remember(c->apply, conf_txn_current(c->txn));
	error = conf_txn_part(c->txn, &part);
	if (error < 0)
		return err_sys(e, error, "prepare the edges");
	serve_want(c, c->apply->conf, &w);
	doors_apply(c->doors, &w);
	error = hand_out(c, e);
	return error < 0 ? error : edges_start(c->edges, e);
}

void
apply_stop(struct core *c)
{
	if (c->apply == NULL)
		return;
	drop_prepared(c->apply);
	who_clear(&c->who);
	answers_clear(&c->answers);
	conf_unref(c->apply->conf);
	free(c->apply);
	c->apply = NULL;
}
