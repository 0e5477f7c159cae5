/* The ring of events. */
#include "api/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct api_event_type api_event_types[] = {
	{ "config", false, false },
	{ "lease", false, false },
	{ "job", false, false },
	{ "peer", true, false },
	{ "cell", false, false },
	{ "connection", false, false },
	{ "service", true, false },
	{ "services-changed", true, false },
	{ "certificate", false, false },
	{ "ddns", false, false },
	{ "route", false, false },
	{ "health", false, false },
	{ "alert", false, false },
	{ "resync", true, false },
	{ "dns", false, true },
	{ "query", false, true },
	{ NULL, false, false }
};

/* Slots are used in turn: the event with id i lies in slot i modulo their number. */
struct api_events {
	struct api_event v[API_EVENTS_MAX];
	uint64_t first, last;	/* ids kept: first … last; none when first > last */
	size_t bytes;
};

uint32_t
api_event_bit(const char *name)
{
	uint32_t i;

	for (i = 0; api_event_types[i].name != NULL; i++)
		if (strcmp(api_event_types[i].name, name) == 0)
			return 1U << i;
	return 0;
}

static uint32_t
bits_of_role(bool admin)
{
	uint32_t i, bits = 0;

	for (i = 0; api_event_types[i].name != NULL; i++)
		if (admin || api_event_types[i].peers)
			bits |= 1U << i;
	return bits;
}

uint32_t
api_event_fleeting(void)
{
	uint32_t i, bits = 0;

	for (i = 0; api_event_types[i].name != NULL; i++)
		if (api_event_types[i].fleeting)
			bits |= 1U << i;
	return bits;
}

bool
api_event_filter(struct str types, bool admin, uint32_t *out)
{
	uint32_t wanted = 0, bit;
	struct str part;
	char name[32];

	if (types.n == 0) {
		*out = bits_of_role(admin) & ~api_event_fleeting();
		return true;
	}
	while (str_cut(&types, ',', &part)) {
		bit = str_copy(str_trim(part), name, sizeof(name)) ?
		    api_event_bit(name) : 0;
		if (bit == 0)
			return false;
		wanted |= bit;
	}
	*out = (wanted | api_event_bit("resync")) & bits_of_role(admin);
	return true;
}

struct api_events *
api_events_new(uint64_t first)
{
	struct api_events *s = calloc(1, sizeof(*s));

	if (s != NULL) {
		s->last = first;
		s->first = first + 1;
	}
	return s;
}

static struct api_event *
slot(const struct api_events *s, uint64_t id)
{
	return (struct api_event *)(uintptr_t)&s->v[id % API_EVENTS_MAX];
}

static void
oldest_drop(struct api_events *s)
{
	struct api_event *ev = slot(s, s->first++);

	s->bytes -= ev->frame.n;
	free((char *)(uintptr_t)ev->frame.p);
	ev->frame = (struct str){ NULL, 0 };
}

void
api_events_free(struct api_events *s)
{
	if (s == NULL)
		return;
	while (s->first <= s->last)
		oldest_drop(s);
	free(s);
}

char *
api_event_frame(uint64_t id, const char *name, const char *data, size_t *n)
{
	size_t size = strlen(name) + strlen(data) + 64;
	char *buf = malloc(size);
	int len = 0;

	if (buf == NULL)
		return NULL;
	if (id != 0)
		len = snprintf(buf, size, "id: %llu\n", (unsigned long long)id);
	len += snprintf(buf + len, size - (size_t)len,
	    "event: %s\ndata: %s\n\n", name, data);
	*n = (size_t)len;
	return buf;
}

static const char *
bit_name(uint32_t bit)
{
	uint32_t i;

	for (i = 0; api_event_types[i].name != NULL; i++)
		if (bit == 1U << i)
			return api_event_types[i].name;
	return "";
}

/* An event that cannot be kept leaves a hole: everything older goes, so that a replay over it is refused. */
static uint64_t
hole(struct api_events *s)
{
	while (s->first <= s->last)
		oldest_drop(s);
	s->last++;
	s->first = s->last + 1;
	return 0;
}

uint64_t
api_events_put(struct api_events *s, uint32_t bit, const char *peer, const char *data)
{
	struct api_event *ev;
	size_t n = 0;
	char *frame;

	frame = strlen(data) <= API_EVENT_MAX ?
	    api_event_frame(s->last + 1, bit_name(bit), data, &n) : NULL;
	if (frame == NULL)
		return hole(s);
	while (s->first <= s->last && (s->last - s->first + 1 >=
	    API_EVENTS_MAX || s->bytes + n > API_EVENTS_BYTES))
		oldest_drop(s);
	ev = slot(s, ++s->last);
	*ev = (struct api_event){ .id = s->last, .bit = bit, .frame = { frame, n } };
	(void)str_copy(str_of(peer != NULL ? peer : ""), ev->peer, sizeof(ev->peer));	/* too long: none's */
	s->bytes += n;
	return s->last;
}

uint64_t
api_events_last(const struct api_events *s)
{
	return s->last;
}

bool
api_events_covers(const struct api_events *s, uint64_t id)
{
	return id + 1 >= s->first && id <= s->last;
}

const struct api_event *
api_events_after(const struct api_events *s, uint64_t id)
{
	uint64_t next = id + 1 < s->first ? s->first : id + 1;

	return next <= s->last ? slot(s, next) : NULL;
}
