/* Master files; see master.h. */
#include "dns/master.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "dns/lexer.h"
#include "dns/rdata.h"
#include "dns/wire.h"

enum { SOA_NUMBERS = 20 };

struct dns_master {
	uint8_t origin[DNS_NAME_MAX], owner[DNS_NAME_MAX];
	size_t originlen, ownerlen;	/* ownerlen 0: none yet */
	uint32_t ttl;			/* of records that say none */
	bool has_ttl, by_directive;	/* $TTL wins over what the record before had */
	struct dns_lexer x;
	uint8_t rdata[DNS_RDATA_MAX];
};

struct dns_master *
dns_master_new(const char *text, size_t n, const uint8_t *origin, size_t originlen)
{
	struct dns_master *m = malloc(sizeof(*m));

	if (m == NULL)
		return NULL;
	memcpy(m->origin, origin, originlen);
	m->originlen = originlen;
	m->ownerlen = 0;
	m->has_ttl = m->by_directive = false;
	dns_lexer_init(&m->x, text, n);
	return m;
}

void
dns_master_free(struct dns_master *m)
{
	free(m);
}

int
dns_master_bad(struct err *e, unsigned line, const char *rule)
{
	return err_field(e, ERR_VALIDATION, "zonefile", "line %u: %s", line, rule);
}

/* --- small things ---------------------------------------------------------------- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static uint32_t
seconds_of(char unit)
{
	switch (unit | 0x20) {
	case 's': return 1;
	case 'm': return 60;
	case 'h': return 3600;
	case 'd': return 86400;
	case 'w': return 604800;
	default: return 0;
	}
}

/* 3600, or 1h30m as other servers write it. */
static bool
read_ttl(struct str s, uint32_t *out)
{
	uint64_t sum = 0, part;
	size_t i, n;

	if (s.n == 0 || !is_digit(s.p[0]))
		return false;
	for (i = 0; i < s.n; i = n + 1) {
		for (n = i; n < s.n && is_digit(s.p[n]); n++)
			;
		if (!str_u64((struct str){ s.p + i, n - i }, DNS_TTL_MAX, &part))
			return false;
		if (n == s.n && i > 0)
			return false;	/* a number without unit after one with */
		sum += part * (n == s.n ? 1 : seconds_of(s.p[n]));
		if (n < s.n && seconds_of(s.p[n]) == 0)
			return false;
	}
	*out = (uint32_t)sum;
	return sum <= DNS_TTL_MAX;
}

/* --- directives ------------------------------------------------------------------ */

static const char *
read_directive(struct dns_master *m)
{
	const struct dns_lexer *x = &m->x;
	const struct str *t = x->tokens;

	if (str_ieq(t[0], STR("$INCLUDE")))
		return "$INCLUDE is not allowed: the text must be complete";
	if (str_ieq(t[0], STR("$GENERATE")))
		return "$GENERATE is not allowed: write the records out";
	if (str_ieq(t[0], STR("$TTL"))) {
		m->has_ttl = m->by_directive = true;
		return x->ntokens == 2 && read_ttl(t[1], &m->ttl) ? NULL : "$TTL takes a time to live";
	}
	if (str_ieq(t[0], STR("$ORIGIN"))) {
		uint8_t name[DNS_NAME_MAX];
		size_t n;

		if (x->ntokens != 2 || !dns_name_read(t[1], m->origin, m->originlen, name, &n))
			return "$ORIGIN takes a name";
		memcpy(m->origin, name, n);
		m->originlen = n;
		return NULL;
	}
	return "there is no such directive";
}

/* --- records --------------------------------------------------------------------- */

static const char *
read_owner(struct dns_master *m)
{
	if (m->x.indented)
		return m->ownerlen == 0 ? "there is no owner yet that it could belong to" : NULL;
	if (!dns_name_read(m->x.tokens[0], m->origin, m->originlen, m->owner, &m->ownerlen)) {
		m->ownerlen = 0;
		return "the owner is not a name";
	}
	return NULL;
}

/* [TTL] [class] or [class] [TTL]; *at is moved to the type. */
static const char *
read_ttl_class(struct dns_master *m, size_t *at, uint32_t *ttl, bool *has_ttl)
{
	bool has_class = false;

	for (*has_ttl = false; *at < m->x.ntokens && *at < (m->x.indented ? 2U : 3U); ++*at) {
		struct str s = m->x.tokens[*at];

		if (!*has_ttl && s.n > 0 && is_digit(s.p[0])) {
			if (!read_ttl(s, ttl))
				return "the time to live is not between 0 and 2147483647";
			*has_ttl = true;
		} else if (!has_class && (str_ieq(s, STR("IN")) || str_ieq(s, STR("CLASS1")))) {
			has_class = true;
		} else if (str_ieq(s, STR("CH")) || str_ieq(s, STR("HS")) || str_ieq(s, STR("CS"))) {
			return "only class IN is served";
		} else {
			break;
		}
	}
	return NULL;
}

/* The time to live of a record that says none: $TTL, else that of the record
 * before, else what the SOA itself says (RFC 2308 4, 1035 5.1). */
static const char *
settle_ttl(struct dns_master *m, struct dns_master_record *out, bool has_ttl)
{
	if (!has_ttl && m->has_ttl)
		out->ttl = m->ttl;
	else if (!has_ttl && out->type == DNS_SOA && out->rdlen >= SOA_NUMBERS)
		out->ttl = dns_get32(out->rdata + out->rdlen - 4) & DNS_TTL_MAX;
	else if (!has_ttl)
		return "it has no time to live, and there is no $TTL above it";
	if (!m->by_directive) {
		m->ttl = out->ttl;
		m->has_ttl = true;
	}
	return NULL;
}

static const char *
read_data(struct dns_master *m, size_t at, struct dns_master_record *out, int *error)
{
	const struct dns_lexer *x = &m->x;
	size_t nwords = x->ntokens < DNS_ENTRY_TOKENS ? x->ntokens : DNS_ENTRY_TOKENS;
	const struct dns_rdata_text t = {
		.words = x->tokens + at, .nwords = nwords > at ? nwords - at : 0, .nall = x->ntokens - at,
		.text = nwords > at ? x->tokens[at].p : "", .origin = m->origin, .originlen = m->originlen
	};
	int n = dns_rdata_read(out->type, &t, m->rdata);

	out->rdata = m->rdata;
	out->rdlen = n < 0 ? 0 : (uint16_t)n;
	*error = n == -ENOMEM ? n : 0;
	return n < 0 ? "the data does not fit the type" : NULL;
}

static const char *
read_record(struct dns_master *m, struct dns_master_record *out, int *error)
{
	size_t at = m->x.indented ? 0 : 1;
	const char *why = read_owner(m);
	bool has_ttl;

	if (why == NULL)
		why = read_ttl_class(m, &at, &out->ttl, &has_ttl);
	if (why != NULL)
		return why;
	if (at >= m->x.ntokens)
		return "there is no type";
	out->type = dns_rdata_type(m->x.tokens[at]);
	if (out->type == 0)
		return "there is no such type";
	why = read_data(m, at + 1, out, error);
	out->owner = m->owner;
	out->ownerlen = m->ownerlen;
	return why != NULL ? why : settle_ttl(m, out, has_ttl);
}

int
dns_master_next(struct dns_master *m, struct dns_master_record *out, struct err *e)
{
	const char *why = NULL;
	int n, error = 0;

	while ((n = dns_lexer_next(&m->x, &why)) > 0) {
		bool directive = !m->x.indented && m->x.tokens[0].p[0] == '$';

		out->line = m->x.at;
		why = directive ? read_directive(m) : read_record(m, out, &error);
		if (error < 0)
			return err_sys(e, error, "read a zone");
		if (why != NULL)
			return dns_master_bad(e, m->x.at, why);
		if (!directive)
			return 1;
	}
	return n == 0 ? 0 : dns_master_bad(e, m->x.line, why);
}
