/* A snapshot: everything an edge needs for one generation, one document in a
 * sealed memfd (design.md 2). Parts lie one behind the other, 16-byte aligned,
 * so that the peers and the DNS table are used in place by every edge. What is
 * large and the same as in the snapshot before is a piece beside the document:
 * an edge keeps the one it has. */
#ifndef ROLE_SNAPSHOT_H
#define ROLE_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "dns/cookie.h"
#include "ingress/who.h"
#include "ingress/zone.h"
#include "ntp/plan.h"
#include "proxy/decide.h"
#include "sys/sealed.h"

struct conf;
struct err;
struct io_tls_config;
struct proxy_table;

enum {
	SNAPSHOT_MAX = 512 << 20,
	SNAPSHOT_CERTS_MAX = 257,	/* the cell's own one, and 256 (product.md 19) */
	SNAPSHOT_CHAIN_MAX = 4, SNAPSHOT_CERT_DER_MAX = 32 << 10, SNAPSHOT_NAMES_MAX = 128, SNAPSHOT_NAME_MAX = 254
};

/* A certificate that is served. What is pointed to is borrowed. */
struct snapshot_cert {
	const uint8_t *chain[SNAPSHOT_CHAIN_MAX];
	size_t chain_len[SNAPSHOT_CHAIN_MAX];	/* at most SNAPSHOT_CERT_DER_MAX each */
	size_t nchain;
	const uint8_t *key;	/* as in io/tls.h */
	size_t key_len;
	bool is_public;		/* of an authority that browsers believe without being told to */
	bool any_name;		/* answers to any SNI that nobody else does, also to names that are not its own */
	size_t nnames;		/* else to these, "*.x" too; an exact name goes before, then the earlier certificate */
	const char *names[SNAPSHOT_NAMES_MAX];
};

/* What people fetch to trust the cell: finished files. */
enum snapshot_ca { SNAPSHOT_CA_PAGE, SNAPSHOT_CA_ROOT, SNAPSHOT_CA_PROFILE, SNAPSHOT_CA_FILES };

struct snapshot_file {
	const void *p;
	size_t n;		/* 0: there is none */
};

/* A revocation list: of today's intermediate, then of earlier ones. */
enum { SNAPSHOT_LISTS_MAX = 5, SNAPSHOT_LIST_ID = 6 };
struct snapshot_list {
	char id[SNAPSHOT_LIST_ID + 1];	/* its file is crl-<id>.der */
	struct snapshot_file file;	/* n 0: there is none */
};

struct snapshot_in {
	uint64_t serial, generation;
	const struct ingress *ingress;
	const struct proxy_site *site;
	const struct ntp_plan *ntp;
	const struct conf *conf;	/* for proxy_table_plan(), and its trust store */
	const struct snapshot_cert *certs;	/* the first one also answers where no name is asked for */
	size_t ncerts;			/* 0: no HTTPS */
	const struct dns_cookie_keys *cookies;
	const void *who;	/* finished piece of ingress/who.h; NULL: it is the first of the pieces beside the document */
	size_t who_len;
	const void *dns;	/* finished DNS part; n = 0: it is the second of those pieces, or DNS does not serve */
	size_t dns_len;
	struct snapshot_file ca[SNAPSHOT_CA_FILES];
	struct snapshot_list lists[SNAPSHOT_LISTS_MAX];
};

/* The sealed memfd, or -errno. */
int snapshot_make(const struct snapshot_in *in);

struct snapshot {
	uint64_t serial, generation;
	struct ingress ingress;
	struct ingress_who who;		/* into map, or a piece */
	struct proxy_site site;
	struct proxy_table *routes;	/* requests keep it */
	const uint8_t *routes_at;	/* what it was made of, into map */
	size_t routes_len;
	struct ntp_plan ntp;
	struct dns_cookie_keys cookies;	/* wiped by snapshot_free() */
	struct io_tls_config *tls, *tls_dns;	/* for HTTP and for DNS inside; NULL: neither */
	const uint8_t *certs;		/* what they were made of, into map */
	size_t certs_len;
	struct snapshot_file ca[SNAPSHOT_CA_FILES];	/* the same */
	struct snapshot_list lists[SNAPSHOT_LISTS_MAX];
	struct str trust;		/* PEM of whom targets of routes are believed, too; the same */
	const void *dns;		/* the same, or a piece */
	size_t dns_len;
	struct sealed_list pieces;	/* beside it */
	const void *map;
	size_t map_len;
};

/* What came with a message: the document and the pieces that belong to it, whose ids say which of them an edge has already. */
struct snapshot_fds {
	int fd;
	size_t npieces;
	const int *pieces;
	const uint64_t *ids;
};

/* Map and check the document, whose descriptors are left open. old: the one in use, NULL = none; sessions of TLS clients stay
 * good where their certificate is the same. 0 with a malloc'd *out, or a negative errno. */
int snapshot_open(struct snapshot **out, const struct snapshot_fds *fds, const struct snapshot *old, struct err *e);
void snapshot_free(struct snapshot *s);		/* NULL is allowed */

#endif /* ROLE_SNAPSHOT_H */
