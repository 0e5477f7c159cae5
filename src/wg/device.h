/* A WireGuard interface without its sockets: identity, peers, sessions, what to
 * do with each message, and when to do something by itself (paper 5, 6). Pure:
 * it is told the time and given randomness, and tells what to send. All calls
 * on one thread; only wg_data_seal() and wg_data_open() run elsewhere.
 *
 * Out:  wg_device_route() -> wg_peer_out() -> wg_data_seal() -> the caller sends -> wg_peer_sent()
 * In:   wg_data_read() -> wg_device_session() -> wg_data_open() -> wg_session_take() -> wg_packet_read(), and
 *       wg_device_route() of where it comes from must be that peer; messages of other kinds: wg_device_hear(). */
#ifndef WG_DEVICE_H
#define WG_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "wg/data.h"

struct wg_device;
struct wg_peer;
struct wg_session;

enum { WG_PEERS_MAX = 16384, WG_BUSY_PER_S = 2000 };

/* Between two ends outside: where the peer is, and the address of ours that it knows, from which answers must come. */
struct wg_path {
	struct addr_port to;
	struct addr from;			/* len 0: any */
};

struct wg_device_ops {
	void (*random)(void *arg, void *out, size_t n);
	void (*stamp)(void *arg, uint8_t out[WG_STAMP]);	/* wg_stamp() of the wall clock */
	/* A handshake's message or an empty one. */
	void (*send)(void *arg, const struct wg_path *path, const uint8_t *p, size_t n);
	void (*ready)(void *arg, struct wg_peer *p);		/* what waited can be sent */
	void (*lost)(void *arg, struct wg_peer *p);		/* nobody answers, or it is removed: what waits is in vain */
	void *arg;
};

/* NULL when out of memory. ops is copied. */
struct wg_device *wg_device_new(const struct wg_device_ops *ops);
void wg_device_free(struct wg_device *d);		/* wipes all keys; NULL is allowed */

/* Another key: all sessions end; a peer with that very key is removed. The same key changes nothing, nor does one that
 * is none (false). */
bool wg_device_set_key(struct wg_device *d, const uint8_t secret[WG_KEY]);
const uint8_t *wg_device_key(const struct wg_device *d);	/* the secret one; NULL: none was set */

/* --- peers ------------------------------------------------------------------------------ */

/* The peer, which is made if it is new. *out NULL: -EINVAL (its key is worthless), -ENOSPC or -ENOMEM. */
int wg_device_add(struct wg_device *d, const uint8_t key[WG_KEY], struct wg_peer **out);
struct wg_peer *wg_device_find(const struct wg_device *d, const uint8_t key[WG_KEY]);
void wg_device_remove(struct wg_device *d, struct wg_peer *p);

/* Each in no particular order, from *it = 0; NULL at the end. */
struct wg_peer *wg_device_next(const struct wg_device *d, size_t *it);

void wg_peer_set_psk(struct wg_peer *p, const uint8_t psk[WG_KEY]);	/* NULL: none; for handshakes from now on */
void wg_peer_set_endpoint(struct wg_peer *p, const struct addr_port *to);
void wg_peer_set_keepalive(struct wg_device *d, struct wg_peer *p, unsigned seconds, int64_t now_ms);	/* 0: off */

int wg_peer_allow(struct wg_device *d, struct wg_peer *p, const struct addr_prefix *net);	/* as wg_allowed_put() */
void wg_peer_forbid(struct wg_device *d, struct wg_peer *p, const struct addr_prefix *net);
void wg_peer_forbid_all(struct wg_device *d, struct wg_peer *p);

/* All that any peer is allowed, ordered by peer; NULL with *n 0: nothing, or no memory. The caller frees it. */
struct wg_allow {
	const struct wg_peer *peer;
	struct addr_prefix net;
};

struct wg_allow *wg_device_allows(const struct wg_device *d, size_t *n);

struct wg_peer_facts {
	uint8_t key[WG_KEY], psk[WG_KEY];	/* psk: zeros when there is none; wiped by the owner */
	struct addr_port endpoint;		/* addr.len 0: not known */
	int64_t handshake_ms;			/* of the last one that was completed; 0: never */
	uint64_t received, sent;		/* octets of messages */
	unsigned keepalive_s;
};

void wg_peer_facts(const struct wg_peer *p, struct wg_peer_facts *out);
bool wg_peer_news(struct wg_peer *p);		/* are they others than at the last call? */

/* --- packets -------------------------------------------------------------------------------- */

struct wg_peer *wg_device_route(const struct wg_device *d, const struct addr *to);	/* NULL: nobody's */

enum wg_out {
	WG_OUT_SEND,
	WG_OUT_WAIT,		/* there are no keys: a handshake was begun, ready() or lost() follows */
	WG_OUT_NOWHERE		/* nobody knows where it is */
};

struct wg_way {
	struct wg_data head;
	const uint8_t *key;		/* valid until the next call that takes the device */
	struct wg_path path;
};

bool wg_peer_is_known(const struct wg_peer *p);		/* where it is */

/* One message to that peer: its head is used up. */
enum wg_out wg_peer_out(struct wg_device *d, struct wg_peer *p, int64_t now_ms, struct wg_way *way);

/* Messages were sent that way: n octets on the wire; empty: without packets. */
void wg_peer_sent(struct wg_device *d, struct wg_peer *p, size_t n, bool empty, int64_t now_ms);

/* The session that a message is of; NULL: nobody's, or too old. */
struct wg_session *wg_device_session(const struct wg_device *d, uint32_t number, int64_t now_ms);
const uint8_t *wg_session_key(const struct wg_session *s);
struct wg_peer *wg_session_peer(const struct wg_session *s);

/* Such a message of n octets was opened: is it new? Then that is the path to its peer. */
bool wg_session_take(struct wg_device *d, struct wg_session *s, uint64_t counter, size_t n, const struct wg_path *path,
    int64_t now_ms);

/* --- handshakes, time --------------------------------------------------------------------------- */

/* A message that carries no packet. */
void wg_device_hear(struct wg_device *d, const uint8_t *p, size_t n, const struct wg_path *path, int64_t now_ms);

void wg_device_run(struct wg_device *d, int64_t now_ms);	/* what is due by now */
int64_t wg_device_due(const struct wg_device *d);		/* when something is; 0: never */

#endif /* WG_DEVICE_H */
