/* The table of peers (ingress/who.h) as a sealed piece for the edges. Ten thousand are not listed anew for a change that is
 * none of theirs, and edges keep the table that they have. */
#ifndef ROLE_WHO_H
#define ROLE_WHO_H

struct conf;
struct sealed;

/* The one that edges have. Zeroed: there is none. */
struct who_kept {
	struct conf *of;
	struct sealed *piece;
};

/* That of conf: the very piece of k if nothing in it is different. 0 with a new reference; -E2BIG, -ENOMEM, or what the system
 * says. k is left alone: conf may never come into force. */
int who_make(struct sealed **out, const struct who_kept *k, const struct conf *conf);

/* piece, which was made for conf, is the one that edges have from now on. */
void who_keep(struct who_kept *k, const struct conf *conf, struct sealed *piece);

void who_clear(struct who_kept *k);

#endif /* ROLE_WHO_H */
