/* Which address the world reaches us by (DDN-2): what can be a public one, what
 * a source says, and when sources agree. Pure. */
#ifndef DDNS_PUBLIC_H
#define DDNS_PUBLIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"

enum { DDNS_VOTES = 8, DDNS_AGREE = 2 };

/* Assigned to be reached over the internet: not private, shared (100.64/10), local, reserved, a group, of a
 * documentation, or of a tunnel that is no more. */
bool ddns_is_public(const struct addr *a);

/* The body of a source: one public address of that length with nothing but space around it. */
bool ddns_source_read(struct str body, uint8_t len, struct addr *out);

/* What sources have said so far. Two of the same host are one. */
struct ddns_votes {
	size_t n;
	struct { struct addr said; char host[254]; } v[DDNS_VOTES];
};

/* Count what host said; true: DDNS_AGREE of them have said it now. */
bool ddns_votes_add(struct ddns_votes *v, const char *host, const struct addr *said);

#endif /* DDNS_PUBLIC_H */
