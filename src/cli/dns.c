/* pic dns …: records, zones, forwards, questions. */
#include <stdio.h>
#include <string.h>

#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

enum { TEXT_MAX = 4096, DONE_MAX = 64 };

/* --- records ----------------------------------------------------------------------- */

static const struct cli_column records[] = {
	CLI_COL("NAME", "name"), CLI_COL("ZONE", "zone"), CLI_COL("TYPE", "type"), CLI_COL("VALUE", "value"), CLI_COL("TTL", "ttl"),
	CLI_COL("VIEWS", "views"), CLI_COL("ID", "id"), { .title = NULL }
};

int
cli_dns_records_list(struct cli *c)
{
	return cli_show(c, cli_opt(c, "--all") != NULL ? "/api/dns/records?generated=1" : "/api/dns/records",
	    records, "no records of your own yet: pic dns records add NAME A ADDRESS");
}

static void
add_options(struct cli *c, json_t *body)
{
	static const char *const texts[][2] = {
		{ "--zone", "zone" }, { "--name", "name" }, { "--type", "type" }, { "--value", "value" }
	};
	size_t i;

	/* out of memory shows as a missing member, which the cell names */
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (cli_opt(c, texts[i][0]) != NULL)
			(void)json_object_set_new(body, texts[i][1], json_string(cli_opt(c, texts[i][0])));
	if (cli_opt(c, "--ttl") != NULL)
		(void)json_object_set_new(body, "ttl", cli_number(cli_opt(c, "--ttl")));
	if (cli_opt(c, "--views") != NULL)
		(void)json_object_set_new(body, "views", cli_words(cli_opt(c, "--views")));
}

int
cli_dns_records_add(struct cli *c)
{
	json_t *body = json_pack("{ssssss}", "name", c->args[0], "type", c->args[1], "value", c->args[2]);

	add_options(c, body);
	return cli_send(c, "POST", "/api/dns/records", body, "added");
}

int
cli_dns_records_set(struct cli *c)
{
	char path[CLI_PATH_MAX];
	json_t *body;

	if (!cli_path(path, "/api/dns/records/%s", c->args[0]))
		return CLI_USAGE;
	body = json_object();
	add_options(c, body);
	return cli_send(c, "PUT", path, body, "changed");
}

/* An id has the length and the dashes of a UUID; no record name has both. */
static bool
is_id(const char *s)
{
	return strlen(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-';
}

/* The body of a reply says how many of something the cell took away. */
static int
done_count(struct cli *c, const char *method, const char *path, json_t *body, const char *member, const char *what)
{
	char done[DONE_MAX];
	struct cli_reply r;
	int status = cli_call(c, method, path, body, &r);

	json_decref(body);
	if (status != CLI_OK)
		return status;
	(void)snprintf(done, sizeof(done), "%" JSON_INTEGER_FORMAT " %s",
	    json_integer_value(json_object_get(r.body, member)), what);	/* fits */
	return cli_done(c, &r, done);
}

int
cli_dns_records_remove(struct cli *c)
{
	char path[CLI_PATH_MAX];
	json_t *body;

	if (is_id(c->args[0]))
		return cli_path(path, "/api/dns/records/%s", c->args[0]) ?
		    cli_send(c, "DELETE", path, NULL, "removed") : CLI_USAGE;
	body = json_pack("{ss}", "name", c->args[0]);
	if (c->nargs > 1)
		(void)json_object_set_new(body, "type", json_string(c->args[1]));	/* as above */
	return done_count(c, "DELETE", "/api/dns/records", body, "deleted", "removed");
}

/* --- forwards ------------------------------------------------------------------ */

static const struct cli_column forwards[] = {
	CLI_COL("ZONE", "zone"), CLI_COL("SERVERS", "servers"), { .title = NULL }
};

int
cli_dns_forwards_list(struct cli *c)
{
	return cli_show(c, "/api/dns/forwards", forwards, "no zone is asked elsewhere");
}

int
cli_dns_forwards_add(struct cli *c)
{
	json_t *servers = json_array();
	size_t i;

	for (i = 1; i < c->nargs; i++)
		(void)json_array_append_new(servers, json_string(c->args[i]));	/* as above */
	return cli_send(c, "POST", "/api/dns/forwards",
	    json_pack("{ssso}", "zone", c->args[0], "servers", servers), "added");
}

int
cli_dns_forwards_remove(struct cli *c)
{
	char path[CLI_PATH_MAX];

	return cli_path(path, "/api/dns/forwards/%s", c->args[0]) ?
	    cli_send(c, "DELETE", path, NULL, "removed") : CLI_USAGE;
}

/* --- questions ------------------------------------------------------------------------ */

static const struct cli_column answer[] = {
	CLI_WORD("Answer", "rcode"), CLI_COL("From", "source"), CLI_COL("View", "view"), CLI_COL("Took ms", "ms"),
	CLI_COL("Note", "ede.text"), { .title = NULL }
};

static void
print_answer(const struct cli *c, const json_t *body)
{
	char buf[TEXT_MAX];
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(body, "answers"), i, row)
		puts(cli_text(json_object_get(row, "text"), buf, sizeof(buf)));
	cli_facts(c, body, answer);
}

int
cli_dns_query(struct cli *c)
{
	const char *zone = cli_opt(c, "--zone"), *peer = cli_opt(c, "--as");
	const char *type = c->nargs > 1 ? c->args[1] : "A";
	char path[CLI_PATH_MAX];
	bool fits;

	if (peer == NULL)
		fits = cli_path(path, "/api/dns/query?name=%s&type=%s&zone=%s", c->args[0], type, zone == NULL ? "local" : zone);
	else if (zone == NULL)
		fits = cli_path(path, "/api/dns/query?name=%s&type=%s&as_peer=%s", c->args[0], type, peer);
	else
		fits = cli_path(path, "/api/dns/query?name=%s&type=%s&zone=%s&as_peer=%s", c->args[0], type, zone, peer);
	if (!fits)
		return CLI_USAGE;
	return cli_view(c, "GET", path, print_answer);
}

/* --- the server -------------------------------------------------------------------- */

int
cli_dns_flush(struct cli *c)
{
	json_t *body = json_object();

	if (c->nargs > 0)
		(void)json_object_set_new(body, "name", json_string(c->args[0]));	/* as above */
	return done_count(c, "POST", "/api/dns/cache/flush", body, "flushed", "forgotten");
}

int
cli_dns_reload(struct cli *c)
{
	return done_count(c, "POST", "/api/dns/reload", NULL, "zones", "zones are served");
}

static const struct cli_column counters[] = {
	CLI_COL("Running", "running"), CLI_COL("Questions", "queries"), CLI_COL("Over UDP", "transports.udp"),
	CLI_COL("Over TCP", "transports.tcp"), CLI_COL("Over TLS", "transports.dot"), CLI_COL("Over HTTPS", "transports.doh"),
	CLI_COL("With a good cookie", "cookies"), CLI_COL("Cached answers", "cache.entries"),
	CLI_COL("Cache bytes", "cache.bytes"), CLI_COL("Cache hits", "cache.hits"), CLI_COL("Cache misses", "cache.misses"),
	{ .title = NULL }
};

static const struct cli_column upstreams[] = {
	CLI_COL("UPSTREAM", "address"), CLI_COL("TRANSPORT", "transport"), CLI_WORD("STATE", "state"),
	CLI_COL("RTT MS", "rtt_ms"), { .title = NULL }
};

static void
print_status(const struct cli *c, const json_t *body)
{
	cli_facts(c, body, counters);
	putchar('\n');
	cli_table(c, json_object_get(body, "upstreams"), upstreams, "no upstream was asked yet");
}

int
cli_dns_status(struct cli *c)
{
	return cli_view(c, "GET", "/api/dns/status", print_status);
}
