/* What the cell answers itself, by the names that are its own; see front_set.h. */
#include "role/front_set.h"

#include <stdio.h>

#include "http/reply.h"
#include "proxy/decide.h"
#include "proxy/table.h"
#include "role/ca_files.h"
#include "role/doh.h"
#include "role/message.h"
#include "role/snapshot.h"
#include "ui/assets.h"
#include "ui/serve.h"

enum { HEADERS_MAX = 12, LOCATION_MAX = 9000 };

static void
answer_ui(struct http_req *rq, struct str path)
{
	const struct http_head *h = http_req_head(rq);
	struct http_header headers[HEADERS_MAX];
	struct http_answer a = { .headers = headers, .own = HTTP_CONST };
	const struct ui_header *p;
	struct ui_reply r;

	ui_serve(&r, path, http_header_get(h, "if-none-match"), http_header_get(h, "accept-encoding"));
	if (r.status == 404 || r.status == 406) {
		http_reply_problem(rq, r.status, r.status == 404 ? "there is no such file" :
		    "the interface is sent gzip-compressed only");
		return;
	}
	a.status = r.status;
	headers[a.nheaders++] = (struct http_header){ STR("ETag"), str_of(r.asset->etag) };
	headers[a.nheaders++] = (struct http_header){ STR("Cache-Control"), str_of(r.cache) };
	headers[a.nheaders++] = (struct http_header){ STR("X-Content-Type-Options"), STR("nosniff") };
	headers[a.nheaders++] = (struct http_header){ STR("Vary"), STR("Accept-Encoding") };
	if (r.status == 200) {
		headers[a.nheaders++] = (struct http_header){ STR("Content-Type"), str_of(r.asset->type) };
		headers[a.nheaders++] = (struct http_header){ STR("Content-Encoding"), STR("gzip") };
		a.body = (struct str){ (const char *)r.asset->gz, (size_t)(r.asset->gz_end - r.asset->gz) };
	}
	for (p = ui_page_headers; r.page && p->name != NULL; p++)
		headers[a.nheaders++] = (struct http_header){ str_of(p->name), str_of(p->value) };
	http_reply(rq, &a);
}

static void
redirect(struct http_req *rq, int status, const char *location)
{
	const struct http_header headers[] = {
		{ STR("Location"), str_of(location) },
		{ STR("Cache-Control"), STR("no-store") },
	};
	const struct http_answer a = { .status = status, .headers = headers, .nheaders = 2 };

	http_reply(rq, &a);
}

void
front_redirect_https(struct http_req *rq, struct str host, uint16_t port)
{
	const struct str target = http_req_head(rq)->target;
	char url[LOCATION_MAX], tail[8] = "";

	if (port != 443)
		(void)snprintf(tail, sizeof(tail), ":%u", port);	/* five digits fit */
	if ((size_t)snprintf(url, sizeof(url), "https://%.*s%s%.*s", (int)host.n, host.p, tail,
	    (int)target.n, target.p) >= sizeof(url))
		http_reply_problem(rq, 414, "the address is too long");
	else
		redirect(rq, 308, url);
}

static void
answer_api(struct front_conn *c, struct http_req *rq)
{
	const struct message_api m = { c->who.peer, c->local, (uint8_t)c->who.zone, c->tls };

	calls_request(c->front->calls, &c->calls, rq, &m);
}

static void
answer_doh(struct front_conn *c, struct http_req *rq)
{
	const struct doh_client who = { c->ifindex, &c->local, &c->from.peer };

	if (c->who.zone != c->from.zone || !addr_eq(&c->who.peer.addr, &c->from.peer.addr)) {
		http_reply_problem(rq, 403, "DNS is not served through another proxy");
		return;
	}
	if (c->doh == NULL && c->front->dns != NULL)
		c->doh = doh_new(c->front->dns, &who);
	if (c->doh != NULL)
		doh_request(c->doh, rq);
	else
		http_reply_problem(rq, 503, "there is no name service here");
}

/* RFC 9110 15.5.6. */
static void
refuse_method(struct http_req *rq)
{
	static const struct http_header headers[] = {
		{ STR("Allow"), STR("GET, HEAD") },
		{ STR("Content-Type"), STR("text/plain; charset=utf-8") },
	};
	const struct http_answer a = { .status = 405, .headers = headers, .nheaders = 2,
	    .body = STR("only GET and HEAD are served here\n"), .own = HTTP_CONST };

	http_reply(rq, &a);
}

void
front_refuse_websocket(struct http_req *rq)
{
	http_reply_problem(rq, 501, "WebSocket is not spoken at this address");
}

void
front_answer_own(struct front_conn *c, struct http_req *rq, const struct proxy_ask *ask)
{
	const struct proxy_site *site = &c->front->snap->site;
	const struct http_head *h = http_req_head(rq);

	switch (proxy_decide(site, ask)) {
	case PROXY_UI:
		answer_ui(rq, h->path);
		break;
	case PROXY_API:
		answer_api(c, rq);
		break;
	case PROXY_CA:
		ca_files_answer(rq, c->front->snap, h->path, c->who.zone);
		break;
	case PROXY_DOH:
		answer_doh(c, rq);
		break;
	case PROXY_HTTPS:
		front_redirect_https(rq, ask->host, site->https_port);
		break;
	case PROXY_SETUP:
		redirect(rq, 302, "/setup");
		break;
	case PROXY_NOTHING:
		http_reply_problem(rq, 404, "DNS is not served over HTTPS here");
		break;
	case PROXY_METHOD:
		refuse_method(rq);
		break;
	case PROXY_MISDIRECTED:
		http_reply_problem(rq, 421, "the cell does not have that name");
		break;
	}
}
