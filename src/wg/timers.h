/* When a peer's tunnel has to do something by itself (WireGuard paper 6, and what
 * its authors' implementations agree on): try a handshake again, make a new
 * one, say that we are here, forget keys. Pure: times are milliseconds of a
 * monotonic clock, given by the caller, who asks for wg_timers_next() and then
 * does what wg_timers_due() says. */
#ifndef WG_TIMERS_H
#define WG_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

enum {
	WG_REKEY_AFTER_MS = 120000,		/* the initiator makes new keys when it sends, */
	WG_REJECT_AFTER_MS = 180000,		/* and nobody uses a key any more */
	WG_REKEY_RECEIVED_MS = 165000,		/* the initiator does so too when it hears: 180 s - 10 s - 5 s */
	WG_REKEY_TIMEOUT_MS = 5000,		/* between two tries of a handshake */
	WG_ATTEMPTS = 18,			/* for 90 s */
	WG_KEEPALIVE_MS = 10000,		/* after which silence must be broken */
	WG_JITTER_MS = 334
};

/* A set of them. */
enum wg_due {
	WG_DUE_RETRY = 1 << 0,			/* send another initiation */
	WG_DUE_GIVE_UP = 1 << 1,		/* nobody answers: drop what waits */
	WG_DUE_HANDSHAKE = 1 << 2,		/* make a new handshake: what we sent was not answered */
	WG_DUE_KEEPALIVE = 1 << 3,		/* send an empty message */
	WG_DUE_FORGET = 1 << 4			/* wipe all keys */
};

struct wg_timers {
	int64_t retry, keepalive, silence, forget, persistent;	/* deadlines; 0: not armed */
	uint32_t attempts;
	uint32_t persistent_ms;			/* 0: off; the owner's to set */
	bool another_keepalive;			/* more came since the one that is armed */
	bool ends;				/* forget is armed because nobody answers */
};

/* What has happened. Each message is told once for each that is true of it. random: for jitter. */
void wg_timers_data_sent(struct wg_timers *t, int64_t now, uint32_t random);
void wg_timers_data_received(struct wg_timers *t, int64_t now);
void wg_timers_any_sent(struct wg_timers *t);		/* data, keepalive or handshake */
void wg_timers_any_received(struct wg_timers *t);	/* and it was authentic */
void wg_timers_any_passed(struct wg_timers *t, int64_t now);	/* one of both */
void wg_timers_initiated(struct wg_timers *t, int64_t now, uint32_t random, bool retry);
void wg_timers_completed(struct wg_timers *t);		/* the initiator has heard the response, or the responder data */
void wg_timers_derived(struct wg_timers *t, int64_t now);	/* there are new keys */
void wg_timers_stop(struct wg_timers *t);		/* keeps persistent_ms */

/* What is due now. It is disarmed, and the next of its kind armed where one follows. */
unsigned wg_timers_due(struct wg_timers *t, int64_t now);

int64_t wg_timers_next(const struct wg_timers *t);	/* the earliest deadline; 0: none */

#endif /* WG_TIMERS_H */
