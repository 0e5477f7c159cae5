/* Whose an address is; see index.h. */
#include "fw/index.h"

#include <stdlib.h>
#include <string.h>

struct owned { struct addr_prefix net; size_t party; };
struct way { const struct fw_way *is; size_t wider; };	/* wider: the next that contains it, counted from 1; 0 = none */

struct fw_index {
	const struct fw_input *in;
	struct owned *owned;		/* sorted; they do not overlap (input.h) */
	size_t nowned;
	struct way *ways;		/* by address, the wider first */
};

static int
owned_cmp(const void *a, const void *b)
{
	const struct owned *x = a, *y = b;

	return addr_cmp(&x->net.addr, &y->net.addr);
}

static void
own(struct fw_index *x, const struct addr_prefix *net, size_t party)
{
	x->owned[x->nowned].net = addr_prefix_net(net);
	x->owned[x->nowned++].party = party;
}

static void
own_addresses(struct fw_index *x, size_t version)
{
	size_t i;

	for (i = 0; i < x->in->nparties; i++) {
		const struct addr *a = &x->in->parties[i].addr[version];

		if (x->in->parties[i].enabled && a->len != 0)
			own(x, &(struct addr_prefix){ *a, (uint8_t)(8 * a->len) }, i);
	}
}

static void
own_nets(struct fw_index *x)
{
	size_t i, k;

	for (i = 0; i < x->in->nparties; i++)
		for (k = 0; x->in->parties[i].enabled && k < x->in->parties[i].nnets; k++)
			own(x, &x->in->parties[i].nets[k], i);
}

/* They mostly come in order already. */
static void
sort(struct fw_index *x)
{
	size_t i = 1;

	while (i < x->nowned && owned_cmp(&x->owned[i - 1], &x->owned[i]) <= 0)
		i++;
	if (i < x->nowned)
		qsort(x->owned, x->nowned, sizeof(*x->owned), owned_cmp);
}

static int
way_cmp(const void *a, const void *b)
{
	const struct addr_prefix *x = &((const struct way *)a)->is->net, *y = &((const struct way *)b)->is->net;
	const int d = addr_cmp(&x->addr, &y->addr);

	return d != 0 ? d : (int)x->bits - (int)y->bits;
}

/* From way i (counted from 1) to the narrowest that has a. */
static size_t
widen(const struct fw_index *x, size_t i, const struct addr *a)
{
	while (i > 0 && !addr_in(a, &x->ways[i - 1].is->net))
		i = x->ways[i - 1].wider;
	return i;
}

static void
put_ways(struct fw_index *x)
{
	size_t i;

	for (i = 0; i < x->in->nways; i++)
		x->ways[i].is = &x->in->ways[i];
	if (i > 0)
		qsort(x->ways, i, sizeof(*x->ways), way_cmp);
	for (i = 0; i < x->in->nways; i++)
		x->ways[i].wider = widen(x, i, &x->ways[i].is->net.addr);
}

struct fw_index *
fw_index_new(const struct fw_input *in)
{
	struct fw_index *x = calloc(1, sizeof(*x));
	size_t i, n = 0;

	for (i = 0; i < in->nparties; i++)
		n += 2 + in->parties[i].nnets;
	if (x == NULL)
		return NULL;
	x->in = in;
	x->owned = reallocarray(NULL, n + 1, sizeof(*x->owned));	/* mostly half of it is used; calloc would write all */
	x->ways = calloc(in->nways + 1, sizeof(*x->ways));
	if (x->owned == NULL || x->ways == NULL) {
		fw_index_free(x);
		return NULL;
	}
	own_addresses(x, 0);
	own_addresses(x, 1);
	own_nets(x);
	sort(x);
	put_ways(x);
	return x;
}

void
fw_index_free(struct fw_index *x)
{
	if (x == NULL)
		return;
	free(x->owned);
	free(x->ways);
	free(x);
}

const struct fw_input *
fw_index_input(const struct fw_index *x)
{
	return x->in;
}

const struct fw_party *
fw_index_party(const struct fw_index *x, const struct addr *a)
{
	size_t lo = 0, hi = x->nowned;

	while (lo < hi) {		/* the first that begins beyond a */
		size_t mid = (lo + hi) / 2;

		if (addr_cmp(&x->owned[mid].net.addr, a) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 && addr_in(a, &x->owned[lo - 1].net) ? &x->in->parties[x->owned[lo - 1].party] : NULL;
}

static bool
in_any(const struct addr *a, const struct addr_prefix *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (addr_in(a, &p[i]))
			return true;
	return false;
}

bool
fw_index_own(const struct fw_index *x, const struct addr *a)
{
	size_t i;

	for (i = 0; i < x->in->nown; i++)
		if (addr_eq(a, &x->in->own[i]))
			return true;
	return addr_is_loopback(a);
}

bool
fw_index_lan(const struct fw_index *x, const struct addr *a)
{
	return in_any(a, x->in->lan_nets, x->in->nlan_nets);
}

bool
fw_index_service_net(const struct fw_index *x, const struct addr *a)
{
	return in_any(a, x->in->service_nets, x->in->nservice_nets);
}

bool
fw_index_vpn_net(const struct fw_index *x, const struct addr *a)
{
	return in_any(a, x->in->vpn_net, 2) || fw_index_party(x, a) != NULL;
}

bool
fw_index_lan_if(const struct fw_index *x, const char *name)
{
	size_t i;

	for (i = 0; i < x->in->nlan_ifs; i++)
		if (strcmp(x->in->lan_ifs[i], name) == 0)
			return true;
	return false;
}

const struct fw_way *
fw_index_way(const struct fw_index *x, const struct addr *a)
{
	size_t lo = 0, hi = x->in->nways;

	while (lo < hi) {		/* the first that begins beyond a */
		size_t mid = (lo + hi) / 2;

		if (addr_cmp(&x->ways[mid].is->net.addr, a) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	lo = widen(x, lo, a);
	return lo == 0 ? NULL : x->ways[lo - 1].is;
}

const struct fw_service *
fw_index_service(const struct fw_index *x, const struct addr *a)
{
	size_t i, k;

	for (i = 0; i < x->in->nservices; i++)
		for (k = 0; k < 2; k++)
			if (x->in->services[i].addr[k].len != 0 && addr_eq(a, &x->in->services[i].addr[k]))
				return &x->in->services[i];
	return NULL;
}

const struct addr_prefix fw_index_never_outside[FW_INDEX_NEVER_OUTSIDE] = {
	{ { 4, { 0 } }, 8 }, { { 4, { 10 } }, 8 }, { { 4, { 100, 64 } }, 10 }, { { 4, { 127 } }, 8 },
	{ { 4, { 169, 254 } }, 16 }, { { 4, { 172, 16 } }, 12 }, { { 4, { 192, 168 } }, 16 }, { { 4, { 224 } }, 3 },
	{ { 16, { 0 } }, 8 }, { { 16, { 0xfc } }, 7 }, { { 16, { 0xfe, 0x80 } }, 10 }, { { 16, { 0xff } }, 8 },
};

bool
fw_index_inner(const struct fw_index *x, const struct addr *a)
{
	return in_any(a, fw_index_never_outside, FW_INDEX_NEVER_OUTSIDE) || fw_index_lan(x, a);
}
