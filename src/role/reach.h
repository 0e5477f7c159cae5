/* Who may reach what (EXP-2, EXP-3) and what one connection meets (EXP-1): the firewall's decisions, the edge's, and what the
 * host and the edges know, connected with reach/ and with the API.
 *
 *   reach.c         a configuration and the host as one world: subjects, targets, who decides
 *   explain.c       life of one explanation: a question to an edge, a try of the target
 *   explain_look.c  what is found out about each stage
 */
#ifndef ROLE_REACH_H
#define ROLE_REACH_H

#include <stdbool.h>

#include "api/reach.h"

struct api_live;
struct conf_access;
struct conf_route;
struct conf_words;
struct core;
struct err;
struct firewall_input;
struct fw_end;
struct proxy_table;

enum { REACH_PEER_TARGETS = 64 };	/* peers that are targets of their own */

struct reach_view {
	struct api_reach api;		/* first: what the API knows of it */
	struct core *core;
	const struct conf *conf;
	bool live;			/* of what is in force, and compared with nothing: asked what packets meet now */
	int64_t now;
	struct firewall_input *firewall;
	struct proxy_table *routes;
	struct conf_words *words;
	struct conf_access *access;	/* of each peer */
	struct arena *arena;
};

/* Of conf, which outlives it. NULL when out of memory. */
struct reach_view *reach_open(struct core *c, const struct conf *conf, const struct api_reach_want *want);
void reach_close(struct reach_view *v);	/* NULL is allowed */

/* The words for what the firewall said; buf of REACH_TEXT_MAX. Returns it. */
struct fw_verdict;
const char *reach_firewall_text(const struct conf *conf, const struct fw_verdict *v, char *buf);

const char *reach_zone_text(unsigned zone);	/* as people call it: "the home network" */

/* Who asks, for the firewall: the peer of that index, or somebody in zone. */
struct fw_end reach_end(bool peer, size_t index, unsigned zone);

/* What the edge says to somebody from zone, or to the peer of that index, who wants this host, and what r has
 * there (NULL: no route has it): one of REACH_EDGE_ROUTED, _ZONE, _WORD, _NO_PATH and _NO_HOST. A login that is asked for does
 * not count. */
struct reach_asker { bool peer; size_t index; unsigned zone; };
enum reach_edge reach_judge_route(const struct reach_view *v, const struct reach_asker *a, const char *host,
    const struct conf_route *r);

/* Live explanations; live_start() and live_stop() are around it. */
int explain_start(struct core *c, const struct api_explain_ask *q, api_explained_cb *done, void *arg, struct err *e);

/* The callbacks of api/live.h that are about all this. */
void reach_fill(struct api_live *out);

#endif /* ROLE_REACH_H */
