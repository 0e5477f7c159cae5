/* What the API shows of the running cell: the callbacks of api/live.h that
 * only look. */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/server.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "diag/check.h"
#include "diag/host.h"
#include "ingress/zone.h"
#include "role/cert.h"
#include "role/core.h"
#include "role/doors.h"
#include "role/doors_plan.h"
#include "role/edges.h"
#include "role/firewall.h"
#include "role/timekeeping.h"
#include "role/vpn.h"
#include "sys/clk.h"

static bool
is_ready(void *arg)
{
	const struct core *c = arg;

	return c->ready && !c->stopping;
}

static void
edge_part(const struct core *c, size_t i, struct api_part *out)
{
	static const char *const states[] = { "starting", "running", "starting", "failed" };
	struct edge_info info;

	edges_info(c->edges, i, &info);
	memset(out, 0, sizeof(*out));
	(void)snprintf(out->name, sizeof(out->name), "edge-%zu", i);	/* fits */
	(void)snprintf(out->state, sizeof(out->state), "%s", states[info.state]);
	out->running = info.state == EDGE_RUNNING;
	out->since = info.since;
	if (info.restarts > 0)
		(void)snprintf(out->detail, sizeof(out->detail), "died %u times%s", info.restarts,
		    info.state == EDGE_FAILED ? ", too often; it is tried again" : "");
}

/* Doors of one kind as one part: what people call "DNS" or "HTTPS". */
static void
door_part(const struct core *c, const char *name, enum door_kind kind, struct api_part *out)
{
	size_t i, n;
	const struct door *d = doors_list(c->doors, &n);
	char at[ADDR_TEXT_MAX];

	memset(out, 0, sizeof(*out));
	(void)snprintf(out->name, sizeof(out->name), "%s", name);	/* fits, as below */
	(void)snprintf(out->state, sizeof(out->state), "running");
	out->running = true;
	for (i = 0; i < n; i++) {
		if (d[i].kind != kind)
			continue;
		out->since = d[i].since > out->since ? d[i].since : out->since;
		if (d[i].error == 0)
			continue;
		out->running = false;
		(void)snprintf(out->state, sizeof(out->state), "failed");
		(void)snprintf(out->detail, sizeof(out->detail), "cannot listen on %s: %s%s%s",
		    addr_port_text(&d[i].at, at), strerror(-d[i].error),
		    d[i].holder_name[0] == '\0' ? "" : ", held by ", d[i].holder_name);
	}
}

/* One that is switched off has no doors. */
static bool
has_doors(const struct core *c, enum door_kind kind)
{
	size_t i, n;
	const struct door *d = doors_list(c->doors, &n);

	for (i = 0; i < n && d[i].kind != kind; i++)
		;
	return i < n;
}

static size_t
parts(void *arg, struct api_part *out, size_t max)
{
	static const struct { const char *name; enum door_kind kind; } doors[] = {
		{ "dns", DOOR_DNS_UDP }, { "dns-tcp", DOOR_DNS_TCP }, { "dns-tls", DOOR_DNS_TLS },
		{ "http", DOOR_HTTP }, { "https", DOOR_HTTPS }, { "ntp", DOOR_NTP }, { "api", DOOR_API }
	};
	struct core *c = arg;
	size_t i, n = 0;

	for (i = 0; i < sizeof(doors) / sizeof(doors[0]) && n < max; i++)
		if (has_doors(c, doors[i].kind))
			door_part(c, doors[i].name, doors[i].kind, &out[n++]);
	if (n < max && firewall_part(c, &out[n]))
		n++;
	for (i = 0; i < edges_count(c->edges) && n < max; i++)
		edge_part(c, i, &out[n++]);
	n += n < max && vpn_part(c, &out[n]);
	return n;
}

/* FWL-15: a forward is a door, too, of whoever it leads to. */
static size_t
forwards(const struct core *c, struct api_listener *out, size_t max)
{
	const struct conf_firewall *f = &conf_txn_current(c->txn)->firewall;
	size_t i, n = 0;

	for (i = 0; i < f->nforwards && n < max; i++) {
		const struct conf_fw_forward *w = &f->forwards[i];

		if (w->enabled)
			out[n++] = (struct api_listener){ "firewall", w->proto == CONF_PROTO_UDP ? "forward/udp" : "forward/tcp",
			    { .addr = { .len = w->to_ip.len }, .port = w->port }, w->zone, "firewall.forwards", firewall_holds(c), "" };
	}
	return n;
}

static size_t
listeners(void *arg, struct api_listener *out, size_t max)
{
	struct core *c = arg;
	size_t i, n;
	const struct door *d = doors_list(c->doors, &n);

	for (i = 0; i < n && i < max; i++) {
		out[i] = (struct api_listener){ d[i].kind == DOOR_API ? "core" : "edge", door_kind_name(d[i].kind),
		    d[i].at, doors_zones(conf_txn_current(c->txn), d[i].kind), door_kind_port(d[i].kind), d[i].error == 0, "" };
		if (d[i].error < 0)
			(void)snprintf(out[i].error, sizeof(out[i].error), "%s%s%s", strerror(-d[i].error),
			    d[i].holder_name[0] == '\0' ? "" : ", held by ", d[i].holder_name);
	}
	i += vpn_doors(c, out + i, max - i);
	return i + forwards(c, out + i, max - i);
}

/* The zone that a device on this interface's own network is in. */
static unsigned
interface_zone(const struct core *c, const struct net_ifaddr *f)
{
	struct ingress in;
	struct addr neighbour = f->prefix.addr;

	if (f->loopback)
		return CONF_ZONE_LOCAL;
	ingress_plan(&in, conf_txn_current(c->txn), c->ifs, c->nifs);
	neighbour.b[neighbour.len - 1] ^= 1;	/* somebody else's: our own is local */
	return ingress_zone(&in, f->ifindex, &neighbour);
}

static size_t
interfaces(void *arg, struct api_interface *out, size_t max)
{
	struct core *c = arg;
	size_t i, n = 0;

	for (i = 0; i < c->nifs; i++) {
		const struct net_ifaddr *f = &c->ifs[i];

		if (n == 0 || strcmp(out[n - 1].name, f->name) != 0) {
			if (n == max)
				break;
			out[n] = (struct api_interface){ .up = f->up, .zone = interface_zone(c, f) };
			(void)snprintf(out[n++].name, sizeof(out->name), "%s", f->name);	/* same size */
		}
		if (out[n - 1].n < API_IF_ADDRS_MAX)
			out[n - 1].addresses[out[n - 1].n++] = f->prefix;
	}
	return n;
}

static const char *
fingerprint(void *arg)
{
	const struct core *c = arg;

	const struct cell_cert *served = certs_served(c, NULL);

	return served == NULL ? NULL : cell_cert_fingerprint(served);
}

static void
dns_stats(void *arg, struct dns_stats *out)
{
	const struct core *c = arg;
	struct edge_stats s;

	edges_stats(c->edges, &s);
	*out = s.dns;
}

static void
dns_secondary(void *arg, const char *id, struct api_secondary *out)
{
	secondaries_tell(arg, id, out);
}

static bool
is_upstream(const struct conf_dns *dns, const struct addr_port *at)
{
	size_t i;

	for (i = 0; i < dns->nupstreams; i++)
		if (dns->upstreams[i].at.port == at->port && addr_eq(&dns->upstreams[i].at.addr, &at->addr))
			return true;
	return false;
}

/* Edges tell of the servers of forwarded zones, too. */
static size_t
dns_upstreams(void *arg, struct dns_upstream_state *out, size_t max)
{
	const struct core *c = arg;
	struct message_upstreams m;
	size_t i, n = 0;

	edges_upstreams(c->edges, &m);
	for (i = 0; i < m.n && n < max; i++)
		if (is_upstream(&conf_txn_current(c->txn)->dns, &m.v[i].at))
			out[n++] = (struct dns_upstream_state){ .at = m.v[i].at, .transport = m.v[i].transport,
			    .up = m.v[i].up, .fallback = m.v[i].fallback, .rtt_ms = m.v[i].rtt_ms };
	return n;
}

static uint16_t
https_port(void *arg)
{
	return core_https_port(arg);
}

static void
proxy_health(void *arg, const char *id, struct api_proxy_health *out)
{
	health_tell(arg, id, out);
}

static void
proxy_stats(void *arg, struct api_proxy_stats *out)
{
	const struct core *c = arg;
	struct edge_stats s;

	edges_stats(c->edges, &s);
	*out = (struct api_proxy_stats){ s.http_connections, s.http_requests, s.tls_errors };
}

static bool
is_open(const struct core *c, enum door_kind kind)
{
	size_t i, n;
	const struct door *d = doors_list(c->doors, &n);

	for (i = 0; i < n; i++)
		if (d[i].kind == kind && d[i].error == 0)
			return true;
	return false;
}

static void
ntp_status(void *arg, struct api_ntp *out)
{
	const struct core *c = arg;
	struct timekeeping_state s;
	struct edge_stats stats;

	timekeeping_state(c->timekeeping, &s);
	edges_stats(c->edges, &stats);
	*out = (struct api_ntp){ s.running && is_open(c, DOOR_NTP), s.control, s.reference, s.report, stats.ntp, s.lacks };
}

static const struct dns_host *
dns_host(void *arg)
{
	const struct core *c = arg;

	return &c->dns_host;
}

static void
diag_doors(const struct core *c, struct diag_facts *f)
{
	static const char *const what[DOOR_KINDS] = { "dns", "dns", "dns-tls", "http", "https", "ntp", "api" };
	size_t i, n;
	const struct door *d = doors_list(c->doors, &n);

	for (i = 0; i < n && f->nlisteners < DIAG_LISTENERS_MAX; i++) {
		struct diag_listener *l = &f->listeners[f->nlisteners++];

		*l = (struct diag_listener){ .protocol = door_kind_is_udp(d[i].kind) ? IPPROTO_UDP : IPPROTO_TCP,
		    .what = what[d[i].kind],
		    .port = d[i].at.port, .open = d[i].error == 0, .error = d[i].error,
		    .holder_pid = (int)d[i].holder };
		(void)snprintf(l->holder, sizeof(l->holder), "%s", d[i].holder_name);	/* larger */
	}
}

static void
diag_certificate(const struct core *c, struct diag_facts *f)
{
	const struct cell_cert *served = certs_served(c, NULL);

	f->cert_until = cell_cert_span(served).until_s;
	f->cert_provisional = conf_txn_current(c->txn)->setup_complete && strcmp(cell_cert_id(served), CERT_PROVISIONAL) == 0;
}

static json_t *
checks(void *arg)
{
	struct core *c = arg;
	struct diag_facts *f = calloc(1, sizeof(*f));
	json_t *list;

	if (f == NULL)
		return NULL;
	(void)clk_read(PIC_RELEASED, &f->build_time);	/* our own constant */
	f->root_mode = !c->options.user_mode;
	diag_doors(c, f);
	diag_host_read(f, &clk_system, c->state_fd);
	diag_certificate(c, f);
	list = diag_checks(f);
	free(f);
	return list;
}

/* As GET /health judges it. */
static bool
is_healthy(struct core *c)
{
	struct api_part p[API_PARTS_MAX];
	size_t i, n = parts(c, p, API_PARTS_MAX);

	for (i = 0; i < n; i++)
		if (!p[i].running)
			return false;
	return true;
}

void
facts_changed(struct core *c)
{
	json_t *health;

	if (c->api == NULL)
		return;
	health = json_pack("{ss}", "status", is_healthy(c) ? "healthy" : "degraded");
	if (health != NULL)
		api_event(c->api, "health", health);
	json_decref(health);
}

void
facts_fill(struct api_live *out)
{
	out->ready = is_ready;
	out->parts = parts;
	out->listeners = listeners;
	out->interfaces = interfaces;
	out->fingerprint = fingerprint;
	certs_fill(out);
	certs_import_fill(out);
	out->dns_stats = dns_stats;
	out->dns_upstreams = dns_upstreams;
	out->dns_secondary = dns_secondary;
	out->dns_host = dns_host;
	out->https_port = https_port;
	out->proxy_health = proxy_health;
	out->proxy_stats = proxy_stats;
	out->zone_put = texts_put;
	out->zone_cancel = texts_cancel;
	out->zone_text = texts_read;
	out->ntp_status = ntp_status;
	out->checks = checks;
}
