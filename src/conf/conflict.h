/* Things that exclude each other (409): ports used twice (INP-5), networks
 * that overlap, names that the cell generates, a CNAME beside other data, the
 * last administrator. Every message names the other one. */
#ifndef CONF_CONFLICT_H
#define CONF_CONFLICT_H

struct conf;
struct err;

/* Adds ERR_CONFLICT fields. c has passed every row and rule; base as for conf_rules(). 0 or -ENOMEM. */
int conf_conflicts(const struct conf *c, const struct conf *base, struct err *e);

#endif /* CONF_CONFLICT_H */
