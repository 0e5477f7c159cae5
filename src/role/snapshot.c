/* Snapshots; see snapshot.h. */
#include "role/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "base/rd.h"
#include "base/wr.h"
#include "conf/conf.h"
#include "io/tls.h"
#include "proxy/table.h"
#include "sys/memfd.h"

enum {
	TRUST_MAX = CONF_TRUST_MAX * CONF_TRUST_PEM_MAX,
	HEAD_MAX = (512 << 10) + PROXY_TABLE_BYTES_MAX + TRUST_MAX,	/* everything but the certificates and the DNS part */
	ALIGN = 16
};

static const char magic[8] = { 'P', 'I', 'C', 'S', 'N', 'A', 'P', '2' };

static void
cert_write(struct wr *w, const struct snapshot_cert *c)
{
	size_t i;

	wr_u8(w, (uint8_t)c->nchain);
	for (i = 0; i < c->nchain; i++) {
		wr_be16(w, (uint16_t)c->chain_len[i]);
		wr_bytes(w, c->chain[i], c->chain_len[i]);
	}
	wr_be16(w, (uint16_t)c->key_len);
	wr_bytes(w, c->key, c->key_len);
	wr_u8(w, c->is_public);
	wr_u8(w, c->any_name);
	wr_be16(w, (uint16_t)c->nnames);
	for (i = 0; i < c->nnames; i++) {
		wr_u8(w, (uint8_t)strlen(c->names[i]));
		wr_bytes(w, c->names[i], strlen(c->names[i]) + 1);
	}
}

static void
certs_write(struct wr *w, const struct snapshot_cert *certs, size_t n)
{
	size_t i;

	wr_be16(w, (uint16_t)n);
	for (i = 0; i < n; i++)
		cert_write(w, &certs[i]);
}

/* At most, with what stands between. */
static size_t
certs_room(const struct snapshot_cert *certs, size_t n)
{
	size_t room = 0, i, k;

	for (i = 0; i < n; i++) {
		room += 64 + certs[i].key_len;
		for (k = 0; k < certs[i].nchain; k++)
			room += certs[i].chain_len[k];
		for (k = 0; k < certs[i].nnames; k++)
			room += strlen(certs[i].names[k]) + 2;
	}
	return room;
}

static void
ca_write(struct wr *w, const struct snapshot_file *files)
{
	size_t i;

	for (i = 0; i < SNAPSHOT_CA_FILES; i++) {
		wr_be32(w, (uint32_t)files[i].n);
		wr_bytes(w, files[i].p, files[i].n);
	}
}

static void
lists_write(struct wr *w, const struct snapshot_list *lists)
{
	size_t i;

	for (i = 0; i < SNAPSHOT_LISTS_MAX; i++) {
		wr_be32(w, (uint32_t)lists[i].file.n);
		if (lists[i].file.n > 0)
			wr_bytes(w, lists[i].id, SNAPSHOT_LIST_ID);
		wr_bytes(w, lists[i].file.p, lists[i].file.n);
	}
}

/* The certificates of the trust store, as one text. */
static void
trust_write(struct wr *w, const struct conf_vault *v)
{
	const struct conf_trust *t, *end = v->trust + v->ntrust;
	size_t at = wr_len(w), n;
	struct wr patch;

	wr_be32(w, 0);
	for (t = v->trust; t < end; t++)
		if (t->kind == CONF_TRUST_CA)
			wr_text(w, t->pem);
	if (!wr_ok(w))
		return;
	n = wr_len(w) - at - 4;
	wr_init(&patch, w->start + at, 4);
	wr_be32(&patch, (uint32_t)n);
}

/* magic, length of the head with its padding, that of the peers (0: the first piece), serial, generation, parts; then the
 * peers, then the DNS part. */
static void
head_write(struct wr *w, const struct snapshot_in *in)
{
	size_t at;

	wr_bytes(w, magic, sizeof(magic));
	at = wr_len(w);
	wr_be32(w, 0);
	wr_be32(w, (uint32_t)in->who_len);
	wr_be64(w, in->serial);
	wr_be64(w, in->generation);
	ingress_write(w, in->ingress);
	proxy_site_write(w, in->site);
	ntp_plan_write(w, in->ntp);
	proxy_table_plan(w, in->conf);
	wr_bytes(w, in->cookies->now, DNS_COOKIE_KEY);
	wr_bytes(w, in->cookies->before, DNS_COOKIE_KEY);
	certs_write(w, in->certs, in->ncerts);
	ca_write(w, in->ca);
	lists_write(w, in->lists);
	trust_write(w, &in->conf->vault);
	while (wr_ok(w) && wr_len(w) % ALIGN != 0)
		wr_u8(w, 0);
	if (wr_ok(w)) {
		struct wr patch;

		wr_init(&patch, w->start + at, 4);
		wr_be32(&patch, (uint32_t)wr_len(w));
	}
}

static size_t
aligned(size_t n)
{
	return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

/* A part behind what is there; where the next one goes. */
static size_t
append(uint8_t *buf, size_t at, const void *p, size_t n)
{
	if (n > 0)
		memcpy(buf + at, p, n);
	memset(buf + at + n, 0, aligned(n) - n);
	return at + aligned(n);
}

int
snapshot_make(const struct snapshot_in *in)
{
	const size_t head = HEAD_MAX + certs_room(in->certs, in->ncerts) + aligned(in->who_len);
	uint8_t *buf;
	struct wr w;
	size_t n;
	int fd = -E2BIG;

	if (head > SNAPSHOT_MAX || in->dns_len > SNAPSHOT_MAX - head)
		return -E2BIG;
	buf = malloc(head + in->dns_len);
	if (buf == NULL)
		return -ENOMEM;
	wr_init(&w, buf, head - aligned(in->who_len));
	head_write(&w, in);
	n = wr_len(&w);
	if (wr_ok(&w)) {
		n = append(buf, n, in->who, in->who_len);
		if (in->dns_len > 0)
			memcpy(buf + n, in->dns, in->dns_len);
		fd = memfd_sealed("pic-snapshot", buf, n + in->dns_len);
	}
	sodium_memzero(buf, n + in->dns_len);	/* held keys */
	free(buf);
	return fd;
}

static bool
same_certs(const struct snapshot *a, const struct snapshot *b)
{
	return a->certs_len == b->certs_len && memcmp(a->certs, b->certs, a->certs_len) == 0;
}

/* What a certificate consists of, before it is part of a configuration of TLS. */
struct read_cert {
	const uint8_t *chain[SNAPSHOT_CHAIN_MAX];
	size_t chain_len[SNAPSHOT_CHAIN_MAX];
	const char *names[SNAPSHOT_NAMES_MAX];
};

static bool
names_read(struct rd *r, struct io_tls_cert *c, struct read_cert *x)
{
	const char *name;
	size_t i, n;

	c->is_public = rd_bool(r);
	c->any_name = rd_bool(r);
	c->nnames = rd_be16(r);
	c->names = x->names;
	if (c->nnames > SNAPSHOT_NAMES_MAX)
		return rd_fail(r);
	for (i = 0; i < c->nnames; i++) {
		n = rd_u8(r);
		name = (const char *)rd_bytes(r, n + 1);
		if (name == NULL || n == 0 || n >= SNAPSHOT_NAME_MAX || strnlen(name, n + 1) != n)
			return rd_fail(r);
		x->names[i] = name;
	}
	return rd_ok(r);
}

static bool
cert_read(struct rd *r, struct io_tls_cert *c, struct read_cert *x)
{
	size_t i;

	c->chain = x->chain;
	c->chain_len = x->chain_len;
	c->nchain = rd_u8(r);
	if (c->nchain == 0 || c->nchain > SNAPSHOT_CHAIN_MAX)
		return rd_fail(r);
	for (i = 0; i < c->nchain; i++) {
		x->chain_len[i] = rd_be16(r);
		x->chain[i] = rd_bytes(r, x->chain_len[i]);
	}
	c->key_len = rd_be16(r);
	c->key = rd_bytes(r, c->key_len);
	return names_read(r, c, x);
}

static bool
tls_make(struct snapshot *s, const struct io_tls_cert *certs, size_t n, const struct snapshot *old)
{
	if (old != NULL && old->tls != NULL && same_certs(s, old)) {
		s->tls = io_tls_config_ref(old->tls);
		s->tls_dns = io_tls_config_ref(old->tls_dns);
		return true;
	}
	s->tls = io_tls_config_new(certs, n, old == NULL ? NULL : old->tls);
	s->tls_dns = s->tls == NULL ? NULL : io_tls_config_new(certs, n, s->tls);
	if (s->tls_dns == NULL)
		return false;
	io_tls_config_speaks(s->tls, "h2", "http/1.1");
	io_tls_config_speaks(s->tls_dns, "dot", NULL);
	if (old != NULL && old->tls != NULL) {
		io_tls_config_resume(s->tls, old->tls);
		io_tls_config_resume(s->tls_dns, old->tls_dns);
	}
	return true;
}

static bool
certs_read_into(struct rd *r, struct snapshot *s, size_t n, const struct snapshot *old)
{
	struct io_tls_cert *certs = calloc(n, sizeof(*certs));
	struct read_cert *x = calloc(n, sizeof(*x));
	bool ok = certs != NULL && x != NULL;
	size_t i;

	for (i = 0; ok && i < n; i++)
		ok = cert_read(r, &certs[i], &x[i]);
	s->certs_len = (size_t)(r->p - s->certs);
	ok = ok && tls_make(s, certs, n, old);
	free(certs);
	free(x);
	return ok;
}

static bool
certs_read(struct rd *r, struct snapshot *s, const struct snapshot *old)
{
	size_t n = rd_be16(r);

	s->certs = r->p;
	if (!rd_ok(r) || n > SNAPSHOT_CERTS_MAX)
		return false;
	return n == 0 || certs_read_into(r, s, n, old);
}

static bool
ca_read(struct rd *r, struct snapshot *s)
{
	size_t i;

	for (i = 0; i < SNAPSHOT_CA_FILES; i++) {
		s->ca[i].n = rd_be32(r);
		s->ca[i].p = rd_bytes(r, s->ca[i].n);
	}
	return rd_ok(r);
}

static bool
lists_read(struct rd *r, struct snapshot *s)
{
	size_t i;

	for (i = 0; i < SNAPSHOT_LISTS_MAX; i++) {
		s->lists[i].file.n = rd_be32(r);
		if (s->lists[i].file.n > 0)
			rd_copy(r, s->lists[i].id, SNAPSHOT_LIST_ID);
		s->lists[i].file.p = rd_bytes(r, s->lists[i].file.n);
	}
	return rd_ok(r);
}

static bool
trust_read(struct rd *r, struct snapshot *s)
{
	s->trust.n = rd_be32(r);
	s->trust.p = (const char *)rd_bytes(r, s->trust.n);
	return rd_ok(r) && s->trust.n <= TRUST_MAX;
}

/* The octets themselves say where they end: if they begin as the old ones do, these are all. */
static bool
same_routes(const struct rd *r, const struct snapshot *old)
{
	return old != NULL && rd_left(r) >= old->routes_len && memcmp(r->p, old->routes_at, old->routes_len) == 0;
}

static bool
routes_read(struct rd *r, struct snapshot *s, const struct snapshot *old)
{
	s->routes_at = r->p;
	if (same_routes(r, old)) {
		(void)rd_bytes(r, old->routes_len);	/* they are there */
		s->routes = proxy_table_ref(old->routes);
	} else {
		s->routes = proxy_table_read(r);
	}
	s->routes_len = (size_t)(r->p - s->routes_at);
	return s->routes != NULL;
}

static bool
who_open(struct snapshot *s, const uint8_t *p, size_t n)
{
	if (n == 0 && s->pieces.n > 0)
		return ingress_who_open(&s->who, s->pieces.v[0]->p, s->pieces.v[0]->n);
	return ingress_who_open(&s->who, p, n);
}

static void
dns_at(struct snapshot *s, const uint8_t *p, size_t n)
{
	const bool beside = n == 0 && s->pieces.n > 1;

	s->dns = beside ? s->pieces.v[1]->p : p;
	s->dns_len = beside ? s->pieces.v[1]->n : n;
}

static int
head_read(struct rd *r, struct snapshot *s, const struct snapshot *old)
{
	const uint8_t *m = rd_bytes(r, sizeof(magic));
	const size_t head = rd_be32(r), who = rd_be32(r), body = head + aligned(who);
	const uint8_t *map = s->map;

	if (m == NULL || memcmp(m, magic, sizeof(magic)) != 0 ||
	    head % ALIGN != 0 || body > s->map_len || !who_open(s, map + head, who))
		return -EINVAL;
	s->serial = rd_be64(r);
	s->generation = rd_be64(r);
	if (!ingress_read(r, &s->ingress) || !proxy_site_read(r, &s->site) || !ntp_plan_read(r, &s->ntp))
		return -EINVAL;
	if (!routes_read(r, s, old))
		return -EINVAL;
	rd_copy(r, s->cookies.now, DNS_COOKIE_KEY);
	rd_copy(r, s->cookies.before, DNS_COOKIE_KEY);
	if (!rd_ok(r) || !certs_read(r, s, old) || !ca_read(r, s) || !lists_read(r, s) || !trust_read(r, s) || rd_pos(r) > head)
		return -EINVAL;
	dns_at(s, map + body, s->map_len - body);
	return 0;
}

/* Those that the one before has, too, are not mapped again. */
static bool
open_pieces(struct sealed_list *out, const struct snapshot_fds *fds, const struct snapshot *old)
{
	struct sealed *s;
	size_t i;

	for (i = 0; i < fds->npieces; i++) {
		s = old == NULL ? NULL : sealed_list_find(&old->pieces, fds->ids[i]);
		s = s == NULL ? sealed_open(fds->pieces[i], fds->ids[i], SNAPSHOT_MAX) : sealed_ref(s);
		if (s == NULL)
			return false;
		(void)sealed_list_add(out, s);	/* the message has no more than fit */
		sealed_unref(s);
	}
	return true;
}

int
snapshot_open(struct snapshot **out, const struct snapshot_fds *fds, const struct snapshot *old, struct err *e)
{
	struct snapshot *s = calloc(1, sizeof(*s));
	struct rd r;
	int error;

	*out = NULL;
	if (s == NULL)
		return err_sys(e, -ENOMEM, "snapshot");
	error = memfd_map(fds->fd, SNAPSHOT_MAX, &s->map, &s->map_len);
	if (error == 0 && !open_pieces(&s->pieces, fds, old))
		error = -EINVAL;
	if (error == 0) {
		rd_init(&r, s->map, s->map_len);
		error = head_read(&r, s, old);
	}
	if (error < 0) {
		snapshot_free(s);
		return err_set(e, ERR_INTERNAL, "the snapshot from core does not parse");
	}
	*out = s;
	return 0;
}

void
snapshot_free(struct snapshot *s)
{
	if (s == NULL)
		return;
	io_tls_config_unref(s->tls);
	io_tls_config_unref(s->tls_dns);
	proxy_table_unref(s->routes);
	sodium_memzero(&s->cookies, sizeof(s->cookies));
	sealed_list_clear(&s->pieces);
	if (s->map != NULL)
		memfd_unmap(s->map, s->map_len);
	free(s);
}
