/* DuckDNS; see duckdns.h. The answer is "OK" or "KO", with more lines behind it for whoever asks with verbose. */
#include "ddns/duckdns.h"

#include <errno.h>

#include "base/err.h"
#include "ddns/ask.h"

static int
judge(const struct ddns_account *a, const struct ddns_answer *r, struct err *e)
{
	struct str rest = r->text, line;

	if (r->status != 200)
		return ddns_refused(a, r, e);
	(void)str_cut(&rest, '\n', &line);	/* all of it when there is one line */
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	if (str_eqz(line, "OK"))
		return 0;
	if (str_eqz(line, "KO"))
		return err_set(e, ERR_FORBIDDEN, "duckdns refuses the token, or %s is not yours", a->label);
	return err_set(e, ERR_REMOTE, "duckdns answers something that it should not");
}

static void
parameter(struct ddns_url *u, const char *key, const char *value)
{
	ddns_url_put(u, key);
	ddns_url_value(u, value);
}

static int
call(const struct ddns_account *a, struct ddns_url *u, struct err *e)
{
	struct ddns_answer *r = ddns_answer_new();
	int error;

	if (r == NULL)
		return err_sys(e, -ENOMEM, "ask the provider");
	ddns_url_put(u, "&verbose=true");
	error = ddns_ask(a, u, &(struct ddns_ask){ 0 }, r, e);
	if (error == 0)
		error = judge(a, r, e);
	ddns_answer_free(r);
	return error;
}

static void
begin(const struct ddns_account *a, struct ddns_url *u)
{
	ddns_url_begin(u, a->base);
	parameter(u, "/update?domains=", a->label);
	parameter(u, "&token=", a->token);
}

/* An address that is not said would be taken from who asks, so what we do not have is never asked for alone: IPv6 goes
 * beside IPv4, or by itself (then IPv4 stays as it is). */
static int
set(const struct ddns_account *a, const struct ddns_addrs *to, struct err *e)
{
	char text[ADDR_TEXT_MAX];
	struct ddns_url u;

	begin(a, &u);
	if (to->v4.len != 0)
		parameter(&u, "&ip=", addr_text(&to->v4, text));
	if (to->v6.len != 0)
		parameter(&u, "&ipv6=", addr_text(&to->v6, text));
	return call(a, &u, e);
}

/* Addresses are cleared together. */
static int
clear(const struct ddns_account *a, struct err *e)
{
	struct ddns_url u;

	begin(a, &u);
	ddns_url_put(&u, "&clear=true");
	return call(a, &u, e);
}

static int
update(const struct ddns_account *a, const struct ddns_addrs *to, const struct ddns_addrs *gone, struct err *e)
{
	int error = gone->v4.len == 0 && gone->v6.len == 0 ? 0 : clear(a, e);

	return error < 0 ? error : set(a, to, e);
}

static int
txt_set(const struct ddns_account *a, const char *name, const char *value, struct err *e)
{
	struct ddns_url u;

	(void)name;		/* there is one */
	begin(a, &u);
	parameter(&u, "&txt=", value);
	return call(a, &u, e);
}

static int
txt_clear(const struct ddns_account *a, const char *name, const char *value, struct err *e)
{
	struct ddns_url u;

	(void)name;
	begin(a, &u);
	parameter(&u, "&txt=", value);
	ddns_url_put(&u, "&clear=true");
	return call(a, &u, e);
}

const struct ddns_provider ddns_duckdns = { .name = "duckdns", .update = update, .txt_set = txt_set, .txt_clear = txt_clear,
	.txt_single = true };
