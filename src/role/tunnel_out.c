/* Packets of the host to their peers: read uncut, cut, sealed side by side, sent
 * as rows that the kernel cuts again; see tunnel_set.h. */
#include "role/tunnel_set.h"

#include <errno.h>
#include <string.h>

#include "io/poll.h"
#include "wg/split.h"
#include "wg/stage.h"
#include "wg/unreach.h"

enum {
	READS = 16,			/* of the device in one turn */
	REFUSALS_PER_S = 100
};

static struct tunnel_way *
way_of(struct tunnel *t, const struct wg_path *path)
{
	return path->to.addr.len == 4 ? &t->four : &t->six;
}

/* --- what is collected -------------------------------------------------------------------- */

static void
flush_way(struct tunnel_way *w)
{
	size_t i;

	if (w->nbundles == 0)
		return;
	w->full = w->data.fd >= 0 && io_bundle_send(&w->out, w->bundles, w->nbundles) == -EAGAIN;
	if (w->full)
		return;
	for (i = 0; i < w->nbundles; i++)
		w->bundles[i].n = 0;
	w->nbundles = w->nrows = w->used = 0;
}

void
tunnel_flush(struct tunnel *t)
{
	const bool was = t->four.full || t->six.full;
	bool is;

	flush_way(&t->four);
	flush_way(&t->six);
	is = t->four.full || t->six.full;
	if (was == is)
		return;
	tunnel_hear_device(t, !is);
	if (t->four.data.poll != NULL)
		io_poll_set(t->four.data.poll, IO_READABLE | (t->four.full ? IO_WRITABLE : 0));
	if (t->six.data.poll != NULL)
		io_poll_set(t->six.data.poll, IO_READABLE | (t->six.full ? IO_WRITABLE : 0));
}

/* Room for one message of n octets on that path; NULL: the socket is closed or full, and it is lost. Messages on one path
 * that follow each other become one row. */
static uint8_t *
room_for(struct tunnel *t, const struct wg_path *path, size_t n)
{
	struct tunnel_way *w = way_of(t, path);
	struct io_bundle *b = w->nbundles == 0 ? NULL : &w->bundles[w->nbundles - 1];
	bool same = b != NULL && b->to.port == path->to.port && addr_eq(&b->to.addr, &path->to.addr) &&
	    addr_eq(&b->from, &path->from);

	if (w->used + n > TUNNEL_BYTES || w->nrows == TUNNEL_ROWS || (!same && w->nbundles == IO_BUNDLE_BATCH)) {
		tunnel_flush(t);
		same = false;
	}
	if (w->data.fd < 0 || w->full)
		return NULL;
	if (!same)
		w->bundles[w->nbundles++] = (struct io_bundle){ .to = path->to, .from = path->from, .row = w->rows + w->nrows };
	b = &w->bundles[w->nbundles - 1];
	b->n++;
	w->rows[w->nrows++] = (struct iovec){ w->bytes + w->used, n };
	w->used += n;
	return w->bytes + w->used - n;
}

void
tunnel_send_message(struct tunnel *t, const struct wg_path *path, const uint8_t *p, size_t n)
{
	uint8_t *at = room_for(t, path, n);

	if (at != NULL)
		memcpy(at, p, n);
}

/* --- packets ---------------------------------------------------------------------------------- */

/* Room for a message with n octets of packet, whose place is at + WG_DATA_HEAD. NULL: it is lost. */
static uint8_t *
room_for_packet(struct tunnel *t, const struct wg_way *way, size_t n)
{
	return room_for(t, &way->path, wg_data_padded(n, t->mtu) + WG_DATA_OVERHEAD);
}

/* The packet stands in its place. The octets on the wire. */
static size_t
seal(struct tunnel *t, const struct wg_way *way, uint8_t *at, size_t n)
{
	const size_t padded = wg_data_padded(n, t->mtu);

	memset(at + WG_DATA_HEAD + n, 0, padded - n);
	wg_data_seal(at, padded, &way->head, way->key);
	return padded + WG_DATA_OVERHEAD;
}

void
tunnel_send_packet(struct tunnel *t, struct wg_peer *p, const uint8_t *packet, size_t n)
{
	struct wg_way way;
	uint8_t *at;

	switch (wg_peer_out(t->device, p, t->now_ms, &way)) {
	case WG_OUT_SEND:
		at = room_for_packet(t, &way, n);
		if (at == NULL)
			return;
		memcpy(at + WG_DATA_HEAD, packet, n);
		wg_peer_sent(t->device, p, seal(t, &way, at, n), false, t->now_ms);
		break;
	case WG_OUT_WAIT:
		wg_stage_put(t->stage, p, packet, n);
		break;
	case WG_OUT_NOWHERE:
		break;
	}
}

/* The next packet of s, written where it is sealed, and there only; it waits while there are no keys. The octets on the wire; 0: it
 * was not sent. */
static size_t
send_next(struct tunnel *t, struct wg_peer *p, struct wg_split *s)
{
	struct wg_way way;
	const enum wg_out out = wg_peer_out(t->device, p, t->now_ms, &way);
	uint8_t *at = out == WG_OUT_SEND ? room_for_packet(t, &way, wg_split_peek(s)) : NULL;
	size_t n;

	if (at != NULL)
		return seal(t, &way, at, wg_split_next(s, at + WG_DATA_HEAD));
	n = wg_split_next(s, t->piece);
	if (out == WG_OUT_WAIT)
		wg_stage_put(t->stage, p, t->piece, n);
	return 0;
}

/* Tell the host that nobody is there, rather than let it wait. */
static void
refuse(struct tunnel *t, const uint8_t *packet, size_t n)
{
	uint8_t head[IO_TUN_HEAD] = { 0 };
	struct iovec pieces[2] = { { head, sizeof(head) }, { t->piece, 0 } };

	if (t->now_ms - t->unreach_ms >= 1000) {
		t->unreach_ms = t->now_ms;
		t->unreached = 0;
	}
	if (t->unreached >= REFUSALS_PER_S)
		return;
	t->unreached++;
	pieces[1].iov_len = wg_unreach(packet, n, t->piece);
	if (pieces[1].iov_len > 0)
		(void)io_tun_write(t->tun_fd, pieces, 2);	/* a hint, which may be lost */
}

/* --- the device ----------------------------------------------------------------------------------- */

/* What was read, whole or cut. */
static void
send_read(struct tunnel *t, const uint8_t head[IO_TUN_HEAD], size_t n)
{
	struct wg_split s;
	struct addr from, to;
	struct wg_peer *p;
	size_t len, sent = 0;

	if (!wg_packet_read(t->packet, n, &from, &to, &len))
		return;
	p = wg_device_route(t->device, &to);
	if (p == NULL || !wg_peer_is_known(p)) {
		refuse(t, t->packet, n);
		return;
	}
	if (!wg_split_start(&s, head, t->packet, n, sizeof(t->piece)))
		return;
	while (wg_split_peek(&s) > 0)
		sent += send_next(t, p, &s);
	if (sent > 0)
		wg_peer_sent(t->device, p, sent, false, t->now_ms);
}

void
tunnel_read_device(struct tunnel *t)
{
	uint8_t head[IO_TUN_HEAD];
	unsigned i;
	int n;

	for (i = 0; i < READS && !t->four.full && !t->six.full; i++) {
		n = io_tun_read(t->tun_fd, head, t->packet, sizeof(t->packet));
		if (n == -EMSGSIZE)
			continue;
		if (n < 0 && n != -EAGAIN)
			tunnel_hear_device(t, false);	/* it is gone: core makes another, for another tunnel */
		if (n <= 0)
			break;
		send_read(t, head, (size_t)n);
	}
	tunnel_flush(t);
}
