/* How much each peer has sent and received: in all, by hour for 168 hours and by day for 90 days (PEER-10), in one file
 * of slots, state/traffic.bin. What is written is a few octets in place: nothing of it is held in memory, a kill loses
 * nothing that was written, and a part that a power cut tore counts as not there. Losing it costs history only. */
#ifndef WG_TRAFFIC_H
#define WG_TRAFFIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct err;
struct wg_traffic;

enum {
	WG_TRAFFIC_SLOTS_MAX = 16384, WG_TRAFFIC_NAME = 72,
	WG_TRAFFIC_HOURS = 168, WG_TRAFFIC_DAYS = 90
};

/* A peer keeps its history with another key, and inherits none from one that had its name before (PEER-8). */
struct wg_traffic_id {			/* what name does not need is zero */
	char name[WG_TRAFFIC_NAME];
	int64_t created_at;
};

struct wg_traffic_total {
	uint64_t rx, tx;
	int64_t handshake_at;		/* Unix time, 0: never */
	struct addr_port endpoint;	/* addr.len 0: not known */
};

struct wg_traffic_point {
	int64_t at;			/* Unix time of its begin */
	uint64_t rx, tx;
};

/* The file of that name below dirfd, which is made if it is not there; one that is none of ours is begun anew, and
 * *fresh says so. dirfd is borrowed during the call. 0 or a negative errno with e. */
int wg_traffic_open(struct wg_traffic **out, int dirfd, const char *name, bool *fresh, struct err *e);
void wg_traffic_close(struct wg_traffic *t);		/* NULL is allowed */

/* False: nothing is known of it; *out is all zero then. */
bool wg_traffic_get(const struct wg_traffic *t, const struct wg_traffic_id *id, struct wg_traffic_total *out);

/* So much more at that time (Unix time); the totals are what they are then. 0, -ENOSPC beyond the bound, or why it
 * could not be written. */
struct wg_traffic_more { uint64_t rx, tx; int64_t now; };
int wg_traffic_add(struct wg_traffic *t, const struct wg_traffic_id *id, const struct wg_traffic_more *more,
    const struct wg_traffic_total *total);

/* The last n hours or days up to now, the oldest first, those without traffic too; out has room for n. */
void wg_traffic_hours(const struct wg_traffic *t, const struct wg_traffic_id *id, int64_t now, size_t n,
    struct wg_traffic_point *out);
void wg_traffic_days(const struct wg_traffic *t, const struct wg_traffic_id *id, int64_t now, size_t n,
    struct wg_traffic_point *out);

/* Free the slot of one, or of those for whom keep says false. */
void wg_traffic_forget(struct wg_traffic *t, const struct wg_traffic_id *id);
void wg_traffic_sweep(struct wg_traffic *t, bool (*keep)(void *arg, const struct wg_traffic_id *id), void *arg);

#endif /* WG_TRAFFIC_H */
