/* The certificate of the cell: a provisional one until setup is complete, then
 * one of its own authority, which is made with the first tables after that
 * (TLS-4, TLS-6, SET-8). What has changed is stored when it is used; what the disk does not take is tried again. */
#include "role/core.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/server.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "role/authority.h"
#include "role/cert.h"
#include "role/doors_plan.h"
#include "role/sites.h"
#include "sys/clk.h"

int
certs_open(struct core *c, struct err *e)
{
	c->authority = authority_load(c->state_fd, c->vault);
	c->sites = sites_load(c->state_fd, c->vault);
	if (c->authority == NULL || c->sites == NULL)
		return err_sys(e, -ENOMEM, "read the certificates");
	if (authority_fault(c->authority) != NULL)
		log_line(LOG_TLS, LOG_CRITICAL, "the certificate authority cannot be read, and no other is made: "
		    "pic ca rotate --root makes one, which devices have to install", "err", authority_fault(c->authority), NULL);
	if (authority_server(c->authority) == NULL)
		c->cert = cell_cert_load(c->state_fd, CERT_PROVISIONAL, c->vault);	/* NULL: made with the first tables */
	return 0;
}

void
certs_close(struct core *c)
{
	cell_cert_free(c->cert);
	authority_free(c->authority);
	sites_free(c->sites);
	c->cert = NULL;
	c->authority = NULL;
	c->sites = NULL;
}

/* --- for whom, and when ------------------------------------------------------------- */

static enum ca_clock
judge_clock(struct core *c)
{
	int64_t built = 0;

	(void)auth_time_now(&c->time);	/* judges the clock anew */
	if (c->time.trusted)
		return CA_CLOCK_TRUSTED;
	(void)clk_read(PIC_RELEASED, &built);	/* our own constant */
	return clk_system.wall_s(&clk_system) < built ? CA_CLOCK_WRONG : CA_CLOCK_UNSURE;
}

/* Over the port without TLS, as RFC 5280 4.2.1.13 and clients want it. */
static const char *
crl_url(const struct core *c, const struct conf *conf, char url[CERTS_URL_MAX])
{
	const uint16_t port = doors_port(conf->network.ports.http, c->options.user_mode);
	char tail[8] = "";

	if (port == 0 || conf->identity.domain_name == NULL || conf->identity.domain_name[0] == '\0')
		return NULL;
	if (port != 80)
		(void)snprintf(tail, sizeof(tail), ":%u", port);	/* five digits fit */
	(void)snprintf(url, CERTS_URL_MAX, "http://ca.%s%s/ca/crl.der", conf->identity.domain_name, tail);	/* a name fits */
	return url;
}

struct cert_for
certs_for(struct core *c, const struct conf *conf, char url[CERTS_URL_MAX])
{
	return (struct cert_for){ conf, c->host_label, c->ifs, c->nifs, clk_system.wall_s(&clk_system), judge_clock(c),
	    crl_url(c, conf, url) };
}

/* --- making and using ------------------------------------------------------------------ */

int
certs_prepare(struct core *c, const struct conf *conf, struct tables_new *out, struct err *e)
{
	char url[CERTS_URL_MAX];
	const struct cert_for f = certs_for(c, conf, url);
	int error = 0;

	out->authority = NULL;
	out->cert = NULL;
	out->pieces.n = 0;
	out->at = f.now;
	if (conf->setup_complete)
		error = authority_follow(&out->authority, c->authority, &f, e);
	if (error == 0 && authority_server(out->authority == NULL ? c->authority : out->authority) == NULL &&
	    !cell_cert_serves(c->cert, &f))
		error = cell_cert_make(&out->cert, c->cert, &f, e);
	return error;
}

void
certs_drop(struct tables_new *t)
{
	authority_free(t->authority);
	cell_cert_free(t->cert);
	sealed_list_clear(&t->pieces);
	t->authority = NULL;
	t->cert = NULL;
}

/* A disk that does not keep a provisional one costs a new one at the next start, no more. */
static void
use_provisional(struct core *c, struct cell_cert *cert)
{
	struct err e;

	err_clear(&e);
	cell_cert_free(c->cert);
	c->cert = cert;
	if (cell_cert_store(cert, c->state_fd, c->vault, &e) < 0)
		log_line(LOG_TLS, LOG_ERROR, "the provisional certificate is not saved", "err", e.detail, NULL);
	log_line(LOG_TLS, LOG_INFO, "a new provisional certificate is served",
	    "sha256", cell_cert_fingerprint(cert), NULL);
}

static void
save_authority(struct core *c)
{
	struct err e;

	err_clear(&e);
	c->authority_unsaved = authority_store(c->authority, c->state_fd, c->vault, &e) < 0;
	if (c->authority_unsaved)
		log_line(LOG_TLS, LOG_ERROR, "new certificates are served, but not saved", "err", e.detail, NULL);
}

static void
tell(struct core *c, const char *id)
{
	json_t *data = json_pack("{ss, ss}", "id", id, "status", "internal");

	if (c->api != NULL && data != NULL)
		api_event(c->api, "certificate", data);
	json_decref(data);
}

static void
use_authority(struct core *c, struct authority *next)
{
	authority_free(c->authority);
	c->authority = next;
	if (authority_server(next) == NULL)
		return;
	cell_cert_free(c->cert);
	c->cert = NULL;
	log_line(LOG_TLS, LOG_INFO, "a new certificate is served", "id", cell_cert_id(authority_server(next)), NULL);
	tell(c, cell_cert_id(authority_server(next)));
}

void
certs_use(struct core *c, struct tables_new *t)
{
	if (t->cert != NULL)
		use_provisional(c, t->cert);
	if (t->authority != NULL) {
		use_authority(c, t->authority);
		save_authority(c);
	}
	if (t->cert != NULL || t->authority != NULL)
		sweep_soon(c);		/* the keys of earlier ones */
	c->certs_at = t->at;
	t->cert = NULL;
	t->authority = NULL;
}

int
certs_change(struct core *c, struct authority *next, struct err *e)
{
	int error = authority_store(next, c->state_fd, c->vault, e);

	if (error < 0) {
		authority_free(next);
		return error;
	}
	c->authority_unsaved = false;
	use_authority(c, next);
	sweep_soon(c);
	return 0;
}

/* Can what was lost be read again? */
static bool
look_again(struct core *c)
{
	struct authority *a = authority_load(c->state_fd, c->vault);

	if (a == NULL || authority_fault(a) != NULL) {
		authority_free(a);
		return false;
	}
	log_line(LOG_TLS, LOG_WARNING, "the certificate authority can be read again", NULL);
	use_authority(c, a);
	return true;
}

bool
certs_upkeep(struct core *c)
{
	if (c->authority_unsaved)
		save_authority(c);
	return authority_fault(c->authority) != NULL && look_again(c);
}

const struct cell_cert *
certs_served(const struct core *c, const struct tables_new *t)
{
	const struct authority *a = t == NULL || t->authority == NULL ? c->authority : t->authority;
	const struct cell_cert *own = authority_server(a);

	if (own != NULL)
		return own;
	return t == NULL || t->cert == NULL ? c->cert : t->cert;
}
