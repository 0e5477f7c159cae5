/* Rows: vault (data.md 4.11), as far as this version acts on it. */
#include "conf/schema_rows.h"

#include "conf/check.h"
#include "conf/conf.h"

static const char *const kinds[] = { "ca", "wireguard", "age", NULL };

#define AT(member) .offset = offsetof(struct conf_trust, member)

static const struct conf_row trust[] = {
	CONF_ROW_REV(struct conf_trust),
	{ .key = "id", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_READONLY | CONF_F_KEY, AT(id),
	    .min = 1, .max = 36, .check = conf_check_uuid,
	    .help = "Its number" },
	{ .key = "name", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED, AT(name), .min = 1, .max = 64,
	    .help = "What people call it" },
	{ .key = "kind", .type = CONF_T_CHOICE, .flags = CONF_F_REQUIRED, AT(kind), .choices = kinds,
	    .help = "ca: certificate of an authority, or of one server, for targets of routes; wireguard, age: a public key" },
	{ .key = "pem", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_LINES, AT(pem), .min = 1, .max = CONF_TRUST_PEM_MAX,
	    .help = "The certificate in PEM, or the key as text" },
	{ .key = "sha256", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_READONLY, AT(sha256),
	    .min = 1, .max = 64, .check = conf_check_sha256,
	    .help = "SHA-256 of the certificate, or of the key's text" },
	{ .key = "added_at", .type = CONF_T_TIME, .flags = CONF_F_REQUIRED | CONF_F_READONLY, AT(added_at),
	    .help = "When it was added" },
	CONF_ROW_END
};

#undef AT
#define AT(member) .offset = offsetof(struct conf_vault, member)

const struct conf_row conf_rows_vault[] = {
	CONF_ROW_REV(struct conf_vault),
	{ .key = "trust", .type = CONF_T_RECORDS, AT(trust), .rows = trust, .size = sizeof(struct conf_trust),
	    .count_offset = offsetof(struct conf_vault, ntrust), .def = "[]", .max = CONF_TRUST_MAX, .path = "/api/vault/trust",
	    .help = "Keys of others that the cell trusts" },
	CONF_ROW_END
};
