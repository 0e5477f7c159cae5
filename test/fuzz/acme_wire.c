/* Documents of an ACME server that lies: what is accepted may be asked for, shown and signed. The first octet says which. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "acme/window.h"
#include "acme/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
address(const char *s)
{
	assert(s[0] == '\0' || acme_url_ok(str_of(s)));
}

static void
problem(const struct acme_problem *p)
{
	size_t i;

	assert(p->nsubs <= ACME_PROBLEMS_MAX && str_utf8(str_of(p->words)) && str_printable(str_of(p->words)));
	for (i = 0; i < p->nsubs; i++)
		assert(p->subs[i].name[0] != '\0' && str_printable(str_of(p->subs[i].words)));
}

static void
order(struct str s)
{
	static struct acme_order o;
	size_t i;

	if (!acme_order_read(s, &o))
		return;
	address(o.finalize);
	address(o.certificate);
	for (i = 0; i < o.nauthz; i++)
		address(o.authz[i]);
	for (i = 0; i < o.nnames; i++)
		assert(o.names[i][0] != '\0' && str_printable(str_of(o.names[i])));
	if (o.failed)
		problem(&o.problem);
}

static void
authz(struct str s, enum acme_challenge kind)
{
	struct acme_authz a;

	if (!acme_authz_read(s, kind, &a))
		return;
	address(a.url);
	assert(!a.offered || (acme_is_base64url(str_of(a.token)) && a.url[0] != '\0'));
	if (a.failed)
		problem(&a.problem);
}

static void
others(struct str s)
{
	static char list[ACME_LISTED_MAX][ACME_URL_SIZE];
	struct acme_window w;
	size_t n, i;

	if (acme_orders_read(s, list, &n))
		for (i = 0; i < n; i++)
			address(list[i]);
	if (acme_window_read(s, 1800000000, 0, &w)) {
		assert(w.start < w.end && w.again > 1800000000);
		assert(acme_window_pick(&w, 1) >= w.start && acme_window_pick(&w, 1) < w.end);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = { (const char *)data + 1, size - 1 };
	struct acme_directory_doc d;
	struct acme_account_doc a;
	struct acme_problem p;

	if (size == 0)
		return 0;
	switch (data[0]) {
	case 'd':
		if (acme_directory_read(s, &d)) {
			address(d.new_order);
			address(d.window);
		}
		break;
	case 'o':
		order(s);
		break;
	case 'h':
		authz(s, ACME_HTTP_01);
		break;
	case 't':
		authz(s, ACME_DNS_01);
		break;
	case 'p':
		if (acme_problem_read(s, &p))
			problem(&p);
		break;
	case 'a':
		if (acme_account_doc_read(s, &a))
			address(a.orders);
		break;
	default:
		others(s);
	}
	return 0;
}
