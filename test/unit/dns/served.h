/* A cell's answers without sockets: snapshot, cache and one question at a time. */
#ifndef TEST_UNIT_DNS_SERVED_H
#define TEST_UNIT_DNS_SERVED_H

#include "base/err.h"
#include "cell.h"
#include "dns/answer.h"
#include "dns/cache.h"
#include "dns/forward.h"
#include "dns/query.h"
#include "dns/snapshot.h"
#include "dns/stats.h"
#include "dns/wire.h"

struct served {
	void *part;
	struct dns_snapshot snap;
	struct dns_cache *cache;
	struct dns_stats stats;
	const struct dns_peers *peers;	/* NULL = there are none */
	uint32_t number;		/* of who asks */
	struct dns_outcome o;		/* of the latest question */
	uint8_t out[DNS_ANSWER_ROOM];
	size_t n;
};

struct from {
	unsigned zone;
	const char *local;		/* NULL = none */
	uint32_t ifindex;
	const char *peer;		/* NULL = none */
};

static const struct from from_vpn = { CONF_ZONE_VPN, "10.0.0.1", CELL_WG, NULL };
static const struct from from_lan = { CONF_ZONE_LAN, "192.168.1.2", CELL_ETH, NULL };
static const struct from from_local = { CONF_ZONE_LOCAL, "127.0.0.1", CELL_LO, NULL };
static const struct from from_cell = { CONF_ZONE_CELL, "10.0.0.1", CELL_WG, NULL };
static const struct from from_container = { CONF_ZONE_CONTAINER, "172.20.3.1", CELL_BRIDGE, NULL };
static const struct from from_public = { CONF_ZONE_PUBLIC, "192.168.1.2", CELL_ETH, NULL };

static inline void
served_open(struct served *s, const struct cell *k)
{
	struct err e;
	size_t n;

	memset(s, 0, sizeof(*s));
	assert_int_equal(dns_snapshot_build(&s->part, &n, &k->c, &k->host, NULL, &e), 0);
	assert_int_equal(dns_snapshot_open(&s->snap, s->part, n, NULL, &e), 0);
	s->cache = dns_cache_new();
	assert_non_null(s->cache);
	assert_int_equal(dns_cache_limit(s->cache, &s->snap.cache, 1), 0);
}

static inline void
served_close(struct served *s)
{
	dns_cache_free(s->cache);
	free(s->part);
}

/* The question as a client writes it, without EDNS unless do_edns. */
static inline size_t
served_query(uint8_t msg[512], const char *name, uint16_t type, bool edns, bool rd)
{
	uint8_t wire[DNS_NAME_ROOM];
	size_t n = dns_query_write(msg, 512, wire, cell_name(name, wire), type, false);

	if (!edns) {
		n -= DNS_OPT_LEN;
		msg[11] = 0;
	}
	if (!rd)
		msg[2] = 0;
	return n;
}

static inline const char *
served_msg(struct served *s, const struct from *from, const uint8_t *msg, size_t n, const struct dns_got *got)
{
	const struct dns_answering a = { &s->snap, s->cache, &s->stats, 1000, s->peers };
	struct dns_asker who = { .zone = from->zone, .ifindex = from->ifindex, .number = s->number };
	struct dns_query q;

	if (from->peer != NULL)
		who.peer.addr = cell_addr(from->peer);
	if (from->local != NULL)
		who.local = cell_addr(from->local);
	assert_int_equal(dns_query_read(&q, msg, n), DNS_QUERY_ASK);
	s->n = dns_answer(&a, &q, &who, got, s->out, &s->o);
	return s->o.wait ? "asks upstream" : cell_text(s->out, s->n);
}

/* The answer as text, to a question with RD=1. */
static inline const char *
served_ask(struct served *s, const struct from *from, const char *name, uint16_t type)
{
	uint8_t msg[512];

	return served_msg(s, from, msg, served_query(msg, name, type, true, true), NULL);
}

#endif /* TEST_UNIT_DNS_SERVED_H */
