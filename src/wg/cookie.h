/* The two MACs at the end of a handshake's message and the cookies that the
 * second is made of (WireGuard paper 5.3, 5.4.4, 5.4.7): who does not know our key gets no answer at all; under load
 * who does not show that it hears at its address gets a cookie, which is
 * shorter than what it sent, instead of two Diffie-Hellmans. Pure. */
#ifndef WG_COOKIE_H
#define WG_COOKIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wg/handshake.h"

struct addr_port;

enum { WG_COOKIE_REPLY = 64, WG_COOKIE = 16, WG_COOKIE_S = 120 };

/* --- as the one that is asked ----------------------------------------------------- */

struct wg_gate {
	uint8_t secret[2][WG_KEY];	/* what cookies are made with: now, and before; wiped by the owner */
	uint8_t cookie_key[WG_KEY];	/* HASH("cookie--" || our key) */
	uint8_t mac1_key[WG_KEY];
};

void wg_gate_init(struct wg_gate *g, const struct wg_identity *id, const uint8_t random[WG_KEY]);
void wg_gate_turn(struct wg_gate *g, const uint8_t random[WG_KEY]);	/* every WG_COOKIE_S: another secret */

/* The message of n octets, whose last 32 are the MACs. By the first: does who sends it know our key? By the second, which
 * is asked for under load only: and hear at the address it writes from? */
bool wg_gate_is_ours(const struct wg_gate *g, const uint8_t *message, size_t n);
bool wg_gate_has_cookie(const struct wg_gate *g, const uint8_t *message, size_t n, const struct addr_port *from);

/* The answer to such a message. No two have the same nonce. */
void wg_gate_reply(const struct wg_gate *g, const uint8_t *message, size_t n, const struct addr_port *from,
    const uint8_t nonce[24], uint8_t out[WG_COOKIE_REPLY]);

/* --- as the one that asks ------------------------------------------------------------ */

/* What we have of one peer. */
struct wg_cookie {
	uint8_t cookie[WG_COOKIE];
	uint8_t mac1[WG_MAC];		/* of the last message sent */
	int64_t since_ms;		/* when the cookie came */
	bool has, asked;		/* there is a cookie; a message was sent whose answer may be one */
};

/* Sign a message of n octets to that peer. */
void wg_cookie_sign(struct wg_cookie *c, const struct wg_other *o, uint8_t *message, size_t n, int64_t now_ms);

/* False: it answers nothing of ours. */
bool wg_cookie_hear(struct wg_cookie *c, const struct wg_other *o, const uint8_t in[WG_COOKIE_REPLY], int64_t now_ms);

#endif /* WG_COOKIE_H */
