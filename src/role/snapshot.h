/* A snapshot: everything an edge needs for one generation, one document in a
 * sealed memfd (design.md 2). Parts lie one behind the other, 16-byte aligned,
 * so that the DNS table is used in place by every edge. */
#ifndef ROLE_SNAPSHOT_H
#define ROLE_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

#include "dns/cookie.h"
#include "ingress/zone.h"
#include "ntp/plan.h"
#include "proxy/decide.h"

struct conf;
struct err;
struct io_tls_config;
struct proxy_table;

enum { SNAPSHOT_MAX = 512 << 20, SNAPSHOT_CHAIN_MAX = 4, SNAPSHOT_CERT_MAX = 8192 };

/* The one certificate of this slice: provisional, answers to any name. */
struct snapshot_cert {
	const uint8_t *chain[SNAPSHOT_CHAIN_MAX];
	size_t chain_len[SNAPSHOT_CHAIN_MAX];
	size_t nchain;
	uint8_t key[32];	/* wiped by the owner */
};

struct snapshot_in {
	uint64_t serial, generation;
	const struct ingress *ingress;
	const struct proxy_site *site;
	const struct ntp_plan *ntp;
	const struct conf *conf;	/* for proxy_table_plan() */
	const struct snapshot_cert *cert;	/* NULL: no HTTPS */
	const struct dns_cookie_keys *cookies;
	const void *dns;	/* finished DNS part, n = 0: DNS does not serve */
	size_t dns_len;
};

/* The sealed memfd, or -errno. */
int snapshot_make(const struct snapshot_in *in);

struct snapshot {
	uint64_t serial, generation;
	struct ingress ingress;
	struct proxy_site site;
	struct proxy_table *routes;	/* requests keep it */
	struct ntp_plan ntp;
	struct dns_cookie_keys cookies;	/* wiped by snapshot_free() */
	struct io_tls_config *tls, *tls_dns;	/* for HTTP and for DNS inside; NULL: neither */
	const uint8_t *cert;		/* what they were made of, into map */
	size_t cert_len;
	const void *dns;		/* into map */
	size_t dns_len;
	const void *map;
	size_t map_len;
};

/* Map and check the document behind fd (left open). old: the one in use, NULL = none; where the certificate is the same,
 * sessions of its TLS clients stay good. 0 with a malloc'd *out, or a negative errno. */
int snapshot_open(struct snapshot **out, int fd, const struct snapshot *old, struct err *e);
void snapshot_free(struct snapshot *s);		/* NULL is allowed */

#endif /* ROLE_SNAPSHOT_H */
