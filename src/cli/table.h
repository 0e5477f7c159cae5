/* Aligned columns for people: one row per array element, one column per
 * member. With --json the document is printed as it came (CLI-2). */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stddef.h>

#include <jansson.h>

struct cli;

enum { CLI_COLUMNS_MAX = 10 };

struct cli_column {
	const char *title;
	const char *member;	/* "cache.entries" goes into objects */
};

/* Print an array of objects; empty: the sentence. Ended by title NULL. */
void cli_table(const json_t *rows, const struct cli_column *columns, const char *empty);

/* Print "title  value" lines of one object. */
void cli_facts(const json_t *object, const struct cli_column *facts);

/* One value as text into buf: lists with commas, null as "-". Returns buf. */
const char *cli_text(const json_t *v, char *buf, size_t size);

/* The member at a dotted path, or NULL. */
json_t *cli_member(const json_t *object, const char *path);

/* The document as JSON on standard output. */
void cli_print_json(const json_t *v);

#endif /* CLI_TABLE_H */
