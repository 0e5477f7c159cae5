/* One row per option: key, type, default, range, check, secrecy, lease, help.
 * File, API, UI form, CLI and --check come from the row; adding an option is one
 * row, one struct field in conf.h, one test. */
#ifndef CONF_SCHEMA_H
#define CONF_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct arena;
struct err;

enum conf_type {
	CONF_T_BOOL, CONF_T_INT, CONF_T_TEXT, CONF_T_CHOICE, CONF_T_TIME, CONF_T_PREFIX, CONF_T_ADDR,
	CONF_T_ZONES,		/* array of zone names → bit set */
	CONF_T_TEXTS,		/* array of strings */
	CONF_T_PREFIXES,
	CONF_T_OBJECT,		/* rows of its own, struct embedded */
	CONF_T_RECORDS		/* array of objects → pointer + count */
};

enum {
	CONF_F_NULLABLE = 1 << 0,
	CONF_F_LEASE = 1 << 1,		/* a change opens a lease (api.md 5) */
	CONF_F_READONLY = 1 << 2,	/* set by the cell, never by a PUT (users, revs, public keys, secret_ref) */
	CONF_F_SECRET_REF = 1 << 3,	/* never leaves through the API; read back as has_secret */
	CONF_F_REQUIRED = 1 << 4,
	CONF_F_KEY = 1 << 5		/* identifies a record: unique in its array */
};

struct conf_row {
	const char *key;
	enum conf_type type;
	unsigned flags;
	size_t offset;			/* in the struct of the enclosing rows */
	const char *def;		/* JSON text of the default; NULL = required */
	int64_t min, max;		/* INT: value; TEXT: bytes; arrays: count */
	const char *const *choices;	/* CHOICE, ZONES: NULL-terminated; CHOICE index = enum value */
	/* A further rule for one value: false with the rule in words ("needs a prefix length, for example …"). */
	bool (*check)(const json_t *value, char *rule, size_t size);
	const struct conf_row *rows;	/* OBJECT, RECORDS: ended by key NULL */
	size_t size, count_offset;	/* RECORDS: size of one, offset of its count */
	const char *help;
};

struct conf_section {
	const char *name;
	const struct conf_row *row;	/* OBJECT or RECORDS with the rows inside */
	bool settings;			/* reachable by PUT /api/config/sections/<name> */
};

/* All sections in document order, ended by name NULL. */
extern const struct conf_section conf_sections[];

/* Cross-checks of a completed document, run after every row passed: ports unique (INP-5), networks that
 * overlap, names that the cell generates, CNAME beside other data … Adds ERR_CONFLICT fields. */
int conf_conflicts(const json_t *doc, struct err *e);

#endif /* CONF_SCHEMA_H */
