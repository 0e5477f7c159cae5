/* The client of an ACME server; see client.h. */
#include "acme/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "acme/header.h"
#include "acme/jws.h"
#include "base/err.h"
#include "io/exchange.h"
#include "sys/clk.h"

enum { NONCE_SIZE = 257, HEADER_SIZE = 2048, WANTED = 5 };

struct acme_client {
	struct acme_client_conf c;
	struct acme_directory_doc directory;
	char kid[ACME_URL_SIZE];	/* "": the key itself */
	char nonce[NONCE_SIZE];		/* "": one has to be fetched */
	char refusal[ACME_TYPE_SIZE];

	/* of the last reply */
	char location[HEADER_SIZE], links[HEADER_SIZE], retry_after[64], type[128], new_nonce[NONCE_SIZE];
	struct io_wanted wanted[WANTED];
	int status;
	size_t n;
	char body[ACME_DOCUMENT_MAX + 1];
};

/* --- refusals ------------------------------------------------------------------------------- */

/* What the kinds of problems mean for us (RFC 8555 6.7, RFC 9773 7.4); any other is the server's fault. */
static const struct { const char *type; enum err_kind kind; } refusals[] = {
	{ "rateLimited", ERR_RATE_LIMITED },
	{ "caa", ERR_FORBIDDEN }, { "connection", ERR_FORBIDDEN }, { "dns", ERR_FORBIDDEN },
	{ "incorrectResponse", ERR_FORBIDDEN }, { "tls", ERR_FORBIDDEN },
	{ "accountDoesNotExist", ERR_VALIDATION }, { "badCSR", ERR_VALIDATION }, { "badPublicKey", ERR_VALIDATION },
	{ "badSignatureAlgorithm", ERR_VALIDATION }, { "externalAccountRequired", ERR_VALIDATION },
	{ "invalidContact", ERR_VALIDATION }, { "rejectedIdentifier", ERR_VALIDATION }, { "unauthorized", ERR_VALIDATION },
	{ "unsupportedContact", ERR_VALIDATION }, { "unsupportedIdentifier", ERR_VALIDATION },
	{ "userActionRequired", ERR_VALIDATION },
};

static enum err_kind
kind_of(const char *type)
{
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (strcmp(refusals[i].type, type) == 0)
			return refusals[i].kind;
	return ERR_REMOTE;
}

int
acme_problem_err(const struct acme_problem *p, const char *what, struct err *e)
{
	const enum err_kind kind = kind_of(p->type);
	size_t i;

	(void)err_set(e, kind, "%s: %s%s%s%s", what, p->words[0] != '\0' ? p->words : "no reason is given",
	    p->type[0] != '\0' ? " (" : "", p->type, p->type[0] != '\0' ? ")" : "");	/* returned below */
	for (i = 0; i < p->nsubs; i++)
		(void)err_field(e, kind, p->subs[i].name, "%s", p->subs[i].words);	/* the same */
	return err_errno(kind);
}

/* A status that is no success. */
static int
refused(struct acme_client *c, struct err *e)
{
	struct acme_problem p;
	int r, wait = acme_retry_after(str_of(c->retry_after), clk_system.wall_s(&clk_system));

	c->refusal[0] = '\0';
	if ((acme_type_is(str_of(c->type), "application/problem+json") || acme_type_is(str_of(c->type), "application/json")) &&
	    acme_problem_read((struct str){ c->body, c->n }, &p)) {
		memcpy(c->refusal, p.type, sizeof(c->refusal));
		r = acme_problem_err(&p, "the authority refuses", e);
	} else {
		r = err_set(e, ERR_REMOTE, "the authority answers with status %d and no reason", c->status);
	}
	if (c->status == 429 && r != err_errno(ERR_RATE_LIMITED)) {
		if (e != NULL)
			e->kind = ERR_RATE_LIMITED;
		r = err_errno(ERR_RATE_LIMITED);
	}
	if (e != NULL)
		e->retry_after = wait;
	return r;
}

int
acme_client_status(const struct acme_client *c)
{
	return c->status;
}

const char *
acme_client_refusal(const struct acme_client *c)
{
	return c->refusal;
}

/* --- requests --------------------------------------------------------------------------------- */

static uint64_t
deadline(const struct acme_client *c)
{
	const uint64_t one = clk_system.mono_ms(&clk_system) + ACME_REQUEST_S * 1000;

	return one < c->c.deadline_ms ? one : c->c.deadline_ms;
}

/* One request, whatever its reply says. A nonce that comes with it is kept. */
static int
exchange(struct acme_client *c, const char *method, const char *url, const char *body, const char *accept, struct err *e)
{
	const struct io_header headers[] = { { "Accept", accept }, { "Content-Type", "application/jose+json" } };
	struct io_exchange x = { .method = method, .url = url, .headers = headers, .nheaders = body == NULL ? 1 : 2, .body = body,
	    .nbody = body == NULL ? 0 : strlen(body), .resolver = c->c.resolver, .tls = c->c.tls, .deadline_ms = deadline(c),
	    .wanted = c->wanted, .nwanted = WANTED, .text = c->body, .size = sizeof(c->body) };
	int r = io_exchange(&x, e);

	if (r == err_errno(ERR_TOO_LARGE))
		r = err_set(e, ERR_REMOTE, "the authority sends more than %d octets", ACME_DOCUMENT_MAX);
	c->n = x.n;
	c->status = x.status;
	if (r == 0 && acme_is_base64url(str_of(c->new_nonce)))
		memcpy(c->nonce, c->new_nonce, sizeof(c->nonce));
	return r;
}

static int
fetch_nonce(struct acme_client *c, struct err *e)
{
	int r = exchange(c, "HEAD", c->directory.new_nonce, NULL, "*/*", e);

	if (r < 0)
		return r;
	if (c->status < 200 || c->status > 299)
		return refused(c, e);
	return c->nonce[0] != '\0' ? 0 : err_set(e, ERR_REMOTE, "the authority gives no nonce, without which nobody can ask it");
}

/* A nonce is good for one request, whatever becomes of that. */
static int
post_once(struct acme_client *c, const char *url, const char *payload, const char *type, struct err *e)
{
	const struct acme_jws_head head = { url, c->nonce, c->kid[0] == '\0' ? NULL : c->kid };
	char *jws;
	int r = c->nonce[0] != '\0' ? 0 : fetch_nonce(c, e);

	if (r < 0)
		return r;
	jws = acme_jws(c->c.account, &head, str_of(payload == NULL ? "" : payload));
	c->nonce[0] = '\0';
	if (jws == NULL)
		return err_set(e, ERR_INTERNAL, "out of memory");
	r = exchange(c, "POST", url, jws, type, e);
	free(jws);
	return r;
}

/* What the reply is, when it is none that was asked for. */
static int
judge(struct acme_client *c, const char *type, struct acme_reply *out, struct err *e)
{
	if (c->status >= 300 && c->status < 400)
		return err_set(e, ERR_REMOTE, "the authority redirects, which is not followed");
	if (c->status < 200 || c->status > 299)
		return refused(c, e);
	if (type[0] != '\0' && !acme_type_is(str_of(c->type), type))
		return err_set(e, ERR_REMOTE, "the authority sends \"%.60s\" instead of %s", c->type, type);
	memset(out, 0, sizeof(*out));
	out->status = c->status;
	out->retry_after = acme_retry_after(str_of(c->retry_after), clk_system.wall_s(&clk_system));
	out->body = (struct str){ c->body, c->n };
	if (!acme_url_ok(str_of(c->location)) || !str_copy(str_of(c->location), out->location, sizeof(out->location)))
		out->location[0] = '\0';
	if (!acme_link(str_of(c->links), "next", out->next))
		out->next[0] = '\0';
	return 0;
}

int
acme_client_post(struct acme_client *c, const char *url, const char *payload, const char *type, struct acme_reply *r,
    struct err *e)
{
	int i, error = 0;

	for (i = 0; i < ACME_NONCE_TRIES; i++) {
		c->refusal[0] = '\0';
		error = post_once(c, url, payload, type[0] == '\0' ? "*/*" : type, e);
		if (error == 0)
			error = judge(c, type, r, e);
		if (error == 0 || strcmp(c->refusal, "badNonce") != 0)
			break;
	}
	return error;
}

int
acme_client_get(struct acme_client *c, const char *url, struct acme_reply *r, struct err *e)
{
	int error = exchange(c, "GET", url, NULL, "application/json", e);

	c->refusal[0] = '\0';
	return error < 0 ? error : judge(c, "application/json", r, e);
}

bool
acme_client_wait(const struct acme_client *c, int seconds)
{
	struct timespec t = { seconds, 0 };

	if (clk_system.mono_ms(&clk_system) + (uint64_t)seconds * 1000 >= c->c.deadline_ms)
		return false;
	while (nanosleep(&t, &t) < 0 && errno == EINTR)
		;
	return true;
}

/* --- life ---------------------------------------------------------------------------------------- */

static void
want_headers(struct acme_client *c)
{
	const struct io_wanted v[WANTED] = {
		{ "Location", c->location, sizeof(c->location) }, { "Link", c->links, sizeof(c->links) },
		{ "Retry-After", c->retry_after, sizeof(c->retry_after) }, { "Content-Type", c->type, sizeof(c->type) },
		{ "Replay-Nonce", c->new_nonce, sizeof(c->new_nonce) },
	};

	memcpy(c->wanted, v, sizeof(v));
}

static int
read_directory(struct acme_client *c, struct err *e)
{
	struct acme_reply r = { 0 };
	int error = acme_client_get(c, c->c.directory, &r, e);

	if (error < 0)
		return error;
	return acme_directory_read(r.body, &c->directory) ? 0 :
	    err_set(e, ERR_REMOTE, "%.200s is not the directory of an ACME authority", c->c.directory);
}

int
acme_client_open(struct acme_client **out, const struct acme_client_conf *conf, struct err *e)
{
	struct acme_client *c = calloc(1, sizeof(*c));
	int r;

	*out = NULL;
	if (c == NULL)
		return err_set(e, ERR_INTERNAL, "out of memory");
	c->c = *conf;
	want_headers(c);
	r = read_directory(c, e);
	if (r == 0)
		*out = c;
	else
		free(c);
	return r;
}

void
acme_client_close(struct acme_client *c)
{
	free(c);
}

const struct acme_directory_doc *
acme_client_directory(const struct acme_client *c)
{
	return &c->directory;
}

void
acme_client_kid(struct acme_client *c, const char *kid)
{
	if (kid == NULL || !str_copy(str_of(kid), c->kid, sizeof(c->kid)))
		c->kid[0] = '\0';
}
