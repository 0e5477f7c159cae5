/* TXT records where they are kept; see lookup.h. */
#include "acme/lookup.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/rd.h"
#include "base/str.h"
#include "io/resolve.h"
#include "io/wait.h"
#include "sys/clk.h"

enum {
	HEADER = 12, TYPE_A = 1, TYPE_CNAME = 5, TYPE_AAAA = 28, CLASS_IN = 1, FLAG_QR = 0x8000, FLAG_AA = 0x0400, FLAG_TC = 0x0200,
	RCODE = 0x0f, NXDOMAIN = 3, POINTER = 0xc0, HOPS = 16, TRY_MS = 2000, TRIES = 2, REFERRALS = 6, DNS_PORT = 53, OPT = 11
};

/* --- reading ------------------------------------------------------------------------------- */

/* A name with pointers (RFC 1035 4.1.4), as text in lower case; an odd character fails. */
static bool
read_name(struct rd *r, char out[ACME_DNS_NAME])
{
	struct rd at = *r;
	size_t n = 0, k;
	int hops = 0;
	uint8_t len;

	while ((len = rd_u8(&at)) != 0 && rd_ok(&at)) {
		if (len >= POINTER) {
			const size_t to = (size_t)(len & 0x3f) << 8 | rd_u8(&at);

			if (hops++ == 0)
				*r = at;	/* what follows the first pointer is next */
			if (hops > HOPS)
				return rd_fail(r);
			rd_seek(&at, to);
			continue;
		}
		if (len >= 0x40 || n + len + 1 >= ACME_DNS_NAME)
			return rd_fail(r);
		for (k = 0; k < len; k++, n++) {
			const uint8_t c = rd_u8(&at);

			if (c <= ' ' || c > '~' || c == '.')
				return rd_fail(r);
			out[n] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
		}
		out[n++] = '.';
	}
	out[n == 0 ? 0 : n - 1] = '\0';
	if (!rd_ok(&at))
		return rd_fail(r);
	if (hops == 0)
		*r = at;
	return true;
}

/* The character strings of one record, one behind the other. */
static void
read_text(struct rd rdata, struct acme_dns *out)
{
	char *to = out->texts[out->ntexts];
	size_t n = 0;
	uint8_t len;

	while (rd_ok(&rdata) && rd_left(&rdata) > 0) {
		len = rd_u8(&rdata);
		if (n + len >= ACME_DNS_TEXT)
			return;
		rd_copy(&rdata, to + n, len);
		n += len;
	}
	to[n] = '\0';
	if (rd_ok(&rdata) && strlen(to) == n)
		out->ntexts++;
}

static void
read_server(struct rd *r, struct acme_dns *out)
{
	struct acme_dns_server *s = &out->servers[out->nservers];

	memset(s, 0, sizeof(*s));
	if (read_name(r, s->name) && s->name[0] != '\0')
		out->nservers++;
}

static void
read_glue(const char *owner, const uint8_t *p, size_t n, struct acme_dns *out)
{
	size_t i;

	for (i = 0; i < out->nservers; i++)
		if (strcmp(out->servers[i].name, owner) == 0 && out->servers[i].addr.len == 0) {
			out->servers[i].addr.len = (uint8_t)n;
			memcpy(out->servers[i].addr.b, p, n);
		}
}

static bool
read_record(struct rd *r, const char *asked, struct acme_dns *out)
{
	char owner[ACME_DNS_NAME];
	uint16_t type, class, len;
	struct rd rdata;
	uint32_t ttl;
	size_t start;

	if (!read_name(r, owner))
		return false;
	type = rd_be16(r);
	class = rd_be16(r);
	ttl = rd_be32(r);
	len = rd_be16(r);
	start = rd_pos(r);
	if (rd_bytes(r, len) == NULL || class != CLASS_IN)
		return rd_ok(r);	/* OPT, for one */
	rd_init(&rdata, r->start + start, len);
	if (type == ACME_DNS_TXT && strcmp(owner, asked) == 0 && out->ntexts < ACME_DNS_TEXTS) {
		read_text(rdata, out);
		out->ttl = ttl;
	} else if (type == ACME_DNS_NS && out->nservers < ACME_DNS_SERVERS) {
		rd_init(&rdata, r->start, start + len);	/* its pointers count from the beginning */
		rd_seek(&rdata, start);
		read_server(&rdata, out);
	} else if (type == TYPE_CNAME && strcmp(owner, asked) == 0) {
		out->alias = true;
	} else if ((type == TYPE_A && len == 4) || (type == TYPE_AAAA && len == 16)) {
		read_glue(owner, rdata.p, len, out);
	}
	return true;
}

bool
acme_dns_read(const uint8_t *q, size_t nq, const uint8_t *p, size_t n, struct acme_dns *out)
{
	char asked[ACME_DNS_NAME];
	uint16_t flags;
	unsigned records;
	struct rd r;

	memset(out, 0, sizeof(*out));
	if (nq < HEADER + 5 || n < nq || memcmp(p, q, 2) != 0 || memcmp(p + HEADER, q + HEADER, nq - HEADER) != 0)
		return false;
	rd_init(&r, p, n);
	rd_skip(&r, 2);
	flags = rd_be16(&r);
	rd_skip(&r, 2);
	records = rd_be16(&r);
	records += rd_be16(&r);
	records += rd_be16(&r);
	out->rcode = flags & RCODE;
	out->authoritative = (flags & FLAG_AA) != 0;
	out->truncated = (flags & FLAG_TC) != 0;
	if ((flags & FLAG_QR) == 0 || !read_name(&r, asked))
		return false;
	rd_seek(&r, nq);
	while (records-- > 0)
		if (!read_record(&r, asked, out))
			return out->truncated;
	return true;
}

/* --- asking -------------------------------------------------------------------------------- */

static bool
wait_answer(int fd, const uint8_t *q, size_t nq, struct acme_dns *out, uint64_t until)
{
	uint8_t msg[ACME_DNS_MESSAGE];
	ssize_t n;

	while (io_wait(fd, POLLIN, until) == 0) {
		n = recv(fd, msg, sizeof(msg), 0);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		if (n > 0 && acme_dns_read(q, nq, msg, (size_t)n, out))
			return true;
	}
	return false;
}

/* The question, and that longer answers are welcome (RFC 6891). */
static size_t
question(uint8_t q[IO_RESOLVE_QUERY_MAX + OPT], const char *name, uint16_t type, size_t *whole)
{
	static const uint8_t opt[OPT] = { 0, 0, 41, ACME_DNS_MESSAGE >> 8, ACME_DNS_MESSAGE & 0xff };
	uint16_t id = 0;
	size_t n;

	if (getrandom(&id, sizeof(id), 0) != sizeof(id))
		return 0;
	n = io_resolve_query(q, id, name, type);
	if (n == 0)
		return 0;
	q[11] = 1;	/* one additional record */
	memcpy(q + n, opt, OPT);
	*whole = n + OPT;
	return n;
}

/* False: no answer that is one. */
static bool
ask(const struct addr_port *at, const char *name, uint16_t type, uint64_t deadline_ms, struct acme_dns *out)
{
	uint8_t q[IO_RESOLVE_QUERY_MAX + OPT];
	struct sockaddr_storage ss;
	socklen_t len = (socklen_t)addr_to_sockaddr(at, &ss);
	size_t whole, nq = question(q, name, type, &whole);
	int fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), i;
	bool got = false;
	uint64_t until;

	if (fd < 0)
		return false;
	if (nq > 0 && connect(fd, (struct sockaddr *)&ss, len) == 0)
		for (i = 0; i < TRIES && !got; i++) {
			until = clk_system.mono_ms(&clk_system) + TRY_MS;
			got = send(fd, q, whole, 0) > 0 &&
			    wait_answer(fd, q, nq, out, until < deadline_ms ? until : deadline_ms);
		}
	(void)close(fd);	/* the answer is here or will not come */
	return got;
}

/* --- finding the servers --------------------------------------------------------------------- */

/* Addresses for those that came without. */
static void
complete(const struct addr_port *resolver, struct acme_dns *d, uint64_t deadline_ms)
{
	size_t i;

	for (i = 0; i < d->nservers; i++)
		if (d->servers[i].addr.len == 0 &&
		    io_resolve(resolver, d->servers[i].name, &d->servers[i].addr, 1, deadline_ms) < 1)
			d->servers[i].addr.len = 0;
}

/* The servers of the nearest zone above the domain, outside of what the cell itself has a zone for. */
static bool
start(const struct addr_port *resolver, const char *name, uint64_t deadline_ms, struct acme_dns *d)
{
	const char *at = strchr(name, '.');	/* behind "_acme-challenge" */

	for (at = at == NULL ? NULL : strchr(at + 1, '.'); at != NULL; at = strchr(at + 1, '.'))
		if (ask(resolver, at + 1, ACME_DNS_NS, deadline_ms, d) && d->nservers > 0) {
			complete(resolver, d, deadline_ms);
			return true;
		}
	return false;
}

/* What is looked for, and what was found. */
struct search {
	const char *name, *value;
	uint64_t deadline_ms;
	unsigned have, have_not;	/* servers */
	uint32_t ttl;
};

static void
look(const struct acme_dns *d, struct search *s)
{
	size_t i;

	s->ttl = d->ntexts > 0 && d->ttl > s->ttl ? d->ttl : s->ttl;
	for (i = 0; i < d->ntexts; i++)
		if (strcmp(d->texts[i], s->value) == 0) {
			s->have++;
			return;
		}
	s->have_not += !d->truncated && !d->alias;	/* else nobody can tell */
}

/* Asks all of them. True: next has the servers that they point to instead. */
static bool
ask_all(const struct acme_dns *servers, struct search *s, struct acme_dns *next)
{
	struct addr_port at = { .port = DNS_PORT };
	size_t i;

	for (i = 0; i < servers->nservers; i++) {
		at.addr = servers->servers[i].addr;
		if (at.addr.len == 0 || !ask(&at, s->name, ACME_DNS_TXT, s->deadline_ms, next))
			continue;
		if (!next->authoritative && next->rcode == 0 && next->nservers > 0)
			return true;
		if (next->authoritative && (next->rcode == 0 || next->rcode == NXDOMAIN))
			look(next, s);
	}
	return false;
}

enum acme_seen
acme_lookup(const struct addr_port *resolver, const char *name, const char *value, uint64_t deadline_ms, uint32_t *ttl)
{
	struct search s = { .name = name, .value = value, .deadline_ms = deadline_ms };
	struct acme_dns servers, next;
	int i;

	if (!start(resolver, name, deadline_ms, &servers))
		return ACME_UNKNOWN;
	for (i = 0; i < REFERRALS && ask_all(&servers, &s, &next); i++) {
		complete(resolver, &next, deadline_ms);
		servers = next;
		s.have = s.have_not = 0;
	}
	if (ttl != NULL)
		*ttl = s.ttl;
	return s.have_not > 0 ? ACME_NOT_SEEN : s.have > 0 ? ACME_SEEN : ACME_UNKNOWN;
}
