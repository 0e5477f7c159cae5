/* What people read: aligned columns of an array, one row per element, or the
 * facts of one object. What came from others is cleaned of what would steer a
 * terminal. Everything goes to standard output. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stddef.h>

#include <jansson.h>

struct cli;

enum { CLI_COLUMNS_MAX = 10 };

enum cli_kind {
	CLI_PLAIN,
	CLI_STATE,	/* a word that says how it is: coloured on a terminal */
	CLI_SPAN,	/* seconds: "3 h 12 min" */
	CLI_TRUTH	/* yes, no, or unknown; coloured likewise */
};

struct cli_column {
	const char *title;
	const char *member;	/* "cache.entries" goes into objects */
	enum cli_kind kind;
};

/* Rows of a table of columns. */
#define CLI_COL(title, member) { title, member, CLI_PLAIN }
#define CLI_WORD(title, member) { title, member, CLI_STATE }
#define CLI_YES(title, member) { title, member, CLI_TRUTH }
#define CLI_TIME(title, member) { title, member, CLI_SPAN }

/* Print an array of objects; empty: the sentence. Ended by title NULL. */
void cli_table(const struct cli *c, const json_t *rows, const struct cli_column *columns, const char *empty);

/* Print "title  value" lines of one object. */
void cli_facts(const struct cli *c, const json_t *object, const struct cli_column *facts);

/* One value as text into buf, cut where it does not fit: lists with commas, null as "-", objects as JSON. Returns buf. */
const char *cli_text(const json_t *v, char *buf, size_t size);

/* The member at a dotted path, or NULL. */
json_t *cli_member(const json_t *object, const char *path);

#endif /* CLI_TABLE_H */
