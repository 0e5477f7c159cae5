/* The open event streams: who gets which event, pace, pings, and the end of a
 * stream when its caller loses his right. */
#ifndef API_FEED_H
#define API_FEED_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/str.h"

struct api;
struct api_feed;
struct api_req;
struct err;

enum {
	API_STREAMS_MAX = 64,
	API_STREAMS_CALLER = 8,		/* of one session, token or uid */
	API_PING_MS = 15000,
	API_DNS_MS = 1000
};

/* NULL when out of memory. */
struct api_feed *api_feed_new(struct api *a);
void api_feed_free(struct api_feed *f);		/* ends every stream; NULL is allowed */

/* Make rq a stream of the types in filter (api_event_filter()). last_id: the Last-Event-ID that was sent, empty = none:
 * what came after it is sent first, or "resync" when that is not here any more. Takes rq on success;
 * else ERR_RATE_LIMITED or ERR_UNAVAILABLE, and rq stays the caller's. */
int api_feed_open(struct api_feed *f, struct api_req *rq, uint32_t filter, struct str last_id, struct err *e);

/* Send an event to all who want it, and keep it. "ts" is added to a copy of data. One of type "peer" has the device's "name"
 * and goes to administrators and to its owner (PEER-11). */
void api_feed_event(struct api_feed *f, const char *type, const json_t *data);

/* End the streams whose caller has no right to them any more. */
void api_feed_recheck(struct api_feed *f);

/* End all streams properly. */
void api_feed_end(struct api_feed *f);

#endif /* API_FEED_H */
