/* Discovery of designated resolvers; see ddr.h. */
#include "dns/ddr.h"

#include <errno.h>
#include <string.h>

#include "base/wr.h"
#include "dns/wire.h"
#include "dns/zones.h"

enum {
	RDATA_MAX = 512,
	PROTOCOLS = 2,
	KEY_ALPN = 1, KEY_PORT = 3, KEY_HINT4 = 4, KEY_HINT6 = 6, KEY_DOHPATH = 7	/* RFC 9460 14.3, 9461 8 */
};

static const uint8_t at[] = "\4_dns\10resolver\4arpa";	/* its NUL is the root */

struct way {
	uint16_t priority, port;
	const char *protocols[PROTOCOLS], *path;	/* NULL: none */
};

static void
put_param(struct wr *w, unsigned key, const void *p, size_t n)
{
	wr_be16(w, (uint16_t)key);
	wr_be16(w, (uint16_t)n);
	wr_bytes(w, p, n);
}

/* Each name with its length before it. */
static void
put_alpn(struct wr *w, const struct way *way)
{
	size_t i, mark, n;

	wr_be16(w, KEY_ALPN);
	mark = wr_mark16(w);
	for (i = 0; i < PROTOCOLS && way->protocols[i] != NULL; i++) {
		n = strlen(way->protocols[i]);
		wr_u8(w, (uint8_t)n);
		wr_bytes(w, way->protocols[i], n);
	}
	wr_patch16(w, mark);
}

/* Keys in rising order (RFC 9460 2.2). */
static void
write_way(struct wr *w, const struct dns_ddr *d, const struct way *way, const struct dns_view *view)
{
	uint8_t port[2];

	dns_put16(port, way->port);
	wr_be16(w, way->priority);
	wr_bytes(w, d->name, d->namelen);
	put_alpn(w, way);
	put_param(w, KEY_PORT, port, sizeof(port));
	if (view->a.len == 4)
		put_param(w, KEY_HINT4, view->a.b, 4);
	if (view->aaaa.len == 16)
		put_param(w, KEY_HINT6, view->aaaa.b, 16);
	if (way->path != NULL)
		put_param(w, KEY_DOHPATH, way->path, strlen(way->path));
}

static int
put_way(struct dns_zones *z, const struct dns_ddr *d, const struct way *way, size_t view)
{
	uint8_t rdata[RDATA_MAX];
	struct dns_record r = { .type = DNS_SVCB, .ttl = DNS_SOA_TTL, .views = DNS_VIEW_BIT(view), .rdata = rdata };
	struct wr w;
	int error;

	wr_init(&w, rdata, sizeof(rdata));
	write_way(&w, d, way, &z->views[view]);
	if (!wr_ok(&w))
		return -EINVAL;
	r.rdlen = (uint16_t)wr_len(&w);
	error = dns_zones_put(z, at, sizeof(at), &r);
	return error == -EXDEV || error == -ENOENT ? 0 : error;	/* somebody else answers for the zone */
}

int
dns_ddr_put(struct dns_zones *z, const struct dns_ddr *d)
{
	const struct way ways[] = {
		{ 1, d->dot, { "dot" }, NULL },
		{ 2, d->doh, { "h2", "http/1.1" }, "/dns-query{?dns}" },
	};
	size_t i, v;
	int error = 0;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		for (v = 0; v < z->nviews && error == 0 && ways[i].port != 0; v++)
			error = put_way(z, d, &ways[i], v);
	return error;
}
