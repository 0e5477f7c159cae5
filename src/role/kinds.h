/* Every kind of job there is; core and the child read the same table. */
#ifndef ROLE_KINDS_H
#define ROLE_KINDS_H

struct jobs_kind;

extern const struct jobs_kind role_kinds[];	/* ended by name NULL */

#endif /* ROLE_KINDS_H */
