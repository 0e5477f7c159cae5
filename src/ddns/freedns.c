/* FreeDNS; see freedns.h. Each kind of address has a host of its own, and a line of text for an answer. */
#include "ddns/freedns.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "ddns/ask.h"

/* "ERROR: …" does not say whose turn it is; what it is about is the token, though. */
static int
judge(const struct ddns_account *a, const struct ddns_answer *r, struct err *e)
{
	struct str s = str_trim(r->text);

	if (str_starts(s, STR("ERROR")))
		return err_set(e, ERR_FORBIDDEN, "freedns refuses the token");
	if (r->status != 200)
		return ddns_refused(a, r, e);
	if (str_starts(s, STR("Updated")) || str_starts(s, STR("No IP change")))
		return 0;
	return err_set(e, ERR_REMOTE, "freedns answers something that it should not");
}

/* "https://sync.afraid.org" is "https://v6.sync.afraid.org" for IPv6. */
static void
begin(const struct ddns_account *a, uint8_t len, struct ddns_url *u)
{
	const char *host = strstr(a->base, "://");

	if (len == 4 || host == NULL) {
		ddns_url_begin(u, a->base);
		return;
	}
	ddns_url_begin(u, "https://v6.");
	ddns_url_put(u, host + 3);
}

static int
set(const struct ddns_account *a, const struct addr *to, struct err *e)
{
	struct ddns_answer *r = ddns_answer_new();
	char text[ADDR_TEXT_MAX];
	struct ddns_url u;
	int error;

	if (r == NULL)
		return err_sys(e, -ENOMEM, "ask the provider");
	begin(a, to->len, &u);
	ddns_url_put(&u, "/u/");
	ddns_url_value(&u, a->token);
	ddns_url_put(&u, "/?ip=");
	ddns_url_value(&u, addr_text(to, text));
	error = ddns_ask(a, &u, &(struct ddns_ask){ 0 }, r, e);
	if (error == 0)
		error = judge(a, r, e);
	ddns_answer_free(r);
	return error;
}

/* An address cannot be withdrawn: a call without one takes that of who asks. */
static int
update(const struct ddns_account *a, const struct ddns_addrs *to, const struct ddns_addrs *gone, struct err *e)
{
	int error = to->v4.len == 0 ? 0 : set(a, &to->v4, e);

	(void)gone;
	return error < 0 || to->v6.len == 0 ? error : set(a, &to->v6, e);
}

const struct ddns_provider ddns_freedns = { .name = "freedns", .update = update };
