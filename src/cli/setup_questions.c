/* pic setup at a terminal: the wizard's questions as the API describes them,
 * step by step, so that a mistake shows at once; the password comes last. */
#include "cli/setup.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/str.h"
#include "cli/ask.h"
#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

static bool
is_of_type(const json_t *field, const char *type)
{
	return strcmp(cli_member_text(field, "type"), type) == 0;
}

/* With one choice there is nothing to ask. */
static bool
is_settled(const json_t *field)
{
	return json_array_size(json_object_get(field, "choices")) == 1;
}

/* Credentials of a domain mode are asked beside it; other secrets come last. */
static bool
is_late(const json_t *field)
{
	return is_of_type(field, "secret") && json_object_get(field, "modes") == NULL;
}

/* Is the question for the domain mode that was answered? */
static bool
is_asked(const json_t *field, const json_t *fields, const json_t *answers)
{
	const json_t *modes = json_object_get(field, "modes"), *mode = json_object_get(answers, "domain_mode");
	size_t i;

	if (mode == NULL)
		mode = json_object_get(json_object_get(fields, "domain_mode"), "default");
	for (i = 0; i < json_array_size(modes); i++)
		if (json_equal(json_array_get(modes, i), mode))
			return true;
	return modes == NULL;
}

/* --- one question ---------------------------------------------------------------------- */

/* "Where the cell's domain comes from (lan, pic_ngo)" */
static void
question_of(const char *name, const json_t *field, char *buf, size_t size)
{
	const char *help = cli_member_text(field, "help");
	const json_t *choices = json_object_get(field, "choices");
	char list[CLI_LINE_MAX / 2];

	(void)snprintf(buf, size, "%s%s%s%s", help[0] == '\0' ? name : help,	/* cut: still a question */
	    choices == NULL ? "" : " (", choices == NULL ? "" : cli_text(choices, list, sizeof(list)),
	    choices == NULL ? "" : ")");
}

/* What is taken when nothing is typed: what was answered before, else the default. NULL: none. */
static const char *
default_of(const json_t *field, char *buf, size_t size)
{
	const json_t *v = json_object_get(field, "value");

	if (v == NULL || json_is_null(v))
		v = json_object_get(field, "default");
	return v == NULL || json_is_null(v) ? NULL : cli_text(v, buf, size);
}

/* Digits become a number where one is asked for; what does not, the cell refuses. */
static json_t *
answer_of(const json_t *field, const char *text)
{
	struct str s = str_of(text);
	uint64_t n;

	if (is_of_type(field, "integer") && s.n > 0 && str_u64(s, INT64_MAX, &n))
		return json_integer((json_int_t)n);
	return json_string(text);
}

static int
ask_text(const char *name, const json_t *field, json_t *answers)
{
	char question[CLI_LINE_MAX], def[CLI_LINE_MAX], buf[CLI_LINE_MAX];

	question_of(name, field, question, sizeof(question));
	if (!cli_ask(question, default_of(field, def, sizeof(def)), buf, sizeof(buf)))
		return CLI_FAILED;
	if (buf[0] != '\0')
		(void)json_object_set_new(answers, name, answer_of(field, buf));	/* missing: the cell says so */
	return CLI_OK;
}

static int
ask_secret(const char *name, const json_t *field, json_t *answers)
{
	char question[CLI_LINE_MAX], buf[CLI_LINE_MAX];
	int status;

	question_of(name, field, question, sizeof(question));
	status = cli_ask_secret(question, NULL, buf, sizeof(buf));
	if (status == CLI_OK)
		(void)json_object_set_new(answers, name, json_string(buf));	/* as above */
	sodium_memzero(buf, sizeof(buf));
	return status;
}

/* --- one step -------------------------------------------------------------------------- */

/* The step's questions, in the order of the document. late: the late ones alone, else all others. again: what was
 * refused, so that only that is asked; NULL = all. */
static int
ask_fields(json_t *fields, bool late, const json_t *again, json_t *answers)
{
	const char *name;
	json_t *field;
	int status = CLI_OK;

	json_object_foreach(fields, name, field) {
		if (status != CLI_OK || is_settled(field) || is_late(field) != late || !is_asked(field, fields, answers) ||
		    (again != NULL && json_object_get(again, name) == NULL))
			continue;
		status = is_of_type(field, "secret") ? ask_secret(name, field, answers) : ask_text(name, field, answers);
	}
	return status;
}

/* The names of the refused fields that this step asks for; NULL: none, so it is asked anew as a whole. */
static json_t *
refused_of(const json_t *problem, const json_t *fields)
{
	json_t *names = json_object();
	const json_t *one;
	const char *name;
	size_t i;

	json_array_foreach(json_object_get(problem, "errors"), i, one) {
		name = cli_member_text(one, "field");
		if (json_object_get(fields, name) != NULL)
			(void)json_object_set_new(names, name, json_true());	/* out of memory: asked as a whole */
	}
	if (json_object_size(names) > 0)
		return names;
	json_decref(names);
	return NULL;
}

/* Answers of a step are stored, so that they are judged now. CLI_USAGE: refused and told; then *again as above. */
static int
store(struct cli *c, const char *step, const json_t *fields, const json_t *answers, json_t **again)
{
	json_t *body = json_deep_copy(answers);
	const struct cli_ask q = { .method = "POST", .path = "/api/setup/step", .body = body };
	struct cli_reply r;
	int status;

	(void)json_object_set_new(body, "step", json_string(step));	/* missing: the cell says so */
	status = cli_request(c, &q, &r);
	json_decref(body);
	if (status != CLI_OK)
		return status;
	if (r.status >= 400) {
		(void)cli_tell(&r);
		status = r.status == 400 || r.status == 409 ? CLI_USAGE : CLI_FAILED;
		json_decref(*again);
		*again = refused_of(r.body, fields);
	}
	cli_reply_free(&r);
	return status;
}

static bool
has_late(json_t *fields)
{
	json_t *field;
	const char *name;

	json_object_foreach(fields, name, field)
		if (is_late(field))
			return true;
	return false;
}

/* Until the cell takes the answers. A step with a late question is not stored without it, so it is judged at the end. */
static int
ask_step(struct cli *c, const char *step, json_t *fields, json_t *all)
{
	json_t *answers = json_object(), *again = NULL;
	int status;

	do {
		status = ask_fields(fields, false, again, answers);
		if (status == CLI_OK && !has_late(fields))
			status = store(c, step, fields, answers, &again);
	} while (status == CLI_USAGE);
	if (status == CLI_OK)
		(void)json_object_update(all, answers);	/* missing: the cell says so */
	json_decref(answers);
	json_decref(again);
	return status;
}

/* What of the host stands in the way, before the questions (SET-7). */
static void
show_findings(const json_t *checks)
{
	const json_t *one;
	const char *verdict, *fix;
	size_t i;

	json_array_foreach(checks, i, one) {
		verdict = cli_member_text(one, "verdict");
		fix = cli_member_text(one, "fix");
		if (strcmp(verdict, "fail") == 0 || strcmp(verdict, "warn") == 0)
			fprintf(stderr, "note: %s%s%s\n", cli_member_text(one, "detail"), fix[0] == '\0' ? "" : ": ", fix);
	}
}

/* --- all of it ------------------------------------------------------------------------- */

/* fields of every step, by its name; NULL after saying why not. */
static int
fetch_step(struct cli *c, const char *step, bool first, json_t *by_step)
{
	char path[CLI_PATH_MAX];
	struct cli_reply r;
	int status;

	if (!cli_path(path, "/api/setup/step?step=%s", step))
		return CLI_FAILED;
	status = cli_call(c, "GET", path, NULL, &r);
	if (status != CLI_OK)
		return status;
	if (first)
		show_findings(json_object_get(r.body, "diagnosis"));
	(void)json_object_set(by_step, step, json_object_get(r.body, "fields"));	/* missing: not asked */
	cli_reply_free(&r);
	return CLI_OK;
}

static int
ask_all(struct cli *c, const json_t *steps, json_t *by_step, json_t *all)
{
	const json_t *step;
	const char *name;
	size_t i;
	int status = CLI_OK;

	json_array_foreach(steps, i, step) {
		name = json_string_value(step);
		if (status == CLI_OK && name != NULL)
			status = fetch_step(c, name, i == 0, by_step);
		if (status == CLI_OK && name != NULL)
			status = ask_step(c, name, json_object_get(by_step, name), all);
	}
	return status;
}

/* Every late question (problem NULL), or whatever a refusal names. CLI_FAILED: it names nothing that was asked. */
static int
ask_rest(json_t *by_step, const json_t *problem, json_t *all)
{
	json_t *fields, *again;
	const char *step;
	int status = problem == NULL ? CLI_OK : CLI_FAILED;

	json_object_foreach(by_step, step, fields) {
		again = problem == NULL ? NULL : refused_of(problem, fields);
		if (problem != NULL && again == NULL)
			continue;
		status = again == NULL ? CLI_OK : ask_fields(fields, false, again, all);
		if (status == CLI_OK)
			status = ask_fields(fields, true, again, all);
		json_decref(again);
		if (status != CLI_OK)
			break;
	}
	return status;
}

/* Until the cell takes all of it, or refuses what was not asked. */
static int
finish(struct cli *c, json_t *by_step, json_t *all)
{
	json_t *problem = NULL;
	int status;

	do {
		status = ask_rest(by_step, problem, all);
		json_decref(problem);
		problem = NULL;
		if (status == CLI_OK)
			status = cli_setup_complete(c, all, &problem);
	} while (status == CLI_USAGE);
	json_decref(problem);
	return status;
}

int
cli_setup_ask(struct cli *c)
{
	json_t *by_step = json_object(), *all = json_object();
	struct cli_reply r;
	int status = cli_call(c, "GET", "/api/setup/status", NULL, &r);

	if (status == CLI_OK) {
		if (json_is_true(json_object_get(r.body, "complete"))) {
			fprintf(stderr, "pic: this cell is set up already; pic status shows it\n");
			status = CLI_FAILED;
		} else {
			fprintf(stderr, "A new cell. Enter takes what stands in [brackets].\n\n");
			status = ask_all(c, json_object_get(r.body, "steps"), by_step, all);
		}
		cli_reply_free(&r);
	}
	if (status == CLI_OK)
		status = finish(c, by_step, all);
	json_decref(by_step);
	json_decref(all);
	return status;
}
