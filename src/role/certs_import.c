/* Certificates that the owner brings along (TLS-9): a chain and its key, served for those of its names that are the cell's. */
#include "role/core.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "api/live.h"
#include "base/err.h"
#include "base/log.h"
#include "base/pem.h"
#include "base/x509.h"
#include "ca/key_file.h"
#include "conf/txn.h"
#include "role/authority.h"
#include "role/cert.h"
#include "role/sites.h"

/* Each certificate is followed by that of its issuer. The chain is as long as cell_cert_take() has found good. */
static int
check_order(struct str pem, struct err *e)
{
	struct x509_bytes issuer = { NULL, 0 };
	uint8_t *der, *before = NULL;
	struct x509 x;
	size_t n;
	bool ok = true;

	while (ok && (der = pem_read(pem, "CERTIFICATE", &n, &pem)) != NULL) {
		ok = x509_read(der, n, &x) && (before == NULL || x509_bytes_eq(x.subject, issuer));
		free(before);
		before = der;		/* issuer lies in it */
		issuer = x.issuer;
	}
	free(before);
	return ok ? 0 : err_field(e, ERR_VALIDATION, "chain", "is not in order: behind each certificate stands that of its issuer");
}

static int
check_use(const struct core *c, const struct cell_cert *cert, const struct cert_for *f, struct err *e)
{
	if (f->clock != CA_CLOCK_WRONG && cell_cert_span(cert).until_s <= f->now)
		return err_field(e, ERR_VALIDATION, "chain", "the certificate has run out");
	if (!sites_serves(conf_txn_current(c->txn), cert))
		return err_field(e, ERR_CONFLICT, "chain", "none of its names is one of this cell");
	return 0;
}

static int
take(struct core *c, const char *chain, const struct cert_from *from, char *id, struct err *e)
{
	char url[CERTS_URL_MAX];
	const struct cert_for f = certs_for(c, conf_txn_current(c->txn), url);
	struct cell_cert *cert;
	int error = cell_cert_take(&cert, from, e);

	if (error < 0)
		return error;
	error = check_order(str_of(chain), e);
	if (error == 0)
		error = check_use(c, cert, &f, e);
	if (error < 0) {
		cell_cert_free(cert);
		return error;
	}
	(void)snprintf(id, CERT_ID_SIZE, "%s", cell_cert_id(cert));	/* it fits */
	error = sites_add(c->sites, cert, c->state_fd, c->vault, e);
	if (error == 0)
		log_line(LOG_TLS, LOG_INFO, "a certificate was imported", "id", id, NULL);
	return error;
}

static int
import(void *arg, const char *chain, const char *key, char id[API_CERT_ID_SIZE], struct err *e)
{
	uint8_t secret[CA_KEY_FILE_MAX];
	struct cert_from from = { .source = CERT_IMPORTED, .chain = str_of(chain), .key = secret };
	int error;

	err_clear(e);
	error = ca_key_file_read(str_of(key), secret, &from.key_len, e);
	if (error == 0)
		error = take(arg, chain, &from, id, e);
	sodium_memzero(secret, sizeof(secret));
	return error;
}

static int
forget(void *arg, const char *id, struct err *e)
{
	struct core *c = arg;
	const struct cell_cert *cert = sites_find(c->sites, id);

	err_clear(e);
	if (cert == NULL && strcmp(id, cell_cert_id(certs_served(c, NULL))) != 0)
		return err_set(e, ERR_NOT_FOUND, "there is no such certificate");
	if (cert == NULL || cell_cert_source(cert) != CERT_IMPORTED)
		return err_set(e, ERR_CONFLICT, "only an imported certificate can be removed: the cell makes or orders the others");
	return sites_remove(c->sites, id, c->state_fd, e);
}

_Static_assert((int)API_CERT_ID_SIZE == (int)CERT_ID_SIZE, "the same ids");

void
certs_import_fill(struct api_live *out)
{
	out->cert_import = import;
	out->cert_forget = forget;
}
