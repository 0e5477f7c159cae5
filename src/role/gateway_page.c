/* Answers of our own where a target would have answered; see gateway.h. */
#include "role/gateway.h"

#include "base/wr.h"
#include "conf/conf.h"
#include "http/reply.h"
#include "http/request.h"
#include "proxy/page.h"
#include "proxy/table.h"

enum { TEXT_MAX = 1024, EXPLAIN_MAX = 640 };

static const struct http_header page_headers[] = {
	{ { "Content-Type", 12 }, { "text/html; charset=utf-8", 24 } },
	{ { "Cache-Control", 13 }, { "no-store", 8 } },
	{ { "X-Content-Type-Options", 22 }, { "nosniff", 7 } },
	{ { "Content-Security-Policy", 23 }, { "default-src 'none'; style-src 'unsafe-inline'", 45 } },
};

static void
refuse_program(struct http_req *rq, const struct proxy_page *page)
{
	char text[TEXT_MAX];
	struct wr w;

	wr_init(&w, text, sizeof(text) - 1);
	proxy_page_text(&w, page);
	text[wr_len(&w)] = '\0';
	http_reply_problem(rq, page->status, text);
}

/* On the cell's own name, where one signs in. Names of peers and hosts consist of what needs no escape in a query. */
static const char *
explain(char url[EXPLAIN_MAX], const struct gateway_hint *hint, struct str name)
{
	const bool device = hint->device[0] != '\0';
	struct wr w;

	if (!hint->known || hint->route == NULL)
		return NULL;
	wr_init(&w, url, EXPLAIN_MAX - 1);
	wr_printf(&w, "https://%s", hint->route->home);
	if (hint->https_port != 443)
		wr_printf(&w, ":%u", hint->https_port);
	wr_printf(&w, "/explain?%s=%s&host=", device ? "peer" : "from_zone",
	    device ? hint->device : conf_zone_name((enum conf_zone)hint->zone));
	wr_bytes(&w, name.p, name.n);
	if (hint->https_port != 443)
		wr_printf(&w, "&port=%u", hint->https_port);
	url[wr_len(&w)] = '\0';
	return wr_ok(&w) ? url : NULL;
}

void
gateway_refuse_page(struct http_req *rq, const struct proxy_page *why, const struct gateway_hint *hint)
{
	const struct http_head *h = http_req_head(rq);
	char buf[PROXY_PAGE_MAX], url[EXPLAIN_MAX];
	struct proxy_page page = *why;
	struct wr w;

	page.host = h->host;
	page.explain = explain(url, hint, h->host_name);
	if (!http_header_has(h, "Accept", "text/html")) {
		refuse_program(rq, &page);
		return;
	}
	wr_init(&w, buf, sizeof(buf));
	proxy_page_write(&w, &page);
	http_reply(rq, &(struct http_answer){ .status = page.status, .body = { buf, wr_len(&w) }, .headers = page_headers,
	    .nheaders = sizeof(page_headers) / sizeof(page_headers[0]) });
}

void
gateway_refuse(struct http_req *rq, int status, bool stranger, const char *detail)
{
	gateway_refuse_page(rq, &(struct proxy_page){ .status = status, .stranger = stranger, .detail = detail },
	    &(struct gateway_hint){ .known = false });
}
