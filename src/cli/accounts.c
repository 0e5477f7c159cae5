/* pic user, token, session: who may do what. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "cli/ask.h"
#include "cli/client.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

enum { PATH_LEN = 512 };

static int
user_change(struct cli *c, const char *method, const char *tail, json_t *body, const char *done)
{
	char path[PATH_LEN], name[PATH_LEN / 2];

	if (cli_encode(c->args[0], name, sizeof(name)) &&
	    cli_path(path, sizeof(path), "/api/auth/users/%s%s", name, tail))
		return cli_send(c, method, path, body, done);
	json_decref(body);
	fprintf(stderr, "pic: that name is too long\n");
	return CLI_USAGE;
}

static const struct cli_column users[] = {
	{ "NAME", "username" }, { "ROLE", "role" }, { "ENABLED", "enabled" }, { "TOTP", "totp_enabled" },
	{ "LAST LOGIN", "last_login_at" }, { "LOCKED UNTIL", "locked_until" }, { NULL, NULL }
};

int
cli_user_list(struct cli *c)
{
	return cli_show(c, "/api/auth/users", users, "no accounts");
}

/* body gets the member "password" (or what member says); the buffer is wiped here. */
static int
with_password(struct cli *c, const char *method, const char *path, json_t *body,
    const char *member, const char *done)
{
	char secret[CLI_LINE_MAX];
	int status = cli_ask_secret("New password", cli_opt(c, "--password-file"), secret, sizeof(secret));

	if (status == CLI_OK) {
		(void)json_object_set_new(body, member, json_string(secret));	/* missing: the cell says so */
		sodium_memzero(secret, sizeof(secret));
		return cli_send(c, method, path, body, done);
	}
	json_decref(body);
	return status;
}

int
cli_user_add(struct cli *c)
{
	const char *role = cli_opt(c, "--role");

	return with_password(c, "POST", "/api/auth/users",
	    json_pack("{ssss}", "username", c->args[0], "role", role == NULL ? "admin" : role),
	    "password", "added");
}

int
cli_user_passwd(struct cli *c)
{
	return with_password(c, "POST", "/api/auth/admin/reset-password",
	    json_pack("{ss}", "username", c->args[0]), "new_password",
	    "set; it has to be changed at the next login");
}

int
cli_user_enable(struct cli *c)
{
	return user_change(c, "PUT", "", json_pack("{sb}", "enabled", 1), "enabled");
}

int
cli_user_disable(struct cli *c)
{
	return user_change(c, "PUT", "", json_pack("{sb}", "enabled", 0), "disabled, its sessions have ended");
}

int
cli_user_unlock(struct cli *c)
{
	return user_change(c, "POST", "/unlock", json_object(), "unlocked");
}

int
cli_user_remove(struct cli *c)
{
	return user_change(c, "DELETE", "", NULL, "removed");
}

int
cli_user_totp_off(struct cli *c)
{
	return user_change(c, "DELETE", "/totp", NULL, "second factor is off");
}

static const struct cli_column tokens[] = {
	{ "NAME", "name" }, { "SCOPES", "scopes" }, { "EXPIRES", "expires_at" }, { "LAST USED", "last_used_at" },
	{ "ID", "id" }, { NULL, NULL }
};

int
cli_token_list(struct cli *c)
{
	return cli_show(c, "/api/tokens", tokens, "no tokens");
}

static int
expiry(struct cli *c, json_t *body)
{
	const char *s = cli_opt(c, "--expires");
	json_int_t v = 0;

	if (s == NULL)
		return CLI_OK;
	for (; *s >= '0' && *s <= '9' && v < 1000000000; s++)
		v = v * 10 + (*s - '0');
	if (*s != '\0' || json_object_set_new(body, "expires_in_s", json_integer(v)) < 0) {
		fprintf(stderr, "pic: --expires is a number of seconds\n");
		return CLI_USAGE;
	}
	return CLI_OK;
}

int
cli_token_new(struct cli *c)
{
	json_t *scopes = json_array(), *body;
	struct cli_reply r;
	size_t i;
	int status;

	for (i = 1; i < c->nargs; i++)
		(void)json_array_append_new(scopes, json_string(c->args[i]));	/* missing: the cell says so */
	body = json_pack("{ssso}", "name", c->args[0], "scopes", scopes);
	status = expiry(c, body);
	if (status == CLI_OK)
		status = cli_call(c, "POST", "/api/tokens", body, &r);
	json_decref(body);
	if (status != CLI_OK)
		return status;
	if (c->json)
		cli_print_json(r.body);
	else
		puts(json_string_value(json_object_get(r.body, "token")));
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
	json_array_foreach(r.body, i, t) {
		const char *name = json_string_value(json_object_get(t, "name"));

		if (name != NULL && strcmp(name, c->args[0]) == 0)
			(void)snprintf(id, size, "%s", json_string_value(json_object_get(t, "id")));
	}
	cli_reply_free(&r);
	return CLI_OK;
}

static int
remove_id(struct cli *c, const char *head, const char *id, const char *done)
{
	char path[PATH_LEN], enc[PATH_LEN / 2];

	if (!cli_encode(id, enc, sizeof(enc)) || !cli_path(path, sizeof(path), "%s%s", head, enc))
		return CLI_USAGE;
	return cli_send(c, "DELETE", path, NULL, done);
}

int
cli_token_revoke(struct cli *c)
{
	char id[128];
	int status = find_token(c, id, sizeof(id));

	return status != CLI_OK ? status : remove_id(c, "/api/tokens/", id, "revoked");
}

static const struct cli_column sessions[] = {
	{ "USER", "username" }, { "ROLE", "role" }, { "FROM", "address" }, { "ZONE", "zone" },
	{ "SINCE", "created_at" }, { "LAST USED", "last_used_at" }, { "ID", "id" }, { NULL, NULL }
};

int
cli_session_list(struct cli *c)
{
	return cli_show(c, "/api/auth/sessions?all=1", sessions, "nobody is logged in");
}

int
cli_session_revoke(struct cli *c)
{
	return remove_id(c, "/api/auth/sessions/", c->args[0], "ended");
}
