/* The log of questions; see log.h. */
#include "dns/log.h"

#include <string.h>

#include "conf/conf.h"
#include "dns/name.h"
#include "dns/server.h"
#include "dns/wire.h"

size_t
dns_log_size(size_t room)
{
	return sizeof(struct dns_log) + room * sizeof(struct dns_log_entry);
}

void
dns_log_limit(struct dns_log *l, size_t n, size_t room)
{
	n = n < room ? n : room;
	if (l->capacity == n)
		return;
	__atomic_store_n(&l->base, l->written, __ATOMIC_RELEASE);
	__atomic_store_n(&l->capacity, (uint32_t)n, __ATOMIC_RELEASE);
}

void
dns_log_put(struct dns_log *l, const struct dns_log_entry *e)
{
	uint64_t seq = l->written + 1;
	struct dns_log_entry *to;

	if (l->capacity == 0)
		return;
	to = &l->v[seq % l->capacity];
	__atomic_store_n(&to->seq, 0, __ATOMIC_SEQ_CST);
	memcpy((uint8_t *)to + sizeof(to->seq), (const uint8_t *)e + sizeof(e->seq),
	    offsetof(struct dns_log_entry, name) + e->namelen - sizeof(e->seq));
	__atomic_store_n(&to->seq, seq, __ATOMIC_SEQ_CST);
	__atomic_store_n(&l->written, seq, __ATOMIC_RELEASE);
}

uint64_t
dns_log_newest(const struct dns_log *l)
{
	return __atomic_load_n(&l->written, __ATOMIC_ACQUIRE);
}

static bool
is_address(const struct addr *a)
{
	return a->len == 0 || a->len == 4 || a->len == 16;
}

static bool
is_name(const struct dns_log_entry *e)
{
	unsigned labels;

	return e->namelen == 0 || dns_name_scan(e->name, e->namelen, &labels) == e->namelen;
}

static bool
is_text(const char *s, size_t size)
{
	return memchr(s, '\0', size) != NULL && str_utf8(str_of(s)) && str_printable(str_of(s));
}

/* An edge that was taken over may write anything. */
static bool
is_sound(const struct dns_log_entry *e)
{
	return is_name(e) && conf_zone_name((enum conf_zone)e->zone) != NULL && e->source <= DNS_SOURCE_BLOCKED &&
	    e->rcode <= DNS_BADVERS && is_address(&e->peer) && is_address(&e->upstream) &&
	    is_text(e->rule, sizeof(e->rule)) && is_text(e->peer_name, sizeof(e->peer_name));
}

bool
dns_log_get(const struct dns_log *l, size_t room, uint64_t seq, struct dns_log_entry *out)
{
	uint64_t newest = dns_log_newest(l), base = __atomic_load_n(&l->base, __ATOMIC_ACQUIRE);
	uint32_t capacity = __atomic_load_n(&l->capacity, __ATOMIC_ACQUIRE);
	const struct dns_log_entry *from;

	if (capacity == 0 || capacity > room || seq == 0 || seq > newest || seq <= base || newest - seq >= capacity)
		return false;
	from = &l->v[seq % capacity];
	if (__atomic_load_n(&from->seq, __ATOMIC_SEQ_CST) != seq)
		return false;
	memcpy(out, from, sizeof(*out));
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return __atomic_load_n(&from->seq, __ATOMIC_SEQ_CST) == seq && out->seq == seq && is_sound(out);
}
