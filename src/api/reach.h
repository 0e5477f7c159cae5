/* /api/explain and /api/reachability: what one connection meets, who may reach what, and what a change changes about it
 * (EXP-1…3). */
#ifndef API_REACH_H
#define API_REACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "api/route.h"
#include "reach/matrix.h"
#include "reach/step.h"

struct api_req;
struct conf;
struct err;
struct fw_judged;	/* fw/input.h */

enum {
	API_REACH_CELLS_MAX = 20000,	/* of one answer; 4 MB */
	API_REACH_DIFF_MAX = 1000	/* of one answer */
};

extern const struct api_route api_reach_routes[];

/* A world with what it stands on; of whoever opens it (live.h). */
struct api_reach {
	struct reach_world world;
	size_t (*judge)(const struct api_reach *r, struct fw_judged *out, size_t max);	/* assertions; how many, 0 = no memory */
};

/* Peers are targets of their own while few have peer access; of many only those that differ from other (NULL: none), and
 * this one (NULL: none). */
struct api_reach_want {
	const struct conf *other;
	const char *peer;
};

struct api_explain_ask {
	const char *peer;		/* name; NULL: somebody in zone */
	unsigned zone;			/* enum conf_zone */
	const char *host;		/* name or address */
	uint16_t port;
	bool udp;
};

typedef void api_explained_cb(void *arg, enum reach_result verdict, const struct reach_step steps[REACH_STAGES]);

/* Answers a request for host, port and proto of its query, for this peer; whoever uses it reads how each stage ends, and of
 * the reasons only those that lie in the device. Takes rq. */
void api_explain_own(struct api_req *rq, const char *peer);

/* What differs from now to next, both of this rq: array of at most API_REACH_DIFF_MAX; *all: how many there are. New
 * reference; NULL when out of memory. assertions: NULL, or set to a new array of {id, name, holds, reason} under next. */
json_t *api_reach_diff(const struct api_req *rq, const struct conf *now, const struct conf *next, size_t *all,
    json_t **assertions);

#endif /* API_REACH_H */
