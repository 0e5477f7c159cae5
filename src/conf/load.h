/* One configuration file into memory: read, parse, migrate, check. What is
 * wrong is said with the file's name, line, column and member, because a
 * person has to find it with an editor. */
#ifndef CONF_LOAD_H
#define CONF_LOAD_H

#include <stddef.h>

#include <jansson.h>

struct conf;
struct conf_schema_steps;
struct err;

struct conf_loaded {
	char *text;		/* as in the file; NULL: it could not be read */
	size_t n;
	int version;		/* schema version of the file, -1 unknown */
	json_t *doc;		/* migrated */
	struct conf *conf;
};

/* Read, parse and migrate; conf stays NULL. label: how messages name the file. 0, -ENOENT, or another negative errno with e
 * set. l is always valid and to be dropped, also after a failure. */
int conf_load_doc(struct conf_loaded *l, int dirfd, const char *name, const char *label,
    const struct conf_schema_steps *schema, struct err *e);

/* The same, checked and built. */
int conf_load(struct conf_loaded *l, int dirfd, const char *name, const char *label,
    const struct conf_schema_steps *schema, struct err *e);

/* Free what is in it; members that were taken out have been set to NULL. */
void conf_loaded_drop(struct conf_loaded *l);

#endif /* CONF_LOAD_H */
