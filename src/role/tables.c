/* Configuration and host → everything an edge needs, as one snapshot. The plans
 * are pure and belong to their capabilities; here they are put together. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "dns/snapshot.h"
#include "ingress/zone.h"
#include "io/loop.h"
#include "proxy/decide.h"
#include "role/answers.h"
#include "role/acme.h"
#include "role/authority.h"
#include "role/ca_files.h"
#include "role/cert.h"
#include "role/core.h"
#include "role/doors_plan.h"
#include "role/sites.h"
#include "role/snapshot.h"
#include "role/who.h"
#include "sys/clk.h"

enum { COOKIES_MS = 24 * 3600 * 1000 };

bool
tables_cert_holds(struct core *c, const struct conf *conf)
{
	char url[CERTS_URL_MAX];
	const struct cert_for f = certs_for(c, conf, url);

	if (sites_turned(c->sites, c->certs_at, f.now))
		return false;
	return conf->setup_complete && authority_server(c->authority) != NULL ? authority_due(c->authority, &f) == NULL :
	    cell_cert_serves(c->cert, &f);
}

static int
seal_dns(const struct core *c, struct tables_new *out, void *p, size_t n, struct err *e)
{
	const int error = answers_put(&c->answers, &out->pieces, p, n);

	sodium_memzero(p, n);	/* held the keys of the secondaries */
	free(p);
	return error < 0 ? err_sys(e, error, "hand what DNS answers to the edges") : 0;
}

static int
build_dns(struct core *c, const struct conf *conf, struct tables_new *out, struct err *e)
{
	const struct conf_ports *ports = &conf->network.ports;
	const bool user = c->options.user_mode;
	struct dns_host host;
	struct dns_secrets *secrets = NULL;
	size_t n, skipped = 0;
	void *p;
	int error;

	texts_load(c, conf);
	c->dns_host.extras = c->extras;
	host = c->dns_host;
	host.dot = conf->dns.dot ? doors_port(ports->dot, user) : 0;
	host.doh = conf->dns.doh ? doors_port(ports->https, user) : 0;
	if (conf->dns.nsecondaries > 0 && (secrets = secondaries_secrets(c, conf)) == NULL)
		return err_sys(e, -ENOMEM, "keys of the secondaries");
	host.serials = &c->serials;
	host.next_serials = &out->serials;
	host.pieces = &out->pieces;
	host.secrets = secrets;
	(void)sealed_list_add(&out->pieces, out->pieces.v[0]);	/* the place of the part, until it is there */
	error = dns_snapshot_build(&p, &n, conf, &host, &skipped, e);
	secondaries_wipe(secrets);
	if (error == 0 && skipped > 0)
		log_fmt(LOG_DNS, LOG_ERROR, "%zu records do not build and are left out", skipped);
	return error < 0 ? error : seal_dns(c, out, p, n, e);
}

static int
list_answers(struct core *c, const struct conf *conf, struct tables_new *out, struct err *e)
{
	out->serials.n = 0;
	if (!conf->setup_complete)
		return 0;	/* SET-1: DNS does not serve before setup */
	if (!answers_hold(&c->answers, conf))
		return build_dns(c, conf, out, e);
	answers_give(&c->answers, &out->pieces);
	out->serials = c->serials;
	return 0;
}

bool
tables_cookies_renew(struct core *c)
{
	uint64_t now_ms = io_loop_now_ms(c->loop);

	if (c->cookies_ms != 0 && now_ms - c->cookies_ms < COOKIES_MS)
		return false;
	if (c->cookies_ms == 0)
		randombytes_buf(c->cookies.now, sizeof(c->cookies.now));
	memcpy(c->cookies.before, c->cookies.now, sizeof(c->cookies.now));
	randombytes_buf(c->cookies.now, sizeof(c->cookies.now));
	c->cookies_ms = now_ms;
	return true;
}

/* Every own name is served, also one that is outside the authority's scope: clients say so themselves. */
static void
serve_own_names(struct snapshot_cert *sc, const struct proxy_site *site)
{
	size_t i;

	for (i = 0; !sc->any_name && i < site->nnames && sc->nnames < SNAPSHOT_NAMES_MAX; i++)
		sc->names[sc->nnames++] = site->names[i];
}

/* The cell's own one goes first: it also answers where no name is asked for. NULL when out of memory. */
static struct snapshot_cert *
list_certs(struct core *c, const struct conf *conf, const struct tables_new *t, struct snapshot_in *s)
{
	struct snapshot_cert *list = calloc(1 + sites_count(c->sites), sizeof(*list));

	if (list == NULL)
		return NULL;
	cell_cert_snapshot(certs_served(c, t), list);
	serve_own_names(list, s->site);
	s->ncerts = sites_serve(c->sites, conf, t->at, list);
	s->certs = list;
	return list;
}

/* So that every edge answers HTTP-01 by itself. */
static void
set_thumbprint(struct proxy_site *site, const char *thumbprint)
{
	if (thumbprint != NULL)
		(void)str_copy(str_of(thumbprint), site->acme, sizeof(site->acme));	/* 43 characters */
}

static int
put_together(struct core *c, const struct conf *conf, const struct tables_new *t, struct snapshot_in s)
{
	struct snapshot_cert *certs = NULL;
	struct ntp_plan ntp;
	struct proxy_site *site = calloc(1, sizeof(*site));
	struct ingress *in = calloc(1, sizeof(*in));
	int fd = -ENOMEM;

	if (in != NULL && site != NULL) {
		ingress_plan(in, conf, c->ifs, c->nifs);
		proxy_plan(site, conf, c->host_label, doors_port(conf->network.ports.https, c->options.user_mode));
		set_thumbprint(site, acme_thumbprint(c, conf));
		ntp_plan(&ntp, conf);
		s.ingress = in;
		s.site = site;
		s.ntp = &ntp;
		s.conf = conf;
		s.cookies = &c->cookies;
		certs = list_certs(c, conf, t, &s);
		fd = certs == NULL ? -ENOMEM : snapshot_make(&s);
	}
	free(certs);
	free(in);
	free(site);
	return fd;
}

/* With the files for those who want to trust the authority, if there is one. */
static int
put_with_files(struct core *c, const struct conf *conf, const struct tables_new *t, struct snapshot_in s)
{
	const struct authority *a = t->authority == NULL ? c->authority : t->authority;
	struct ca_files files = { 0 };
	int fd = -ENOMEM;

	if (!authority_exists(a) || ca_files_make(&files, a, conf)) {
		memcpy(s.ca, files.file, sizeof(s.ca));
		memcpy(s.lists, files.list, sizeof(s.lists));
		fd = put_together(c, conf, t, s);
	}
	ca_files_clear(&files);
	return fd;
}

static int
list_peers(struct sealed **out, const struct core *c, const struct conf *conf, struct err *e)
{
	int error = who_make(out, &c->who, conf);

	if (error == -E2BIG)
		return err_field(e, ERR_CONFLICT, "peers", "do not fit into the table that edges know them by: shorten names of "
		    "devices and their groups, or remove some");
	return error < 0 ? err_sys(e, error, "list the peers for the edges") : 0;
}

int
tables_make(struct core *c, const struct conf *conf, uint64_t serial, struct tables_new *out, struct err *e)
{
	struct snapshot_in s = { .serial = serial, .generation = conf->generation };
	struct sealed *who = NULL;
	int fd = certs_prepare(c, conf, out, e);

	if (fd == 0)
		fd = list_peers(&who, c, conf, e);
	if (fd == 0) {
		(void)sealed_list_add(&out->pieces, who);	/* it is the first */
		fd = list_answers(c, conf, out, e);
	}
	if (fd == 0) {
		fd = put_with_files(c, conf, out, s);
		if (fd < 0)
			(void)err_sys(e, fd, "make the tables of the edges");	/* fd tells */
	}
	sealed_unref(who);
	if (fd < 0)
		certs_drop(out);
	return fd;
}
