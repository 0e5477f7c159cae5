/* From configuration and host addresses to zones per view (DNS-1 to DNS-6,
 * DNS-13): which names exist, with which records, for whom. Pure. Custom
 * records are turned into wire data here, once, by ldns. */
#ifndef DNS_PLAN_H
#define DNS_PLAN_H

#include <stddef.h>
#include <stdint.h>

struct conf;
struct dns_extras;	/* dns/extra.h */
struct dns_zones;	/* dns/zones.h */
struct err;
struct net_ifaddr;	/* sys/net.h */
struct sealed_list;	/* sys/sealed.h */

/* What the plan has to know of the machine. Borrowed during the call. */
struct dns_host {
	const struct net_ifaddr *ifs;	/* as net_ifaddrs() gives them */
	size_t nifs;
	const uint32_t *containers;	/* interfaces of installed services' networks */
	size_t ncontainers;
	const char *const *names;	/* further generated names, relative to the own domains: */
	size_t nnames;			/* service subdomains (DNS-3); lower case */
	uint16_t port;			/* that DNS is served on; 0 = as configured */
	const struct dns_extras *extras;	/* texts of extra zones as they were read; NULL: none */
	uint16_t dot, doh;		/* ports of DNS over TLS and HTTPS; 0 = not served */
	const struct dns_serials *serials;	/* so far (dns/serial.h); NULL: they follow from the configuration's revs */
	struct dns_serials *next_serials;	/* gets them as they are now; may be NULL */
	struct sealed_list *pieces;	/* takes tables of extra zones that are sealed; NULL: all are copied into the part */
	const struct dns_secrets *secrets;	/* of the secondaries (dns/transfer.h); NULL: zones do not go out */
};

/* Everything that the cell answers by itself: own domains, reverse zones of
 * the VPN, the empty local zones, extra zones (those whose text was read; their
 * records stay where they are), and the cuts where forwards begin. A record
 * that no longer builds is left out and counted in *skipped (may be NULL); the
 * first such record is described in e (may be NULL). NULL when out of memory. */
struct dns_zones *dns_plan(const struct conf *c, const struct dns_host *host,
    size_t *skipped, struct err *e);

#endif /* DNS_PLAN_H */
