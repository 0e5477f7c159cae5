/* The document that a change is made in. Of devices, who may be ten thousand, and of other long arrays (CONF_F_SHARED) it shares
 * the records with the configuration in force until one is asked for: what a change costs is what it changes.
 *
 * So a record of an array of a draft is never written into as json_array_get() gives it, only as conf_draft_record() does. */
#ifndef CONF_DRAFT_H
#define CONF_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/* Of the complete document doc, which is left alone. New reference; NULL when out of memory. */
json_t *conf_draft_new(const json_t *doc);

/* Record i of the array, to be written into: a copy takes its place if others hold it, too. NULL: none, or no memory. */
json_t *conf_draft_record(json_t *array, size_t i);

/* All records of the array, likewise. 0 or -ENOMEM. */
int conf_draft_records(json_t *array);

/* A walk over an array of a draft beside that of the document it was made of. */
struct conf_draft_walk {
	const json_t *base;	/* NULL: nothing is the same */
	size_t at, missed;	/* start with 0 */
};

/* Is the next record of the draft the very one of the document, so that nothing can be different about it? Where records
 * changed places, some are not recognized. */
bool conf_draft_is_same(struct conf_draft_walk *w, const json_t *record);

/* How many records of the draft's array, from number i on, are those of the document from *from on, one after the other; 0: not
 * even that one. The walk is behind them then. */
size_t conf_draft_run(struct conf_draft_walk *w, const json_t *array, size_t i, size_t *from);

#endif /* CONF_DRAFT_H */
