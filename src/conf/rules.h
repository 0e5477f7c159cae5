/* Rules about several members of one document that make it wrong in itself
 * (400), before anything is compared with anything (409: conflict.h). */
#ifndef CONF_RULES_H
#define CONF_RULES_H

struct conf;
struct err;

/* Adds ERR_VALIDATION fields. Members of c that verify.c refused are zero and already in e. base: in force, and so without
 * fault, shares records with c; or NULL. 0 or -ENOMEM. */
int conf_rules(const struct conf *c, const struct conf *base, struct err *e);

/* One field of a rule is wrong, unless there is an error about it already. */
void conf_rules_bad(struct err *e, const char *field, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif /* CONF_RULES_H */
