/* Messages of a dump of a WireGuard device: what was read is within its bounds, and what is written of it, for a new
 * device, in messages of any size is read as the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/nla.h"
#include "base/rd.h"
#include "base/wr.h"
#include "wg/have.h"
#include "wg/kernel_wire.h"

enum { HEAD = 16, LEAST = 512 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_written(struct wg_have *h, uint8_t *p, size_t n)
{
	struct nlm m;
	struct rd r;

	p[HEAD] = 0;			/* the command: as if it were an answer */
	rd_init(&r, p, n);
	assert(nlm_next(&r, &m) && wg_kernel_wire_read(h, &m));
}

static struct wg_have *
again(const struct wg_have *h, size_t room)
{
	static uint8_t buf[WG_KERNEL_WIRE_CHANGE];
	const struct wg_kernel_name name = { 77, "wg0" };
	struct wg_want w = { .port = h->port, .mark = h->mark };
	struct wg_change c = { .want = &w, .key = h->has_key, .port = true, .mark = true, .npeers = h->npeers };
	struct wg_kernel_cut at = { 0 };
	struct wg_have *out = wg_have_new();
	struct wr wr;
	size_t i;

	c.peers = calloc(h->npeers + 1, sizeof(*c.peers));
	assert(out != NULL && c.peers != NULL);
	memcpy(w.key, h->key, sizeof(w.key));
	for (i = 0; i < h->npeers; i++)
		c.peers[i] = (struct wg_change_peer){ &h->peers[i].set, .psk = true, .keepalive = true, .allowed = true,
			.fresh = true, .endpoint = h->peers[i].set.endpoint.addr.len != 0 };
	while (!wg_kernel_wire_is_over(&c, &at)) {
		wr_init(&wr, buf, room);
		wg_kernel_wire_change(&wr, &name, &c, &at);
		assert(wr_ok(&wr));
		read_written(out, buf, wr_len(&wr));
	}
	wg_have_close(out);
	free(c.peers);
	return out;
}

static void
same(const struct wg_want_peer *a, const struct wg_want_peer *b)
{
	assert(memcmp(a->key, b->key, sizeof(a->key)) == 0 && memcmp(a->psk, b->psk, sizeof(a->psk)) == 0);
	assert(addr_eq(&a->endpoint.addr, &b->endpoint.addr) && a->keepalive_s == b->keepalive_s);
	assert(a->endpoint.addr.len == 0 || (a->endpoint.port == b->endpoint.port && a->endpoint.scope == b->endpoint.scope));
	assert(a->nallowed == b->nallowed);
	assert(a->nallowed == 0 || memcmp(a->allowed, b->allowed, a->nallowed * sizeof(*a->allowed)) == 0);
}

static void
check(struct wg_have *h, size_t room)
{
	struct wg_have *copy;
	size_t i, sum = 0;

	wg_have_close(h);
	copy = again(h, room);
	assert(copy->npeers == h->npeers && copy->port == h->port && copy->mark == h->mark);
	assert(memcmp(copy->key, h->key, sizeof(h->key)) == 0);
	for (i = 0; i < h->npeers; i++) {
		same(&h->peers[i].set, &copy->peers[i].set);
		sum += h->peers[i].set.nallowed;
	}
	assert(sum == h->nallowed);
	wg_have_free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wg_have *h = wg_have_new();
	bool ok = true;
	struct nlm m;
	struct rd r;

	assert(h != NULL);
	rd_init(&r, data, size);
	while (ok && nlm_next(&r, &m))
		ok = wg_kernel_wire_read(h, &m);
	if (ok)
		check(h, size % 2 == 0 ? LEAST : WG_KERNEL_WIRE_CHANGE);
	wg_have_free(h);
	return 0;
}
