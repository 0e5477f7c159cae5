#include "conf/number.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/str.h"
#include "conf/conf.h"
#include "conf/draft.h"

enum { HOST_BITS_MAX = 16 };	/* of the VPN's IPv4 network */

/* The VPN's networks and which host numbers of the first are taken. */
struct numbers {
	struct addr_prefix net, net6;	/* the cell's own address in each; addr.len 0 = none */
	uint32_t size;			/* hosts of net, the first and the last included */
	uint32_t next;			/* all from the cell's own up to here are taken */
	uint8_t taken[(1 << HOST_BITS_MAX) / 8];
};

static struct str
text(const json_t *v)
{
	return (struct str){ json_string_value(v), json_string_length(v) };
}

static uint32_t
host_of(const struct addr *a, uint32_t size)
{
	uint32_t v = (uint32_t)a->b[0] << 24 | (uint32_t)a->b[1] << 16 | (uint32_t)a->b[2] << 8 | a->b[3];

	return v & (size - 1);
}

static void
take(struct numbers *n, uint32_t host)
{
	n->taken[host / 8] = (uint8_t)(n->taken[host / 8] | 1u << host % 8);
}

static void
take_address(struct numbers *n, const struct addr *a)
{
	if (a->len == 4 && addr_in(a, &n->net))
		take(n, host_of(a, n->size));
}

/* now: what the peers were before, or NULL. */
static void
take_peers(struct numbers *n, const json_t *peers, const struct conf *now)
{
	struct conf_draft_walk same = { .base = now == NULL ? NULL : json_object_get(now->doc, "peers") };
	const json_t *peer, *v;
	struct addr a;
	size_t i;

	json_array_foreach(peers, i, peer) {
		if (conf_draft_is_same(&same, peer)) {
			take_address(n, &now->peers[same.at - 1].ip);
			continue;
		}
		v = json_object_get(peer, "ip");
		if (json_is_string(v) && addr_read(text(v), &a))
			take_address(n, &a);
	}
}

/* False where the document has no network to number. */
static bool
numbers_init(struct numbers *n, const json_t *doc, const struct conf *now)
{
	const json_t *wg = json_object_get(doc, "wireguard"), *address = json_object_get(wg, "address");
	const json_t *address6 = json_object_get(wg, "address6");

	if (!json_is_string(address) || !addr_prefix_read(text(address), &n->net) || n->net.addr.len != 4 ||
	    n->net.bits < 32 - HOST_BITS_MAX || n->net.bits > 30)
		return false;
	if (!json_is_string(address6) || !addr_prefix_read(text(address6), &n->net6) || n->net6.addr.len != 16)
		n->net6.addr.len = 0;
	n->size = UINT32_C(1) << (32 - n->net.bits);
	n->next = host_of(&n->net.addr, n->size);
	take(n, n->next);
	take(n, n->size - 1);
	take_peers(n, json_object_get(doc, "peers"), now);
	return true;
}

/* Address number host of the network, whose own bits below bits are few enough to be in the last four bytes. */
static struct addr
address_of(const struct addr_prefix *net, uint32_t host)
{
	struct addr a = addr_prefix_net(net).addr;
	size_t i;

	for (i = 0; i < 4; i++)
		a.b[a.len - 1 - i] = (uint8_t)(a.b[a.len - 1 - i] | host >> 8 * i);
	return a;
}

static int
set_address(json_t *peer, const char *key, const struct addr *a)
{
	char buf[ADDR_TEXT_MAX];

	return json_object_set_new(peer, key, json_string(addr_text(a, buf))) < 0 ? -ENOMEM : 0;
}

static int
complete_ip(struct numbers *n, json_t *peer)
{
	struct addr a;

	if (json_object_get(peer, "ip") != NULL)
		return 0;
	while (n->next < n->size && (n->taken[n->next / 8] >> n->next % 8 & 1) != 0)
		n->next++;
	if (n->next >= n->size)
		return 0;
	take(n, n->next);
	a = address_of(&n->net, n->next);
	return set_address(peer, "ip", &a);
}

static int
complete_ip6(const struct numbers *n, json_t *peer)
{
	const json_t *ip = json_object_get(peer, "ip");
	struct addr a;

	if (json_object_get(peer, "ip6") != NULL)
		return 0;
	if (n->net6.addr.len == 0)
		return json_object_set_new(peer, "ip6", json_null()) < 0 ? -ENOMEM : 0;
	if (!json_is_string(ip) || !addr_read(text(ip), &a) || !addr_in(&a, &n->net))
		return 0;
	a = address_of(&n->net6, host_of(&a, n->size));
	return set_address(peer, "ip6", &a);
}

static bool
lacks(const json_t *peer)
{
	return json_is_object(peer) && (json_object_get(peer, "ip") == NULL || json_object_get(peer, "ip6") == NULL);
}

/* The first from i on that lacks an address, or the count. */
static size_t
find_bare(const json_t *peers, size_t i, struct conf_draft_walk *same)
{
	for (; i < json_array_size(peers); i++)
		if (!conf_draft_is_same(same, json_array_get(peers, i)) && lacks(json_array_get(peers, i)))
			break;
	return i;
}

static int
complete(json_t *doc, const json_t *base, const struct conf *now)
{
	json_t *peers = json_object_get(doc, "peers"), *peer;
	struct conf_draft_walk same = { .base = json_object_get(base, "peers") };
	size_t i = find_bare(peers, 0, &same);
	struct numbers *n;
	int r = 0;

	if (i == json_array_size(peers))
		return 0;
	if ((n = calloc(1, sizeof(*n))) == NULL)
		return -ENOMEM;
	if (numbers_init(n, doc, now))
		for (; r == 0 && (peer = json_array_get(peers, i)) != NULL; i = find_bare(peers, i + 1, &same))
			if ((r = complete_ip(n, peer)) == 0)
				r = complete_ip6(n, peer);
	free(n);
	return r;
}

int
conf_number_complete(json_t *doc, const json_t *base)
{
	return complete(doc, base, NULL);
}

int
conf_number_draft(json_t *draft, const struct conf *now)
{
	return complete(draft, now->doc, now);
}

bool
conf_number_is_host(const struct addr_prefix *own, const struct addr *a)
{
	struct addr_prefix net = addr_prefix_net(own);
	uint32_t size;

	if (!addr_in(a, own) || addr_eq(a, &net.addr))
		return false;
	if (a->len != 4)
		return true;
	size = UINT32_C(1) << (32 - own->bits);
	return host_of(a, size) != size - 1;
}
