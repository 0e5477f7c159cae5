/* Netlink messages and attributes; see nla.h. */
#include "base/nla.h"

#include <string.h>

#include <linux/netlink.h>

#include "base/rd.h"
#include "base/wr.h"

enum { HEAD = 4, MESSAGE_HEAD = 16, CONTENT_MAX = UINT16_MAX - HEAD };

static void
pad(struct wr *w)
{
	static const uint8_t zero[4];

	wr_bytes(w, zero, (4 - wr_len(w) % 4) % 4);
}

static void
head_write(struct wr *w, uint16_t length, uint16_t type)
{
	wr_bytes(w, &length, sizeof(length));
	wr_bytes(w, &type, sizeof(type));
}

size_t
nla_open(struct wr *w, uint16_t type)
{
	size_t mark = wr_len(w);

	head_write(w, 0, type | NLA_F_NESTED);
	return mark;
}

void
nla_close(struct wr *w, size_t mark)
{
	size_t n = wr_len(w) - mark;
	uint16_t length = (uint16_t)n;

	if (!wr_ok(w))
		return;
	if (n > UINT16_MAX) {
		wr_fail(w);
		return;
	}
	memcpy(w->start + mark, &length, sizeof(length));
}

void
nla_put(struct wr *w, uint16_t type, const void *p, size_t n)
{
	if (n > CONTENT_MAX) {
		wr_fail(w);
		return;
	}
	head_write(w, (uint16_t)(HEAD + n), type);
	wr_bytes(w, p, n);
	pad(w);
}

void
nla_put_u8(struct wr *w, uint16_t type, uint8_t v)
{
	nla_put(w, type, &v, sizeof(v));
}

void
nla_put_be32(struct wr *w, uint16_t type, uint32_t v)
{
	head_write(w, HEAD + 4, type);
	wr_be32(w, v);
}

void
nla_put_be64(struct wr *w, uint16_t type, uint64_t v)
{
	head_write(w, HEAD + 8, type);
	wr_be64(w, v);
}

void
nla_put_text(struct wr *w, uint16_t type, const char *s)
{
	nla_put(w, type, s, strlen(s) + 1);
}

size_t
nlm_open(struct wr *w, const struct nlm_head *h)
{
	const uint32_t none = 0;
	size_t mark = wr_len(w);

	wr_bytes(w, &none, sizeof(none));
	wr_bytes(w, &h->type, sizeof(h->type));
	wr_bytes(w, &h->flags, sizeof(h->flags));
	wr_bytes(w, &h->seq, sizeof(h->seq));
	wr_bytes(w, &none, sizeof(none));
	return mark;
}

void
nlm_close(struct wr *w, size_t mark)
{
	uint32_t length = (uint32_t)(wr_len(w) - mark);

	if (wr_ok(w))
		memcpy(w->start + mark, &length, sizeof(length));
}

/* What the padding of the last one lacks is no fault: the kernel leaves it out. */
static void
skip_padding(struct rd *r, size_t n)
{
	size_t rest = (4 - n % 4) % 4;

	rd_skip(r, rest < rd_left(r) ? rest : rd_left(r));
}

bool
nla_next(struct rd *r, struct nla *a)
{
	uint16_t length = 0;

	memset(a, 0, sizeof(*a));
	if (!rd_ok(r) || rd_left(r) == 0)
		return false;
	rd_copy(r, &length, sizeof(length));
	rd_copy(r, &a->type, sizeof(a->type));
	if (!rd_ok(r) || length < HEAD)
		return rd_fail(r);
	a->type = (uint16_t)(a->type & NLA_TYPE_MASK);
	a->n = length - HEAD;
	a->p = rd_bytes(r, a->n);
	if (a->p == NULL)
		return false;
	skip_padding(r, length);
	return true;
}

bool
nlm_next(struct rd *r, struct nlm *m)
{
	uint32_t length = 0;

	memset(m, 0, sizeof(*m));
	if (!rd_ok(r) || rd_left(r) == 0)
		return false;
	rd_copy(r, &length, sizeof(length));
	rd_copy(r, &m->type, sizeof(m->type));
	rd_copy(r, &m->flags, sizeof(m->flags));
	rd_copy(r, &m->seq, sizeof(m->seq));
	rd_skip(r, 4);
	if (!rd_ok(r) || length < MESSAGE_HEAD)
		return rd_fail(r);
	m->n = length - MESSAGE_HEAD;
	m->p = rd_bytes(r, m->n);
	if (m->p == NULL)
		return false;
	skip_padding(r, length);
	return true;
}

uint32_t
nla_be32(const struct nla *a, bool *ok)
{
	struct rd r = nla_in(a);
	uint32_t v = rd_be32(&r);

	*ok = *ok && a->n == sizeof(v);
	return v;
}

uint64_t
nla_be64(const struct nla *a, bool *ok)
{
	struct rd r = nla_in(a);
	uint64_t v = rd_be64(&r);

	*ok = *ok && a->n == sizeof(v);
	return v;
}

void
nlas_read(struct nlas *m, struct rd r)
{
	struct nla a;

	memset(m, 0, sizeof(*m));
	while (nla_next(&r, &a))
		if (a.type < NLAS_MAX) {
			m->a[a.type] = a;
			m->has[a.type] = true;
		}
	m->ok = rd_ok(&r);
}

uint32_t
nlas_be32(const struct nlas *m, uint16_t type, uint32_t otherwise)
{
	bool ok = m->has[type];
	uint32_t v = ok ? nla_be32(&m->a[type], &ok) : 0;

	return ok ? v : otherwise;
}

struct str
nla_text(const struct nla *a)
{
	const uint8_t *end = a->n == 0 ? NULL : memchr(a->p, 0, a->n);

	return (struct str){ (const char *)a->p, end == NULL ? a->n : (size_t)(end - a->p) };
}

struct rd
nla_in(const struct nla *a)
{
	struct rd r;

	rd_init(&r, a->p, a->n);
	return r;
}
