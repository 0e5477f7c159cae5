/* What an authority may certify: some DNS names with everything below them, and
 * private address space; written as name constraints (RFC 5280 4.2.1.10). */
#ifndef CA_SCOPE_H
#define CA_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"
#include "base/str.h"

struct wr;

enum { CA_SCOPE_NAMES_MAX = 16, CA_NAME_SIZE = 254 };

struct ca_scope {
	size_t nnames;
	char names[CA_SCOPE_NAMES_MAX][CA_NAME_SIZE];	/* lower case */
};

/* The address space that every scope has: RFC 1918, 6598, 4193, and loopback. */
extern const struct addr_prefix ca_scope_nets[];
extern const size_t ca_scope_nnets;

/* Letters, digits, hyphens, underscores; "*" as the whole first label (RFC 6125 6.4.3). */
bool ca_dns_name(struct str s);

/* Name and what is below it (a constraint cannot have the one without the other); what is in already is added no more.
 * False: no name, no room, or a single label that is, or may become, a top-level domain: all of that would be in. */
bool ca_scope_add(struct ca_scope *s, struct str name);

bool ca_scope_has_name(const struct ca_scope *s, struct str name);	/* also "*.x" */
bool ca_scope_has_addr(const struct addr *a);

/* The value of the extension. */
void ca_scope_write(struct wr *w, const struct ca_scope *s);

#endif /* CA_SCOPE_H */
