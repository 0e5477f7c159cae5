/* The members of a shape one after the other: its own first, then those that
 * the configuration's schema has for it and the shape does not. */
#ifndef API_WALK_H
#define API_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "api/shape.h"

struct api_walk {
	const struct api_shape *shape;
	bool in;		/* as a request sees them: without what the cell sets itself */
	size_t i, j;
	const struct conf_row *rows;
	const struct api_member *m;	/* the member found; valid until the next step */
	struct api_member made;
	char name[32];		/* of made, where it is none of the row */
	struct api_shape sub;
};

void api_walk_init(struct api_walk *w, const struct api_shape *s, bool in);
bool api_walk_next(struct api_walk *w);
bool api_walk_find(struct api_walk *w, const char *name);	/* from the start */

#endif /* API_WALK_H */
