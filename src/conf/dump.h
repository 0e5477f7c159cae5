/* A document as the text of its file: sections with a member a line, and of arrays of objects one a line, so that many
 * devices stay within the size of a file, and a comparison of two files shows which. */
#ifndef CONF_DUMP_H
#define CONF_DUMP_H

#include <stddef.h>

#include <jansson.h>

/* Malloc'd, ended with a newline and NUL; *n without the NUL. NULL when out of memory. */
char *conf_dump(const json_t *doc, size_t *n);

/* A text, and where in it the lines of the devices begin. All zeros: none. Its memory is kept for the next one: what is written
 * again and again costs no fresh pages. */
struct conf_text {
	char *p;			/* ended with a newline and NUL */
	size_t n, room;			/* n without the NUL */
	size_t *lines, lines_room;	/* of each device what stands behind the indentation; one more, as if another followed */
};

void conf_text_free(struct conf_text *t);	/* what it holds; t is empty then */

/* The same text as that of conf_dump(), into out. was: that of base, of which doc was a draft (conf/draft.h): lines of devices
 * that they share are copied. Empty: there is none. 0 or -ENOMEM; out is empty then. */
int conf_dump_draft(struct conf_text *out, const json_t *doc, const json_t *base, const struct conf_text *was);

#endif /* CONF_DUMP_H */
