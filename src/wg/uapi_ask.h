/* Who asks a device of wg/uapi.h: requests for a change (wg/want.h), and reading what comes back. Pure. Requests hold
 * keys: the caller wipes them. */
#ifndef WG_UAPI_ASK_H
#define WG_UAPI_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "wg/handshake.h"

struct wg_change;
struct wr;

enum { WG_UAPI_LINE = 512 };

/* What concerns the device itself; one after the other, so that a port that is taken stops nothing else. Nothing is
 * written where nothing changes. */
void wg_uapi_write_key(struct wr *w, const struct wg_change *c);
void wg_uapi_write_port(struct wr *w, const struct wg_change *c);

/* One request with the peers of c from that one on, as many as fit: the first that is not in it. It is from itself where
 * not even one fits. */
size_t wg_uapi_write_peers(struct wr *w, const struct wg_change *c, size_t from);

void wg_uapi_write_news(struct wr *w);

/* A request that has each of these peers begin a handshake at once: persistent keepalive on and off again. False: that
 * one did not fit, and nothing of it is written. */
void wg_uapi_write_greet_open(struct wr *w);
bool wg_uapi_write_greet(struct wr *w, const uint8_t key[WG_KEY]);
void wg_uapi_write_greet_close(struct wr *w);

struct wg_uapi_news {
	uint8_t key[WG_KEY];		/* the public one */
	struct addr_port endpoint;	/* addr.len 0: not known */
	int64_t handshake_at;		/* Unix time; 0: never */
	uint64_t rx, tx;
};

/* An answer, as it comes. All zero before each one. */
struct wg_uapi_answer {
	bool in_peer;
	struct wg_uapi_news peer;
	bool has_code;
	int code;			/* 0, or a negative errno, once it is whole */
	size_t n;
	char line[WG_UAPI_LINE];
};

enum wg_uapi_read { WG_UAPI_MORE, WG_UAPI_WHOLE, WG_UAPI_BAD };

/* Take n octets, *used of which are of this answer. on_peer (may be NULL) is called for each peer when its rows are
 * there. Rows that are not known are passed over. */
enum wg_uapi_read wg_uapi_read(struct wg_uapi_answer *a, const uint8_t *p, size_t n, size_t *used,
    void (*on_peer)(void *arg, const struct wg_uapi_news *news), void *arg);

#endif /* WG_UAPI_ASK_H */
