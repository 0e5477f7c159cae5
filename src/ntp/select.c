/* Selecting and combining; see select.h. */
#include "ntp/select.h"

#include <math.h>

enum { KEEP_MIN = 3 };	/* RFC 5905: NMIN, so many are combined where there are so many */

/* A stratum weighs more than any distance that is accepted (RFC 5905: MAXDIST). */
static const int64_t STRATUM = 1500000000;

struct span { int64_t low, high; };

static struct span
span_of(const struct ntp_candidate *c)
{
	return (struct span){ c->offset - c->distance, c->offset + c->distance };
}

/* In how many intervals is t? */
static size_t
covering(const struct ntp_candidate *v, size_t n, int64_t t)
{
	size_t i, k = 0;

	for (i = 0; i < n; i++)
		k += span_of(&v[i]).low <= t && t <= span_of(&v[i]).high;
	return k;
}

/* Marzullo: the smallest interval that lies in as many as any does. Its ends are ends of intervals. The count. */
static size_t
intersect(const struct ntp_candidate *v, size_t n, struct span *out)
{
	size_t i, k, most = 0;
	int64_t low;

	for (i = 0; i < n; i++) {
		low = span_of(&v[i]).low;
		k = covering(v, n, low);
		if (k > most || (k == most && low > out->low)) {
			most = k;
			out->low = low;
		}
	}
	out->high = INT64_MAX;
	for (i = 0; i < n; i++)
		if (span_of(&v[i]).low <= out->low && span_of(&v[i]).high >= out->low && span_of(&v[i]).high < out->high)
			out->high = span_of(&v[i]).high;
	return most;
}

static bool
is_better(const struct ntp_candidate *a, const struct ntp_candidate *b)
{
	return a->stratum * STRATUM + a->distance < b->stratum * STRATUM + b->distance;
}

/* How much the used ones differ from v[i]. */
static double
disagreement(const struct ntp_candidate *v, size_t n, const enum ntp_mark *marks, size_t i)
{
	double sum = 0, d;
	size_t k, used = 0;

	for (k = 0; k < n; k++) {
		if (marks[k] != NTP_MARK_USED)
			continue;
		d = (double)(v[k].offset - v[i].offset);
		sum += d * d;
		used++;
	}
	return used < 2 ? 0 : sqrt(sum / (double)(used - 1));
}

/* RFC 5905 section 11.2.2: the outlier goes while that makes the rest agree better than each does with itself. */
static void
cluster(const struct ntp_candidate *v, size_t n, enum ntp_mark *marks, size_t used)
{
	double worst, least, d;
	size_t i, out = 0;

	for (; used > KEEP_MIN; used--) {
		worst = -1;
		least = INFINITY;
		for (i = 0; i < n; i++) {
			if (marks[i] != NTP_MARK_USED)
				continue;
			d = disagreement(v, n, marks, i);
			if (d > worst) {
				worst = d;
				out = i;
			}
			least = (double)v[i].jitter < least ? (double)v[i].jitter : least;
		}
		if (worst <= least)
			return;
		marks[out] = NTP_MARK_TRUE;
	}
}

static size_t
find_peer(const struct ntp_candidate *v, size_t n, const enum ntp_mark *marks)
{
	size_t i, best = n;

	for (i = 0; i < n; i++)
		if (marks[i] == NTP_MARK_USED && (best == n || is_better(&v[i], &v[best])))
			best = i;
	return best;
}

/* RFC 5905 section 11.2.3: nearer ones weigh more. */
static void
combine(const struct ntp_candidate *v, size_t n, const enum ntp_mark *marks, struct ntp_choice *out)
{
	double weights = 0, sum = 0, spread = 0, w, d;
	const int64_t base = v[out->peer].offset;
	size_t i;

	for (i = 0; i < n; i++) {
		if (marks[i] != NTP_MARK_USED)
			continue;
		w = 1 / (double)v[i].distance;
		d = (double)(v[i].offset - base);
		weights += w;
		sum += w * d;
		spread += w * d * d;
	}
	out->offset = base + (int64_t)(sum / weights);
	w = (double)v[out->peer].jitter;
	out->jitter = (int64_t)sqrt(spread / weights + w * w);
}

static size_t
mark_true(const struct ntp_candidate *v, size_t n, const struct span *s, enum ntp_mark *marks)
{
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		marks[i] = span_of(&v[i]).low <= s->high && span_of(&v[i]).high >= s->low ? NTP_MARK_USED : NTP_MARK_FALSE;
		k += marks[i] == NTP_MARK_USED;
	}
	return k;
}

bool
ntp_select(const struct ntp_candidate *v, size_t n, enum ntp_mark *marks, struct ntp_choice *out)
{
	struct span s = { 0, 0 };
	const struct ntp_candidate *p;
	size_t i, most = intersect(v, n, &s);

	for (i = 0; i < n; i++)
		marks[i] = NTP_MARK_FALSE;
	if (n == 0 || most * 2 <= n)
		return false;
	out->agreeing = (unsigned)mark_true(v, n, &s, marks);
	cluster(v, n, marks, out->agreeing);
	out->peer = find_peer(v, n, marks);
	combine(v, n, marks, out);
	marks[out->peer] = NTP_MARK_PEER;
	p = &v[out->peer];
	out->leap = p->leap;
	out->stratum = (uint8_t)(p->stratum + 1);
	out->root_delay = p->root_delay + p->delay;
	out->root_dispersion = p->root_dispersion + p->dispersion + out->jitter;
	return true;
}
