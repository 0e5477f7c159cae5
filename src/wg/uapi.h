/* The cross-platform configuration protocol of WireGuard, by which `wg` sees and
 * changes an interface: rows "key=value", keys in hexadecimal, an empty row at
 * the end (https://www.wireguard.com/xplatform/). A request is looked at whole
 * before any of it is done. One of our own, for core, which is the only one to
 * use it: "news=1" tells the facts of those peers that did something since it
 * was asked before, and no keys but theirs. */
#ifndef WG_UAPI_H
#define WG_UAPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct wg_device;

enum { WG_UAPI_MAX = 16 << 20 };	/* octets of a request */

struct wg_uapi {
	struct wg_device *device;
	uint16_t port;
	uint32_t mark;			/* of what is sent; 0: none */
	/* Listen there, mark so: 0 or a negative errno. They set port and mark. */
	int (*set_port)(struct wg_uapi *u, uint16_t port);
	int (*set_mark)(struct wg_uapi *u, uint32_t mark);
	int64_t now_ms, wall_ms;	/* the same moment by both clocks; the caller's to set before each request */
};

/* Is there a whole request in the first n octets? Its length with the empty row; 0: more is needed. */
size_t wg_uapi_whole(const char *p, size_t n);

/* Do what a request of n octets wants and write the answer, with its "errno=". */
void wg_uapi_answer(struct wg_uapi *u, const char *p, size_t n, FILE *out);

#endif /* WG_UAPI_H */
