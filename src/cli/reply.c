/* What a verb does with the cell's reply; see reply.h. */
#include "cli/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/client.h"
#include "cli/path.h"
#include "cli/table.h"
#include "cli/verb.h"

const struct cli_column cli_changes[] = {
	CLI_COL("CHANGE", "op"), CLI_COL("PATH", "path"), CLI_COL("BEFORE", "old"), CLI_COL("AFTER", "new"), { .title = NULL }
};

const char *
cli_member_text(const json_t *object, const char *member)
{
	const char *s = json_string_value(json_object_get(object, member));

	return s == NULL ? "" : s;
}

/* The detail is often the first field error itself. */
static bool
says_it_already(const char *detail, const json_t *error)
{
	const char *field = cli_member_text(error, "field"), *message = cli_member_text(error, "message");

	return message[0] != '\0' && strstr(detail, message) != NULL && strstr(detail, field) != NULL;
}

int
cli_tell(const struct cli_reply *r)
{
	const json_t *errors = json_object_get(r->body, "errors"), *one;
	const char *detail = cli_member_text(r->body, "detail"), *incident = cli_member_text(r->body, "incident");
	size_t i;

	if (detail[0] == '\0')
		fprintf(stderr, "pic: the cell refused (status %d)\n", r->status);
	else
		fprintf(stderr, "pic: %s\n", detail);
	json_array_foreach(errors, i, one)
		if (!says_it_already(detail, one))
			fprintf(stderr, "  %s: %s\n", cli_member_text(one, "field"), cli_member_text(one, "message"));
	if (r->status == 428)
		fprintf(stderr, "next: pic setup here, or pic setup token for an address to open in a browser\n");
	if (incident[0] != '\0')
		fprintf(stderr, "  the log of the cell has more: incident %s\n", incident);
	return CLI_FAILED;
}

void
cli_print(const struct cli_reply *r)
{
	if (r->text_len == 0)
		return;
	(void)fwrite(r->text, 1, r->text_len, stdout);	/* main.c looks at the stream's error */
	if (r->text[r->text_len - 1] != '\n')
		putchar('\n');
}

static void
tell_consequences(const json_t *body)
{
	const json_t *warnings = json_object_get(body, "warnings"), *lease = json_object_get(body, "lease"), *one;
	json_int_t left;
	size_t i;

	json_array_foreach(warnings, i, one)
		fprintf(stderr, "note: %s\n", json_string_value(one) == NULL ? "" : json_string_value(one));
	if (!json_is_object(lease))
		return;
	left = json_integer_value(json_object_get(lease, "seconds_left"));
	fprintf(stderr, "on trial for %" JSON_INTEGER_FORMAT " s: pic config confirm keeps it, pic config discard takes it back\n",
	    left > 0 ? left : json_integer_value(json_object_get(lease, "seconds")));
}

int
cli_done(struct cli *c, struct cli_reply *r, const char *done)
{
	const json_t *changes = json_object_get(r->body, "changes");
	bool dry = cli_opt(c, "--dry-run") != NULL;

	if (c->json)
		cli_print(r);
	else if (dry)
		cli_table(c, changes, cli_changes, "nothing would change");
	else if (json_is_array(changes) && json_array_size(changes) == 0 && json_object_get(r->body, "message") != NULL)
		puts("nothing changed");
	else
		puts(done);
	tell_consequences(r->body);
	cli_reply_free(r);
	return CLI_OK;
}

static int
show(struct cli *c, const char *path, const struct cli_column *columns, const char *empty)
{
	struct cli_reply r;
	int status = cli_call(c, "GET", path, NULL, &r);

	if (status != CLI_OK)
		return status;
	if (c->json)
		cli_print(&r);
	else if (empty != NULL)
		cli_table(c, r.body, columns, empty);
	else
		cli_facts(c, r.body, columns);
	cli_reply_free(&r);
	return CLI_OK;
}

int
cli_view(struct cli *c, const char *method, const char *path, void (*print)(const struct cli *c, const json_t *body))
{
	struct cli_reply r;
	int status = cli_call(c, method, path, NULL, &r);

	if (status != CLI_OK)
		return status;
	if (c->json)
		cli_print(&r);
	else
		print(c, r.body);
	cli_reply_free(&r);
	return CLI_OK;
}

int
cli_show(struct cli *c, const char *path, const struct cli_column *columns, const char *empty)
{
	return show(c, path, columns, empty);
}

int
cli_show_one(struct cli *c, const char *path, const struct cli_column *facts)
{
	return show(c, path, facts, NULL);
}

int
cli_find(struct cli *c, const char *path, char id[CLI_ID_MAX])
{
	struct cli_reply r;
	const json_t *row;
	size_t i;
	int status = cli_call(c, "GET", path, NULL, &r);

	if (status != CLI_OK)
		return status;
	(void)snprintf(id, CLI_ID_MAX, "%s", c->args[0]);	/* cut: an id that does not exist */
	json_array_foreach(r.body, i, row)
		if (strcmp(cli_member_text(row, "name"), c->args[0]) == 0)
			(void)snprintf(id, CLI_ID_MAX, "%s", cli_member_text(row, "id"));	/* a uuid fits */
	cli_reply_free(&r);
	return CLI_OK;
}

int
cli_send(struct cli *c, const char *method, const char *path, json_t *body, const char *done)
{
	struct cli_reply r;
	int status = cli_call(c, method, path, body, &r);

	json_decref(body);
	return status != CLI_OK ? status : cli_done(c, &r, done);
}

int
cli_send_to(struct cli *c, const char *method, const char *template, json_t *body, const char *done)
{
	char path[CLI_PATH_MAX];

	if (cli_path(path, template, c->args[0]))
		return cli_send(c, method, path, body, done);
	json_decref(body);
	return CLI_USAGE;
}

json_t *
cli_on_off(const char *s)
{
	if (strcmp(s, "on") == 0 || strcmp(s, "off") == 0)
		return json_boolean(strcmp(s, "on") == 0);
	return json_string(s);
}

json_t *
cli_text_or_null(const char *s)
{
	return strcmp(s, "none") == 0 ? json_null() : json_string(s);
}

bool
cli_seconds(const char *s, json_int_t *out)
{
	static const struct { const char *unit; json_int_t s; } units[] = {
		{ "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 }
	};
	json_int_t v = 0;
	const char *p;
	size_t i;

	for (p = s; *p >= '0' && *p <= '9' && v < 1000000000; p++)
		v = v * 10 + (*p - '0');
	for (i = 0; p > s && i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(p, units[i].unit) == 0) {
			*out = v * units[i].s;
			return true;
		}
	return false;
}

json_t *
cli_number(const char *s)
{
	char *end;
	long long v = strtoll(s, &end, 10);

	return s[0] != '\0' && *end == '\0' ? json_integer(v) : json_string(s);
}

static json_t *
split(const char *s, char at)
{
	const char ends[] = { at, '\0' };
	json_t *a = json_array();
	size_t n;

	while (a != NULL && s[0] != '\0') {
		n = strcspn(s, ends);
		if (json_array_append_new(a, json_stringn(s, n)) < 0)
			break;
		s += n;
		s += s[0] == at;
	}
	return a;
}

json_t *
cli_words(const char *s)
{
	return split(s, ',');
}

json_t *
cli_lines(const char *s)
{
	return split(s, '\n');
}
