/* The DNS server of an edge and nothing else, for measuring: answers a zone of
 * made-up names, over UDP and TCP, and forwards the rest.
 *
 *	dns_server PORT NAMES VIEWS [UPSTREAM-PORT [TLS-PORT]]
 *
 * Names are n0.bench.test …, each with an address of its own: records of the
 * own domain, or, when there are more than a configuration holds, a zone from
 * text. Every asker is in zone lan, so client limits and views are at work as
 * in a home. Prints "ready" when it listens, and what the names cost. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "ca/cert.h"
#include "conf/conf.h"
#include "dns/cookie.h"
#include "dns/extra.h"
#include "dns/plan.h"
#include "dns/server.h"
#include "dns/snapshot.h"
#include "dns/stats.h"
#include "io/listen.h"
#include "io/loop.h"
#include "io/tls.h"
#include "io/udp.h"
#include "sys/net.h"

enum { NAME_SIZE = 24, IFS_MAX = 64, FIXED_VIEWS = 3, QPS = 1400000, CACHE_ENTRIES = 200000, CACHE_BYTES = 256 << 20 };

static unsigned
zone_of(void *arg, uint32_t ifindex, const struct addr *local, const struct addr *peer,
    uint32_t *number)
{
	(void)arg;
	(void)ifindex;
	(void)local;
	(void)peer;
	*number = 0;
	return CONF_ZONE_LAN;
}

static double
cpu_ms_since(const struct timespec *from)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)(now.tv_sec - from->tv_sec) * 1e3 + (double)(now.tv_nsec - from->tv_nsec) / 1e6;
}

/* The same names as a text. */
static bool
fill_zone(struct conf *c, struct dns_host *host, size_t n)
{
	static struct conf_extra_zone zone = { .name = "bench.test", .sha256 = "0", .views = CONF_ZONE_LAN };
	struct dns_extras *x = dns_extras_new();
	char *text = malloc(64 * (n + 4)), *p = text;
	struct timespec from;
	struct err e;
	size_t i;

	if (x == NULL || text == NULL)
		return false;
	p += sprintf(p, "$TTL 300\n@ SOA ns hostmaster 1 3600 600 604800 60\n@ NS ns\nns A 127.0.0.1\n");
	for (i = 0; i < n; i++)
		p += sprintf(p, "n%zu A 10.%zu.%zu.%zu\n", i, i >> 16 & 255, i >> 8 & 255, i & 255);
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	if (dns_extras_read(x, str_of(zone.name), zone.sha256, (struct str){ text, (size_t)(p - text) }, false, &e) < 0) {
		fprintf(stderr, "%s\n", e.detail);
		return false;
	}
	printf("text of %zu octets read in %.0f ms, table of %zu\n", (size_t)(p - text), cpu_ms_since(&from),
	    dns_extras_find(x, str_of(zone.name), zone.sha256)->n);
	free(text);
	c->identity.domain_name = "home.test";
	c->dns.zones = &zone;
	c->dns.nzones = 1;
	host->extras = x;
	return true;
}

static void
fill_records(struct conf *c, size_t n)
{
	char (*text)[2 * NAME_SIZE] = calloc(n + 1, sizeof(*text));
	size_t i;

	c->dns.records = calloc(n + 1, sizeof(*c->dns.records));
	for (i = 0; i < n && text != NULL && c->dns.records != NULL; i++) {
		(void)snprintf(text[i], NAME_SIZE, "n%zu", i);
		(void)snprintf(text[i] + NAME_SIZE, NAME_SIZE, "10.%zu.%zu.%zu", i >> 16 & 255, i >> 8 & 255, i & 255);
		c->dns.records[i] = (struct conf_record){ .id = "x", .zone = "bench.test", .name = text[i], .type = "A",
		    .value = text[i] + NAME_SIZE, .ttl = 300, .views = CONF_ZONE_LAN | CONF_ZONE_VPN };
		c->dns.nrecords++;
	}
}

/* One address asked, and further ones only to have more views. */
static void
fill_host(struct dns_host *host, struct net_ifaddr *ifs, size_t views)
{
	size_t i;

	for (i = 0; i + FIXED_VIEWS < views && i < IFS_MAX; i++) {
		(void)snprintf(ifs[i].name, sizeof(ifs[i].name), "eth%zu", i);
		ifs[i].ifindex = i == 0 ? 1 : (uint32_t)i + 100;
		ifs[i].prefix = (struct addr_prefix){ { 4, { 127, 0, 0, (uint8_t)(i + 1) } }, 8 };
	}
	host->ifs = ifs;
	host->nifs = i;
}

/* DNS over TLS, with a certificate as a new cell has it. */
static bool
serve_tls(struct dns_server *s, uint16_t port)
{
	static const struct dns_cookie_keys keys;
	const struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } }, .port = port };
	const int64_t now = time(NULL);
	const struct ca_cert_plan plan = { .kind = CA_SERVER, .common_name = "bench.test", .from_s = now - CA_BACKDATE_S,
		.until_s = now + 90 * 86400 };
	struct io_tls_config *tls = NULL;
	struct ca_cert made;
	const uint8_t *der;
	struct err e;

	if (ca_cert_make(&plan, NULL, &made, &e) < 0)
		return false;
	der = made.der;
	tls = io_tls_config_new(&(struct io_tls_cert){ .chain = &der, .chain_len = &made.n, .nchain = 1, .key = made.key,
	    .key_len = sizeof(made.key), .any_name = 1 }, 1, NULL);
	ca_cert_clear(&made);
	if (tls == NULL)
		return false;
	io_tls_config_speaks(tls, "dot", NULL);
	dns_server_secure(s, tls, &keys);
	return dns_server_tls(s, io_listen_tcp(&at)) != NULL;
}

static int
serve(struct io_loop *loop, const struct conf *c, const struct dns_host *host, uint16_t port, uint16_t tls_port)
{
	static struct dns_stats stats;
	const struct dns_server_conf sc = { .loop = loop, .stats = &stats, .share = 1, .zone_of = zone_of };
	const struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } }, .port = port };
	struct dns_server *s;
	struct timespec from;
	struct err e;
	void *part;
	size_t n;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	if (dns_server_new(&s, &sc) < 0 || dns_snapshot_build(&part, &n, c, host, NULL, &e) < 0)
		return 1;
	printf("built in %.1f ms\n", cpu_ms_since(&from));
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	if (dns_server_swap(s, part, n, NULL, &e) < 0 || dns_server_udp(s, io_udp_open(&at, 0)) == NULL ||
	    dns_server_tcp(s, io_listen_tcp(&at)) == NULL || (tls_port != 0 && !serve_tls(s, tls_port)))
		return 1;
	printf("checked in %.1f ms\nready, %zu octets\n", cpu_ms_since(&from), n);
	fflush(stdout);
	io_loop_run(loop);
	return 0;
}

static uint16_t
number(const char *s)
{
	return (uint16_t)strtoul(s, NULL, 10);
}

int
main(int argc, char **argv)
{
	static struct conf c;
	static struct net_ifaddr ifs[IFS_MAX];
	static const char *any[] = { "127.0.0.1" };
	struct conf_upstream up = { .at = { .addr = { 4, { 127, 0, 0, 1 } } } };
	struct dns_host host = { 0 };
	struct io_loop *loop = io_loop_new();
	size_t names;

	if (argc < 4 || loop == NULL)
		return 2;
	c.identity.domain_name = "bench.test";
	c.identity.domain = "bench.cell";
	c.wireguard.interface = "wg0";
	c.network.listen_addresses.v = any;
	c.network.listen_addresses.n = 1;
	c.dns.edns_size = 1232;
	c.dns.client_qps = QPS;
	c.dns.serve_zones = CONF_ZONE_LAN;
	c.dns.cache = (struct conf_dns_cache){ .max_entries = CACHE_ENTRIES, .max_bytes = CACHE_BYTES,
	    .max_ttl_s = 86400, .negative_max_ttl_s = 3600 };
	if (argc > 4) {
		up.at.port = number(argv[4]);
		c.dns.upstreams = &up;
		c.dns.nupstreams = 1;
	}
	names = strtoul(argv[2], NULL, 10);
	if (names <= CONF_RECORDS_MAX)
		fill_records(&c, names);
	else if (!fill_zone(&c, &host, names))
		return 1;
	fill_host(&host, ifs, strtoul(argv[3], NULL, 10));
	return serve(loop, &c, &host, number(argv[1]), argc > 5 ? number(argv[5]) : 0);
}
