/* pic firewall …: own rules, forwarded ports, assertions. One side of a rule is one word: peer:NAME, group:NAME, zone:NAME,
 * service:NAME, an address or network, or admin, internet, dns. People know a record by its name; the path wants its id. */
#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

static const char *const kinds[] = { "peer", "group", "zone", "service", "cidr", "target" };

/* --- sides ---------------------------------------------------------------------------- */

static bool
is_target(const char *s)
{
	return strcmp(s, "admin") == 0 || strcmp(s, "internet") == 0 || strcmp(s, "dns") == 0;
}

/* What is none of it goes as what it looks like, for the cell to refuse. */
static json_t *
end_read(const char *s)
{
	const char *colon = strchr(s, ':');
	struct addr a;

	if (addr_read(str_of(s), &a))
		return json_pack("{so}", "cidr", json_sprintf("%s/%d", s, a.len * 8));
	if (strchr(s, '/') != NULL)
		return json_pack("{ss}", "cidr", s);
	return colon == NULL ? json_pack("{ss}", "target", s) : json_pack("{s%s}", s, (size_t)(colon - s), colon + 1);
}

static json_t *
end_text(const json_t *end)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *v = json_string_value(json_object_get(end, kinds[i]));

		if (v != NULL)
			return strcmp(kinds[i], "cidr") == 0 || is_target(v) ? json_string(v) :
			    json_sprintf("%s:%s", kinds[i], v);
	}
	return json_null();
}

/* Rows with their sides as people write them. */
static void
table(const struct cli *c, const json_t *body, const struct cli_column *columns, const char *empty)
{
	json_t *rows = json_deep_copy(body), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		(void)json_object_set_new(row, "from", end_text(json_object_get(row, "from")));	/* a lost one shows */
		(void)json_object_set_new(row, "to", end_text(json_object_get(row, "to")));
	}
	cli_table(c, rows, columns, empty);
	json_decref(rows);
}

/* --- options ---------------------------------------------------------------------------- */

/* "192.168.1.20" or "192.168.1.20:8080", "[fd00::20]:8080". */
static void
add_target(json_t *body, const char *s)
{
	char text[ADDR_TEXT_MAX];
	struct addr_port p;

	if (addr_port_read(str_of(s), &p)) {
		(void)json_object_set_new(body, "to_port", json_integer(p.port));	/* the cell misses what is lost */
		s = addr_text(&p.addr, text);
	}
	(void)json_object_set_new(body, "to_ip", json_string(s));	/* likewise */
}

static void
add_options(struct cli *c, json_t *body)
{
	static const struct { const char *option, *member; json_t *(*read)(const char *); } options[] = {
		{ "--name", "name", json_string }, { "--from", "from", end_read }, { "--to", "to", end_read },
		{ "--action", "action", json_string }, { "--proto", "proto", json_string }, { "--ports", "ports", cli_words },
		{ "--port", "port", cli_number }, { "--zone", "zone", json_string }, { "--position", "position", cli_number },
		{ "--enabled", "enabled", cli_on_off },
	};
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (cli_opt(c, options[i].option) != NULL)
			(void)json_object_set_new(body, options[i].member, options[i].read(cli_opt(c, options[i].option)));
}

/* body is taken; list: "/api/firewall/rules". */
static int
change(struct cli *c, const char *method, const char *list, json_t *body, const char *done)
{
	char id[CLI_ID_MAX], template[64], path[CLI_PATH_MAX];
	int status = cli_find(c, list, id);

	(void)snprintf(template, sizeof(template), "%s/%%s", list);	/* fits */
	if (status == CLI_OK && cli_path(path, template, id))
		return cli_send(c, method, path, body, done);
	json_decref(body);
	return status == CLI_OK ? CLI_USAGE : status;
}

/* --- rules ------------------------------------------------------------------------------- */

static const struct cli_column rules[] = {
	CLI_COL("NAME", "name"), CLI_COL("ACTION", "action"), CLI_COL("FROM", "from"), CLI_COL("TO", "to"),
	CLI_COL("PROTO", "proto"), CLI_COL("PORTS", "ports"), CLI_COL("ON", "enabled"),
	CLI_COL("MATCHED", "packets"), { .title = NULL }
};

static void
print_rules(const struct cli *c, const json_t *body)
{
	table(c, body, rules, "no rules of your own: pic firewall rules add NAME FROM TO");
}

int
cli_firewall_rules_list(struct cli *c)
{
	return cli_view(c, "GET", "/api/firewall/rules", print_rules);
}

int
cli_firewall_rules_add(struct cli *c)
{
	json_t *body = json_pack("{sssssoso}", "name", c->args[0], "action", "accept", "from", end_read(c->args[1]),
	    "to", end_read(c->args[2]));

	add_options(c, body);
	return cli_send(c, "POST", "/api/firewall/rules", body, "added");
}

int
cli_firewall_rules_set(struct cli *c)
{
	json_t *body = json_object();

	add_options(c, body);
	return change(c, "PUT", "/api/firewall/rules", body, "changed");
}

int
cli_firewall_rules_remove(struct cli *c)
{
	return change(c, "DELETE", "/api/firewall/rules", NULL, "removed");
}

/* --- forwards ------------------------------------------------------------------------------- */

static const struct cli_column forwards[] = {
	CLI_COL("NAME", "name"), CLI_COL("ZONE", "zone"), CLI_COL("PROTO", "proto"), CLI_COL("PORT", "port"),
	CLI_COL("TO", "to_ip"), CLI_COL("PORT", "to_port"), CLI_COL("ON", "enabled"),
	CLI_COL("MATCHED", "packets"), { .title = NULL }
};

int
cli_firewall_forwards_list(struct cli *c)
{
	return cli_show(c, "/api/firewall/forwards", forwards, "no ports are forwarded");
}

int
cli_firewall_forwards_add(struct cli *c)
{
	json_t *body = json_pack("{ssss}", "name", c->args[0], "proto", c->args[1]);

	(void)json_object_set_new(body, "port", cli_number(c->args[2]));	/* the cell misses what is lost */
	add_target(body, c->args[3]);
	add_options(c, body);
	return cli_send(c, "POST", "/api/firewall/forwards", body, "added");
}

int
cli_firewall_forwards_set(struct cli *c)
{
	json_t *body = json_object();
	const char *target = cli_opt(c, "--target");

	if (target != NULL)
		add_target(body, target);
	add_options(c, body);
	return change(c, "PUT", "/api/firewall/forwards", body, "changed");
}

int
cli_firewall_forwards_remove(struct cli *c)
{
	return change(c, "DELETE", "/api/firewall/forwards", NULL, "removed");
}

/* --- assertions ------------------------------------------------------------------------------- */

static const struct cli_column assertions[] = {
	CLI_COL("NAME", "name"), CLI_COL("FROM", "from"), CLI_COL("TO", "to"), CLI_COL("EXPECT", "expect"),
	CLI_YES("HOLDS", "holds"), CLI_COL("REASON", "reason"), { .title = NULL }
};

static void
print_assertions(const struct cli *c, const json_t *body)
{
	table(c, body, assertions, "nothing is asserted: pic firewall assertions add NAME FROM TO allow|deny");
}

int
cli_firewall_assertions_list(struct cli *c)
{
	return cli_view(c, "GET", "/api/firewall/assertions", print_assertions);
}

int
cli_firewall_assertions_add(struct cli *c)
{
	return cli_send(c, "POST", "/api/firewall/assertions", json_pack("{sssososs}", "name", c->args[0],
	    "from", end_read(c->args[1]), "to", end_read(c->args[2]), "expect", c->args[3]), "added");
}

int
cli_firewall_assertions_remove(struct cli *c)
{
	return change(c, "DELETE", "/api/firewall/assertions", NULL, "removed");
}
