/* What the API does with certificates: the callbacks of api/live.h. A change is
 * stored before it is used; the edges have it with the next tables. */
#include <errno.h>
#include <string.h>

#include "api/live.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/txn.h"
#include "io/loop.h"
#include "role/acme.h"
#include "role/authority.h"
#include "role/cert.h"
#include "role/core.h"
#include "role/sites.h"
#include "sys/clk.h"

static json_t *
about(void *arg)
{
	const struct core *c = arg;

	return authority_about(c->authority);
}

static const char *
fault(void *arg)
{
	const struct core *c = arg;

	return authority_fault(c->authority);
}

static bool
root(void *arg, const uint8_t **der, size_t *n)
{
	const struct core *c = arg;
	const struct authority_bytes b = authority_root(c->authority);

	*der = b.p;
	*n = b.n;
	return b.p != NULL;
}

static json_t *
issued(void *arg)
{
	const struct core *c = arg;

	return json_deep_copy(authority_issued(c->authority));
}

static json_t *
list(void *arg)
{
	return certs_list(arg);
}

static json_t *
main_cert(void *arg)
{
	return certs_main(arg);
}

/* Needs an authority and a clock that is not known to be wrong. */
static int
check(struct core *c, const struct cert_for *f, struct err *e)
{
	if (authority_fault(c->authority) != NULL)
		return err_set(e, ERR_UNAVAILABLE, "the authority cannot be read (%s): without it only another root can be made",
		    authority_fault(c->authority));
	if (!authority_exists(c->authority))
		return err_set(e, ERR_CONFLICT, "there is no authority yet: it is made when setup is complete "
		    "and the clock can be right");
	if (f->clock == CA_CLOCK_WRONG)
		return err_set(e, ERR_UNAVAILABLE, "the clock is wrong: what is made now would not be valid");
	return 0;
}

static int
issue(void *arg, const struct api_cert_ask *ask, json_t **made, struct err *e)
{
	struct core *c = arg;
	char url[CERTS_URL_MAX];
	const struct cert_for f = certs_for(c, conf_txn_current(c->txn), url);
	const struct authority_ask a = { ask->names, ask->n, ask->csr, ask->actor, ask->days, f.now, f.clock, f.crl_url };
	struct authority *next = NULL;
	int error = check(c, &f, e);

	*made = NULL;
	if (error == 0)
		error = authority_issue(&next, c->authority, &a, made, e);
	if (error == 0)
		error = certs_change(c, next, e);
	if (error < 0) {
		json_decref(*made);
		*made = NULL;
	}
	return error;
}

static int
revoke(void *arg, const char *id, const char *reason, struct err *e)
{
	struct core *c = arg;
	struct authority *next;
	int error = authority_revoke(&next, c->authority, id, authority_reason(reason), clk_system.wall_s(&clk_system), e);

	return error < 0 ? error : certs_change(c, next, e);
}

/* The cell's own one; due: unless that would be too soon. */
static int
renew_own(struct core *c, bool due, struct err *e)
{
	char url[CERTS_URL_MAX];
	const struct cert_for f = certs_for(c, conf_txn_current(c->txn), url);
	struct authority *next = NULL;
	int error = check(c, &f, e);

	if (error == 0 && due && authority_due(c->authority, &f) == NULL)
		error = err_set(e, ERR_CONFLICT, "nothing is due: name the certificate to renew it all the same");
	if (error == 0)
		error = authority_renew(&next, c->authority, &f, e);
	return error < 0 ? error : certs_change(c, next, e);
}

/* Without an id: that of the domain. */
static int
renew(void *arg, const struct api_cert_renew *ask, json_t **job, struct err *e)
{
	struct core *c = arg;
	struct acme_look k;
	const bool own = ask->id == NULL ? !acme_look(c, 0, &k) : strcmp(ask->id, cell_cert_id(certs_served(c, NULL))) == 0;

	*job = NULL;
	if (own)
		return renew_own(c, ask->id == NULL, e);
	if (sites_find(c->sites, ask->id == NULL ? "" : ask->id) != NULL &&
	    cell_cert_source(sites_find(c->sites, ask->id)) == CERT_IMPORTED)
		return err_set(e, ERR_CONFLICT, "it was imported: import its successor");
	return acme_renew(c, ask->id, ask->staging, ask->actor, job, e);
}

static int
rotate(void *arg, bool with_root, struct err *e)
{
	struct core *c = arg;
	char url[CERTS_URL_MAX];
	const struct cert_for f = certs_for(c, conf_txn_current(c->txn), url);
	struct authority *next = NULL;
	const bool lost = authority_fault(c->authority) != NULL;
	int error = lost && with_root && f.clock != CA_CLOCK_WRONG ? 0 : check(c, &f, e);

	if (error == 0)
		error = authority_rotate(&next, c->authority, &f, with_root, e);
	if (error == 0)
		error = certs_change(c, next, e);
	if (error == 0)
		log_line(LOG_TLS, LOG_WARNING, with_root ? "another root: devices have to install it" :
		    "another intermediate", NULL);
	return error;
}

static bool
new_root(void *arg, const struct conf *next)
{
	const struct core *c = arg;

	return authority_exists(c->authority) && !authority_covers(c->authority, next);
}

void
certs_fill(struct api_live *out)
{
	out->ca = about;
	out->ca_fault = fault;
	out->ca_root = root;
	out->certs_issued = issued;
	out->certs = list;
	out->cert_main = main_cert;
	out->cert_issue = issue;
	out->cert_revoke = revoke;
	out->cert_renew = renew;
	out->ca_rotate = rotate;
	out->cert_new_root = new_root;
}
