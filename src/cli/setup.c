/* pic setup: the wizard's questions in the terminal, or its answers from a
 * file; pic setup token: an address for the browser. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "base/err.h"
#include "cli/ask.h"
#include "cli/client.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "conf/json.h"
#include "qr/code.h"

enum { PATH_LEN = 256, FILE_MAX = 64 << 10 };

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
	if (c->json) {
		cli_print_json(r.body);
	} else {
		url = json_string_value(json_object_get(r.body, "url"));
		printf("%s\n", url == NULL ? "" : url);
		if (url != NULL && isatty(STDOUT_FILENO))
			show_code(url);
	}
	cli_reply_free(&r);
	return CLI_OK;
}

static int
complete(struct cli *c, const json_t *answers)
{
	struct cli_reply r;
	int status = cli_call(c, "POST", "/api/setup/complete", answers, &r);

	if (status != CLI_OK)
		return status;
	return cli_done(c, &r, "The cell is set up. pic status shows it; the browser address is its name or this host's address.");
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
	status = complete(c, answers);
	json_decref(answers);
	return status == CLI_FAILED ? CLI_USAGE : status;	/* SET-11: bad answers are bad usage */
}

static bool
is_secret(const json_t *field)
{
	const char *type = json_string_value(json_object_get(field, "type"));

	return type != NULL && strcmp(type, "secret") == 0;
}

/* One question of a step; the answer goes into answers. */
static int
ask_field(const char *name, const json_t *field, json_t *answers)
{
	char buf[CLI_LINE_MAX], def[CLI_LINE_MAX], choices[CLI_LINE_MAX], question[2 * CLI_LINE_MAX];
	const json_t *value = json_object_get(field, "value");
	bool given;
	int status = CLI_OK;

	if (value == NULL || json_is_null(value))
		value = json_object_get(field, "default");
	if (is_secret(field)) {
		status = cli_ask_secret(name, NULL, buf, sizeof(buf));
		given = status == CLI_OK;
	} else {
		(void)snprintf(question, sizeof(question), "%s%s%s%s", name,	/* sized for both */
		    json_is_array(json_object_get(field, "choices")) ? " (" : "",
		    json_is_array(json_object_get(field, "choices")) ?
		    cli_text(json_object_get(field, "choices"), choices, sizeof(choices)) : "",
		    json_is_array(json_object_get(field, "choices")) ? ")" : "");
		given = cli_ask(question, json_is_string(value) ? cli_text(value, def, sizeof(def)) : NULL,
		    buf, sizeof(buf));
		status = given ? CLI_OK : CLI_USAGE;
	}
	if (given && buf[0] != '\0')
		(void)json_object_set_new(answers, name, json_string(buf));	/* missing: the cell says so */
	sodium_memzero(buf, sizeof(buf));
	return status;
}

/* All questions of one step, then store it, so that mistakes show at once. The password is not stored: it goes with the end. */
static int
ask_step(struct cli *c, const char *step, json_t *answers)
{
	char path[PATH_LEN];
	struct cli_reply r;
	const char *name;
	json_t *field;
	int status;

	if (!cli_path(path, sizeof(path), "/api/setup/step?step=%s", step))
		return CLI_USAGE;
	status = cli_call(c, "GET", path, NULL, &r);
	if (status != CLI_OK)
		return status;
	json_object_foreach(json_object_get(r.body, "fields"), name, field) {
		if (status == CLI_OK && strcmp(step, "start") != 0)
			status = ask_field(name, field, answers);
	}
	cli_reply_free(&r);
	return status;
}

int
cli_setup(struct cli *c)
{
	const char *file = cli_opt(c, "--file");
	struct cli_reply r;
	json_t *answers, *step;
	size_t i;
	int status;

	if (file != NULL)
		return from_file(c, file);
	if (!isatty(STDIN_FILENO)) {
		fprintf(stderr, "pic: no terminal to ask at; give the answers with --file FILE\n");
		return CLI_USAGE;
	}
	status = cli_call(c, "GET", "/api/setup/status", NULL, &r);
	if (status != CLI_OK)
		return status;
	answers = json_object();
	json_array_foreach(json_object_get(r.body, "steps"), i, step)
		if (status == CLI_OK)
			status = ask_step(c, json_string_value(step), answers);
	cli_reply_free(&r);
	if (status == CLI_OK)
		status = complete(c, answers);
	json_decref(answers);
	return status;
}
