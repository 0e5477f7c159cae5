/* No-IP's update protocol; see noip.h. One line with a word for an answer. */
#include "ddns/noip.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "ddns/ask.h"

enum { PAIR_MAX = 254 + 1 + DDNS_TOKEN_MAX, BASIC_MAX = 4 * (PAIR_MAX + 2) / 3 + 8, AGENT_MAX = 300, FATAL_WAIT_S = 1800 };

/* The words that their programs must stop at. */
static const struct { const char *word, *means; } stops[] = {
	{ "nohost", "has no such host in this account" },
	{ "badauth", "refuses user name or password" },
	{ "badagent", "has blocked this program" },
	{ "!donator", "does not do that in this account" },
	{ "abuse", "has blocked the user name for too many updates" }
};

static int
judge(const struct ddns_account *a, const struct ddns_answer *r, struct err *e)
{
	struct str rest = r->text, line, word;
	size_t i;

	(void)str_cut(&rest, '\n', &line);	/* all of it when there is one */
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	line = str_trim(line);
	(void)str_cut(&line, ' ', &word);	/* likewise */
	for (i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
		if (str_eqz(word, stops[i].word))
			return err_set(e, ERR_FORBIDDEN, "noip %s (%s)", stops[i].means, stops[i].word);
	if (str_eqz(word, "911")) {
		(void)err_set(e, ERR_UNAVAILABLE, "noip has trouble of its own (911)");
		if (e != NULL)
			e->retry_after = FATAL_WAIT_S;
		return err_errno(ERR_UNAVAILABLE);
	}
	if (r->status != 200)
		return ddns_refused(a, r, e);
	return str_eqz(word, "good") || str_eqz(word, "nochg") ? 0 :
	    err_set(e, ERR_REMOTE, "noip answers something that it should not");
}

/* RFC 7617 */
static bool
basic(const struct ddns_account *a, char out[BASIC_MAX])
{
	char pair[PAIR_MAX + 1];
	int n = snprintf(pair, sizeof(pair), "%s:%s", a->username, a->token);
	bool fits = n > 0 && (size_t)n < sizeof(pair);

	if (fits) {
		memcpy(out, "Basic ", 6);
		(void)sodium_bin2base64(out + 6, BASIC_MAX - 6, (const uint8_t *)pair, (size_t)n, sodium_base64_VARIANT_ORIGINAL);
	}
	sodium_memzero(pair, sizeof(pair));
	return fits;
}

static void
update_url(const struct ddns_account *a, const struct ddns_addrs *to, struct ddns_url *u)
{
	char text[ADDR_TEXT_MAX];

	ddns_url_begin(u, a->base);
	ddns_url_put(u, "/nic/update?hostname=");
	ddns_url_value(u, a->name);
	ddns_url_put(u, "&myip=");
	if (to->v4.len != 0)
		ddns_url_value(u, addr_text(&to->v4, text));
	if (to->v4.len != 0 && to->v6.len != 0)
		ddns_url_put(u, ",");
	if (to->v6.len != 0)
		ddns_url_value(u, addr_text(&to->v6, text));
}

static int
update(const struct ddns_account *a, const struct ddns_addrs *to, const struct ddns_addrs *gone, struct err *e)
{
	char authorization[BASIC_MAX], agent[AGENT_MAX];
	struct ddns_ask q = { .headers = { { "Authorization", authorization }, { "User-Agent", agent } } };
	struct ddns_answer *r = ddns_answer_new();
	struct ddns_url u;
	int error;

	(void)gone;		/* no call withdraws one kind */
	if (r == NULL)
		return err_sys(e, -ENOMEM, "ask the provider");
	(void)snprintf(agent, sizeof(agent), "pic/" PIC_VERSION " %s", a->contact);	/* cut is fine */
	update_url(a, to, &u);
	if (!basic(a, authorization))
		error = err_set(e, ERR_VALIDATION, "user name and password for noip are too long");
	else
		error = ddns_ask(a, &u, &q, r, e);
	if (error == 0)
		error = judge(a, r, e);
	sodium_memzero(authorization, sizeof(authorization));
	ddns_answer_free(r);
	return error;
}

const struct ddns_provider ddns_noip = { .name = "noip", .update = update };
