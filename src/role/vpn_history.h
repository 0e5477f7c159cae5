/* The history of what peers move: written a minute after it began to move; what only keeps a connection alive, within a
 * quarter of an hour: devices that sleep must not keep the disk awake (LIM). That much a kill may lose. None of it goes into a
 * later hour. */
#ifndef ROLE_VPN_HISTORY_H
#define ROLE_VPN_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "wg/traffic.h"

struct conf;
struct conf_peer;

struct vpn_kept {				/* of one peer */
	char name[WG_TRAFFIC_NAME];
	int64_t created_at;
	struct wg_traffic_total total;		/* since it is a peer */
	struct wg_traffic_more unsaved;
	struct addr_port written;		/* where it is, in the file */
	int64_t since, save_at;			/* Unix time; save_at 0: nothing is unsaved */
	struct vpn_kept *next;			/* that is to be saved after it */
};

struct vpn_history {
	struct wg_traffic *traffic;		/* NULL: the file cannot be had; there is no history */
	struct vpn_kept *first, **last;		/* unsaved, in the order in which they are due */
	int64_t ticked_at;			/* Unix time */
};

/* Of that directory, which is borrowed during the call. What fails is logged. */
void vpn_history_open(struct vpn_history *h, int dirfd, int64_t now);
void vpn_history_close(struct vpn_history *h);	/* saves nothing */

/* What c moved before; zeros where it is not known. */
struct wg_traffic_total vpn_history_total(const struct vpn_history *h, const struct conf_peer *c);
void vpn_history_begin(const struct vpn_history *h, const struct conf_peer *c, struct vpn_kept *out);

bool vpn_history_is_elsewhere(const struct vpn_kept *k);	/* than the file says; after a kill it is to be found again */
void vpn_history_place(struct vpn_history *h, struct vpn_kept *k, int64_t now);	/* write that at once */
void vpn_history_later(struct vpn_history *h, struct vpn_kept *k, int64_t now);	/* k, which must stay until it is saved */
void vpn_history_tick(struct vpn_history *h, int64_t now);	/* once a second: what is due */
void vpn_history_save(struct vpn_history *h, int64_t now);	/* all that is unsaved */

/* That of c, or of all that there are, unless it is one of conf's peers. */
void vpn_history_forget(struct vpn_history *h, const struct conf_peer *c, struct conf *conf);
void vpn_history_sweep(struct vpn_history *h, struct conf *conf);

/* As the API shows it. c NULL: nobody; k NULL: nothing of it is unsaved. New reference; NULL when out of memory. */
json_t *vpn_history_json(const struct vpn_history *h, const struct conf_peer *c, const struct vpn_kept *k, const char *range,
    int64_t now);

#endif /* ROLE_VPN_HISTORY_H */
