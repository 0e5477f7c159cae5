/* Resource records; see rr.h. */
#include "dns/rr.h"

#include <string.h>

#include "base/rd.h"
#include "base/wr.h"
#include "dns/wire.h"

enum {
	POINTER_REACH = 0x4000,
	POINTERS_MAX = 32,	/* in one name; more is an attack */
	SOA_NUMBERS = 20
};

/* What the data of a type is made of, as far as names are in it:
 * N a name that may be sent compressed, n one that may not, digits: so many
 * octets, s: a length-prefixed string; the rest is taken as it is. */
static const struct {
	uint16_t type;
	const char *form;
} forms[] = {
	{ DNS_NS, "N" }, { 3, "N" }, { 4, "N" }, { DNS_CNAME, "N" }, { DNS_SOA, "NN" },
	{ 7, "N" }, { 8, "N" }, { 9, "N" }, { DNS_PTR, "N" }, { 14, "NN" },
	{ DNS_MX, "2N" },
	{ 17, "nn" },		/* RP */
	{ 18, "2n" },		/* AFSDB */
	{ 21, "2n" },		/* RT */
	{ 24, "99n" },		/* SIG */
	{ 26, "2nn" },		/* PX */
	{ 30, "n" },		/* NXT */
	{ DNS_SRV, "6n" },
	{ 35, "4sssn" },	/* NAPTR */
	{ 36, "2n" },		/* KX */
	{ DNS_DNAME, "n" },
	{ DNS_RRSIG, "99n" },
	{ DNS_NSEC, "n" },
};

static const char *
form_of(uint16_t type)
{
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (forms[i].type == type)
			return forms[i].form;
	return "";
}

/* Labels up to a pointer or the root. 1: the root was reached, 0: *to is where
 * the name goes on, -1: bad. */
static int
read_labels(struct rd *r, uint8_t *out, size_t *n, size_t *to)
{
	uint8_t len;

	for (;;) {
		len = rd_u8(r);
		if (!rd_ok(r))
			return -1;
		if ((len & DNS_POINTER) == DNS_POINTER) {
			*to = (size_t)(len & ~DNS_POINTER) << 8 | rd_u8(r);
			return rd_ok(r) ? 0 : -1;
		}
		if (len > DNS_LABEL_MAX || *n + 1 + len > DNS_NAME_MAX)
			return -1;
		out[(*n)++] = len;
		rd_copy(r, out + *n, len);
		*n += len;
		if (len == 0)
			return rd_ok(r) ? 1 : -1;
	}
}

bool
dns_rr_name(struct rd *r, uint8_t out[DNS_NAME_MAX], size_t *n)
{
	struct rd part = *r;
	size_t to = 0, began = rd_pos(r);
	unsigned hops = 0;
	int end;

	*n = 0;
	while ((end = read_labels(&part, out, n, &to)) == 0) {
		if (hops++ == 0)
			*r = part;
		if (to >= began || hops > POINTERS_MAX)
			return rd_fail(r);
		began = to;
		rd_seek(&part, to);
	}
	if (end < 0)
		return rd_fail(r);
	if (hops == 0)
		*r = part;
	return true;
}

bool
dns_rr_read(struct rd *r, struct dns_rr *rr)
{
	if (!dns_rr_name(r, rr->name, &rr->namelen))
		return false;
	rr->type = rd_be16(r);
	rr->class = rd_be16(r);
	rr->ttl = rd_be32(r);
	rr->rdlen = rd_be16(r);
	rr->rdata = rd_pos(r);
	rd_skip(r, rr->rdlen);
	return rd_ok(r);
}

void
dns_pack_init(struct dns_pack *p, struct wr *w, bool compress)
{
	p->w = w;
	p->n = 0;
	p->compress = compress;
	p->fix = NULL;
	p->nfix = p->fixmax = 0;
}

/* Every label that starts within reach begins a name of its own. */
void
dns_pack_known(struct dns_pack *p, size_t pos)
{
	const uint8_t *m = p->w->start;
	size_t reach = p->fix == NULL ? POINTER_REACH : POINTER_REACH - DNS_NAME_MAX;

	while (pos < reach && p->n < DNS_PACK_NAMES &&
	    m[pos] != 0 && m[pos] <= DNS_LABEL_MAX) {
		p->at[p->n++] = (uint16_t)pos;
		pos += (size_t)m[pos] + 1;
	}
}

/* Does the name at pos, which we wrote ourselves, equal name? Case counts, so
 * that what is compressed comes out again as it was. */
static bool
equals_at(const struct wr *w, size_t pos, const uint8_t *name)
{
	const uint8_t *m = w->start;

	for (;;) {
		while ((m[pos] & DNS_POINTER) == DNS_POINTER)
			pos = dns_get16(m + pos) & (POINTER_REACH - 1);
		if (m[pos] != *name || memcmp(m + pos, name, (size_t)*name + 1) != 0)
			return false;
		if (*name == 0)
			return true;
		pos += (size_t)*name + 1;
		name += (size_t)*name + 1;
	}
}

static bool
find_known(const struct dns_pack *p, const uint8_t *name, uint16_t *pos)
{
	size_t i;

	if (!p->compress || *name == 0 || (p->fix != NULL && p->nfix == p->fixmax))
		return false;
	for (i = 0; i < p->n; i++)
		if (equals_at(p->w, p->at[i], name)) {
			*pos = p->at[i];
			return true;
		}
	return false;
}

void
dns_pack_name(struct dns_pack *p, const uint8_t *name, size_t n)
{
	size_t begin = wr_len(p->w), at = 0;
	uint16_t pos = 0;

	while (at < n && name[at] != 0 && !find_known(p, name + at, &pos))
		at += (size_t)name[at] + 1;
	wr_bytes(p->w, name, at);
	if (at < n && name[at] != 0) {
		if (p->fix != NULL)
			p->fix[p->nfix++] = (uint16_t)wr_len(p->w);
		wr_be16(p->w, (uint16_t)(DNS_POINTER << 8 | pos));
	} else {
		wr_u8(p->w, 0);
	}
	if (at > 0 && wr_ok(p->w) && p->compress)
		dns_pack_known(p, begin);
}

size_t
dns_pack_head(struct dns_pack *p, const uint8_t *owner, size_t n, uint16_t type, uint32_t ttl)
{
	size_t at;

	dns_pack_name(p, owner, n);
	wr_be16(p->w, type);
	wr_be16(p->w, DNS_IN);
	at = wr_len(p->w);
	wr_be32(p->w, ttl);
	return at;
}

static void
copy_octets(struct dns_pack *p, struct rd *r, size_t n)
{
	const uint8_t *from = rd_bytes(r, n);

	if (from != NULL)
		wr_bytes(p->w, from, n);
}

static void
copy_name(struct dns_pack *p, struct rd *r, bool compress)
{
	uint8_t name[DNS_NAME_MAX];
	bool was = p->compress;
	size_t n;

	if (!dns_rr_name(r, name, &n))
		return;
	p->compress = was && compress;
	dns_pack_name(p, name, n);
	p->compress = was;
}

bool
dns_pack_rdata(struct dns_pack *p, const struct rd *msg, uint16_t type,
    size_t rdata, size_t rdlen)
{
	const char *form;
	struct rd r;
	size_t mark;

	rd_init(&r, msg->start, rdata + rdlen);
	rd_seek(&r, rdata);
	mark = wr_mark16(p->w);
	for (form = form_of(type); *form != '\0'; form++) {
		if (*form == 'N' || *form == 'n')
			copy_name(p, &r, *form == 'N');
		else if (*form == 's')
			copy_octets(p, &r, (size_t)(rd_left(&r) > 0 ? *r.p : 0) + 1);
		else
			copy_octets(p, &r, (size_t)(*form - '0'));
	}
	copy_octets(p, &r, rd_left(&r));
	wr_patch16(p->w, mark);
	return rd_ok(&r) && wr_ok(p->w);
}

/* The name in NSEC keeps its case: signatures are made of it (RFC 6840 5.1). */
static bool
lower_name(uint16_t type, uint8_t *p, size_t max, size_t *n)
{
	uint8_t lower[DNS_NAME_ROOM];
	unsigned labels;

	*n = dns_name_scan(p, max, &labels);
	if (*n == 0 || type == DNS_NSEC)
		return *n != 0;
	(void)dns_name_lower(lower, p, *n);	/* the hash is of no use here */
	memcpy(p, lower, *n);
	return true;
}

bool
dns_rr_lower(uint16_t type, uint8_t *rdata, size_t n)
{
	const char *form;
	size_t at = 0, len;

	for (form = form_of(type); *form != '\0'; form++) {
		if (at > n)
			return false;
		len = *form == 's' ? (size_t)(at < n ? rdata[at] : 0) + 1 : (size_t)(*form - '0');
		if ((*form == 'N' || *form == 'n') && !lower_name(type, rdata + at, n - at, &len))
			return false;
		at += len;
	}
	return at <= n && (type != DNS_SOA || n - at == SOA_NUMBERS);
}
