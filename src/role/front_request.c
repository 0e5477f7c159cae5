/* Every request: from whom it is, and what it is for; see front_set.h. */
#include "role/front_set.h"

#include <stdio.h>

#include "conf/conf.h"
#include "http/reply.h"
#include "ingress/zone.h"
#include "io/tls.h"
#include "proxy/decide.h"
#include "proxy/table.h"
#include "role/snapshot.h"
#include "role/stats.h"

/* A name in SNI that is not the one in Host is a request for somebody else (RFC
 * 9110 7.4). SNI never has the final dot that Host may have. */
static bool
is_misdirected(const struct front_conn *c, struct str host)
{
	const char *sni = http_conn_server_name(c->http);

	if (host.n > 1 && host.p[host.n - 1] == '.')
		host.n--;
	return sni != NULL && !str_ieq(host, str_of(sni));
}

/* Stateless: the account's key is what proves something, and whoever asks has the token from there. */
static void
answer_challenge(struct http_req *rq, const struct proxy_site *site, struct str token)
{
	static const struct http_header headers[] = { { STR("Content-Type"), STR("application/octet-stream") } };
	char text[PROXY_TOKEN_MAX + 1 + PROXY_ACME_MAX];
	const int n = snprintf(text, sizeof(text), "%.*s.%s", (int)token.n, token.p, site->acme);	/* both fit */

	http_reply(rq, &(struct http_answer){ .status = 200, .headers = headers, .nheaders = 1, .body = { text, (size_t)n } });
}

/* The last one that X-Forwarded-For names, over all its lines. */
static bool
read_forwarded(const struct http_head *h, struct addr *out)
{
	struct str line, last = { NULL, 0 }, item;
	struct addr_port at;
	size_t i;

	for (i = 0; (line = http_header_nth(h, "X-Forwarded-For", i)).p != NULL; i++)
		while (str_cut(&line, ',', &item))
			last = str_trim(item);
	if (addr_read(last, out))
		return true;
	if (!addr_port_read(last, &at))
		return false;
	*out = at.addr;
	return true;
}

/* Who asks: the peer, unless that is a trusted proxy. Who stands behind one is at home or a stranger, nothing else, and
 * a stranger when the proxy does not say. */
static void
identify(struct front_conn *c, const struct http_head *h)
{
	const struct snapshot *s = c->front->snap;
	struct addr a;

	c->who = c->from;
	if (!proxy_table_trusts(s->routes, &c->from.peer.addr))
		return;
	c->who.zone = CONF_ZONE_PUBLIC;
	c->who.number = 0;
	if (!read_forwarded(h, &a))
		return;
	c->who.peer = (struct addr_port){ .addr = a };
	if (ingress_zone(&s->ingress, c->ifindex, &a) == CONF_ZONE_LAN)
		c->who.zone = CONF_ZONE_LAN;
}

/* RFC 6797, WEB-7: 180 days. Where somebody has to trust the cell first it would lock out who has not. */
static const struct http_header hsts = { { "Strict-Transport-Security", 25 }, { "max-age=15552000", 16 } };

void
front_request(void *arg, struct http_req *rq)
{
	struct front_conn *c = arg;
	const struct proxy_site *site = &c->front->snap->site;
	const struct http_head *h = http_req_head(rq);
	struct proxy_ask ask = { .tls = c->tls, .host = h->host_name, .path = h->path, .local = &c->local,
	    .get = h->method == HTTP_GET || h->method == HTTP_HEAD };
	struct str token;

	c->front->stats->http_requests++;
	identify(c, h);
	if (ask.host.n == 0 || is_misdirected(c, ask.host)) {
		http_reply_problem(rq, 421, "this connection is not for that host name");
		return;
	}
	if (c->tls && site->hsts && io_tls_config_is_public(c->front->snap->tls, ask.host))
		http_req_also(rq, &hsts);
	if (!c->tls && ask.get && proxy_challenge(site, ask.path, &token)) {
		answer_challenge(rq, site, token);
		return;
	}
	if (front_answer_route(c, rq, ask.host))
		return;
	if (h->connect)
		front_refuse_websocket(rq);
	else
		front_answer_own(c, rq, &ask);
}
