/* One order under way: what the steps of a job share. Only for src/acme. */
#ifndef ACME_RUN_H
#define ACME_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acme/account.h"
#include "acme/client.h"
#include "acme/job_order.h"
#include "acme/wire.h"
#include "base/addr.h"

struct err;

enum { ACME_POLL_S = 2, ACME_POLL_MAX_S = 30, ACME_CLEANUP_S = 60 };

struct acme_run {
	const struct acme_job *job;
	struct acme_account account;	/* secret; wiped at the end */
	struct acme_client *client;
	enum acme_challenge kind;
	struct addr_port resolver;
	uint16_t http_port;		/* where HTTP-01 is looked at from here */
	size_t nnames;
	const char *names[ACME_NAMES_MAX];	/* borrowed from the input */
	uint64_t deadline_ms;
	char account_url[ACME_URL_SIZE], order_url[ACME_URL_SIZE];	/* "": none */
	struct acme_order order;	/* as it was told last */
};

/* "resolver" and "port" of a job's input. ERR_UNAVAILABLE: there is none. */
int acme_run_resolver(const json_t *in, struct addr_port *out, struct err *e);

void acme_run_progress(const struct acme_run *r, int percent, const char *step);

/* How long to wait before a question is asked again: what the server says, else longer each time (n: 0, 1, …). */
int acme_run_pause(int retry_after, unsigned n);

#endif /* ACME_RUN_H */
