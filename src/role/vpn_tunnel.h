/* The tunnel role as core sees it: started, told what to be, started again when it dies (PRC-6). The TUN device, its
 * addresses and routes stay with core meanwhile. What is said is vpn_talk.c's; for the files of the VPN only. */
#ifndef ROLE_VPN_TUNNEL_H
#define ROLE_VPN_TUNNEL_H

#include "role/vpn_set.h"
#include "wg/uapi_ask.h"
#include "wg/want.h"

struct io_child;
struct io_stream;
struct wg_change;

enum vpn_asked { VPN_ASKED_KEY, VPN_ASKED_PORT, VPN_ASKED_PEERS, VPN_ASKED_GREET, VPN_ASKED_NEWS };

enum { VPN_REQUEST_MAX = 64 << 10, VPN_OWED_MAX = 4 };

struct vpn_talk {
	struct io_stream *stream;		/* NULL: there is nobody */
	enum vpn_asked owed[VPN_OWED_MAX];	/* what is asked and not answered, oldest first */
	size_t nowed;
	enum vpn_asked step;			/* of a change: what comes next */
	struct wg_uapi_answer answer;
	struct wg_plan *applied;		/* what it has; NULL: nothing, it is new */
	struct wg_plan *sending;		/* what change leads to; NULL: there is none under way */
	struct wg_change *change;
	size_t next;				/* peer of it that is to be sent next */
	struct wg_want birth;			/* what a new one is told: the plan, with the ends that are known */
	bool greet_due, port_due, news_due;
	unsigned waits_s;			/* for the oldest */
	uint8_t request[VPN_REQUEST_MAX];	/* wiped when it was sent */
};

struct vpn_tunnel {
	struct vpn *v;
	struct io_child *child;			/* NULL: not running */
	struct io_timer *again;
	bool waiting;				/* for again */
	bool leaving;				/* it was ended by us, and is not gone yet */
	struct restart restart;
	unsigned restarts;
	uint32_t index, mtu;			/* of the link that it runs for */
	int ask_fd;				/* where others configure it (`wg`); -1: nowhere */
	char ask_path[64];
	struct vpn_talk talk;
};

/* --- vpn_talk.c ------------------------------------------------------------------------------ */

/* fd is owned on success. 0 or -ENOMEM. */
int vpn_talk_open(struct vpn_tunnel *t, int fd);
void vpn_talk_close(struct vpn_tunnel *t);
void vpn_talk_go_on(struct vpn_tunnel *t);	/* say what there is to say */
void vpn_talk_hurry(struct vpn_tunnel *t);	/* at once, behind what is not answered yet: VPN_OWED_MAX questions in all */
void vpn_talk_tick(struct vpn_tunnel *t);

/* --- vpn_tunnel.c ----------------------------------------------------------------------------- */

void vpn_tunnel_kill(struct vpn_tunnel *t, const char *why);
void vpn_tunnel_works(struct vpn_tunnel *t);	/* it has what it was told, which may not be all any more */

#endif /* ROLE_VPN_TUNNEL_H */
