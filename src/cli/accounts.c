/* pic user, token, session: who may do what. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "cli/ask.h"
#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

/* --- users ------------------------------------------------------------------------- */

static const struct cli_column users[] = {
	CLI_COL("NAME", "username"), CLI_COL("ROLE", "role"), CLI_COL("ENABLED", "enabled"), CLI_COL("TOTP", "totp_enabled"),
	CLI_COL("LAST LOGIN", "last_login_at"), CLI_COL("LOCKED UNTIL", "locked_until"), { .title = NULL }
};

int
cli_user_list(struct cli *c)
{
	return cli_show(c, "/api/auth/users", users, "no accounts");
}

/* body gets the new password as member; takes body. The buffer is wiped here. */
static int
with_password(struct cli *c, const char *path, json_t *body, const char *member, const char *done)
{
	char secret[CLI_LINE_MAX];
	int status = cli_ask_secret("New password (12 characters or more, 10 for role peer)",
	    cli_opt(c, "--password-file"), secret, sizeof(secret));

	if (status == CLI_OK)
		(void)json_object_set_new(body, member, json_string(secret));	/* missing: the cell says so */
	sodium_memzero(secret, sizeof(secret));
	if (status == CLI_OK)
		return cli_send(c, "POST", path, body, done);
	json_decref(body);
	return status;
}

int
cli_user_add(struct cli *c)
{
	const char *role = cli_opt(c, "--role");

	return with_password(c, "/api/auth/users",
	    json_pack("{ssss}", "username", c->args[0], "role", role == NULL ? "peer" : role), "password", "added");
}

int
cli_user_passwd(struct cli *c)
{
	return with_password(c, "/api/auth/admin/reset-password", json_pack("{ss}", "username", c->args[0]),
	    "new_password", "set; it has to be changed at the next login");
}

int
cli_user_enable(struct cli *c)
{
	return cli_send_to(c, "PUT", "/api/auth/users/%s", json_pack("{sb}", "enabled", 1), "enabled");
}

int
cli_user_disable(struct cli *c)
{
	return cli_send_to(c, "PUT", "/api/auth/users/%s", json_pack("{sb}", "enabled", 0),
	    "disabled, its sessions have ended");
}

int
cli_user_unlock(struct cli *c)
{
	return cli_send_to(c, "POST", "/api/auth/users/%s/unlock", json_object(), "unlocked");
}

int
cli_user_remove(struct cli *c)
{
	return cli_send_to(c, "DELETE", "/api/auth/users/%s", NULL, "removed");
}

int
cli_user_totp_off(struct cli *c)
{
	return cli_send_to(c, "DELETE", "/api/auth/users/%s/totp", NULL, "the second factor is off");
}

/* --- tokens ------------------------------------------------------------------------ */

static const struct cli_column tokens[] = {
	CLI_COL("NAME", "name"), CLI_COL("SCOPES", "scopes"), CLI_COL("EXPIRES", "expires_at"),
	CLI_COL("LAST USED", "last_used_at"), CLI_COL("ID", "id"), { .title = NULL }
};

int
cli_token_list(struct cli *c)
{
	return cli_show(c, "/api/tokens", tokens, "no tokens");
}

static json_t *
new_token(const struct cli *c, json_int_t expires)
{
	json_t *scopes = json_array(), *body;
	size_t i;

	/* out of memory shows as a missing member, which the cell names */
	for (i = 1; i < c->nargs; i++)
		(void)json_array_append_new(scopes, json_string(c->args[i]));
	body = json_pack("{ssso}", "name", c->args[0], "scopes", scopes);
	if (expires > 0)
		(void)json_object_set_new(body, "expires_in_s", json_integer(expires));
	return body;
}

int
cli_token_new(struct cli *c)
{
	const char *expires = cli_opt(c, "--expires");
	struct cli_reply r;
	json_int_t s = 0;
	json_t *body;
	int status;

	if (expires != NULL && (!cli_seconds(expires, &s) || s == 0)) {
		fprintf(stderr, "pic: --expires is a time like 3600 (seconds), 12h or 90d\n");
		return CLI_USAGE;
	}
	body = new_token(c, s);
	status = cli_call(c, "POST", "/api/tokens", body, &r);
	json_decref(body);
	if (status != CLI_OK)
		return status;
	if (c->json)
		cli_print(&r);
	else
		puts(cli_member_text(r.body, "token"));
	fprintf(stderr, "The token is shown only now; it ends %s.\n", cli_member_text(r.body, "expires_at"));
	cli_reply_free(&r);
	return CLI_OK;
}

/* People know a token by its name; the path wants its id. */
static int
find_token(struct cli *c, char *id, size_t size)
{
	struct cli_reply r;
	const json_t *t;
	size_t i;
	int status = cli_call(c, "GET", "/api/tokens", NULL, &r);

	if (status != CLI_OK)
		return status;
	(void)snprintf(id, size, "%s", c->args[0]);	/* cut: an id that does not exist */
	json_array_foreach(r.body, i, t)
		if (strcmp(cli_member_text(t, "name"), c->args[0]) == 0)
			(void)snprintf(id, size, "%s", cli_member_text(t, "id"));	/* a uuid fits */
	cli_reply_free(&r);
	return CLI_OK;
}

int
cli_token_revoke(struct cli *c)
{
	char id[CLI_LINE_MAX / 4], path[CLI_PATH_MAX];
	int status = find_token(c, id, sizeof(id));

	if (status != CLI_OK)
		return status;
	return cli_path(path, "/api/tokens/%s", id) ? cli_send(c, "DELETE", path, NULL, "revoked") : CLI_USAGE;
}

/* --- sessions ---------------------------------------------------------------------- */

static const struct cli_column sessions[] = {
	CLI_COL("USER", "username"), CLI_COL("ROLE", "role"), CLI_COL("FROM", "address"), CLI_COL("ZONE", "zone"),
	CLI_COL("SINCE", "created_at"), CLI_COL("LAST USED", "last_used_at"), CLI_COL("ID", "id"), { .title = NULL }
};

int
cli_session_list(struct cli *c)
{
	return cli_show(c, "/api/auth/sessions?all=1", sessions, "nobody is logged in");
}

int
cli_session_revoke(struct cli *c)
{
	char path[CLI_PATH_MAX];

	return cli_path(path, "/api/auth/sessions/%s", c->args[0]) ?
	    cli_send(c, "DELETE", path, NULL, "ended") : CLI_USAGE;
}
