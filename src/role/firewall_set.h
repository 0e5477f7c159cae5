/* The parts of core's firewall, for its own files. */
#ifndef ROLE_FIREWALL_SET_H
#define ROLE_FIREWALL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/live.h"
#include "conf/conf.h"
#include "fw/input.h"

struct core;
struct err;
struct firewall_drops;
struct firewall_input;
struct fw_counts;
struct fw_kernel;
struct fw_table;
struct io_netlink;
struct io_timer;

struct firewall_plan {			/* all NULL: none */
	struct firewall_input *input;
	struct fw_table *table;		/* NULL: nothing is to be enforced, or what is in force already */
	size_t rules, sets;		/* of it */
	struct fw_judged *judged;	/* its assertions, once somebody asked for them */
	size_t njudged;
};

struct firewall_ways {			/* as the host had them when they were last read; sorted, each net once */
	size_t n;
	struct fw_way v[FW_WAYS_MAX];
};

struct firewall {
	struct fw_kernel *kernel;
	struct firewall_plan now, next;	/* in force (its table is the kernel's); prepared by a change */
	struct firewall_ways ways;
	struct firewall_drops *drops;	/* NULL: nobody tells of them */
	bool mute;			/* this kernel has no way to tell of them */
	bool holds;			/* the kernel has the table of now */
	bool stale;			/* now is not what is wanted, and the kernel did not take that */
	char fault[API_TEXT_MAX];	/* why not; "" = it was not tried */
	unsigned failed;		/* tries in a row after which it was not as it should be */
	uint64_t unread_ms;		/* since when the rules cannot be read; 0 = they can */
	int64_t since, committed_at, drift_at;	/* Unix time; 0 = never */
	char repaired[API_TEXT_MAX];	/* what was, then */
	struct fw_counts *counts;	/* of the lines, as read at counted_ms; NULL: not known */
	uint64_t counted_ms;		/* monotonic; 0 = not since the last change */
	struct io_netlink *watch;
	struct io_timer *check;
};

/* A network of the VPN, or behind a peer, that is new in next must be none that the host is on: what comes from there would
 * count as forged. 0, or ERR_CONFLICT with the field. (firewall_nets.c) */
int firewall_nets_check(const struct core *c, const struct conf *now, const struct conf *next, struct err *e);

/* The routes of the host's main table but ours; those beyond the maximum, and nets whose best route leads nowhere or several
 * ways at once, are left out. Where they cannot be read, w stays. (firewall_ways.c) */
void firewall_ways_read(struct firewall_ways *w);

#endif /* ROLE_FIREWALL_SET_H */
