/* The jobs of certificates; see cert_job.h. */
#include "role/cert_job.h"

#include <errno.h>

#include "acme/job_order.h"
#include "acme/job_revoke.h"
#include "acme/job_window.h"
#include "base/err.h"
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

int
cert_job_order(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg, json_t **result,
    struct err *e)
{
	struct acme_job job = { .in = in, .tls = tls_of(arg, e), .progress = progress, .fact = job_tell_fact, .arg = arg };
	int r = job.tls == NULL ? -ENOMEM : acme_job_order(&job, result, e);

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
