/* Setup without a person (SET-11): answers from PIC_INIT_FILE and PIC_INIT_*
 * are judged before anything is written; a wrong one ends the start with the
 * name of its variable and the rule. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/change.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "role/clients.h"
#include "role/core.h"
#include "setup/document.h"
#include "setup/unattended.h"
#include "setup/wizard.h"
#include "sys/clk.h"
#include "vault/client.h"
#include "vault/vault.h"

extern char **environ;

struct unattended {
	struct core *core;
	struct auth_change *change;	/* the hash is being made; NULL = not, or it is made */
	bool committing;
	json_t *answers;		/* complete and checked */
	json_t *account;		/* the admin's sealed document */
	struct setup_keys keys;
	char account_ref[VAULT_REF_SIZE], wg_ref[VAULT_REF_SIZE];	/* "" = none, as below */
	char ddns_ref[VAULT_REF_SIZE], peer_ref[VAULT_REF_SIZE];
	bool peer_kept;			/* the first device's private key is in the vault */
};

static int
read_file(void *arg, const char *path, char **out, size_t *n, struct err *e)
{
	FILE *f = fopen(path, "re");

	(void)arg;
	if (f == NULL)
		return err_set(e, ERR_VALIDATION, "%s: %s", path, strerror(errno));
	*out = malloc(SETUP_INIT_MAX + 1);
	*n = *out == NULL ? 0 : fread(*out, 1, SETUP_INIT_MAX + 1, f);
	(void)fclose(f);	/* was only read */
	if (*out != NULL && *n <= SETUP_INIT_MAX) {
		(*out)[*n] = '\0';
		return 0;
	}
	free(*out);
	*out = NULL;
	return err_set(e, ERR_TOO_LARGE, "%s: more than %d bytes", path, SETUP_INIT_MAX);
}

static void
unattended_free(struct unattended *u)
{
	u->core->unattended = NULL;
	auth_change_cancel(u->change);
	setup_keys_wipe(&u->keys);
	json_decref(u->answers);
	json_decref(u->account);
	free(u);
}

static void
finish(struct unattended *u, const struct err *e)
{
	struct core *c = u->core;

	if (e != NULL && u->peer_kept)
		(void)vault_client_drop(c->vault, u->keys.peer.public_key, NULL);	/* a sweep would come in the end */
	unattended_free(u);
	if (e != NULL)
		log_line(LOG_SETUP, LOG_ERROR, "unattended setup failed", "err", e->detail, NULL);
	else
		welcome_finished(c);
}

static int
put_credentials(struct unattended *u, struct err *e)
{
	json_t *given = setup_document_credentials(u->answers);
	int error = given == NULL ? 0 : vault_put(u->core->vault, given, u->ddns_ref, e);

	json_decref(given);
	return error;
}

static int
put_peer(struct unattended *u, struct err *e)
{
	json_t *shared;
	int error;

	if (setup_document_peer(u->answers) == NULL)
		return 0;
	shared = json_pack("{s:s}", "preshared_key", u->keys.shared);
	error = shared == NULL ? err_sys(e, -ENOMEM, "make keys") : vault_put(u->core->vault, shared, u->peer_ref, e);
	json_decref(shared);
	if (error == 0)
		error = vault_client_put(u->core->vault, u->keys.peer.public_key, u->keys.peer.private_key, e);
	u->peer_kept = error == 0;
	return error;
}

static int
put_secrets(struct unattended *u, struct err *e)
{
	json_t *wg = setup_keys_secret(&u->keys);
	int error = wg == NULL ? err_sys(e, -ENOMEM, "make keys") :
	    vault_put(u->core->vault, wg, u->wg_ref, e);

	json_decref(wg);
	if (error == 0)
		error = put_credentials(u, e);
	if (error == 0)
		error = put_peer(u, e);
	return error < 0 ? error : vault_put(u->core->vault, u->account, u->account_ref, e);
}

static int
edit(void *arg, json_t *draft, struct err *e)
{
	struct unattended *u = arg;
	struct setup_document d = { .answers = u->answers, .keys = &u->keys, .user_secret_ref = u->account_ref,
		.wg_secret_ref = u->wg_ref, .now = clk_system.wall_s(&clk_system) };
	int error = put_secrets(u, e);

	d.ddns_secret_ref = u->ddns_ref[0] != '\0' ? u->ddns_ref : NULL;
	d.peer_secret_ref = u->peer_kept ? u->peer_ref : NULL;
	if (error == 0)
		error = setup_document_edit(&d, draft, e);
	return error < 0 || !u->peer_kept ? error : clients_mark(u->core, draft, e);
}

static void
on_committed(void *arg, const struct conf_result *r, const struct err *e)
{
	finish(arg, r->changed ? NULL : e);	/* in force, but not confirmed by the disk: who writes says so */
}

static void
on_hashed(void *arg, json_t *secret, const char *old_ref, const struct err *e)
{
	struct unattended *u = arg;
	const struct conf_change change = { .actor = "setup", .summary = "setup.complete",
	    .edit = edit, .done = on_committed, .arg = u };
	struct err refused;

	(void)old_ref;
	u->change = NULL;
	u->account = secret;
	if (e != NULL) {
		finish(u, e);
		return;
	}
	err_clear(&refused);
	setup_keys_make(&u->keys);
	u->committing = true;
	if (conf_txn_submit(u->core->txn, &change, &refused) < 0)
		finish(u, &refused);
}

int
unattended_begin(struct core *c, struct err *e)
{
	struct unattended *u = c->unattended;
	struct auth_change_ask ask = { .what = AUTH_CHANGE_NEW, .role = CONF_ROLE_ADMIN };

	if (u == NULL)
		return 0;
	ask.username = json_string_value(json_object_get(u->answers, "username"));
	ask.new_password = str_of(json_string_value(json_object_get(u->answers, "password")));
	u->change = auth_change_start(&c->auth, &ask, on_hashed, u);
	return u->change == NULL ? err_sys(e, -ENOMEM, "set up") : 0;
}

static int
read_answers(struct core *c, json_t **answers, struct err *e)
{
	json_t *body = NULL;
	int error = setup_unattended_read((const char *const *)environ, read_file, NULL, &body, e);

	if (error == 0) {
		error = setup_wizard_complete(c->wizard, body, answers, e);
		if (error < 0)
			setup_unattended_rename((const char *const *)environ, e);
	}
	json_decref(body);
	return error;
}

int
unattended_read(struct core *c, struct err *e)
{
	struct unattended *u;
	int error;

	if (!setup_unattended_wanted((const char *const *)environ))
		return 0;
	if (conf_txn_current(c->txn)->setup_complete) {
		setup_unattended_forget(environ);
		log_line(LOG_SETUP, LOG_INFO, "PIC_INIT_* is ignored: setup is complete", NULL);
		return 0;
	}
	u = calloc(1, sizeof(*u));
	if (u == NULL)
		return err_sys(e, -ENOMEM, "set up");
	u->core = c;
	c->unattended = u;
	error = read_answers(c, &u->answers, e);
	setup_unattended_forget(environ);
	c->bad_answers = error < 0;
	return error;
}

/* A change that was submitted ends with the queue that it is in. */
void
unattended_stop(struct core *c)
{
	if (c->unattended != NULL && !c->unattended->committing)
		unattended_free(c->unattended);
}
