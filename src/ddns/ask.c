/* One question to a provider; see ask.h. */
#include "ddns/ask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "conf/json.h"
#include "sys/clk.h"

enum { HOUR = 3600 };

/* --- addresses ---------------------------------------------------------------------- */

static void
put(struct ddns_url *u, const char *p, size_t n)
{
	if (u->bad || n >= sizeof(u->text) - u->n) {
		u->bad = true;
		return;
	}
	memcpy(u->text + u->n, p, n);
	u->n += n;
	u->text[u->n] = '\0';
}

void
ddns_url_begin(struct ddns_url *u, const char *base)
{
	memset(u, 0, sizeof(*u));
	put(u, base, strlen(base));
}

void
ddns_url_put(struct ddns_url *u, const char *text)
{
	put(u, text, strlen(text));
}

static bool
is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    (c != '\0' && strchr("-._~", c) != NULL);
}

void
ddns_url_value(struct ddns_url *u, const char *text)
{
	char hex[4];

	for (; *text != '\0'; text++) {
		if (is_unreserved(*text)) {
			put(u, text, 1);
		} else {
			(void)snprintf(hex, sizeof(hex), "%%%02X", (unsigned char)*text);	/* fits */
			put(u, hex, 3);
		}
	}
}

/* --- question and answer -------------------------------------------------------------- */

struct ddns_answer *
ddns_answer_new(void)
{
	return calloc(1, sizeof(struct ddns_answer));
}

void
ddns_answer_free(struct ddns_answer *a)
{
	if (a != NULL)
		sodium_memzero(a, sizeof(*a));
	free(a);
}

int
ddns_wait_read(const char *value)
{
	uint64_t s;

	if (value[0] == '\0')
		return 0;
	if (!str_u64(str_of(value), UINT64_MAX, &s))
		return HOUR;
	return s > DDNS_WAIT_MAX_S ? DDNS_WAIT_MAX_S : (int)s;
}

static int
exchange(const struct ddns_account *a, const struct ddns_url *u, struct ddns_ask *q, struct ddns_answer *out, struct err *e)
{
	struct io_header headers[DDNS_HEADERS + 1];
	char wait[64] = "", *body = q->body == NULL ? NULL : conf_json_canonical(q->body);
	struct io_wanted wanted = { "Retry-After", wait, sizeof(wait) };
	struct io_exchange x = { .method = q->method, .url = u->text, .headers = headers, .body = body,
		.nbody = body == NULL ? 0 : strlen(body), .resolver = a->net.resolver, .tls = a->net.tls, .family = q->family,
		.wanted = &wanted, .nwanted = 1, .text = out->buf, .size = sizeof(out->buf),
		.deadline_ms = clk_system.mono_ms(&clk_system) + DDNS_CALL_S * 1000 };
	int r;

	while (x.nheaders < DDNS_HEADERS && q->headers[x.nheaders].name != NULL) {
		headers[x.nheaders] = q->headers[x.nheaders];
		x.nheaders++;
	}
	if (q->body != NULL)
		headers[x.nheaders++] = (struct io_header){ "Content-Type", "application/json" };
	r = q->body != NULL && body == NULL ? err_sys(e, -ENOMEM, "ask the provider") : io_exchange(&x, e);
	out->status = x.status;
	out->wait_s = ddns_wait_read(wait);
	out->text = (struct str){ out->buf, x.n };
	free(body);
	return r;
}

int
ddns_ask(const struct ddns_account *a, const struct ddns_url *u, struct ddns_ask *q, struct ddns_answer *out, struct err *e)
{
	int r = u->bad ? err_set(e, ERR_VALIDATION, "the address of the call to %s is too long", a->provider->name) :
	    exchange(a, u, q, out, e);

	json_decref(q->body);
	q->body = NULL;
	if (r == -EFBIG)	/* a refusal of theirs, not of something of ours */
		return err_set(e, ERR_REMOTE, "the answer of %s is longer than it may be", a->provider->name);
	return r;
}

/* --- what it means ---------------------------------------------------------------------- */

static int
later(struct err *e, int wait_s, int error)
{
	if (e != NULL)
		e->retry_after = wait_s;
	return error;
}

int
ddns_refused(const struct ddns_account *a, const struct ddns_answer *r, struct err *e)
{
	const char *who = a->provider->name;

	if (r->status == 401 || r->status == 403)
		return err_set(e, ERR_FORBIDDEN, "%s refuses the credentials (status %d)", who, r->status);
	if (r->status == 429)
		return later(e, r->wait_s, err_set(e, ERR_RATE_LIMITED, "%s asks to be left alone for a while", who));
	if (r->status == 503 && r->wait_s > 0)
		return later(e, r->wait_s, err_set(e, ERR_UNAVAILABLE, "%s is out of service", who));
	return err_set(e, ERR_REMOTE, "%s answers with status %d", who, r->status);
}

json_t *
ddns_answer_json(const struct ddns_account *a, const struct ddns_answer *r, struct err *e)
{
	json_t *j = conf_json_read(r->text.p, r->text.n, NULL);

	if (json_is_object(j))
		return j;
	json_decref(j);
	(void)err_set(e, ERR_REMOTE, "%s answers something that it should not", a->provider->name);	/* NULL says it */
	return NULL;
}

bool
ddns_bearer(const struct ddns_account *a, char out[DDNS_AUTHORIZATION_MAX + 1], struct err *e)
{
	int n = a->token == NULL ? -1 : snprintf(out, DDNS_AUTHORIZATION_MAX + 1, "Bearer %s", a->token);

	if (n > 0 && n <= DDNS_AUTHORIZATION_MAX)
		return true;
	(void)err_set(e, ERR_VALIDATION, "there is no token for %s", a->provider->name);	/* false says it */
	return false;
}
