/* The log of questions (DNS-19): a ring of the latest in memory, one for each
 * edge, in the page that the edge shares with core. The edge writes, a copy and
 * no call; core reads when somebody asks, and believes nothing of it unchecked.
 * Nothing is on disk. */
#ifndef DNS_LOG_H
#define DNS_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "dns/lists.h"

enum {
	DNS_LOG_ENTRIES_MAX = 100000,	/* of one cell (data.md 4.6) */
	DNS_LOG_PEER = 65		/* a peer's name with its NUL */
};

struct dns_log_entry {
	uint64_t seq;			/* of its ring, from 1; 0 = being written */
	int64_t at_ms;			/* Unix time */
	uint32_t ms;			/* how long the answer took */
	uint16_t type;
	uint8_t zone;			/* of the asker: one bit of enum conf_zone */
	uint8_t rcode;			/* at most DNS_BADVERS */
	uint8_t source;			/* enum dns_source */
	uint8_t namelen;		/* 0: there was no question that could be read; type 0, too */
	struct addr peer;
	struct addr upstream;		/* whose answer it was, where source is upstream or forward; len 0 = nobody's */
	char rule[DNS_LIST_ID_MAX];	/* what blocked it; "" = nothing */
	char peer_name[DNS_LOG_PEER];	/* of the peer that asked; "" = it was none */
	uint8_t name[255];		/* wire form, as it was asked */
};

struct dns_log {
	uint64_t written;		/* the newest seq */
	uint64_t base;			/* seqs up to this one are of an earlier capacity */
	uint32_t capacity;		/* at most what the page has room for */
	uint32_t zero;
	struct dns_log_entry v[];
};

/* Octets of a ring with room for that many entries. */
size_t dns_log_size(size_t room);

/* Keep the latest n from now on, at most room; what was there is forgotten when that is a change. */
void dns_log_limit(struct dns_log *l, size_t n, size_t room);

/* e without its seq. */
void dns_log_put(struct dns_log *l, const struct dns_log_entry *e);

/* Core's side: the newest seq, and one entry of a ring with that room. False: it is not there (any more), or no entry. */
uint64_t dns_log_newest(const struct dns_log *l);
bool dns_log_get(const struct dns_log *l, size_t room, uint64_t seq, struct dns_log_entry *out);

#endif /* DNS_LOG_H */
