/* The server's own state, as the files of this folder share it. */
#ifndef API_STATE_H
#define API_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/server.h"

struct api_conn;
struct api_feed;
struct api_idem;
struct api_req;
struct rate;

enum {
	API_STRANGER_PER_MINUTE = 60,	/* by address, without session or token (api.md 1.3) */
	API_CALLER_PER_MINUTE = 6000,	/* by session or token */
	API_MISSES_PER_MINUTE = 10,	/* by address, looks at links that are none */
	API_RATE_CLIENTS = 8192,
	API_SELF_BURST = 5,		/* by user, changes of his devices: each is a generation, of which the history keeps some */
	API_SELF_PER_1000S = 3,		/* and then ten an hour */
	API_EXPLAIN_BURST = 60,		/* by user: each looks at all of the configuration, asks an edge and may try a target */
	API_EXPLAIN_PER_1000S = 2000	/* and then two a second */
};

struct api {
	struct api_deps deps;
	struct api_idem *idem;
	struct rate *strangers, *callers;
	struct rate *misses;		/* links that are none, by address (PEER-9) */
	struct rate *selfs;		/* changes that users make themselves, by user */
	struct rate *explains;		/* connections that are followed, by user */
	struct api_feed *feed;
	struct api_conn *conns;		/* every open connection */
	size_t nconns;
	struct api_req *requests;	/* every request without its answer */
	json_t *report;			/* of the last diagnosis; NULL: none yet */
	json_t *areas;			/* that the diagnosis under way was asked for; NULL: all */
	char *openapi;			/* made when first asked for */
	size_t openapi_len;
	bool stopped;
};

#endif /* API_STATE_H */
