/* The first minutes of a cell: the one-time address on the terminal, the
 * wizard's answers, and setup without a person (SET-1, SET-2, SET-11). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "api/live.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/timezone.h"
#include "conf/txn.h"
#include "qr/code.h"
#include "role/cert.h"
#include "role/core.h"
#include "setup/token.h"
#include "setup/wizard.h"
#include "sys/clk.h"

/* Does a browser on another machine reach us there? */
static bool
is_reachable(const struct net_ifaddr *f)
{
	return f->up && !f->loopback && !addr_is_linklocal(&f->prefix.addr);
}

void
welcome_address(const struct core *c, struct addr *out)
{
	size_t i;

	if (net_uplink(out))
		return;
	for (i = 0; i < c->nifs; i++)
		if (is_reachable(&c->ifs[i])) {
			*out = c->ifs[i].prefix.addr;
			return;
		}
	(void)addr_read(STR("127.0.0.1"), out);	/* our own constant */
}

/* To standard output, not to the log: the address holds the token (SET-2). */
static void
print_token(const struct core *c, const struct api_setup_token *t)
{
	char *code = isatty(STDOUT_FILENO) ? qr_terminal(t->url) : NULL;

	printf("\nThis cell is not set up yet. Open this address in a browser:\n\n  %s\n\n%s"
	    "The browser warns once, because the cell made its certificate itself. Its fingerprint (SHA-256):\n  %s\n"
	    "The address is valid for one hour and one setup. A new one: pic setup token\n\n",
	    t->url, code == NULL ? "" : code, cell_cert_fingerprint(certs_served(c, NULL)));
	(void)fflush(stdout);	/* nobody may be looking */
	free(code);
}

void
welcome_token(struct core *c, bool print, struct api_setup_token *out)
{
	struct addr at;

	memset(out, 0, sizeof(*out));
	if (c->setup_token == NULL || conf_txn_current(c->txn)->setup_complete)
		return;
	setup_token_renew(c->setup_token, out->token, &out->expires_at);
	welcome_address(c, &at);
	(void)setup_url(out->url, &at, core_https_port(c), out->token);
	if (print)
		print_token(c, out);
}

/* The zone name that the host's own link names, "" if there is none that we know. */
static void
host_timezone(char *buf, size_t size)
{
	char path[256];
	const char *name;
	ssize_t n = readlink("/etc/localtime", path, sizeof(path) - 1);

	buf[0] = '\0';
	if (n <= 0)
		return;
	path[n] = '\0';
	name = strstr(path, "/zoneinfo/");
	if (name != NULL)
		(void)str_copy(str_of(name + 10), buf, size);	/* "" when it does not fit */
	if (!timezone_is_known(str_of(buf)))
		buf[0] = '\0';
}

int
welcome_start(struct core *c, struct err *e)
{
	char zone[64];
	struct setup_host host = { .label = c->host_label, .timezone = zone,
	    .root_mode = !c->options.user_mode };

	if (conf_txn_current(c->txn)->setup_complete)
		return 0;
	host_timezone(zone, sizeof(zone));
	c->setup_token = setup_token_new(&clk_system);
	c->wizard = setup_wizard_new(&host);
	if (c->setup_token == NULL || c->wizard == NULL)
		return err_sys(e, -ENOMEM, "prepare setup");
	return 0;
}

void
welcome_finished(struct core *c)
{
	const struct conf *now = conf_txn_current(c->txn);
	char nobody_knows[SETUP_TOKEN_TEXT];

	if (c->setup_token != NULL)
		setup_token_renew(c->setup_token, nobody_knows, NULL);	/* the one on the terminal ends */
	sodium_memzero(nobody_knows, sizeof(nobody_knows));
	log_line(LOG_SETUP, LOG_INFO, "setup is complete", "cell", now->identity.cell_name,
	    "domain", now->identity.domain_name, NULL);
}
