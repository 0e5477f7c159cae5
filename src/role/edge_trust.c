/* Trust of an edge; see edge_trust.h. */
#include "role/edge_trust.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "io/tls_anchors.h"
#include "io/tls_client.h"
#include "sys/clk.h"

struct edge_trust {
	struct io_tls_anchors *anchors;		/* without the store; NULL: nobody is believed */
	struct io_tls_client *upstreams, *targets;
	char *pem;				/* what targets has beyond anchors */
	size_t n;
};

/* Of anchors and pem; NULL with e. */
static struct io_tls_client *
client_new(const struct io_tls_anchors *anchors, struct str pem, struct err *e)
{
	struct io_tls_anchors *all = io_tls_anchors_copy(anchors);
	struct io_tls_client *c = NULL;

	if (all == NULL)
		(void)err_sys(e, -ENOMEM, "trust anchors");	/* NULL tells */
	else if (pem.n == 0 || io_tls_anchors_add(all, pem.p, pem.n, e) == 0)
		c = io_tls_client_new(all, &clk_system);
	if (c == NULL)
		io_tls_anchors_free(all);
	return c;
}

struct edge_trust *
edge_trust_open(void)
{
	struct edge_trust *t = calloc(1, sizeof(*t));
	struct err e;

	err_clear(&e);
	if (t == NULL)
		return NULL;
	t->anchors = io_tls_anchors_load(&e);
	if (t->anchors != NULL)
		t->upstreams = client_new(t->anchors, STR(""), &e);
	if (t->upstreams != NULL)
		t->targets = io_tls_client_ref(t->upstreams);
	else
		log_line(LOG_DNS, LOG_ERROR, "nothing is trusted", "err", e.detail, NULL);
	return t;
}

void
edge_trust_free(struct edge_trust *t)
{
	if (t == NULL)
		return;
	io_tls_client_unref(t->targets);
	io_tls_client_unref(t->upstreams);
	io_tls_anchors_free(t->anchors);
	free(t->pem);
	free(t);
}

struct io_tls_client *
edge_trust_upstreams(const struct edge_trust *t)
{
	return t->upstreams;
}

struct io_tls_client *
edge_trust_targets(const struct edge_trust *t)
{
	return t->targets;
}

int
edge_trust_follow(struct edge_trust *t, struct str pem, struct err *e)
{
	struct io_tls_client *targets;
	char *kept;

	if (t->anchors == NULL || (pem.n == t->n && (pem.n == 0 || memcmp(pem.p, t->pem, pem.n) == 0)))
		return 0;
	kept = malloc(pem.n + 1);
	targets = kept == NULL ? NULL : client_new(t->anchors, pem, e);
	if (targets == NULL) {
		free(kept);
		return kept == NULL ? err_sys(e, -ENOMEM, "trust anchors") : -EINVAL;
	}
	memcpy(kept, pem.n > 0 ? pem.p : "", pem.n);
	free(t->pem);
	t->pem = kept;
	t->n = pem.n;
	io_tls_client_unref(t->targets);
	t->targets = targets;
	return 0;
}
