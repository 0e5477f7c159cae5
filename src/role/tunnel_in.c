/* Messages of peers to the host: read by the row, opened in place, joined, written
 * as few packets; see tunnel_set.h. */
#include "role/tunnel_set.h"

#include <errno.h>

/* The session of the message before, and where its packet was from: mostly those of the next. */
struct last {
	uint32_t number;
	struct wg_session *session;
	struct addr from;		/* len 0: none of that session was let in yet */
};

static void
write_packets(struct tunnel *t)
{
	struct iovec pieces[WG_MERGE_PIECES];
	size_t n;

	while ((n = wg_merge_next(&t->merge, pieces)) > 0)
		(void)io_tun_write(t->tun_fd, pieces, n);	/* a full queue loses it, as any link does */
}

/* Is it one of the peer's whose session it is? */
static bool
is_allowed(const struct tunnel *t, struct last *last, const struct addr *from)
{
	if (last->from.len != 0 && addr_eq(&last->from, from))
		return true;
	if (wg_device_route(t->device, from) != wg_session_peer(last->session))
		return false;
	last->from = *from;
	return true;
}

/* What was in a message: a packet from one of its peer's addresses goes on. */
static void
deliver(struct tunnel *t, struct last *last, uint8_t *packet, size_t n)
{
	struct addr from, to;
	size_t len;

	if (!wg_packet_read(packet, n, &from, &to, &len) || !is_allowed(t, last, &from))
		return;
	if (wg_merge_add(&t->merge, packet, len))
		return;
	write_packets(t);
	(void)wg_merge_add(&t->merge, packet, len);	/* there is room now */
}

static void
hear_data(struct tunnel *t, uint8_t *p, size_t n, const struct wg_path *path, struct last *last)
{
	struct wg_data head;

	if (!wg_data_read(p, n, &head))
		return;
	if (last->session == NULL || head.to != last->number) {
		*last = (struct last){ head.to, wg_device_session(t->device, head.to, t->now_ms), { 0 } };
	}
	if (last->session == NULL || !wg_data_open(p, n, head.counter, wg_session_key(last->session)))
		return;
	if (wg_session_take(t->device, last->session, head.counter, n, path, t->now_ms) && n > WG_DATA_OVERHEAD)
		deliver(t, last, p + WG_DATA_HEAD, n - WG_DATA_OVERHEAD);
}

/* A handshake may end sessions. */
static void
hear(struct tunnel *t, uint8_t *p, size_t n, const struct wg_path *path, struct last *last)
{
	if (n > 0 && p[0] == WG_MESSAGE_DATA) {
		hear_data(t, p, n, path, last);
		return;
	}
	*last = (struct last){ 0 };
	wg_device_hear(t->device, p, n, path, t->now_ms);
}

void
tunnel_read_socket(struct tunnel_ear *e)
{
	struct io_bundle_got got[IO_BUNDLE_BATCH];
	struct tunnel *t = e->of;
	struct last last = { 0 };
	struct wg_path path;
	size_t at, len;
	int n, i;

	n = io_bundle_receive(&e->in, got);
	for (i = 0; i < n; i++) {
		path = (struct wg_path){ got[i].from, got[i].local };
		for (at = 0; at < got[i].n; at += len) {
			len = got[i].n - at < got[i].each ? got[i].n - at : got[i].each;
			hear(t, got[i].p + at, len, &path, &last);
		}
	}
	write_packets(t);
	tunnel_flush(t);
}
