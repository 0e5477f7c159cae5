/* The last events, for streams that come back (api.md 17): a ring of frames in
 * the form of text/event-stream with increasing ids. Pure; streams are in
 * feed.h. Bounded by count and bytes, the oldest out. */
#ifndef API_EVENTS_H
#define API_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/str.h"
#include "conf/check.h"

struct api_events;

enum { API_EVENTS_MAX = 512, API_EVENTS_BYTES = 256 << 10, API_EVENT_MAX = 64 << 10 };

/* The types of api.md 17 and "dns"; index = bit in a filter. Ended by name NULL. */
struct api_event_type {
	const char *name;
	bool peers;	/* users of role peer get it, too; "peer" of their own devices only */
	bool fleeting;	/* not kept, and sent only to who names it: the newest is all that is of interest */
};
extern const struct api_event_type api_event_types[];

/* The bit of a type, 0 if unknown. */
uint32_t api_event_bit(const char *name);

/* The bits of the fleeting types. */
uint32_t api_event_fleeting(void);

/* What a stream is sent: "types" of its request (empty = all but fleeting ones) and the caller's role.
 * False: there is an unknown name in types. */
bool api_event_filter(struct str types, bool admin, uint32_t *out);

struct api_event {
	uint64_t id;
	uint32_t bit;
	char peer[CONF_NAME64_MAX + 1];	/* the device that it is about; "": none */
	struct str frame;	/* "id: …\nevent: …\ndata: …\n\n" */
};

/* first: the id before the first event; a time, so that ids also grow over a restart. NULL when out of memory. */
struct api_events *api_events_new(uint64_t first);
void api_events_free(struct api_events *s);	/* NULL is allowed */

/* Keep an event. The id, or 0: not kept (too long, out of memory); then a gap is told to whoever replays.
 * peer: the device that it is about; NULL: none. */
uint64_t api_events_put(struct api_events *s, uint32_t bit, const char *peer, const char *data);

/* The id of the newest event. */
uint64_t api_events_last(const struct api_events *s);

/* Is everything after id still here? */
bool api_events_covers(const struct api_events *s, uint64_t id);

/* The first event after id; NULL: none yet. Valid until the next put. */
const struct api_event *api_events_after(const struct api_events *s, uint64_t id);

/* Write a frame; id 0 leaves the line out. Malloc'd; NULL when out of memory. */
char *api_event_frame(uint64_t id, const char *name, const char *data, size_t *n);

#endif /* API_EVENTS_H */
