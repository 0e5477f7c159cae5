/* What the target is told of a request and its visitor; see gateway_set.h. */
#include "role/gateway_set.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/sha1.h"
#include "base/wr.h"
#include "ingress/who.h"
#include "proxy/table.h"
#include "proxy/ticket.h"
#include "role/wall.h"

struct gateway_identity
gateway_identity(const struct proxy_ticket *t, const struct ingress_peer *device)
{
	struct gateway_identity i = { "", "", "", "" };

	if (t != NULL)
		i = (struct gateway_identity){ t->user, t->name, t->email, t->admin ? "admin" : "peer" };
	else if (device != NULL && device->owner[0] != '\0')
		i = (struct gateway_identity){ device->owner, device->title, device->email, device->groups };
	if (i.name[0] == '\0')
		i.name = i.user;
	return i;
}

static void
add(struct gateway_exchange *x, const char *name, struct str value)
{
	x->conf.add = x->add;
	x->add[x->conf.nadd++] = (struct http_header){ str_of(name), value };
}

/* RFC 7239: names with a port and IPv6 addresses stand in quotes. */
static void
add_forwarded(struct gateway_exchange *x, const struct addr *peer, struct str host)
{
	const bool six = peer->len == 16;
	struct wr w;

	wr_init(&w, x->forwarded, sizeof(x->forwarded));	/* a host fits */
	wr_text(&w, six ? "for=\"[" : "for=");
	wr_text(&w, x->peer);
	wr_text(&w, six ? "]\";host=\"" : ";host=\"");
	wr_bytes(&w, host.p, host.n);
	wr_text(&w, "\";proto=https");
	add(x, "Forwarded", (struct str){ x->forwarded, wr_len(&w) });
	add(x, "X-Forwarded-For", str_of(x->peer));
	add(x, "X-Forwarded-Host", host);
	add(x, "X-Forwarded-Proto", STR("https"));
}

/* As a browser would name it: without the port that goes without saying. */
static void
set_host(struct gateway_exchange *x)
{
	const struct proxy_route *r = x->route;
	const bool literal = r->addr.len == 16;
	struct wr w;

	wr_init(&w, x->host, sizeof(x->host));	/* a target fits */
	wr_text(&w, literal ? "[" : "");
	wr_text(&w, r->target);
	wr_text(&w, literal ? "]" : "");
	if (r->port != (r->tls ? 443 : 80)) {
		wr_text(&w, ":");
		wr_decimal(&w, r->port);
	}
	x->conf.host = (struct str){ x->host, wr_len(&w) };
}

/* Names of the configuration and texts of a ticket fit. */
static void
identify(struct gateway_exchange *x, const struct gateway_visitor *v)
{
	const struct gateway_identity i = gateway_identity(v->ticket, v->device);

	x->signed_in = v->ticket != NULL;
	if (x->signed_in)
		memcpy(x->ticket, v->ticket->digest, sizeof(x->ticket));
	if (i.user[0] == '\0')
		return;			/* nor has he a name */
	(void)str_copy(str_of(i.user), x->user, sizeof(x->user));
	(void)str_copy(str_of(i.name), x->name, sizeof(x->name));
	(void)str_copy(str_of(i.email), x->email, sizeof(x->email));
	(void)str_copy(str_of(i.groups), x->groups, sizeof(x->groups));
	add(x, "Remote-User", str_of(x->user));
	add(x, "Remote-Groups", str_of(x->groups));
	add(x, "Remote-Name", str_of(x->name));
	if (x->email[0] != '\0')
		add(x, "Remote-Email", str_of(x->email));
}

static size_t
take_rules(struct http_header *out, const struct proxy_header *rules, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = (struct http_header){ str_of(rules[i].name), str_of(rules[i].value) };
	return n;
}

static void
set_rules(struct gateway_exchange *x)
{
	const struct proxy_route *r = x->route;

	x->conf.set = x->set;
	x->conf.nset = take_rules(x->set, r->request, r->nrequest);
	x->conf.add_answer = x->add_answer;
	x->conf.nadd_answer = take_rules(x->add_answer, r->response, r->nresponse);
	/* a target does not know who believes the certificate (WEB-7) */
	x->add_answer[x->conf.nadd_answer++] = (struct http_header){ STR("Strict-Transport-Security"), { NULL, 0 } };
}

/* RFC 6455 4: HTTP/2 has other means to know that both sides mean it, the target does not. */
static void
set_key(struct gateway_exchange *x)
{
	static const char suffix[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	uint8_t raw[16], digest[SHA1_SIZE];
	char text[GATEWAY_KEY_SIZE + sizeof(suffix)];
	int n;

	randombytes_buf(raw, sizeof(raw));
	(void)sodium_bin2base64(x->ws_key, sizeof(x->ws_key), raw, sizeof(raw), sodium_base64_VARIANT_ORIGINAL);	/* fits */
	n = snprintf(text, sizeof(text), "%s%s", x->ws_key, suffix);
	sha1(digest, text, (size_t)n);
	(void)sodium_bin2base64(x->ws_accept, sizeof(x->ws_accept), digest, sizeof(digest),
	    sodium_base64_VARIANT_ORIGINAL);	/* fits */
	x->conf.ws_key = str_of(x->ws_key);
	x->conf.ws_accept = str_of(x->ws_accept);
}

static void
add_via(struct gateway_exchange *x)
{
	struct wr w;

	wr_init(&w, x->via, sizeof(x->via) - 1);	/* the name fits */
	wr_text(&w, "1.1 ");
	wr_text(&w, proxy_table_name(x->table));
	x->via[wr_len(&w)] = '\0';
	add(x, "Via", (struct str){ x->via, wr_len(&w) });
}

void
gateway_tell(struct gateway_exchange *x, const struct gateway_visitor *v)
{
	const struct http_head *h = http_req_head(x->rq);

	(void)addr_text(v->peer, x->peer);	/* returns it */
	x->conf.hide = wall_cookies;
	x->conf.body_max = x->route->body_max;
	x->conf.websocket = x->route->websocket;
	if (!x->route->preserve_host)
		set_host(x);
	set_rules(x);
	if (h->connect)
		set_key(x);
	add_forwarded(x, v->peer, h->host);
	identify(x, v);
	add_via(x);
}
