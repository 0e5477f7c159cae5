/* The jobs of certificates; see cert_job.h. */
#include "role/cert_job.h"

#include <errno.h>

#include <sodium.h>

#include "acme/job_order.h"
#include "acme/job_revoke.h"
#include "acme/job_window.h"
#include "base/err.h"
#include "ca/rsa.h"
#include "ddns/provider.h"
#include "io/tls_client.h"
#include "role/job.h"
#include "sys/clk.h"

/* trust: as jobs_work() has it. NULL with e. */
static struct io_tls_client *
tls_of(void *arg, struct err *e)
{
	struct io_tls_anchors **trust = arg;
	struct io_tls_client *tls = io_tls_client_new(*trust, &clk_system);

	if (tls == NULL)
		(void)err_sys(e, -ENOMEM, "speak TLS");	/* NULL says it */
	else
		*trust = NULL;	/* the client has it */
	return tls;
}

/* --- TXT records by the provider of dynamic DNS ------------------------------------------ */

static int
solver_set(void *arg, const char *name, const char *value, struct err *e)
{
	return ddns_txt_set(arg, name, value, e);
}

static int
solver_clear(void *arg, const char *name, const char *value, struct err *e)
{
	return ddns_txt_clear(arg, name, value, e);
}

/* From in.provider; without one (http-01) *s stays empty. 0, or ERR_VALIDATION. */
static int
solver_open(const json_t *in, struct io_tls_client *tls, struct ddns_account *a, struct acme_solver *s, struct err *e)
{
	const json_t *doc = json_object_get(in, "provider");
	struct ddns_net net = { .tls = tls };
	int r;

	if (!json_is_object(doc))
		return 0;
	net.resolver.port = (uint16_t)json_integer_value(json_object_get(in, "port"));
	if (!addr_read(str_of(json_string_value(json_object_get(in, "resolver"))), &net.resolver.addr))
		return err_set(e, ERR_UNAVAILABLE, "the cell's own name service does not run");
	r = ddns_account_read(a, doc, &net, e);
	if (r == 0)
		*s = (struct acme_solver){ .set = solver_set, .clear = solver_clear, .single = a->provider->txt_single, .arg = a };
	return r;
}

int
cert_job_order(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg, json_t **result,
    struct err *e)
{
	struct acme_job job = { .in = in, .tls = tls_of(arg, e), .progress = progress, .fact = job_tell_fact, .arg = arg };
	struct acme_solver solver = { .set = NULL };
	struct ddns_account account;
	int r = job.tls == NULL ? -ENOMEM : solver_open(in, job.tls, &account, &solver, e);

	if (solver.set != NULL)
		job.solver = &solver;
	if (r == 0)
		r = acme_job_order(&job, result, e);
	io_tls_client_unref(job.tls);
	return r;
}

/* What needs no more than the server. */
static int
with_tls(const json_t *in, void *arg, int (*work)(const json_t *in, struct io_tls_client *tls, json_t **result, struct err *e),
    json_t **result, struct err *e)
{
	struct io_tls_client *tls = tls_of(arg, e);
	int r = tls == NULL ? -ENOMEM : work(in, tls, result, e);

	io_tls_client_unref(tls);
	return r;
}

int
cert_job_window(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg, json_t **result,
    struct err *e)
{
	(void)progress;
	return with_tls(in, arg, acme_job_window, result, e);
}

int
cert_job_revoke(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg, json_t **result,
    struct err *e)
{
	(void)progress;
	return with_tls(in, arg, acme_job_revoke, result, e);
}

int
cert_job_key(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg, json_t **result,
    struct err *e)
{
	char hex[2 * CA_RSA_DER_MAX + 1];
	uint8_t der[CA_RSA_DER_MAX];
	const size_t n = ca_rsa_new(der);

	(void)in, (void)progress, (void)arg;
	if (n > 0)
		*result = json_pack("{ss}", "key", sodium_bin2hex(hex, sizeof(hex), der, n));
	sodium_memzero(der, sizeof(der));
	sodium_memzero(hex, sizeof(hex));
	if (n == 0)
		return err_set(e, ERR_INTERNAL, "no RSA key can be made");
	return *result == NULL ? err_sys(e, -ENOMEM, "make a key") : 0;
}
