/* pic peer …: devices in the VPN, their files and links. The file, which holds a private key, goes to standard output: as a
 * code for the phone, or as text. */
#include "cli/peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "cli/ask.h"
#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "conf/peer.h"
#include "qr/code.h"
#include "sys/clk.h"

static const struct cli_column peers[] = {
	CLI_COL("NAME", "name"), CLI_COL("ADDRESS", "ip"), CLI_COL("OWNER", "owner"), CLI_COL("ENABLED", "enabled"),
	CLI_COL("ONLINE", "online"), CLI_COL("HANDSHAKE", "latest_handshake_at"), CLI_COL("MAY", "capabilities"),
	CLI_COL("REINSTALL", "config_needs_reinstall"), { .title = NULL }
};

static const struct cli_column facts[] = {
	CLI_COL("Name", "name"), CLI_COL("Description", "description"), CLI_COL("Owner", "owner"),
	CLI_COL("Enabled", "enabled"), CLI_COL("Expires", "expires_at"), CLI_COL("Address", "ip"), CLI_COL("IPv6", "ip6"),
	CLI_COL("Public key", "public_key"), CLI_COL("Internet", "internet_access"), CLI_COL("Access names", "service_access"),
	CLI_COL("Other devices", "peer_access"), CLI_COL("Home network", "lan_access"), CLI_COL("Networks", "subnets"),
	CLI_COL("Groups", "groups"), CLI_COL("Full tunnel", "full_tunnel"), CLI_COL("Online", "online"),
	CLI_COL("Handshake", "latest_handshake_at"), CLI_COL("From", "endpoint"), CLI_COL("Received", "rx_bytes"),
	CLI_COL("Sent", "tx_bytes"), CLI_COL("Key held", "has_private_key"),
	CLI_COL("Re-install needed", "config_needs_reinstall"), { .title = NULL }
};

int
cli_peer_list(struct cli *c)
{
	const char *group = cli_opt(c, "--group"), *owner = cli_opt(c, "--owner");
	char path[CLI_PATH_MAX];
	bool ok = group != NULL && owner != NULL ? cli_path(path, "/api/peers?group=%s&owner=%s", group, owner) :
	    group != NULL ? cli_path(path, "/api/peers?group=%s", group) :
	    owner != NULL ? cli_path(path, "/api/peers?owner=%s", owner) : cli_path(path, "/api/peers");

	return ok ? cli_show(c, path, peers, "no devices yet: pic peer add NAME") : CLI_USAGE;
}

/* What a word stands for: a route, or a service that is not there (src/DESIGN.md). */
static void
print_peer(const struct cli *c, const json_t *body)
{
	json_t *out = json_deep_copy(body), *words = json_array();
	const json_t *w;
	size_t i;

	json_array_foreach(json_object_get(body, "service_access"), i, w)
		(void)json_array_append_new(words, json_sprintf(conf_peer_is_service(json_string_value(w)) ?
		    "%s (no such service)" : "%s", json_string_value(w)));	/* a lost one shows */
	(void)json_object_set_new(out, "service_access", words);	/* likewise */
	cli_facts(c, out, facts);
	json_decref(out);
}

int
cli_peer_show(struct cli *c)
{
	char path[CLI_PATH_MAX];

	return cli_path(path, "/api/peers/%s", c->args[0]) ? cli_view(c, "GET", path, print_peer) : CLI_USAGE;
}

/* --- files --------------------------------------------------------------------------------- */

/* Too long a file for a code is shown as it is. */
static void
print_code(const char *text)
{
	char *code = qr_terminal(text);

	if (code != NULL)
		fputs(code, stdout);
	else
		fputs(text, stdout);
	if (code != NULL)
		sodium_memzero(code, strlen(code));
	free(code);
}

void
cli_peer_print(const json_t *file, bool as_code)
{
	const char *text = cli_member_text(file, "config");
	bool complete = !json_is_false(json_object_get(file, "complete"));

	if (as_code && complete)
		print_code(text);
	else
		fputs(text, stdout);
	if (!complete)
		fprintf(stderr, "The private key is not in it: the cell does not hold it (any more). New keys: pic peer rekey\n");
	else if (as_code)
		fprintf(stderr, "Scan this with the app WireGuard. The file as text: pic peer conf NAME > %s\n",
		    cli_member_text(file, "filename"));
}

/* The end of a verb whose reply has a file. Frees r. */
static int
file_done(struct cli *c, struct cli_reply *r)
{
	if (c->json)
		cli_print(r);
	else
		cli_peer_print(r->body, true);
	cli_reply_free(r);
	return CLI_OK;
}

static int
show_file(struct cli *c, bool as_code)
{
	char path[CLI_PATH_MAX];
	struct cli_reply r;
	int status = cli_path(path, "/api/peers/%s/config", c->args[0]) ? cli_call(c, "GET", path, NULL, &r) : CLI_USAGE;

	if (status != CLI_OK)
		return status;
	if (as_code)
		return file_done(c, &r);
	if (c->json)
		cli_print(&r);
	else
		cli_peer_print(r.body, false);
	cli_reply_free(&r);
	return CLI_OK;
}

int
cli_peer_qr(struct cli *c)
{
	return show_file(c, true);
}

int
cli_peer_conf(struct cli *c)
{
	return show_file(c, false);
}

/* --- new, changed --------------------------------------------------------------------------- */

/* "30d" from now, or a time as it is; "never" is null. */
static json_t *
expiry(const char *s)
{
	char text[CLK_TEXT_MAX];
	json_int_t seconds;

	if (strcmp(s, "never") == 0)
		return json_null();
	if (!cli_seconds(s, &seconds))
		return json_string(s);
	return json_string(clk_text(clk_system.wall_s(&clk_system) + seconds, text));
}

/* Out of memory shows as a missing member, which the cell names. */
static void
add_options(const struct cli *c, json_t *body)
{
	static const struct { const char *option, *member; json_t *(*read)(const char *); } options[] = {
		{ "--description", "description", json_string }, { "--owner", "owner", cli_text_or_null },
		{ "--internet", "internet_access", cli_on_off }, { "--access", "service_access", cli_words },
		{ "--peers", "peer_access", cli_on_off }, { "--lan", "lan_access", cli_on_off },
		{ "--groups", "groups", cli_words }, { "--subnets", "subnets", cli_words }, { "--ip", "ip", json_string },
		{ "--ip6", "ip6", cli_text_or_null }, { "--expires", "expires_at", expiry },
		{ "--public-key", "public_key", json_string },
	};
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (cli_opt(c, options[i].option) != NULL)
			(void)json_object_set_new(body, options[i].member, options[i].read(cli_opt(c, options[i].option)));
}

/* A user of the same name, whose password is asked for. */
static int
add_user(const struct cli *c, json_t *body)
{
	char secret[CLI_LINE_MAX];
	int status;

	if (cli_opt(c, "--user") == NULL && cli_opt(c, "--password-file") == NULL)
		return CLI_OK;
	status = cli_ask_secret("Password of the user (10 characters or more)", cli_opt(c, "--password-file"), secret,
	    sizeof(secret));
	if (status == CLI_OK)
		(void)json_object_set_new(body, "password", json_string(secret));	/* missing: no user */
	sodium_memzero(secret, sizeof(secret));
	return status;
}

int
cli_peer_add(struct cli *c)
{
	json_t *body = json_pack("{ss}", "name", c->args[0]);
	struct cli_reply r;
	int status;

	add_options(c, body);
	status = add_user(c, body);
	if (status == CLI_OK)
		status = cli_call(c, "POST", "/api/peers", body, &r);
	json_decref(body);
	if (status != CLI_OK)
		return status;
	if (json_object_get(r.body, "config") == NULL)	/* a dry run */
		return cli_done(c, &r, "added");
	return file_done(c, &r);
}

int
cli_peer_set(struct cli *c)
{
	json_t *body = json_object();

	add_options(c, body);
	return cli_send_to(c, "PUT", "/api/peers/%s", body, "changed");
}

int
cli_peer_pause(struct cli *c)
{
	return cli_send_to(c, "PUT", "/api/peers/%s", json_pack("{sb}", "enabled", 0), "it is off");
}

int
cli_peer_resume(struct cli *c)
{
	return cli_send_to(c, "PUT", "/api/peers/%s", json_pack("{sb}", "enabled", 1), "it may connect");
}

int
cli_peer_remove(struct cli *c)
{
	return cli_send_to(c, "DELETE", cli_opt(c, "--keep-user") != NULL ? "/api/peers/%s?keep_user=1" : "/api/peers/%s", NULL,
	    "removed");
}

int
cli_peer_rekey(struct cli *c)
{
	const char *key = cli_opt(c, "--public-key");
	json_t *body = json_pack("{s:s*}", "public_key", key);
	char path[CLI_PATH_MAX];
	struct cli_reply r;
	int status = cli_path(path, "/api/peers/%s/rekey", c->args[0]) ? cli_call(c, "POST", path, body, &r) : CLI_USAGE;

	json_decref(body);
	return status != CLI_OK ? status : file_done(c, &r);
}

/* --- links ----------------------------------------------------------------------------------- */

static int
revoke_links(struct cli *c)
{
	return cli_send_to(c, "DELETE", "/api/peers/%s/link", NULL, "its links have ended");
}

int
cli_peer_link(struct cli *c)
{
	const char *expires = cli_opt(c, "--expires");
	json_int_t seconds = 900;
	char path[CLI_PATH_MAX];
	struct cli_reply r;
	json_t *body;
	int status;

	if (cli_opt(c, "--revoke") != NULL)
		return revoke_links(c);
	if (expires != NULL && !cli_seconds(expires, &seconds)) {
		fprintf(stderr, "pic: --expires is a time like 900 (seconds), 15m or 2h\n");
		return CLI_USAGE;
	}
	body = json_pack("{s:I, s:b}", "expires_in_s", seconds, "rekey", cli_opt(c, "--rekey") != NULL);
	status = cli_path(path, "/api/peers/%s/link", c->args[0]) ? cli_call(c, "POST", path, body, &r) : CLI_USAGE;
	json_decref(body);
	if (status != CLI_OK)
		return status;
	if (c->json)
		cli_print(&r);
	else
		puts(cli_member_text(r.body, "url"));
	fprintf(stderr, "The link works once, in the browser that opens it first, until %s.\n",
	    cli_member_text(r.body, "expires_at"));
	cli_reply_free(&r);
	return CLI_OK;
}
