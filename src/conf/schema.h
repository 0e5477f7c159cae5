/* One row per option: key, type, default, range, check, secrecy, lease, help.
 * File, API, UI form, CLI and --check come from the row; adding an option is one
 * row, one struct field in conf.h, one test. */
#ifndef CONF_SCHEMA_H
#define CONF_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

enum conf_type {
	CONF_T_BOOL, CONF_T_INT, CONF_T_TEXT, CONF_T_CHOICE, CONF_T_TIME, CONF_T_PREFIX, CONF_T_ADDR,
	CONF_T_ZONE,		/* name of one zone → its bit, 0 = none */
	CONF_T_ZONES,		/* array of zone names → bit set */
	CONF_T_TEXTS,		/* array of strings */
	CONF_T_PREFIXES,
	CONF_T_ADDRS,		/* array of addresses → fixed array of struct addr + count */
	CONF_T_OBJECT,		/* rows of its own, struct embedded */
	CONF_T_RECORDS		/* array of objects → pointer + count */
};

enum {
	CONF_F_NULLABLE = 1 << 0,
	CONF_F_LEASE = 1 << 1,		/* a change opens a lease (api.md 5) */
	CONF_F_READONLY = 1 << 2,	/* set by the cell, never by a PUT (users, revs, public keys, secret_ref) */
	CONF_F_SECRET_REF = 1 << 3,	/* never leaves through the API; read back as has_secret */
	CONF_F_REQUIRED = 1 << 4,
	CONF_F_KEY = 1 << 5,		/* identifies a record: unique in its array, without regard to case */
	CONF_F_LOWER = 1 << 6,		/* TEXT: lower-cased on the way in */
	CONF_F_LOCAL = 1 << 7,		/* ZONES: local belongs to the set without being named */
	CONF_F_LINES = 1 << 8,		/* TEXT: of many lines */
	CONF_F_SECRET = 1 << 9,		/* TEXT of requests: sealed under secret_ref, never in the document */
	CONF_F_TOLD = 1 << 10,		/* SECRET: a reply may say has_<key> */
	CONF_F_ONE_OF = 1 << 11,	/* of the members of one object that have this, exactly one is there */
	CONF_F_SHARED = 1 << 12		/* RECORDS: a section, or of a section; drafts share them (draft.h). Flat but for lists */
};

/* offset of a row that lives in the document only. */
#define CONF_NO_FIELD SIZE_MAX

struct conf_row {
	const char *key;
	enum conf_type type;
	unsigned flags;
	size_t offset;			/* in the struct of the enclosing rows */
	const char *def;		/* JSON text of the default; NULL = required */
	int64_t min, max;		/* INT: value; TEXT: bytes; arrays: count */
	const char *const *choices;	/* CHOICE, ZONE, ZONES, maybe TEXT: NULL-terminated; CHOICE index = enum value */
	/* A further rule for one value, for arrays of texts, prefixes and addresses for each of them; false with
	 * the rule in words ("needs a prefix length, for example …"). It is asked after type and range
	 * passed, of a CHOICE before. */
	bool (*check)(const json_t *value, char *rule, size_t size);
	const struct conf_row *rows;	/* OBJECT, RECORDS: ended by key NULL */
	size_t size;			/* INT: width of the field; RECORDS: size of one */
	size_t count_offset;		/* RECORDS, ADDRS: offset of the size_t that counts them */
	const char *path;		/* RECORDS with a KEY: the API path that changes them, not PUT of the section */
	const char *help;
};

struct conf_section {
	const char *name;
	const struct conf_row *row;	/* OBJECT or RECORDS with the rows inside */
	bool settings;			/* reachable by PUT /api/config/sections/<name> */
};

/* All sections in document order, ended by name NULL. */
extern const struct conf_section conf_sections[];

/* The members before the sections: schema_version … setup. Offsets in struct conf. */
extern const struct conf_row conf_envelope[];

/* NULL if there is none of that name. */
const struct conf_section *conf_section_find(const char *name);
const struct conf_row *conf_row_find(const struct conf_row *rows, const char *key);

/* The row that identifies a record of this RECORDS row; NULL: a plain array, replaced as a whole. */
const struct conf_row *conf_row_key(const struct conf_row *records);

#endif /* CONF_SCHEMA_H */
