/* The table of peers (ingress/who.h) as a sealed piece for the edges. Ten thousand are not listed anew for a change that is
 * none of theirs, and edges keep the table that they have. */
#ifndef ROLE_WHO_H
#define ROLE_WHO_H

struct conf;
struct sealed;

/* The latest one. Zeroed: there is none. */
struct who_kept {
	struct conf *of;
	struct sealed *piece;
};

/* That of conf: the very piece of before if nothing in it is different. New reference; NULL when out of memory, or it is too
 * large. */
struct sealed *who_make(struct who_kept *k, const struct conf *conf);

void who_clear(struct who_kept *k);

#endif /* ROLE_WHO_H */
