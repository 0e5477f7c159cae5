/* One upstream; see upstream.h. */
#include "dns/upstream.h"

#include <errno.h>
#include <stdlib.h>

#include "base/addr.h"
#include "base/log.h"
#include "dns/pipe.h"
#include "dns/port.h"
#include "io/loop.h"
#include "io/tls_client.h"

/* --- TLS -------------------------------------------------------------------------- */

static void
log_dot(const struct dns_upstream *u, int error)
{
	char text[ADDR_TEXT_MAX];

	if (error == 0)
		log_fmt(LOG_DNS, LOG_INFO, "upstream %s answers over TLS again", addr_port_text(&u->hop.at, text));
	else
		log_fmt(LOG_DNS, LOG_WARNING, "upstream %s as %s: %s%s", addr_port_text(&u->hop.at, text), u->hop.tls_name,
		    io_tls_error_text(error), u->hop.opportunistic ? "; it is asked without TLS meanwhile" : "");
}

/* RFC 8310 5: strict means nothing else will do; opportunistic, that plain DNS
 * is better than none, for a while. */
static void
on_dot(void *arg, int error)
{
	struct dns_upstream *u = arg;

	if (error != 0)
		u->dot_again_ms = io_loop_now_ms(u->loop) + DNS_UPSTREAM_DOT_AGAIN_MS;
	if (u->dot_fails != (error != 0))
		log_dot(u, error);
	u->dot_fails = error != 0;
	if (!u->hop.opportunistic && error != 0)
		u->failures = DNS_UPSTREAM_FAILURES - 1;	/* the flights that end now make it rest */
}

bool
dns_upstream_is_fallback(const struct dns_upstream *u)
{
	return u->hop.opportunistic && u->dot_fails;
}

/* --- life ---------------------------------------------------------------------------- */

static bool
open_carriers(struct dns_upstream *u, const struct dns_carriage *c)
{
	struct dns_pipe_conf plain = { .carriage = c, .to = u->hop.at };
	const struct dns_pipe_conf dot = { c, u->hop.at, u->hop.tls_name, on_dot, u };

	if (u->hop.mode == DNS_HOP_DOT) {
		plain.to.port = DNS_PORT;
		u->dot = dns_pipe_new(&dot);
		if (u->dot == NULL)
			return false;
	}
	u->ports = dns_ports_new(c, &plain.to);
	u->pipe = dns_pipe_new(&plain);
	return u->ports != NULL && u->pipe != NULL;
}

struct dns_upstream *
dns_upstream_new(const struct dns_carriage *c, const struct dns_hop *hop)
{
	struct dns_upstream *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return NULL;
	u->loop = c->loop;
	u->hop = *hop;
	if (open_carriers(u, c))
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
	dns_pipe_free(u->dot);
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
	if (u->hop.mode == DNS_HOP_DOT && !dns_upstream_is_fallback(u))
		return dns_pipe_send(u->dot, f);
	if (u->hop.mode == DNS_HOP_DOT && io_loop_now_ms(u->loop) >= u->dot_again_ms)
		dns_pipe_dial(u->dot);	/* beside this query */
	if (tcp || u->hop.mode == DNS_HOP_TCP)
		return dns_pipe_send(u->pipe, f);
	return dns_ports_send(u->ports, f);
}

/* --- health --------------------------------------------------------------------------- */

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
dns_upstream_failed(struct dns_upstream *u, int error)
{
	bool dot = u->hop.mode == DNS_HOP_DOT && !dns_upstream_is_fallback(u);

	u->missed |= error == -ETIMEDOUT;
	u->heard_ms = io_loop_now_ms(u->loop);
	if (++u->failures < DNS_UPSTREAM_FAILURES)
		return;
	if (dot && u->hop.opportunistic) {
		u->failures = 0;
		on_dot(u, error);
	} else {
		u->rest_until_ms = u->heard_ms + DNS_UPSTREAM_REST_MS;
	}
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

static bool
sweep_carriers(struct dns_upstream *u)
{
	bool udp = dns_ports_sweep(u->ports), tcp = dns_pipe_sweep(u->pipe);

	return (u->dot != NULL && dns_pipe_sweep(u->dot)) || tcp || udp;
}

bool
dns_upstream_sweep(struct dns_upstream *u)
{
	if (u->missed) {
		u->missed = false;
		dns_pipe_missed(u->pipe, DNS_UPSTREAM_SILENT_MS);
		if (u->dot != NULL)
			dns_pipe_missed(u->dot, DNS_UPSTREAM_SILENT_MS);
	}
	return sweep_carriers(u);
}
