/* What a WireGuard device is to be like, and what is to be changed in it: plain data between who plans, who compares
 * and the two who write it, to the kernel (wg/kernel.h) and to the tunnel role. */
#ifndef WG_WANT_H
#define WG_WANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "wg/handshake.h"

/* Wiped by its owner. */
struct wg_want_peer {
	uint8_t key[WG_KEY], psk[WG_KEY];	/* psk: zeros when there is none */
	struct addr_port endpoint;		/* addr.len 0: what the device knows stays; in what it has: it knows none */
	uint16_t keepalive_s;			/* 0: off */
	const struct addr_prefix *allowed;	/* host bits zero; of somebody else */
	size_t nallowed;
};

/* Wiped by its owner. */
struct wg_want {
	uint8_t key[WG_KEY];			/* the secret one */
	uint16_t port;
	uint32_t mark;
	struct wg_want_peer *peers;
	size_t npeers;
};

/* A peer that differs. Its allowed addresses are replaced as a whole: then it does not matter in which order two peers
 * exchange one. */
struct wg_change_peer {
	const struct wg_want_peer *peer;	/* as it is to be; removed: only its key counts */
	bool remove;
	bool psk, endpoint, keepalive, allowed;	/* what of it is written; neither: a new one without anything */
	bool fresh;				/* it is not there yet; else it is only changed if it is there still */
};

struct wg_change {
	const struct wg_want *want;		/* where the following is taken from */
	bool key, port, mark;
	struct wg_change_peer *peers;		/* those to be removed first */
	size_t npeers;
};

#endif /* WG_WANT_H */
