/* Configuration → what the WireGuard device of the VPN is to be like (wg/want.h). Pure: secrets are told. A peer may send
 * from its own addresses and the networks behind it, and from nowhere else (VPN-9). */
#ifndef WG_PLAN_H
#define WG_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "wg/handshake.h"

struct conf;
struct err;
struct wg_plan;
struct wg_want;

struct wg_plan_secrets {
	const uint8_t *key;			/* of the device: WG_KEY octets */
	/* The pre-shared key that is kept under ref; NULL: it cannot be had. Valid until the next call. */
	const uint8_t *(*psk)(void *arg, const char *ref);
	void *arg;
};

/* *out with one reference. A peer whose pre-shared key cannot be had is left out: without it anybody with an old file
 * might be it. 0, or a negative errno with e. */
int wg_plan_new(struct wg_plan **out, const struct conf *conf, const struct wg_plan_secrets *s, struct err *e);
struct wg_plan *wg_plan_ref(struct wg_plan *p);
void wg_plan_unref(struct wg_plan *p);		/* wipes; NULL is allowed */

/* now without those whom next has not, by their keys. NULL: it has all of them, or there is no memory. */
struct wg_plan *wg_plan_less(struct wg_plan *now, const struct wg_plan *next);

const struct wg_want *wg_plan_want(const struct wg_plan *p);
size_t wg_plan_left_out(const struct wg_plan *p);

#endif /* WG_PLAN_H */
