/* pic ca …, pic cert …: the cell's own authority, what edges serve, and
 * certificates for machines of the home. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/ask.h"
#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "cli/wait.h"

enum { CSR_MAX = 16 << 10 };

/* --- ca ---------------------------------------------------------------------------- */

static const struct cli_column authority[] = {
	CLI_COL("Root", "subject"), CLI_COL("Fingerprint (SHA-256)", "fingerprint"), CLI_COL("Valid until", "not_after"),
	CLI_COL("Renewed", "next_renewal_at"), CLI_COL("Names", "permitted_names"), CLI_COL("Networks", "permitted_cidrs"),
	CLI_COL("Intermediate", "intermediate.subject"), CLI_COL("Valid until", "intermediate.not_after"),
	CLI_COL("Renewed", "intermediate.next_renewal_at"), { .title = NULL }
};

static void
print_authority(const struct cli *c, const json_t *body)
{
	const json_t *ca = json_object_get(body, "ca");

	if (json_is_object(ca))
		cli_facts(c, ca, authority);
	else if (json_is_string(json_object_get(body, "ca_error")))
		printf("the authority cannot be read: %s\n", cli_member_text(body, "ca_error"));
	else
		puts("there is no authority yet: it is made when setup is complete and the clock can be right");
}

int
cli_ca_show(struct cli *c)
{
	return cli_view(c, "GET", "/api/vault/status", print_authority);
}

/* PEM, also with --json: it is what was asked for. */
int
cli_ca_export(struct cli *c)
{
	struct cli_reply r;
	int status = cli_call(c, "GET", "/api/vault/ca/certificate", NULL, &r);

	if (status != CLI_OK)
		return status;
	if (r.text != NULL)
		(void)fwrite(r.text, 1, r.text_len, stdout);	/* main() looks at the stream */
	cli_reply_free(&r);
	return CLI_OK;
}

/* A job from body, which is taken. */
static int
start_job(struct cli *c, const char *path, json_t *body)
{
	struct cli_reply r;
	int status = body == NULL ? CLI_FAILED : cli_call(c, "POST", path, body, &r);

	json_decref(body);
	return status == CLI_OK ? cli_wait(c, &r) : status;
}

int
cli_ca_rotate(struct cli *c)
{
	return start_job(c, "/api/vault/ca/rotate", json_pack("{sb}", "root", cli_opt(c, "--root") != NULL));
}

/* --- cert --------------------------------------------------------------------------- */

static const struct cli_column main_cert[] = {
	{ "Status", "status", CLI_STATE }, CLI_COL("Domain", "domain"), CLI_COL("Names", "names"), CLI_COL("Issuer", "issuer"),
	CLI_COL("Valid until", "expiry"), CLI_COL("Days left", "days_remaining"), CLI_COL("Renewed", "next_renewal_at"),
	CLI_COL("Last error", "last_error"), { .title = NULL }
};

int
cli_cert_status(struct cli *c)
{
	return cli_show_one(c, "/api/certificates/status", main_cert);
}

static const struct cli_column issued[] = {
	CLI_COL("ID", "id"), CLI_COL("KIND", "kind"), CLI_COL("NAMES", "names"), CLI_COL("DAYS", "days_remaining"),
	CLI_COL("UNTIL", "not_after"), CLI_COL("BY", "issued_by"), CLI_COL("REVOKED", "revoked_at"), { .title = NULL }
};

static const struct cli_column kept[] = {
	CLI_COL("ID", "id"), CLI_COL("NAMES", "names"), CLI_COL("SOURCE", "source"), { "STATUS", "status", CLI_STATE },
	CLI_COL("DAYS", "days_remaining"), CLI_COL("RENEWED", "next_renewal_at"), CLI_COL("USED BY", "used_by"),
	CLI_COL("LAST ERROR", "last_error"), { .title = NULL }
};

int
cli_cert_list(struct cli *c)
{
	if (cli_opt(c, "--issued") != NULL)
		return cli_show(c, "/api/vault/certificates", issued, "nothing was issued yet");
	return cli_show(c, "/api/certificates", kept, "there is no certificate yet");
}

int
cli_cert_renew(struct cli *c)
{
	json_t *body = json_pack("{sb}", "staging", cli_opt(c, "--staging") != NULL);

	if (c->nargs > 0)
		(void)json_object_set_new(body, "id", json_string(c->args[0]));	/* out of memory: body is NULL, too */
	return start_job(c, "/api/certificates/renew", body);
}

static bool
add_csr(struct cli *c, json_t *body)
{
	const char *file = cli_opt(c, "--csr");
	char *text;
	size_t n;

	if (file == NULL)
		return true;
	text = cli_slurp(file, CSR_MAX, &n);
	if (text == NULL)
		return false;
	(void)json_object_set_new(body, "csr", json_stringn(text, n));	/* what is missing, the cell names */
	free(text);
	return true;
}

static json_t *
issue_body(struct cli *c)
{
	json_t *body = json_object(), *names = json_array();
	size_t i;

	/* out of memory shows as a missing member, which the cell names */
	for (i = 0; i < c->nargs; i++)
		(void)json_array_append_new(names, json_string(c->args[i]));
	if (c->nargs > 0)
		(void)json_object_set(body, "names", names);
	json_decref(names);
	if (cli_opt(c, "--days") != NULL)
		(void)json_object_set_new(body, "days", cli_number(cli_opt(c, "--days")));
	if (add_csr(c, body))
		return body;
	json_decref(body);
	return NULL;
}

/* As servers want it in one file: certificate, intermediate, key. */
int
cli_cert_issue(struct cli *c)
{
	static const char *const parts[] = { "certificate", "chain", "private_key" };
	json_t *body = issue_body(c);
	struct cli_reply r;
	int status = body == NULL ? CLI_FAILED : cli_call(c, "POST", "/api/vault/certificates", body, &r);
	size_t i;

	json_decref(body);
	if (status != CLI_OK)
		return status;
	if (c->json)
		cli_print(&r);
	else
		for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
			fputs(cli_member_text(r.body, parts[i]), stdout);
	cli_reply_free(&r);
	return CLI_OK;
}

int
cli_cert_revoke(struct cli *c)
{
	const char *reason = cli_opt(c, "--reason");
	char path[CLI_PATH_MAX];

	if (!cli_path(path, "/api/vault/certificates/%s/revoke", c->args[0]))
		return CLI_USAGE;
	return cli_send(c, "POST", path, reason == NULL ? json_object() : json_pack("{ss}", "reason", reason), "revoked");
}
