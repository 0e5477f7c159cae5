/* The parts of core's firewall, for its own files. */
#ifndef ROLE_FIREWALL_SET_H
#define ROLE_FIREWALL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/live.h"

struct firewall_drops;
struct firewall_input;
struct fw_kernel;
struct fw_table;
struct io_netlink;
struct io_timer;

struct firewall_plan {			/* all NULL: none */
	struct firewall_input *input;
	struct fw_table *table;		/* NULL: nothing is to be enforced */
	size_t rules, sets;		/* of it */
};

struct firewall {
	struct fw_kernel *kernel;
	struct firewall_plan now, next;	/* in force (its table is the kernel's); prepared by a change */
	struct firewall_drops *drops;	/* NULL: nobody tells of them */
	bool mute;			/* this kernel has no way to tell of them */
	bool holds;			/* the kernel has the table of now */
	bool stale;			/* the host is another since, and the kernel did not take what that means */
	char fault[API_TEXT_MAX];	/* why not; "" = it was not tried */
	int64_t since, committed_at, drift_at;	/* Unix time; 0 = never */
	struct io_netlink *watch;
	struct io_timer *check;
};

#endif /* ROLE_FIREWALL_SET_H */
