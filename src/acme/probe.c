/* Challenges looked at from here; see probe.h. */
#include "acme/probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "acme/lookup.h"
#include "base/err.h"
#include "base/str.h"
#include "io/exchange.h"
#include "io/resolve.h"
#include "sys/clk.h"

enum { HTTP_S = 10, HTTP_TRIES = 3, DNS_S = 240, BODY_SIZE = 1024, ADDRS = 8, HTTP_PORT = 80 };

static uint64_t
until(const struct acme_run *r, unsigned seconds)
{
	const uint64_t t = clk_system.mono_ms(&clk_system) + (uint64_t)seconds * 1000;

	return t < r->deadline_ms ? t : r->deadline_ms;
}

/* --- HTTP-01 ------------------------------------------------------------------------------------- */

struct look {
	int status;			/* 0: nobody answers */
	bool right;
	char body[BODY_SIZE];
};

/* White space at the end is allowed (8.3). A body that is too long is another one. */
static void
look(const struct acme_run *r, const char *name, const char *token, const char *answer, struct look *l)
{
	char url[512], port[8] = "";
	struct io_exchange x = { .url = url, .plain_too = true, .resolver = r->resolver, .deadline_ms = until(r, HTTP_S),
	    .text = l->body, .size = sizeof(l->body) };
	struct err ignored;

	if (r->http_port != HTTP_PORT)
		(void)snprintf(port, sizeof(port), ":%u", r->http_port);	/* fits */
	(void)snprintf(url, sizeof(url), "http://%s%s/.well-known/acme-challenge/%s", name, port, token);	/* they fit */
	memset(l, 0, sizeof(*l));
	(void)io_exchange(&x, &ignored);	/* the status tells */
	l->status = x.status;
	while (x.n > 0 && strchr(" \t\r\n", l->body[x.n - 1]) != NULL)
		x.n--;
	l->right = x.status == 200 && str_eqz((struct str){ l->body, x.n }, answer);
}

/* Is it this network that does not answer, or a way around through the Internet? */
static int
judge_silence(const struct addr *v, int n, const char *name, struct err *e)
{
	int i;

	for (i = 0; i < n; i++)
		if (addr_is_private(&v[i]) || addr_is_loopback(&v[i]))
			return err_field(e, ERR_CONFLICT, name, "nobody answers at port 80 of this name in the home network");
	return 0;
}

int
acme_probe_http(const struct acme_run *r, const char *name, const char *token, const char *answer, struct err *e)
{
	struct addr v[ADDRS];
	int n = io_resolve(&r->resolver, name, v, ADDRS, until(r, HTTP_S)), i;
	struct look l = { 0 };

	err_clear(e);
	if (n == -ENOENT || n == 0)
		return err_field(e, ERR_CONFLICT, name, "this name has no address: a record that leads to the cell is missing");
	if (n < 0)
		return err_field(e, ERR_CONFLICT, name, "the cell's own name service cannot tell the address of this name");
	for (i = 0; i < HTTP_TRIES; i++) {
		look(r, name, token, answer, &l);
		if (l.right)
			return 0;
		if (i + 1 == HTTP_TRIES || !acme_client_wait(r->client, 1))
			break;
	}
	if (l.status == 0)
		return judge_silence(v, n, name, e);
	return err_field(e, ERR_CONFLICT, name, "port 80 of this name is answered by something else (status %d): it must lead to "
	    "this cell", l.status);
}

/* --- DNS-01 -------------------------------------------------------------------------------------- */

int
acme_probe_dns(const struct acme_run *r, const char *record, const char *value, uint32_t *ttl, struct err *e)
{
	const uint64_t end = until(r, DNS_S);
	enum acme_seen seen;
	unsigned n = 0;

	err_clear(e);
	while ((seen = acme_lookup(&r->resolver, record, value, end, ttl)) == ACME_NOT_SEEN) {
		const int pause = acme_run_pause(0, n++);

		if (clk_system.mono_ms(&clk_system) + (uint64_t)pause * 1000 >= end || !acme_client_wait(r->client, pause))
			break;
	}
	if (seen != ACME_NOT_SEEN)
		return 0;
	return err_field(e, ERR_CONFLICT, record + sizeof(ACME_RECORD) - 1, "the provider took the record " ACME_RECORD
	    "…, but the name servers of the zone do not show it");
}
