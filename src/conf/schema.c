/* The document from the outside in: envelope, then sections in the order of data.md 3.1. */
#include "conf/schema.h"

#include <string.h>

#include "conf/conf.h"
#include "conf/schema_rows.h"

enum { ACTOR_MAX = 128, SUMMARY_MAX = 256 };

/* Absent members are not guessed here: a lost "setup" must not open the setup again. */
static const struct conf_row setup[] = {
	{ .key = "complete", .type = CONF_T_BOOL, .flags = CONF_F_REQUIRED | CONF_F_READONLY,
	    .offset = offsetof(struct conf, setup_complete), .help = "The first run is over" },
	{ .key = "completed_at", .type = CONF_T_TIME, .flags = CONF_F_NULLABLE | CONF_F_READONLY,
	    .offset = CONF_NO_FIELD, .def = "null", .help = "When" },
	CONF_ROW_END
};

const struct conf_row conf_envelope[] = {
	{ .key = "schema_version", .type = CONF_T_INT, .flags = CONF_F_REQUIRED | CONF_F_READONLY,
	    .offset = CONF_NO_FIELD, .size = sizeof(int), .min = CONF_SCHEMA_VERSION, .max = CONF_SCHEMA_VERSION,
	    .help = "Form of this document" },
	{ .key = "generation", .type = CONF_T_INT, .flags = CONF_F_REQUIRED | CONF_F_READONLY,
	    .offset = offsetof(struct conf, generation), .size = sizeof(uint64_t), .max = INT64_MAX,
	    .help = "Number of this configuration" },
	{ .key = "written_at", .type = CONF_T_TIME, .flags = CONF_F_REQUIRED | CONF_F_READONLY,
	    .offset = offsetof(struct conf, written_at), .help = "When it was written" },
	{ .key = "written_by", .type = CONF_T_TEXT, .flags = CONF_F_READONLY,
	    .offset = offsetof(struct conf, written_by), .def = "\"system\"", .min = 1, .max = ACTOR_MAX,
	    .help = "Who changed it" },
	{ .key = "summary", .type = CONF_T_TEXT, .flags = CONF_F_READONLY,
	    .offset = offsetof(struct conf, summary), .def = "\"\"", .max = SUMMARY_MAX,
	    .help = "What was changed" },
	{ .key = "setup", .type = CONF_T_OBJECT, .flags = CONF_F_REQUIRED | CONF_F_READONLY, .rows = setup,
	    .help = "State of the first run" },
	CONF_ROW_END
};

#define SETTINGS(name, row_flags, text) { #name, &(const struct conf_row){ .key = #name, .type = CONF_T_OBJECT, \
	.flags = row_flags, .offset = offsetof(struct conf, name), .def = "{}", .rows = conf_rows_##name, \
	.help = text }, true }
#define RECORDS(name, singular, row_flags, limit, api, text) { #name, &(const struct conf_row){ .key = #name, \
	.type = CONF_T_RECORDS, .flags = row_flags, .offset = offsetof(struct conf, name), .def = "[]", .max = limit, \
	.rows = conf_rows_##singular, .size = sizeof(struct conf_##singular), \
	.count_offset = offsetof(struct conf, n##name), .path = api, .help = text }, false }

const struct conf_section conf_sections[] = {
	SETTINGS(identity, 0, "Who the cell is"),
	SETTINGS(network, CONF_F_LEASE, "Where it listens"),
	SETTINGS(admin_access, CONF_F_LEASE, "From where it may be administered"),
	SETTINGS(auth, 0, "Sessions, passwords, lockout"),
	RECORDS(users, user, 0, CONF_USERS_MAX, "/api/auth/users", "People who sign in"),
	RECORDS(tokens, token, 0, CONF_TOKENS_MAX, "/api/tokens", "Programs that sign in"),
	SETTINGS(wireguard, 0, "The VPN"),
	RECORDS(groups, group, 0, CONF_GROUPS_MAX, "/api/groups", "Sets of devices"),
	RECORDS(peers, peer, CONF_F_SHARED, CONF_PEERS_MAX, "/api/peers", "Devices in the VPN"),
	SETTINGS(dns, 0, "Names"),
	SETTINGS(blocklists, 0, "Names that are not answered"),
	SETTINGS(ntp, 0, "Time"),
	SETTINGS(firewall, 0, "Who may reach what"),
	SETTINGS(routing, 0, "Networks behind others"),
	SETTINGS(ddns, 0, "The public name's address"),
	SETTINGS(certificates, 0, "Certificates that everybody trusts"),
	SETTINGS(vault, 0, "Keys of others"),
	SETTINGS(proxy, 0, "Web access"),
	SETTINGS(logging, 0, "Log"),
	{ .name = NULL }
};

const struct conf_section *
conf_section_find(const char *name)
{
	const struct conf_section *s;

	for (s = conf_sections; s->name != NULL; s++)
		if (strcmp(s->name, name) == 0)
			return s;
	return NULL;
}

const struct conf_row *
conf_row_find(const struct conf_row *rows, const char *key)
{
	for (; rows != NULL && rows->key != NULL; rows++)
		if (strcmp(rows->key, key) == 0)
			return rows;
	return NULL;
}

const struct conf_row *
conf_row_key(const struct conf_row *records)
{
	const struct conf_row *r;

	if (records->type != CONF_T_RECORDS)
		return NULL;
	for (r = records->rows; r->key != NULL; r++)
		if (r->flags & CONF_F_KEY)
			return r;
	return NULL;
}
