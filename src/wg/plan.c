/* Peers of the configuration as a device has them; see plan.h. */
#include "wg/plan.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "conf/conf.h"
#include "wg/diff.h"
#include "wg/want.h"

enum { OWN_NETS = 2 };		/* of each peer: its addresses */

struct wg_plan {
	unsigned refs;
	struct wg_want want;
	struct addr_prefix *nets;	/* that want's peers point into */
	struct wg_plan *of;		/* or into those of this one; NULL */
	size_t nnets, left_out;
};

static size_t
count_nets(const struct conf *conf)
{
	size_t i, n = 0;

	for (i = 0; i < conf->npeers; i++)
		n += OWN_NETS + conf->peers[i].subnets.n;
	return n;
}

static int
by_net(const void *pa, const void *pb)
{
	const struct addr_prefix *a = pa, *b = pb;
	const int order = addr_cmp(&a->addr, &b->addr);

	return order != 0 ? order : (int)a->bits - (int)b->bits;
}

static void
put_net(struct wg_plan *p, struct wg_want_peer *w, const struct addr_prefix *net)
{
	if (net->addr.len == 0)
		return;
	p->nets[p->nnets++] = addr_prefix_net(net);
	w->nallowed++;
}

static void
put_nets(struct wg_plan *p, struct wg_want_peer *w, const struct conf_peer *c)
{
	struct addr_prefix *first = p->nets + p->nnets;
	size_t i;

	put_net(p, w, &(struct addr_prefix){ c->ip, (uint8_t)(8 * c->ip.len) });
	put_net(p, w, &(struct addr_prefix){ c->ip6, (uint8_t)(8 * c->ip6.len) });
	for (i = 0; i < c->subnets.n; i++)
		put_net(p, w, &c->subnets.v[i]);
	qsort(first, w->nallowed, sizeof(*first), by_net);
	w->allowed = first;
}

static void
put_peer(struct wg_plan *p, const struct conf_peer *c, const struct wg_plan_secrets *s)
{
	const uint8_t *psk = c->secret_ref == NULL ? NULL : s->psk(s->arg, c->secret_ref);
	struct wg_want_peer *w = &p->want.peers[p->want.npeers];

	if (c->secret_ref != NULL && psk == NULL) {
		p->left_out++;
		return;
	}
	memcpy(w->key, c->key, WG_KEY);
	if (psk != NULL)
		memcpy(w->psk, psk, WG_KEY);
	put_nets(p, w, c);
	p->want.npeers++;
}

int
wg_plan_new(struct wg_plan **out, const struct conf *conf, const struct wg_plan_secrets *s, struct err *e)
{
	struct wg_plan *p = calloc(1, sizeof(*p));
	size_t i;

	if (p == NULL)
		return err_sys(e, -ENOMEM, "plan the VPN");
	p->refs = 1;
	p->want.peers = calloc(conf->npeers + 1, sizeof(*p->want.peers));
	p->nets = calloc(count_nets(conf) + 1, sizeof(*p->nets));
	if (p->want.peers == NULL || p->nets == NULL) {
		wg_plan_unref(p);
		return err_sys(e, -ENOMEM, "plan the VPN");
	}
	memcpy(p->want.key, s->key, WG_KEY);
	p->want.port = conf->wireguard.port;
	for (i = 0; i < conf->npeers; i++)
		if (conf->peers[i].enabled)
			put_peer(p, &conf->peers[i], s);
	*out = p;
	return 0;
}

struct wg_plan *
wg_plan_ref(struct wg_plan *p)
{
	p->refs++;
	return p;
}

void
wg_plan_unref(struct wg_plan *p)
{
	if (p == NULL || --p->refs > 0)
		return;
	if (p->want.peers != NULL)
		sodium_memzero(p->want.peers, p->want.npeers * sizeof(*p->want.peers));
	free(p->want.peers);
	free(p->nets);
	wg_plan_unref(p->of);
	sodium_memzero(p, sizeof(*p));
	free(p);
}

struct wg_plan *
wg_plan_less(struct wg_plan *now, const struct wg_plan *next)
{
	struct wg_plan *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->refs = 1;
	p->of = wg_plan_ref(now);
	p->left_out = now->left_out;
	if (wg_diff_less(&p->want, &now->want, &next->want))
		return p;
	wg_plan_unref(p);
	return NULL;
}

const struct wg_want *
wg_plan_want(const struct wg_plan *p)
{
	return &p->want;
}

size_t
wg_plan_left_out(const struct wg_plan *p)
{
	return p->left_out;
}
