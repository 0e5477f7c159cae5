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

/* One request at a time; HTTP/2 brings several. */
struct ask {
	struct ask *next;
	struct dns_guest *guest;
	struct http_req *rq;		/* in progress, or NULL */
};

struct doh {
	struct dns_server *dns;
	struct doh_client who;		/* points to the two below */
	struct addr local;
	struct addr_port peer;
	struct ask *asks;
};

static void on_body(void *arg, struct http_req *rq, struct str body);
static void on_done(void *arg, const uint8_t *msg, size_t n);
static void on_abort(void *arg);

static const struct http_handler handler = { .on_body = on_body, .on_abort = on_abort };

struct doh *
doh_new(struct dns_server *dns, const struct doh_client *c)
{
	struct doh *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->dns = dns;
	d->local = *c->local;
	d->peer = *c->peer;
	d->who = (struct doh_client){ c->ifindex, &d->local, &d->peer };
	return d;
}

/* One that nobody uses; NULL when out of memory. */
static struct ask *
ask_take(struct doh *d, struct http_req *rq)
{
	struct dns_guest_conf conf = { .ifindex = d->who.ifindex, .local = d->local, .peer = d->peer, .done = on_done };
	struct ask *a = d->asks;

	while (a != NULL && a->rq != NULL)
		a = a->next;
	if (a == NULL && (a = calloc(1, sizeof(*a))) != NULL) {
		conf.arg = a;
		a->guest = dns_guest_new(d->dns, &conf);
		if (a->guest == NULL) {
			free(a);
			return NULL;
		}
		a->next = d->asks;
		d->asks = a;
	}
	if (a != NULL)
		a->rq = rq;
	return a;
}

void
doh_free(struct doh *d)
{
	struct ask *a;

	if (d == NULL)
		return;
	while ((a = d->asks) != NULL) {
		d->asks = a->next;
		dns_guest_free(a->guest);
		free(a);
	}
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
put_question(struct ask *a, const uint8_t *p, size_t n)
{
	struct http_req *rq = a->rq;
	const uint8_t *msg;
	size_t len;

	a->rq = NULL;
	switch (dns_guest_ask(a->guest, p, n, &msg, &len)) {
	case DNS_GUEST_ANSWER:
		reply_message(rq, msg, len);
		break;
	case DNS_GUEST_LATER:
		a->rq = rq;
		http_req_wait(rq, &handler, a);
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

/* The question has no answer to wait for. */
static void
refuse(struct ask *a, int status, const char *why)
{
	struct http_req *rq = a->rq;

	a->rq = NULL;
	http_reply_problem(rq, status, why);
}

static void
get(struct ask *a)
{
	uint8_t msg[DOH_MESSAGE_MAX];
	size_t n;

	if (doh_query_read(http_req_head(a->rq)->query, msg, &n))
		put_question(a, msg, n);
	else
		refuse(a, 400, "the parameter dns must hold a message in base64url without padding");
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
post(struct ask *a)
{
	if (!is_message(http_header_get(http_req_head(a->rq), "content-type")))
		refuse(a, 415, "the body must be " MEDIA_TYPE);
	else if (!http_req_read(a->rq, DOH_MESSAGE_MAX, &handler, a))
		a->rq = NULL;	/* 413 went out */
}

void
doh_request(struct doh *d, struct http_req *rq)
{
	enum http_method m = http_req_head(rq)->method;
	struct ask *a = NULL;

	if (m != HTTP_GET && m != HTTP_HEAD && m != HTTP_POST)
		refuse_method(rq);
	else if ((a = ask_take(d, rq)) == NULL)
		http_reply_problem(rq, 503, "out of memory");
	else if (m == HTTP_POST)
		post(a);
	else
		get(a);
}

static void
on_body(void *arg, struct http_req *rq, struct str body)
{
	(void)rq;	/* its own */
	put_question(arg, (const uint8_t *)body.p, body.n);
}

static void
on_done(void *arg, const uint8_t *msg, size_t n)
{
	struct ask *a = arg;
	struct http_req *rq = a->rq;

	a->rq = NULL;
	if (n > 0)
		reply_message(rq, msg, n);
	else
		http_reply_problem(rq, 503, "the name service has stopped");
}

static void
on_abort(void *arg)
{
	struct ask *a = arg;

	a->rq = NULL;
	dns_guest_forget(a->guest);
}
