/* Configuration and host → snapshot and doors. The conf part "edges": prepare
 * builds the snapshot beside the one in force, commit hands it out, and the
 * change is done when every edge has acknowledged it (CFG-2, CFG-4). The same
 * path serves the start and changes of the host's addresses. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "api/server.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "dns/snapshot.h"
#include "ingress/zone.h"
#include "proxy/decide.h"
#include "role/cert.h"
#include "role/core.h"
#include "role/doors.h"
#include "role/edges.h"
#include "role/snapshot.h"
#include "sys/clk.h"

enum { WAITERS_MAX = 16 };

struct waiter {
	uint64_t serial;
	void (*done)(void *arg, const struct err *e);
	void *arg;
};

struct apply {
	uint64_t serial;		/* of the newest snapshot made */
	struct conf *conf;		/* what it was made of */
	int prepared;			/* memfd of the change being prepared, -1 = none */
	uint64_t prepared_serial;
	struct cell_cert *prepared_cert;	/* NULL: the one in use serves the change, too */
	uint64_t committing;		/* generation whose edges have not all answered, 0 = none */
	size_t nwaiters;
	struct waiter waiters[WAITERS_MAX];
};

uint16_t
core_https_port(const struct core *c)
{
	return doors_port(conf_txn_current(c->txn)->network.ports.https, c->options.user_mode);
}

void
core_host_read(struct core *c)
{
	int n = net_ifaddrs(c->ifs, NET_IFADDRS_MAX);

	c->nifs = n < 0 ? 0 : (size_t)n;
	c->dns_host = (struct dns_host){ .ifs = c->ifs, .nifs = c->nifs };
	net_host_label(c->host_label, sizeof(c->host_label));
}

static int
build_dns(struct core *c, const struct conf *next, void **p, size_t *n, struct err *e)
{
	size_t skipped = 0;
	int error;

	*p = NULL;
	*n = 0;
	if (!next->setup_complete)
		return 0;	/* SET-1: DNS does not serve before setup */
	error = dns_snapshot_build(p, n, next, &c->dns_host, &skipped, e);
	if (error == 0 && skipped > 0)
		log_fmt(LOG_DNS, LOG_ERROR, "%zu records do not build and are left out", skipped);
	return error;
}

static int
make_snapshot(struct core *c, const struct conf *next, const struct cell_cert *cert,
    const void *dns, size_t dns_len)
{
	struct snapshot_cert sc;
	struct proxy_site site;
	struct ingress *in = calloc(1, sizeof(*in));
	struct snapshot_in s = { c->apply->serial + 1, next->generation, in, &site, &sc, dns, dns_len };
	int fd;

	if (in == NULL)
		return -ENOMEM;
	ingress_plan(in, next, c->ifs, c->nifs);
	proxy_plan(&site, next, c->host_label,
	    doors_port(next->network.ports.https, c->options.user_mode));
	cell_cert_snapshot(cert, &sc);
	fd = snapshot_make(&s);
	sodium_memzero(&sc, sizeof(sc));
	free(in);
	return fd;
}

/* The memfd of a snapshot for next, or a negative errno with e set. *cert gets a new certificate if next needs one, else NULL. */
static int
build(struct core *c, const struct conf *next, struct cell_cert **cert, struct err *e)
{
	const struct cert_for f = { next, c->host_label, c->ifs, c->nifs, clk_system.wall_s(&clk_system) };
	void *dns = NULL;
	size_t n;
	int fd;

	*cert = NULL;
	if (!cell_cert_serves(c->cert, &f) && (fd = cell_cert_make(cert, &f, e)) < 0)
		return fd;
	fd = build_dns(c, next, &dns, &n, e);
	if (fd == 0) {
		fd = make_snapshot(c, next, *cert == NULL ? c->cert : *cert, dns, n);
		if (fd < 0)
			(void)err_sys(e, fd, "make the tables of the edges");
	}
	free(dns);
	if (fd >= 0)
		return fd;
	cell_cert_free(*cert);
	*cert = NULL;
	return fd;
}

/* From now on; a disk that does not keep it costs a new one at the next start, no more. */
static void
use_cert(struct core *c, struct cell_cert *cert)
{
	struct err e;

	if (cert == NULL)
		return;
	err_clear(&e);
	cell_cert_free(c->cert);
	c->cert = cert;
	if (cell_cert_store(cert, c->state_fd, c->vault, &e) < 0)
		log_line(LOG_TLS, LOG_ERROR, "the provisional certificate is not saved", "err", e.detail, NULL);
}

/* --- as a part of every change --------------------------------------------------- */

static void
drop_prepared(struct apply *a)
{
	if (a->prepared >= 0)
		(void)close(a->prepared);	/* a memfd nobody has seen */
	a->prepared = -1;
	cell_cert_free(a->prepared_cert);
	a->prepared_cert = NULL;
}

static int
part_prepare(void *arg, const struct conf *now, const struct conf *next, struct err *e)
{
	struct core *c = arg;
	struct apply *a = c->apply;

	(void)now;
	drop_prepared(a);
	a->prepared = build(c, next, &a->prepared_cert, e);
	if (a->prepared < 0)
		return a->prepared;
	a->prepared_serial = ++a->serial;
	return 0;
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
part_commit(void *arg, const struct conf *next)
{
	struct core *c = arg;
	struct apply *a = c->apply;

	remember(a, next);
	a->committing = next->generation;
	use_cert(c, a->prepared_cert);
	a->prepared_cert = NULL;
	doors_apply(c->doors, next, c->options.user_mode);
	edges_snapshot(c->edges, a->prepared, a->prepared_serial, next->generation);
	a->prepared = -1;	/* the edges have it now */
}

static void
part_rollback(void *arg)
{
	struct core *c = arg;

	drop_prepared(c->apply);
}

/* --- what the edges answer -------------------------------------------------------- */

static void
tell_waiters(struct apply *a, uint64_t serial, const struct err *e)
{
	size_t i, kept = 0;

	for (i = 0; i < a->nwaiters; i++) {
		const struct waiter w = a->waiters[i];

		if (w.serial > serial)
			a->waiters[kept++] = w;
		else
			w.done(w.arg, e);
	}
	a->nwaiters = kept;
}

static void
on_applied(void *arg, uint64_t serial, const struct err *e)
{
	struct core *c = arg;
	struct apply *a = c->apply;
	uint64_t generation = a->committing;

	if (e != NULL)
		log_line(LOG_CONFIG, LOG_ERROR, "an edge refuses the new tables", "err", e->detail, NULL);
	tell_waiters(a, serial, e);
	if (generation == 0 || e != NULL)
		return;		/* refused: the change runs into its deadline and is undone (CFG-2) */
	a->committing = 0;
	conf_txn_part_done(c->txn, "edges", generation);
}

static void
on_api(void *arg, int fd, const struct message_api *m)
{
	struct core *c = arg;
	const struct api_origin o = { .via = AUTH_VIA_EDGE, .client = m->peer, .local = m->local,
	    .zone = m->zone, .tls = m->tls };

	api_accept(c->api, fd, &o);
}

static void
on_answer(void *arg, uint32_t id, const uint8_t *json, size_t n)
{
	live_answered(arg, id, json, n);
}

static void
on_flushed(void *arg, uint32_t id, uint32_t count)
{
	live_flushed(arg, id, count);
}

static void
on_edge_change(void *arg)
{
	facts_changed(arg);
}

static void
on_door_open(void *arg, const struct door *d)
{
	struct core *c = arg;

	edges_door_open(c->edges, d);
	facts_changed(c);
}

static void
on_door_close(void *arg, uint16_t id)
{
	struct core *c = arg;

	edges_door_close(c->edges, id);
}

/* --- start, host, stop -------------------------------------------------------------- */

/* PRC-2: one edge per CPU, at most four. */
static size_t
edge_count(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > DOORS_EDGES_MAX ? DOORS_EDGES_MAX : (size_t)n;
}

/* Tables for the configuration in force, to every edge. */
static int
hand_out(struct core *c, struct err *e)
{
	struct apply *a = c->apply;
	struct cell_cert *cert;
	int fd = build(c, a->conf, &cert, e);

	if (fd < 0)
		return fd;
	use_cert(c, cert);
	edges_snapshot(c->edges, fd, ++a->serial, a->conf->generation);
	return 0;
}

static int
open_parts(struct core *c)
{
	static const struct doors_ops door_ops = { on_door_open, on_door_close };
	static const struct edges_ops edge_ops = { on_api, on_applied, on_answer, on_flushed, on_edge_change };
	size_t n = edge_count();

	c->apply = calloc(1, sizeof(*c->apply));
	c->edges = edges_new(c->loop, c->children, n, &edge_ops, c);
	c->doors = doors_new(c->loop, n, &door_ops, c);
	if (c->apply == NULL || c->edges == NULL || c->doors == NULL)
		return -ENOMEM;
	c->apply->prepared = -1;
	remember(c->apply, conf_txn_current(c->txn));
	edges_set_doors(c->edges, c->doors);
	return 0;
}

int
apply_start(struct core *c, struct err *e)
{
	const struct conf_part part = { "edges", part_prepare, part_commit, part_rollback, c };
	int error = open_parts(c);

	if (error == 0)
		error = conf_txn_part(c->txn, &part);
	if (error < 0)
		return err_sys(e, error, "prepare the edges");
	doors_apply(c->doors, c->apply->conf, c->options.user_mode);
	error = hand_out(c, e);
	return error < 0 ? error : edges_start(c->edges, e);
}

void
apply_host_changed(struct core *c)
{
	struct net_ifaddr before[NET_IFADDRS_MAX];
	size_t n = c->nifs;
	struct err e;

	memcpy(before, c->ifs, n * sizeof(before[0]));
	core_host_read(c);
	if (n == c->nifs && memcmp(before, c->ifs, n * sizeof(before[0])) == 0)
		return;
	err_clear(&e);
	log_line(LOG_NETWORK, LOG_INFO, "addresses of the host changed", NULL);
	if (hand_out(c, &e) < 0)
		log_line(LOG_NETWORK, LOG_ERROR, "cannot make new tables", "err", e.detail, NULL);
}

bool
apply_again(struct core *c, void (*done)(void *arg, const struct err *e), void *arg)
{
	struct apply *a = c->apply;
	struct err e;

	err_clear(&e);
	if (a->nwaiters == WAITERS_MAX || hand_out(c, &e) < 0)
		return false;
	a->waiters[a->nwaiters++] = (struct waiter){ a->serial, done, arg };
	return true;
}

void
apply_stop(struct core *c)
{
	struct err e;

	if (c->apply != NULL) {
		err_clear(&e);
		(void)err_set(&e, ERR_UNAVAILABLE, "the cell is stopping");
		tell_waiters(c->apply, UINT64_MAX, &e);
		drop_prepared(c->apply);
		conf_unref(c->apply->conf);
	}
	edges_free(c->edges);
	doors_free(c->doors);
	free(c->apply);
}
