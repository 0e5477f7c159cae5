/* What was measured, as bytes; see report.h. */
#include "ntp/report.h"

#include <string.h>

#include "base/rd.h"
#include "base/wr.h"

static void
source_write(struct wr *w, const struct ntp_report_source *s)
{
	size_t n = strlen(s->host);

	wr_u8(w, (uint8_t)n);
	wr_bytes(w, s->host, n);
	wr_u8(w, s->at.len);
	wr_bytes(w, s->at.b, s->at.len);
	wr_u8(w, s->state);
	wr_u8(w, s->mark);
	wr_u8(w, s->stratum);
	wr_u8(w, s->reach);
	wr_be64(w, (uint64_t)s->offset);
	wr_be64(w, (uint64_t)s->delay);
	wr_be64(w, (uint64_t)s->heard);
}

/* Sums and differences of what comes from elsewhere must fit. */
static int64_t
get_ns(struct rd *r)
{
	int64_t v = (int64_t)rd_be64(r);

	if (v <= -(INT64_C(1) << 61) || v >= INT64_C(1) << 61)
		(void)rd_fail(r);	/* sticky: the caller's check sees it */
	return v;
}

static bool
source_read(struct rd *r, struct ntp_report_source *s)
{
	uint8_t n = rd_u8(r);

	if (n == 0 || n >= NTP_HOST_MAX)
		return rd_fail(r);
	rd_copy(r, s->host, n);
	s->host[n] = '\0';
	s->at.len = rd_u8(r);
	if (strlen(s->host) != n || (s->at.len != 0 && s->at.len != 4 && s->at.len != 16))
		return rd_fail(r);
	rd_copy(r, s->at.b, s->at.len);
	s->state = rd_u8(r);
	s->mark = rd_u8(r);
	s->stratum = rd_u8(r);
	s->reach = rd_u8(r);
	s->offset = get_ns(r);
	s->delay = get_ns(r);
	s->heard = get_ns(r);
	return s->state <= NTP_SOURCE_DENIED && s->mark <= NTP_MARK_PEER && s->stratum <= NTP_STRATUM_NONE;
}

static void
choice_write(struct wr *w, const struct ntp_choice *c)
{
	wr_u8(w, (uint8_t)c->peer);
	wr_u8(w, (uint8_t)c->agreeing);
	wr_u8(w, c->leap);
	wr_u8(w, c->stratum);
	wr_be64(w, (uint64_t)c->offset);
	wr_be64(w, (uint64_t)c->jitter);
	wr_be64(w, (uint64_t)c->root_delay);
	wr_be64(w, (uint64_t)c->root_dispersion);
}

static void
choice_read(struct rd *r, struct ntp_choice *c)
{
	c->peer = rd_u8(r);
	c->agreeing = rd_u8(r);
	c->leap = rd_u8(r);
	c->stratum = rd_u8(r);
	c->offset = get_ns(r);
	c->jitter = get_ns(r);
	c->root_delay = get_ns(r);
	c->root_dispersion = get_ns(r);
}

void
ntp_report_write(struct wr *w, const struct ntp_report *r)
{
	size_t i;

	wr_u8(w, r->chosen);
	wr_u8(w, r->settled);
	choice_write(w, &r->choice);
	wr_be64(w, (uint64_t)r->mono);
	wr_be32(w, r->round);
	wr_u8(w, r->n);
	for (i = 0; i < r->n; i++)
		source_write(w, &r->sources[i]);
}

static bool
is_sound(const struct ntp_report *r)
{
	const struct ntp_choice *c = &r->choice;

	return !r->chosen || (c->peer < r->n && c->agreeing <= r->n && c->leap < NTP_LEAP_UNKNOWN && c->stratum > 0 &&
	    c->stratum < NTP_STRATUM_NONE && c->jitter >= 0 && c->root_delay >= 0 && c->root_dispersion >= 0);
}

bool
ntp_report_read(struct rd *r, struct ntp_report *out)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	out->chosen = rd_bool(r);
	out->settled = rd_bool(r);
	choice_read(r, &out->choice);
	out->mono = get_ns(r);
	out->round = rd_be32(r);
	out->n = rd_u8(r);
	if (out->n > NTP_SOURCES_MAX)
		return rd_fail(r);
	for (i = 0; i < out->n; i++)
		if (!source_read(r, &out->sources[i]))
			return false;
	return rd_ok(r) && is_sound(out);
}
