/* What the files of the VPN share; for no others.
 *
 *   vpn.c         life, the look; vpn_part.c  its part of every change; vpn_shown.c  what the API shows
 *   vpn_keys.c    secrets of the vault that the plan needs
 *   vpn_link.c    the interface: made, adopted, addresses, up, gone
 *   vpn_route.c   routes of the configuration and of peers' networks
 *   vpn_forward.c forwarding of the host, on and back
 *   vpn_tunnel.c  the tunnel role, supervised; vpn_talk.c  the conversation with it
 *   vpn_kernel.c  the kernel's own WireGuard
 *   vpn_live.c    handshakes, counters, endpoints; events
 *   vpn_history.c the history of what peers moved
 */
#ifndef ROLE_VPN_SET_H
#define ROLE_VPN_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/live.h"
#include "role/restart.h"
#include "role/vpn.h"
#include "sys/rtnl.h"
#include "wg/handshake.h"

struct conf;
struct core;
struct io_timer;
struct netlink;
struct vpn_keys;
struct vpn_live;
struct vpn_tunnel;
struct wg_plan;

enum vpn_plane { VPN_PLANE_NONE, VPN_PLANE_KERNEL, VPN_PLANE_USERSPACE };
enum vpn_state { VPN_OFF, VPN_STARTING, VPN_RUNNING, VPN_FAILED };

enum { VPN_PROTOCOL = 112 };		/* of our routes (RTPROT_*): a number that nobody else's daemon has */

struct vpn_link {			/* ours; index 0: there is none */
	struct rtnl_link is;
	enum vpn_plane plane;
	int tun_fd;			/* -1: none */
	unsigned waited;		/* seconds for the edges to know it */
};

struct vpn {
	struct core *core;
	struct netlink *rtnl;		/* NULL in developer mode: nothing of the host is touched */
	struct vpn_keys *keys;
	struct conf *conf;		/* that plan is of */
	struct wg_plan *plan, *prepared;	/* NULL: nothing is served */
	struct wg_plan *whole;		/* of conf, while plan is without those who go; else NULL */
	uint32_t group;			/* how links of ours are known after a crash */
	struct vpn_link link;
	struct wg_plan *kernel_has;	/* NULL: it has to be read */
	bool has_kernel;		/* the kernel has WireGuard */
	struct vpn_tunnel *tunnel;
	struct vpn_live *live;
	struct io_timer *tick;
	unsigned ticks;
	enum vpn_state state;
	int64_t since;			/* Unix time of the last change of it */
	char reason[API_TEXT_MAX];	/* why it failed; "" = nothing to say */
	bool port_failed;
	bool asked;			/* somebody looks at the peers */
	bool forwarding;		/* switched on by us */
	uint64_t routes_said;		/* generation whose faults in routes were told */
	uint64_t committing;		/* generation that the data plane does not have yet; 0: none */
};

/* --- vpn.c ------------------------------------------------------------------------------- */

/* Bring everything about to what the configuration wants. */
void vpn_look(struct vpn *v);
void vpn_set_state(struct vpn *v, enum vpn_state state, const char *reason);
void vpn_port(struct vpn *v, int code);	/* it was set, or why not */
void vpn_applied(struct vpn *v);	/* the data plane has the plan in force, or there is none that could */

/* --- vpn_part.c -------------------------------------------------------------------------- */

int vpn_part_join(struct vpn *v);	/* 0 or a negative errno */
void vpn_part_use(struct vpn *v, const struct conf *conf, struct wg_plan *plan);	/* plan is owned; NULL: nothing is served */

/* --- vpn_keys.c -------------------------------------------------------------------------- */

struct vpn_keys *vpn_keys_new(void);
void vpn_keys_free(struct vpn_keys *k);		/* wipes; NULL is allowed */
int vpn_keys_plan(struct vpn *v, const struct conf *conf, struct wg_plan **out, struct err *e);
void vpn_keys_follow(struct vpn *v);		/* forget those that nobody names any more */

/* --- vpn_link.c ---------------------------------------------------------------------------- */

/* The interface is there, has its addresses, and is up as soon as the edges know it. False: reason says why not. */
bool vpn_link_hold(struct vpn *v, char reason[API_TEXT_MAX]);
void vpn_link_down(struct vpn *v);		/* it stays, and carries nothing */
void vpn_link_drop(struct vpn *v);
void vpn_link_recover(struct vpn *v);		/* what a crash left: held, where it is the wanted one, else removed */
bool vpn_link_is_foreign(const struct vpn *v, const struct conf *conf);
enum vpn_plane vpn_link_plane(const struct vpn *v, const struct conf *conf);	/* which of them it is to be */

/* --- vpn_route.c, vpn_forward.c -------------------------------------------------------------- */

void vpn_route_hold(struct vpn *v);
void vpn_route_drop(struct vpn *v);		/* all of ours */
json_t *vpn_route_list(int64_t table);	/* new references, as api/live.h has them */
json_t *vpn_route_status(const struct vpn *v);	/* NULL: nothing is wanted */

void vpn_forward_hold(struct vpn *v, bool on);
bool vpn_forward_is_on(bool six);
bool vpn_forward_drifts(const struct vpn *v);	/* somebody switched off what we switched on */
void vpn_forward_recover(struct vpn *v);	/* what a crash left on */

/* --- vpn_tunnel.c, vpn_talk.c ------------------------------------------------------------------ */

struct vpn_tunnel *vpn_tunnel_new(struct vpn *v);
void vpn_tunnel_free(struct vpn_tunnel *t);	/* ends what runs; NULL is allowed */
void vpn_tunnel_hold(struct vpn_tunnel *t);	/* one runs for the link as it is, and is told the plan */
void vpn_tunnel_drop(struct vpn_tunnel *t);	/* NULL is allowed */
bool vpn_tunnel_is_gone(const struct vpn_tunnel *t);
void vpn_tunnel_poll(struct vpn_tunnel *t);	/* once a second */

/* --- vpn_kernel.c -------------------------------------------------------------------------------- */

bool vpn_kernel_is_there(void);
bool vpn_kernel_hold(struct vpn *v, char reason[API_TEXT_MAX]);
void vpn_kernel_poll(struct vpn *v);
void vpn_kernel_forget(struct vpn *v);	/* what it has is not known any more */

/* --- vpn_live.c ------------------------------------------------------------------------------------ */

struct wg_uapi_news;
struct vpn_live *vpn_live_new(struct vpn *v);
void vpn_live_free(struct vpn_live *l);		/* saves; NULL is allowed */
void vpn_live_hear(struct vpn *v, const struct wg_uapi_news *n);
void vpn_live_restarted(struct vpn *v);		/* the device counts from 0 again */
void vpn_live_tick(struct vpn *v);
void vpn_live_use(struct vpn *v, const struct conf *was);	/* conf is another one; was: NULL at start */
void vpn_live_follow(struct vpn *v);		/* who is no longer a peer is forgotten */
const struct addr_port *vpn_live_endpoint(const struct vpn *v, const uint8_t key[WG_KEY]);	/* NULL: not known */
bool vpn_live_is_online(const struct vpn *v, const uint8_t key[WG_KEY]);
bool vpn_live_peer(const struct vpn *v, const char *public_key, struct api_peer_facts *out);
size_t vpn_live_online(const struct vpn *v);
int64_t vpn_live_heard_public(const struct vpn *v);
json_t *vpn_live_traffic(const struct vpn *v, const char *name, const char *range);

#endif /* ROLE_VPN_SET_H */
