/* The handshake of WireGuard: Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s as its paper
 * specifies it (section 5.4), with messages as they are on the wire. Pure: randomness and time are
 * given by the caller. Who sends when, and to whom, is not decided here; the
 * two MACs at the end of a message are of wg/cookie.h.
 *
 *     initiator                     responder
 *     wg_initiation_make   ---->    wg_initiation_read, then the caller finds the peer by its key,
 *                                   wg_initiation_prove
 *     wg_response_read     <----    wg_response_make
 *     wg_handshake_keys             wg_handshake_keys */
#ifndef WG_HANDSHAKE_H
#define WG_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WG_KEY = 32, WG_TAG = 16, WG_STAMP = 12, WG_MAC = 16,
	WG_INITIATION = 148, WG_RESPONSE = 92,		/* octets of a message */
	WG_MESSAGE_INITIATION = 1, WG_MESSAGE_RESPONSE, WG_MESSAGE_COOKIE, WG_MESSAGE_DATA
};

/* Of the cell. Wiped by its owner. */
struct wg_identity {
	uint8_t secret[WG_KEY], key[WG_KEY];
	uint8_t mac1_key[WG_KEY];		/* HASH(LABEL-MAC1 || key): what mac1 of messages to us is made with */
};

/* What the cell has of a peer, and of both together. Wiped by its owner. */
struct wg_other {
	uint8_t key[WG_KEY], psk[WG_KEY];	/* psk: zeros when there is none */
	uint8_t shared[WG_KEY];			/* DH of the two static keys, made when a handshake needs it: */
	bool has_shared;			/* that of 10,000 peers takes half a second */
	uint8_t mac1_key[WG_KEY];		/* for messages to it */
};

/* One handshake. Wiped by its owner, and by wg_handshake_keys(). */
struct wg_handshake {
	uint8_t hash[WG_KEY], chain[WG_KEY];
	uint8_t ephemeral[WG_KEY];		/* our secret */
	uint8_t remote[WG_KEY];			/* their ephemeral key */
	uint32_t ours, theirs;			/* indices of the two sides */
	bool initiator;
};

struct wg_keys {
	uint8_t send[WG_KEY], receive[WG_KEY];
};

/* secret: clamped here. False: no such key. */
bool wg_identity_set(struct wg_identity *id, const uint8_t secret[WG_KEY]);

/* psk NULL: none. False: the key is of small order, or our own. */
bool wg_other_set(struct wg_other *o, const struct wg_identity *id, const uint8_t key[WG_KEY], const uint8_t psk[WG_KEY]);

/* What is new in a handshake. */
struct wg_fresh {
	uint32_t ours;				/* our index */
	uint8_t random[WG_KEY];			/* our ephemeral secret; wiped by the owner */
	uint8_t stamp[WG_STAMP];		/* not in a response */
};

/* Both write the message without its MACs, which are zeros. False: their key is worthless. */
bool wg_initiation_make(struct wg_handshake *h, const struct wg_identity *id, struct wg_other *o,
    const struct wg_fresh *f, uint8_t out[WG_INITIATION]);
bool wg_response_make(struct wg_handshake *h, const struct wg_other *o, const struct wg_fresh *f, uint8_t out[WG_RESPONSE]);

/* Who is it? One DH and one opening. The key in who is claimed, not proven. */
bool wg_initiation_read(struct wg_handshake *h, const struct wg_identity *id, const uint8_t in[WG_INITIATION],
    uint8_t who[WG_KEY]);

/* Is it that peer? One DH, the first time. in: the same message. stamp: when it was made; later than the last one, else the
 * caller drops it. */
bool wg_initiation_prove(struct wg_handshake *h, const struct wg_identity *id, struct wg_other *o,
    const uint8_t in[WG_INITIATION], uint8_t stamp[WG_STAMP]);

/* h: that of wg_initiation_make(), unchanged when the answer is not good. */
bool wg_response_read(struct wg_handshake *h, const struct wg_identity *id, const struct wg_other *o,
    const uint8_t in[WG_RESPONSE]);

/* The keys for data; h is wiped but for its indices. */
void wg_handshake_keys(struct wg_handshake *h, struct wg_keys *out);

/* TAI64N of a wall clock, cut to 1/64 of a second: no more than needed is told. */
void wg_stamp(uint8_t out[WG_STAMP], int64_t s, uint32_t ns);

/* HASH(label || key) for "mac1----" and "cookie--". */
void wg_label_key(uint8_t out[WG_KEY], const char label[8], const uint8_t key[WG_KEY]);

#endif /* WG_HANDSHAKE_H */
