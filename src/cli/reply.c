/* What a verb does with the cell's reply; see reply.h. */
#include "cli/reply.h"

#include <stdio.h>

#include "cli/client.h"
#include "cli/table.h"
#include "cli/verb.h"

static const char *
text_of(const json_t *j, const char *member)
{
	const char *s = json_string_value(json_object_get(j, member));

	return s == NULL ? "" : s;
}

int
cli_tell(const struct cli_reply *r)
{
	const json_t *errors = json_object_get(r->body, "errors"), *one;
	const char *detail = text_of(r->body, "detail");
	size_t i;

	fprintf(stderr, "pic: %s\n", detail[0] == '\0' ? "the cell refused" : detail);
	json_array_foreach(errors, i, one)
		fprintf(stderr, "  %s: %s\n", text_of(one, "field"), text_of(one, "message"));
	return CLI_FAILED;
}

int
cli_done(struct cli *c, struct cli_reply *r, const char *done)
{
	const json_t *lease = json_object_get(r->body, "lease");

	if (c->json)
		cli_print_json(r->body);
	else
		puts(done);
	if (json_is_object(lease))	/* CLI-8 */
		fprintf(stderr, "on trial for %" JSON_INTEGER_FORMAT " s: pic config confirm keeps it\n",
		    json_integer_value(json_object_get(lease, "seconds")));
	cli_reply_free(r);
	return CLI_OK;
}

int
cli_show(struct cli *c, const char *path, const struct cli_column *columns, const char *empty)
{
	struct cli_reply r;
	int status = cli_call(c, "GET", path, NULL, &r);

	if (status != CLI_OK)
		return status;
	if (c->json)
		cli_print_json(r.body);
	else
		cli_table(r.body, columns, empty);
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
