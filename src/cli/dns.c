/* pic dns …: records, zones, forwards, questions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/client.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

enum { PATH_LEN = 1024, NAME_LEN = 800 };

static const struct cli_column records[] = {
	{ "NAME", "name" }, { "ZONE", "zone" }, { "TYPE", "type" }, { "VALUE", "value" }, { "TTL", "ttl" },
	{ "VIEWS", "views" }, { "ID", "id" }, { NULL, NULL }
};

int
cli_dns_records_list(struct cli *c)
{
	return cli_show(c, cli_opt(c, "--all") != NULL ? "/api/dns/records?generated=1" : "/api/dns/records",
	    records, "no records of your own yet: pic dns records add NAME A ADDRESS");
}

/* "vpn,lan" → ["vpn","lan"] */
static json_t *
words(const char *s)
{
	json_t *a = json_array();
	size_t n;

	while (a != NULL && s[0] != '\0') {
		n = strcspn(s, ",");
		if (json_array_append_new(a, json_stringn(s, n)) < 0)
			break;
		s += n;
		s += s[0] == ',';
	}
	return a;
}

/* Digits become a number; anything else goes as it is, for the cell to refuse with its reason. */
static json_t *
number(const char *s)
{
	char *end;
	long long v = strtoll(s, &end, 10);

	return s[0] != '\0' && *end == '\0' ? json_integer(v) : json_string(s);
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
		(void)json_object_set_new(body, "ttl", number(cli_opt(c, "--ttl")));
	if (cli_opt(c, "--views") != NULL)
		(void)json_object_set_new(body, "views", words(cli_opt(c, "--views")));
}

int
cli_dns_records_add(struct cli *c)
{
	json_t *body = json_pack("{ssssss}", "name", c->args[0], "type", c->args[1], "value", c->args[2]);

	add_options(c, body);
	return cli_send(c, "POST", "/api/dns/records", body, "added");
}

/* path with one encoded segment or value at %s */
static int
path_of(char *path, const char *fmt_head, const char *name)
{
	char enc[NAME_LEN];

	if (cli_encode(name, enc, sizeof(enc)) && cli_path(path, PATH_LEN, "%s%s", fmt_head, enc))
		return CLI_OK;
	fprintf(stderr, "pic: that name is too long\n");
	return CLI_USAGE;
}

int
cli_dns_records_set(struct cli *c)
{
	char path[PATH_LEN];
	json_t *body;

	if (path_of(path, "/api/dns/records/", c->args[0]) != CLI_OK)
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

int
cli_dns_records_remove(struct cli *c)
{
	char path[PATH_LEN];
	json_t *body;

	if (is_id(c->args[0])) {
		if (path_of(path, "/api/dns/records/", c->args[0]) != CLI_OK)
			return CLI_USAGE;
		return cli_send(c, "DELETE", path, NULL, "removed");
	}
	body = json_pack("{ss}", "name", c->args[0]);
	if (c->nargs > 1)
		(void)json_object_set_new(body, "type", json_string(c->args[1]));	/* as above */
	return cli_send(c, "DELETE", "/api/dns/records", body, "removed");
}

static const struct cli_column zones[] = {
	{ "ZONE", "name" }, { "KIND", "kind" }, { "SERIAL", "serial" }, { "RECORDS", "records" },
	{ "VIEWS", "views" }, { NULL, NULL }
};

int
cli_dns_zones_list(struct cli *c)
{
	return cli_show(c, "/api/dns/zones", zones, "no zones");
}

static const struct cli_column forwards[] = {
	{ "ZONE", "zone" }, { "SERVERS", "servers" }, { NULL, NULL }
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
	char path[PATH_LEN];

	if (path_of(path, "/api/dns/forwards/", c->args[0]) != CLI_OK)
		return CLI_USAGE;
	return cli_send(c, "DELETE", path, NULL, "removed");
}

static const struct cli_column answer[] = {
	{ "Answer", "rcode" }, { "From", "source" }, { "View", "view" }, { "Took ms", "ms" },
	{ "Note", "ede" }, { NULL, NULL }
};

/* An answer row is a line of text, or an object with its parts. */
static void
print_answers(const json_t *list)
{
	char buf[PATH_LEN];
	const json_t *row;
	size_t i;

	json_array_foreach(list, i, row)
		puts(json_is_object(row) ? cli_text(json_object_get(row, "text"), buf, sizeof(buf)) :
		    cli_text(row, buf, sizeof(buf)));
}

int
cli_dns_query(struct cli *c)
{
	char path[PATH_LEN], name[NAME_LEN], type[64], zone[64];
	const char *z = cli_opt(c, "--zone");
	struct cli_reply r;
	int status;

	if (!cli_encode(c->args[0], name, sizeof(name)) ||
	    !cli_encode(c->nargs > 1 ? c->args[1] : "A", type, sizeof(type)) ||
	    !cli_encode(z == NULL ? "local" : z, zone, sizeof(zone)) ||
	    !cli_path(path, sizeof(path), "/api/dns/query?name=%s&type=%s&zone=%s", name, type, zone))
		return CLI_USAGE;
	status = cli_call(c, "GET", path, NULL, &r);
	if (status != CLI_OK)
		return status;
	if (c->json) {
		cli_print_json(r.body);
	} else {
		print_answers(json_object_get(r.body, "answers"));
		cli_facts(r.body, answer);
	}
	cli_reply_free(&r);
	return CLI_OK;
}

int
cli_dns_flush(struct cli *c)
{
	json_t *body = json_object();

	if (c->nargs > 0)
		(void)json_object_set_new(body, "name", json_string(c->args[0]));	/* as above */
	return cli_send(c, "POST", "/api/dns/cache/flush", body, "flushed");
}

int
cli_dns_reload(struct cli *c)
{
	return cli_send(c, "POST", "/api/dns/reload", json_object(), "reloaded");
}

static const struct cli_column counters[] = {
	{ "Running", "running" }, { "Questions", "queries" }, { "Cached answers", "cache.entries" },
	{ "Cache hits", "cache.hits" }, { "Cache misses", "cache.misses" }, { NULL, NULL }
};

static const struct cli_column upstreams[] = {
	{ "UPSTREAM", "address" }, { "TRANSPORT", "transport" }, { "STATE", "state" }, { "RTT ms", "rtt_ms" },
	{ NULL, NULL }
};

int
cli_dns_status(struct cli *c)
{
	struct cli_reply r;
	int status = cli_call(c, "GET", "/api/dns/status", NULL, &r);

	if (status != CLI_OK)
		return status;
	if (c->json) {
		cli_print_json(r.body);
	} else {
		cli_facts(r.body, counters);
		cli_table(json_object_get(r.body, "upstreams"), upstreams, "no upstreams");
	}
	cli_reply_free(&r);
	return CLI_OK;
}
