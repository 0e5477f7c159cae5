/* What the files of the tunnel role share; for no others. */
#ifndef ROLE_TUNNEL_SET_H
#define ROLE_TUNNEL_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "io/bundle.h"
#include "io/tun.h"
#include "wg/device.h"
#include "wg/merge.h"
#include "wg/uapi.h"

struct io_loop;
struct io_poll;
struct io_timer;
struct tunnel;
struct tunnel_ask;
struct wg_stage;

enum {
	TUNNEL_BYTES = 1 << 20,		/* sealed octets that wait for one send */
	TUNNEL_ROWS = 1024		/* datagrams in them */
};

/* One UDP socket. */
struct tunnel_ear {
	struct tunnel *of;
	int fd;				/* -1: closed */
	struct io_poll *poll;
	struct io_bundle_in in;
	uint8_t *room;			/* for what comes in */
};

/* What is heard in one family, and what is to leave. Handshakes have a socket and so a queue of their own on the same port:
 * a flood of them fills that, while data go their way by the other. A host that cannot part them hears all by data. */
struct tunnel_way {
	struct tunnel_ear data, hello;
	struct io_bundle_out out;
	uint8_t *bytes;			/* of what goes out */
	size_t used;
	struct iovec rows[TUNNEL_ROWS];
	size_t nrows;
	struct io_bundle bundles[IO_BUNDLE_BATCH];
	size_t nbundles;
	bool full;			/* the socket takes no more: the device is not read until it does */
};

struct tunnel {
	struct io_loop *loop;
	struct io_timer *timer;
	int64_t timer_at;
	struct wg_device *device;
	struct wg_stage *stage;
	struct wg_uapi uapi;
	struct tunnel_ask *ask;
	struct tunnel_way four, six;
	int tun_fd;
	struct io_poll *tun;		/* NULL: there is no device */
	size_t mtu;
	int64_t now_ms;			/* of this turn */
	int64_t data_ms;		/* when data came last */
	unsigned hellos;		/* reads of handshakes in this millisecond */
	bool resting;			/* they are not read until the next one */
	int64_t unreach_ms;		/* the second that is counted, */
	unsigned unreached;		/* and how often the host was told in it that nobody is there */
	struct wg_merge merge;
	uint8_t packet[IO_TUN_PACKET_MAX];	/* as read */
	uint8_t piece[IO_TUN_PACKET_MAX];	/* of it, cut */
};

/* --- tunnel.c: around whatever happens ---------------------------------------------------- */

void tunnel_turn(struct tunnel *t);	/* before it: what time it is */
void tunnel_turned(struct tunnel *t);	/* after it: send what is collected, set the next deadline */

void tunnel_hear_device(struct tunnel *t, bool on);	/* packets of the host; without a device nothing happens */

/* --- tunnel_out.c: from the device to the sockets --------------------------------------- */

void tunnel_read_device(struct tunnel *t);

/* A plain packet that waited, to its peer. */
void tunnel_send_packet(struct tunnel *t, struct wg_peer *p, const uint8_t *packet, size_t n);

/* A finished message. */
void tunnel_send_message(struct tunnel *t, const struct wg_path *path, const uint8_t *p, size_t n);

/* Send what is collected; what the socket does not take stays, and the device is not read until it does. */
void tunnel_flush(struct tunnel *t);

/* --- tunnel_in.c: from a socket to the device --------------------------------------------- */

void tunnel_read_socket(struct tunnel_ear *e);

/* --- tunnel_way.c: sockets ------------------------------------------------------------------ */

/* Listen on that port with both families, or on any (0). 0 or a negative errno, and then nothing has changed. */
int tunnel_listen(struct tunnel *t, uint16_t port);
void tunnel_way_close(struct tunnel_way *w);

/* Another millisecond has begun: handshakes are read again. */
void tunnel_hear_hellos(struct tunnel *t);

#endif /* ROLE_TUNNEL_SET_H */
