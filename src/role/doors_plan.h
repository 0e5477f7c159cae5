/* Which doors a configuration wants on a host, and whether a change of it can
 * have them. */
#ifndef ROLE_DOORS_PLAN_H
#define ROLE_DOORS_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "role/message.h"	/* enum door_kind */

struct conf;
struct doors;
struct err;
struct net_ifaddr;

enum {
	/* Each kind of the edges on each of 16 addresses, of which "*" stands for two and stands alone; the API has two. */
	DOORS_MAX = DOOR_EDGE_KINDS * 16 + 2
};

struct doors_want {
	const struct conf *conf;
	bool user_mode;			/* the standard ports stand for those above 1024 (PRC-9) */
	const struct net_ifaddr *ifs;	/* a host without IPv6 has no IPv6 doors but those that are named */
	size_t nifs;
};

struct door_plan {
	enum door_kind kind;
	struct addr_port at;
};

bool doors_have_ipv6(const struct doors_want *w);	/* has the host? */

/* Pure. The count; no two are equal. */
size_t doors_plan(struct door_plan v[DOORS_MAX], const struct doors_want *w);

/* Can the change from now to next have its doors? Only what differs is looked at, and opened for a moment: addresses
 * that the host does not have and ports that this mode cannot have are ERR_VALIDATION, ports that somebody else holds
 * ERR_CONFLICT. s: those that are open. 0, or a negative errno with e set. */
int doors_check(const struct doors *s, const struct doors_want *now, const struct doors_want *next, struct err *e);

/* The port that a configured one stands for in this mode. */
uint16_t doors_port(uint16_t configured, bool user_mode);

/* Who is served at doors of that kind: set of enum conf_zone. */
unsigned doors_zones(const struct conf *c, enum door_kind kind);

bool door_kind_is_udp(enum door_kind k);
const char *door_kind_name(enum door_kind k);	/* "dns/udp" */
const char *door_kind_port(enum door_kind k);	/* the member that says the port: "network.ports.dns" */

#endif /* ROLE_DOORS_PLAN_H */
