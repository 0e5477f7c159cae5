/* pic proxy …: host names that lead to web servers in the network. People know
 * a route by its name; the path wants its id. */
#include <stdio.h>
#include <string.h>

#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

static const struct cli_column routes[] = {
	CLI_COL("NAME", "name"), CLI_COL("URL", "url"), CLI_COL("TARGET", "target"), CLI_COL("ACCESS", "access"),
	CLI_COL("LOGIN", "login"), CLI_COL("ON", "enabled"), CLI_COL("HEALTHY", "healthy"), CLI_COL("ERROR", "last_error"),
	{ .title = NULL }
};

int
cli_proxy_list(struct cli *c)
{
	return cli_show(c, "/api/proxy/routes", routes, "no routes yet: pic proxy add NAME http://192.168.1.5:8123");
}

/* Out of memory shows as a missing member, which the cell names. */
static void
add_options(struct cli *c, json_t *body)
{
	static const struct { const char *option, *member; json_t *(*read)(const char *); } options[] = {
		{ "--host", "host", json_string }, { "--path", "path", json_string }, { "--target", "target", json_string },
		{ "--access", "access", cli_words }, { "--login", "login", json_string },
		{ "--request-headers", "request_headers", cli_lines }, { "--response-headers", "response_headers", cli_lines },
		{ "--max-body", "max_body_bytes", cli_number },
		{ "--tls-verify", "tls_verify", cli_on_off }, { "--preserve-host", "preserve_host", cli_on_off },
		{ "--websocket", "websocket", cli_on_off }, { "--enabled", "enabled", cli_on_off },
	};
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (cli_opt(c, options[i].option) != NULL)
			(void)json_object_set_new(body, options[i].member, options[i].read(cli_opt(c, options[i].option)));
}

int
cli_proxy_add(struct cli *c)
{
	json_t *body = json_pack("{ssssss}", "name", c->args[0], "host", c->args[0], "target", c->args[1]);

	add_options(c, body);
	return cli_send(c, "POST", "/api/proxy/routes", body, "added");
}

/* body is taken. */
static int
change(struct cli *c, const char *method, json_t *body, const char *done)
{
	char id[CLI_ID_MAX], path[CLI_PATH_MAX];
	int status = cli_find(c, "/api/proxy/routes", id);

	if (status == CLI_OK && cli_path(path, "/api/proxy/routes/%s", id))
		return cli_send(c, method, path, body, done);
	json_decref(body);
	return status == CLI_OK ? CLI_USAGE : status;
}

int
cli_proxy_set(struct cli *c)
{
	json_t *body = json_object();

	add_options(c, body);
	return change(c, "PUT", body, "changed");
}

int
cli_proxy_remove(struct cli *c)
{
	return change(c, "DELETE", NULL, "removed");
}

static const struct cli_column test[] = {
	CLI_COL("Address", "resolved"), CLI_COL("Connected", "connected"), CLI_COL("Status", "status"), CLI_COL("TLS", "tls"),
	CLI_COL("Milliseconds", "ms"), CLI_COL("Error", "error"), { .title = NULL }
};

/* A target with a fault is what was asked for, and exit status 1. */
int
cli_proxy_test(struct cli *c)
{
	char id[CLI_ID_MAX], path[CLI_PATH_MAX];
	struct cli_reply r;
	int status = cli_find(c, "/api/proxy/routes", id);

	if (status != CLI_OK)
		return status;
	if (!cli_path(path, "/api/proxy/routes/%s/test", id))
		return CLI_USAGE;
	status = cli_call(c, "POST", path, NULL, &r);
	if (status != CLI_OK)
		return status;
	if (c->json)
		cli_print(&r);
	else
		cli_facts(c, r.body, test);
	status = json_is_string(json_object_get(r.body, "error")) ? CLI_FAILED : CLI_OK;
	cli_reply_free(&r);
	return status;
}

static const struct cli_column status[] = {
	CLI_COL("Connections", "connections"), CLI_COL("Requests", "requests"), CLI_COL("Failed handshakes", "tls_errors"),
	{ .title = NULL }
};

static const struct cli_column sites[] = {
	CLI_COL("HOST", "host"), CLI_COL("PATH", "path"), CLI_COL("KIND", "kind"), CLI_COL("ACCESS", "access"),
	CLI_COL("HEALTHY", "healthy"), { .title = NULL }
};

int
cli_proxy_status(struct cli *c)
{
	struct cli_reply r;
	int error = cli_call(c, "GET", "/api/proxy/status", NULL, &r);

	if (error != CLI_OK)
		return error;
	if (c->json) {
		cli_print(&r);
	} else {
		cli_facts(c, r.body, status);
		puts("");
		cli_table(c, json_object_get(r.body, "routes"), sites, "nothing is served");
	}
	cli_reply_free(&r);
	return CLI_OK;
}
