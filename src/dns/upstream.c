/* One upstream; see upstream.h. */
#include "dns/upstream.h"

#include <stdlib.h>

#include "dns/pipe.h"
#include "dns/port.h"
#include "io/loop.h"

struct dns_upstream *
dns_upstream_new(const struct dns_carriage *c, const struct dns_hop *hop)
{
	struct dns_upstream *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return NULL;
	u->loop = c->loop;
	u->hop = *hop;
	u->ports = dns_ports_new(c, &hop->at);
	u->pipe = dns_pipe_new(c, &hop->at);
	if (u->ports != NULL && u->pipe != NULL)
		return u;
	dns_upstream_free(u);
	return NULL;
}

void
dns_upstream_free(struct dns_upstream *u)
{
	if (u == NULL)
		return;
	dns_ports_free(u->ports);
	dns_pipe_free(u->pipe);
	free(u);
}

bool
dns_upstream_usable(const struct dns_upstream *u)
{
	return u->hop.mode != DNS_HOP_NONE;
}

int
dns_upstream_send(struct dns_upstream *u, struct dns_flight *f, bool tcp)
{
	if (tcp || u->hop.mode == DNS_HOP_TCP)
		return dns_pipe_send(u->pipe, f);
	return dns_ports_send(u->ports, f);
}

void
dns_upstream_answered(struct dns_upstream *u, uint64_t rtt_ms)
{
	uint32_t rtt = rtt_ms == 0 ? 1 : (uint32_t)rtt_ms;

	u->failures = 0;
	u->rest_until_ms = 0;
	u->heard_ms = io_loop_now_ms(u->loop);
	u->rtt_ms = u->rtt_ms == 0 ? rtt : (7 * u->rtt_ms + rtt + 4) / 8;
}

void
dns_upstream_failed(struct dns_upstream *u)
{
	u->heard_ms = io_loop_now_ms(u->loop);
	if (++u->failures >= DNS_UPSTREAM_FAILURES)
		u->rest_until_ms = u->heard_ms + DNS_UPSTREAM_REST_MS;
}

bool
dns_upstream_rests(const struct dns_upstream *u)
{
	return u->rest_until_ms > io_loop_now_ms(u->loop);
}

bool
dns_upstream_is_up(const struct dns_upstream *u)
{
	return dns_upstream_usable(u) && u->failures < DNS_UPSTREAM_FAILURES;
}

bool
dns_upstream_sweep(struct dns_upstream *u)
{
	bool udp = dns_ports_sweep(u->ports);

	return dns_pipe_sweep(u->pipe) || udp;
}
