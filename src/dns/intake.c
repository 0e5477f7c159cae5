/* Questions as they come in; see intake.h. */
#include "dns/intake.h"

#include "conf/conf.h"
#include "dns/stats.h"
#include "dns/wire.h"
#include "sys/clk.h"

enum dns_query_kind
dns_intake_read(struct dns_intake *in, struct dns_query *q, struct dns_asker *who, const uint8_t *p, size_t n)
{
	struct dns_stats *st = in->c.stats;
	enum dns_query_kind kind = dns_query_read(q, p, n);

	who->zone = in->c.zone_of(in->c.arg, who->ifindex, &who->local, &who->peer.addr, &who->number);
	if (who->zone == 0 || kind == DNS_QUERY_SILENT) {
		st->dropped++;
		return DNS_QUERY_SILENT;
	}
	if (who->http)
		st->https_queries++;
	else if (who->secure)
		st->tls_queries++;
	else
		st->tcp_queries++;
	(void)dns_intake_proves(in, q, who);	/* a stream proves as much */
	return kind;
}

bool
dns_intake_proves(struct dns_intake *in, struct dns_query *q, const struct dns_asker *who)
{
	bool full = q->cookie_len == DNS_COOKIE_FULL, good;

	if (q->cookie_len == 0)
		return false;
	if (!in->has_keys) {
		q->cookie_len = 0;
		return false;
	}
	good = dns_cookie_renew(&in->keys, q->cookie, full, &who->peer.addr,
	    (uint32_t)clk_system.wall_s(&clk_system));
	q->cookie_len = DNS_COOKIE_FULL;
	in->c.stats->cookies += good;
	return good;
}

enum dns_limit_verdict
dns_intake_limit(struct dns_intake *in, const struct dns_asker *who, enum dns_limit_way way, uint64_t now_ms)
{
	enum dns_limit_verdict v;

	if (who->zone == CONF_ZONE_LOCAL)
		return DNS_LIMIT_GO;
	v = dns_limit_take(in->limit, &who->peer.addr, way, now_ms);
	in->c.stats->limited += v != DNS_LIMIT_GO;
	return v;
}

void
dns_intake_count(struct dns_intake *in, const uint8_t *msg)
{
	in->c.stats->rcodes[msg[3] & DNS_RCODE]++;
	if ((msg[2] & DNS_TC) != 0)
		in->c.stats->truncated++;
}

size_t
dns_intake_answer(struct dns_intake *in, const struct dns_answering *now,
    const struct dns_asking *a, enum dns_query_kind kind, uint8_t *out)
{
	struct dns_outcome o;
	size_t n;

	if (kind == DNS_QUERY_WRONG) {
		n = dns_answer_wrong(now, a->q, a->who, out);
		dns_resolver_note(in->resolver, a->q, a->who, a->q->rcode);
	} else {
		n = dns_resolver_ask(in->resolver, now, a, out, &o);
	}
	if (n > 0)
		dns_intake_count(in, out);
	return n;
}
