/* The names of all block lists in one relocatable piece, made by a job, used
 * in place by every edge: which list each mark stands for, then the set. It
 * lives apart from the DNS part of a snapshot, so that a change of records or
 * of who gets a list never builds it anew (BLK-5). */
#ifndef DNS_LISTS_H
#define DNS_LISTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/nameset.h"

enum { DNS_LISTS_BYTES_MAX = DNS_NAMESET_MAX, DNS_LISTS_MAX = 32, DNS_LIST_ID_MAX = 40 /* with its NUL */ };

struct dns_lists {
	struct dns_nameset set;		/* mark i: list number i */
	const char (*ids)[DNS_LIST_ID_MAX];
	size_t n;
};

/* Octets for that many names. */
size_t dns_lists_size(size_t names);

/* Begin in dns_lists_size(names) zeroed octets at p; where dns_nameset_add() goes. */
void *dns_lists_init(void *p, size_t names, const uint64_t key[2], const char *const ids[], size_t n);

/* Describe the bytes at p, which stay in use. False: they are no such thing. */
bool dns_lists_open(struct dns_lists *l, const void *p, size_t n);

#endif /* DNS_LISTS_H */
