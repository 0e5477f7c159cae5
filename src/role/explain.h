/* One explanation under way (EXP-1). Nobody but explain.c and explain_look.c includes this. */
#ifndef ROLE_EXPLAIN_H
#define ROLE_EXPLAIN_H

#include "base/addr.h"
#include "fw/decide.h"
#include "role/reach.h"

struct conf_peer;
struct conf_route;
struct io_timer;

enum { EXPLAIN_HOST_MAX = 256, EXPLAIN_RULE_MAX = 128 };

struct explain {
	struct core *core;
	struct conf *conf;		/* in force when it began; a reference */
	struct reach_view *view;
	const struct conf_peer *peer;	/* NULL: a zone */
	struct reach_asker asker;
	char host[EXPLAIN_HOST_MAX];	/* in lower case, without a final dot */
	uint16_t port;
	bool udp;

	/* as found */
	const struct conf_route *route;	/* that has the host, NULL = none */
	struct addr dst;		/* len 0 = not known */
	struct fw_flow flow;
	struct fw_verdict verdict;
	bool decided;			/* verdict is one */
	enum reach_leads leads;
	bool at_edge, tls;		/* it ends at a door for browsers; with TLS */
	enum reach_edge edge;
	struct reach_step steps[REACH_STAGES];

	/* under way */
	bool asking, trying;		/* an answer of an edge is still to come */
	bool second;			/* asked for AAAA, too */
	bool begun, over;		/* over: done was called */
	struct io_timer *timer;
	api_explained_cb *done;
	void *arg;
};

/* What each knows or can find out at once. asked: what an edge told of host, NULL = nothing; sets dst if it has one. */
void explain_look_peer(struct explain *x);
void explain_look_dns(struct explain *x, const json_t *asked);
void explain_look_way(struct explain *x);	/* route to login; dst is known */
/* What the try of the route's target came to; NULL = nothing. */
void explain_look_upstream(struct explain *x, const json_t *tried);

#endif /* ROLE_EXPLAIN_H */
