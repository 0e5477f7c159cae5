/* What device.c, device_hear.c and device_peer.c share; for no others. */
#ifndef WG_DEVICE_SET_H
#define WG_DEVICE_SET_H

#include "base/rate.h"
#include "wg/agenda.h"
#include "wg/allowed.h"
#include "wg/cookie.h"
#include "wg/device.h"
#include "wg/handshake.h"
#include "wg/index.h"
#include "wg/replay.h"
#include "wg/timers.h"

struct map;

/* What a number of ours stands for. */
struct wg_named {
	struct wg_peer *peer;
	struct wg_session *session;	/* NULL: the handshake that the peer is in */
};

/* One pair of keys. Wiped when it is freed. */
struct wg_session {
	struct wg_named named;
	struct wg_keys keys;
	uint32_t ours, theirs;
	uint64_t sent;			/* messages; the next counter */
	int64_t born_ms;
	bool initiator;			/* we began it */
	struct wg_replay seen;
};

struct wg_peer {
	struct wg_entry entry;		/* when its timers want something; first, so that it is the peer */
	struct wg_named named;
	struct wg_holder holder;	/* of what it is allowed */
	struct wg_other other;
	struct wg_handshake handshake;	/* ours; handshake.ours 0: none is under way */
	struct wg_cookie cookie;
	struct wg_timers timers;
	struct wg_session *current, *previous, *next;	/* next: made by a response of ours, not confirmed yet */
	struct wg_path path;		/* to.addr.len 0: nobody knows where it is */
	uint8_t stamp[WG_STAMP];	/* of its last initiation */
	int64_t heard_ms, initiated_ms;	/* of that; of ours; 0: never */
	int64_t handshake_ms;
	uint64_t received, sent;
	uint64_t told;			/* their sum at the last wg_peer_news() */
	bool hurried;			/* a handshake was begun because keys grew old while packets came */
};

struct wg_device {
	struct wg_device_ops ops;
	struct wg_identity id;
	bool has_key;
	struct wg_gate gate;
	int64_t gate_ms;		/* when its secret was drawn */
	uint8_t nonce[24];		/* of the last cookie: drawn with our key, then counted */
	struct map *peers;		/* by key */
	struct wg_allowed *allowed;
	struct wg_index *index;		/* struct wg_named */
	struct wg_agenda agenda;
	struct rate *limit;		/* handshakes by address, while there is load */
	int64_t second_ms;		/* the second that is counted */
	unsigned handshakes;		/* messages of them in it */
	bool was_busy;			/* too many were, in the second before */
};

/* --- device_peer.c ------------------------------------------------------------------------------ */

uint32_t wg_random32(struct wg_device *d);

/* What is new in a handshake with p. False: too many are under way. */
bool wg_device_fresh(struct wg_device *d, struct wg_peer *p, struct wg_fresh *out);

/* Begin a handshake, unless one was begun less than WG_REKEY_TIMEOUT_MS ago. */
void wg_peer_initiate(struct wg_device *d, struct wg_peer *p, bool retry, int64_t now_ms);

/* The handshake is complete: a session comes of it. By what the responder knows it is only the next one. */
bool wg_peer_derive(struct wg_device *d, struct wg_peer *p, struct wg_handshake *h, int64_t now_ms);

void wg_peer_send_empty(struct wg_device *d, struct wg_peer *p, int64_t now_ms);
void wg_peer_forget(struct wg_device *d, struct wg_peer *p);	/* all keys, the handshake under way too */
void wg_peer_rearm(struct wg_device *d, struct wg_peer *p);	/* after its timers have changed */
void wg_peer_free(struct wg_device *d, struct wg_peer *p);

#endif /* WG_DEVICE_SET_H */
