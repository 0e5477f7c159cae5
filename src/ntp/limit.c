/* Client limits; see limit.h. Credit is time: a question costs
 * NTP_LIMIT_EVERY_MS of it. Count 1: the client has had its kiss. */
#include "ntp/limit.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/clients.h"

enum {
	FULL_MS = NTP_LIMIT_BURST * NTP_LIMIT_EVERY_MS,
	HOUR_MS = 3600 * 1000
};

struct ntp_limit {
	struct clients *clients;
};

struct ntp_limit *
ntp_limit_new(const uint64_t seed[2])
{
	struct ntp_limit *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->clients = clients_new(NTP_LIMIT_CLIENTS, seed);
	if (l->clients != NULL)
		return l;
	ntp_limit_free(l);
	return NULL;
}

void
ntp_limit_free(struct ntp_limit *l)
{
	if (l == NULL)
		return;
	clients_free(l->clients);
	free(l);
}

enum ntp_limit_verdict
ntp_limit_take(struct ntp_limit *l, const struct addr *client, uint64_t now_ms)
{
	uint32_t now = (uint32_t)now_ms, more;
	bool fresh;
	struct client *b = clients_find(l->clients, client, 0, now, &fresh);

	more = fresh ? FULL_MS : now - b->seen_ms;
	b->seen_ms = now;
	b->credit = more >= FULL_MS - b->credit ? FULL_MS : b->credit + more;
	if (b->credit >= NTP_LIMIT_EVERY_MS) {
		b->credit -= NTP_LIMIT_EVERY_MS;
		b->count = 0;
		return NTP_LIMIT_GO;
	}
	return b->count++ == 0 ? NTP_LIMIT_KISS : NTP_LIMIT_DROP;
}

unsigned
ntp_limit_clients(const struct ntp_limit *l, uint64_t now_ms)
{
	return clients_seen(l->clients, (uint32_t)now_ms, HOUR_MS);
}
