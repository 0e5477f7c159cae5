/* DNS over HTTPS; see doh.h. */
#include "role/doh.h"

#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "dns/fresh.h"
#include "dns/guest.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/target.h"

#define MEDIA_TYPE "application/dns-message"

enum { BASE64_MAX = (DOH_MESSAGE_MAX + 2) / 3 * 4 + 1 };

struct doh {
	struct dns_guest *guest;
	struct http_req *rq;		/* waits for its answer, or NULL */
};

static void on_body(void *arg, struct http_req *rq, struct str body);
static void on_done(void *arg, const uint8_t *msg, size_t n);
static void on_abort(void *arg);

static const struct http_handler handler = { .on_body = on_body, .on_abort = on_abort };

struct doh *
doh_new(struct dns_server *dns, const struct doh_client *c)
{
	struct doh *d = calloc(1, sizeof(*d));
	struct dns_guest_conf conf = { .ifindex = c->ifindex, .local = *c->local, .peer = *c->peer, .done = on_done };

	if (d == NULL)
		return NULL;
	conf.arg = d;
	d->guest = dns_guest_new(dns, &conf);
	if (d->guest != NULL)
		return d;
	free(d);
	return NULL;
}

void
doh_free(struct doh *d)
{
	if (d == NULL)
		return;
	dns_guest_free(d->guest);
	free(d);
}

/* --- answers ------------------------------------------------------------------ */

static void
reply_message(struct http_req *rq, const uint8_t *msg, size_t n)
{
	char age[32];
	const struct http_header headers[] = {
		{ STR("Content-Type"), STR(MEDIA_TYPE) },
		{ STR("Cache-Control"), { age, (size_t)snprintf(age, sizeof(age), "max-age=%u", (unsigned)dns_fresh_s(msg, n)) } },
	};
	const struct http_answer a = { .status = 200, .headers = headers, .nheaders = 2,
	    .body = { (const char *)msg, n } };

	http_reply(rq, &a);
}

static void
refuse_method(struct http_req *rq)
{
	static const struct http_header headers[] = {
		{ STR("Allow"), STR("GET, HEAD, POST") },
		{ STR("Content-Type"), STR("text/plain; charset=utf-8") },
	};
	const struct http_answer a = { .status = 405, .headers = headers, .nheaders = 2,
	    .body = STR("only GET, HEAD and POST are served here\n"), .own = HTTP_CONST };

	http_reply(rq, &a);
}

static void
refuse_rate(struct http_req *rq)
{
	static const struct http_header headers[] = {
		{ STR("Retry-After"), STR("1") },
		{ STR("Content-Type"), STR("text/plain; charset=utf-8") },
	};
	const struct http_answer a = { .status = 429, .headers = headers, .nheaders = 2,
	    .body = STR("too many questions\n"), .own = HTTP_CONST };

	http_reply(rq, &a);
}

static void
ask(struct doh *d, struct http_req *rq, const uint8_t *p, size_t n)
{
	const uint8_t *msg;
	size_t len;

	switch (dns_guest_ask(d->guest, p, n, &msg, &len)) {
	case DNS_GUEST_ANSWER:
		reply_message(rq, msg, len);
		break;
	case DNS_GUEST_LATER:
		d->rq = rq;
		http_req_wait(rq, &handler, d);
		break;
	case DNS_GUEST_BAD:
		http_reply_problem(rq, 400, "this is no question in DNS wire format");
		break;
	case DNS_GUEST_FORBIDDEN:
		http_reply_problem(rq, 403, "DNS is not served to this network");
		break;
	case DNS_GUEST_LIMITED:
		refuse_rate(rq);
		break;
	case DNS_GUEST_OFF:
		http_reply_problem(rq, 503, "the name service does not run");
		break;
	}
}

/* --- requests ------------------------------------------------------------------- */

bool
doh_query_read(struct str query, uint8_t out[DOH_MESSAGE_MAX], size_t *n)
{
	char buf[BASE64_MAX];
	struct str value;

	return http_query_get(query, "dns", buf, sizeof(buf), &value) == 1 && value.n > 0 &&
	    sodium_base642bin(out, DOH_MESSAGE_MAX, value.p, value.n, NULL, n, NULL,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0;
}

static void
get(struct doh *d, struct http_req *rq)
{
	uint8_t msg[DOH_MESSAGE_MAX];
	size_t n;

	if (doh_query_read(http_req_head(rq)->query, msg, &n))
		ask(d, rq, msg, n);
	else
		http_reply_problem(rq, 400, "the parameter dns must hold a message in base64url without padding");
}

/* Parameters of the type change nothing. */
static bool
is_message(struct str type)
{
	size_t i;

	for (i = 0; i < type.n && type.p[i] != ';' && type.p[i] != ' '; i++)
		;
	type.n = i;
	return str_ieq(type, STR(MEDIA_TYPE));
}

static void
post(struct doh *d, struct http_req *rq)
{
	if (!is_message(http_header_get(http_req_head(rq), "content-type")))
		http_reply_problem(rq, 415, "the body must be " MEDIA_TYPE);
	else
		(void)http_req_read(rq, DOH_MESSAGE_MAX, &handler, d);	/* false: 413 went out */
}

void
doh_request(struct doh *d, struct http_req *rq)
{
	switch (http_req_head(rq)->method) {
	case HTTP_GET:
	case HTTP_HEAD:
		get(d, rq);
		break;
	case HTTP_POST:
		post(d, rq);
		break;
	default:
		refuse_method(rq);
		break;
	}
}

static void
on_body(void *arg, struct http_req *rq, struct str body)
{
	ask(arg, rq, (const uint8_t *)body.p, body.n);
}

static void
on_done(void *arg, const uint8_t *msg, size_t n)
{
	struct doh *d = arg;
	struct http_req *rq = d->rq;

	d->rq = NULL;
	if (n > 0)
		reply_message(rq, msg, n);
	else
		http_reply_problem(rq, 503, "the name service has stopped");
}

static void
on_abort(void *arg)
{
	struct doh *d = arg;

	d->rq = NULL;
	dns_guest_forget(d->guest);
}
