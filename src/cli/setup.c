/* pic setup: answers from a file; pic setup token: an address for the browser.
 * The questions in the terminal are in setup_questions.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "base/err.h"
#include "cli/ask.h"
#include "cli/client.h"
#include "cli/peers.h"
#include "cli/reply.h"
#include "cli/setup.h"
#include "cli/verb.h"
#include "conf/json.h"
#include "qr/code.h"

enum { FILE_MAX = 64 << 10 };

static void
show_code(const char *text)
{
	char *code = qr_terminal(text);

	if (code != NULL)
		fputs(code, stdout);
	free(code);
}

int
cli_setup_token(struct cli *c)
{
	struct cli_reply r;
	json_t *body = json_object();
	const char *url;
	int status = cli_call(c, "POST", "/api/setup/token", body, &r);

	json_decref(body);
	if (status != CLI_OK)
		return status;
	url = cli_member_text(r.body, "url");
	if (c->json)
		cli_print(&r);
	else
		puts(url);
	if (!c->json && isatty(STDOUT_FILENO)) {
		show_code(url);
		fprintf(stderr, "Open it in a browser before %s.\n", cli_member_text(r.body, "expires_at"));
	}
	cli_reply_free(&r);
	return CLI_OK;
}

/* What to do next: the domain answers by now to whoever asks the cell for names. */
static void
tell_next(struct cli *c, const char *username)
{
	struct cli_reply r;
	const char *domain;

	if (cli_call(c, "GET", "/api/status", NULL, &r) != CLI_OK)
		return;
	domain = cli_member_text(r.body, "effective_domain");
	printf("The cell is set up: %s.\nNext: open https://%s/, or https:// and the address of this host, and log in as %s.\n",
	    cli_member_text(r.body, "cell_name"), domain, username);
	cli_reply_free(&r);
}

int
cli_setup_complete(struct cli *c, const json_t *answers, json_t **problem)
{
	const struct cli_ask q = { .method = "POST", .path = "/api/setup/complete", .body = answers };
	struct cli_reply r;
	int status = cli_request(c, &q, &r);

	if (status != CLI_OK)
		return status;
	if (r.status >= 400) {
		(void)cli_tell(&r);
		status = r.status == 400 ? CLI_USAGE : CLI_FAILED;	/* SET-11: bad answers are bad usage */
		if (status == CLI_USAGE && problem != NULL)
			*problem = json_incref(r.body);
	} else if (c->json) {
		cli_print(&r);
	} else {
		tell_next(c, cli_member_text(r.body, "username"));
		if (json_is_object(json_object_get(r.body, "peer")))
			cli_peer_print(json_object_get(r.body, "peer"), true);
	}
	cli_reply_free(&r);
	return status;
}

static int
from_file(struct cli *c, const char *file)
{
	struct err e = { 0 };
	size_t n;
	char *text = cli_slurp(file, FILE_MAX, &n);
	json_t *answers;
	int status;

	if (text == NULL)
		return CLI_USAGE;
	answers = conf_json_read(text, n, &e);
	sodium_memzero(text, n);	/* held the password */
	free(text);
	if (answers == NULL) {
		fprintf(stderr, "pic: %s: %s\n", file, e.detail);
		return CLI_USAGE;
	}
	status = cli_setup_complete(c, answers, NULL);
	json_decref(answers);
	return status;
}

int
cli_setup(struct cli *c)
{
	const char *file = cli_opt(c, "--file");

	if (file != NULL)
		return from_file(c, file);
	if (isatty(STDIN_FILENO))
		return cli_setup_ask(c);
	fprintf(stderr, "pic: no terminal to ask at; give the answers with --file FILE\n");
	return CLI_USAGE;
}
