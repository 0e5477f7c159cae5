/* A table of lists, made by hand. */
#ifndef TEST_UNIT_DNS_NAMES_H
#define TEST_UNIT_DNS_NAMES_H

#include "cell.h"
#include "dns/lists.h"

enum { NAMES_ROOM = 64 };

struct names {
	void *p, *set;
	struct dns_lists lists;
};

static inline void
names_new(struct names *n, const char *const ids[], size_t nids)
{
	static const uint64_t key[2] = { 1, 2 };

	n->p = calloc(1, dns_lists_size(NAMES_ROOM));
	assert_non_null(n->p);
	n->set = dns_lists_init(n->p, NAMES_ROOM, key, ids, nids);
}

static inline void
names_add(struct names *n, const char *name, uint32_t marks)
{
	uint8_t wire[DNS_NAME_ROOM];

	assert_true(dns_nameset_add(n->set, wire, cell_name(name, wire), marks));
}

static inline const struct dns_lists *
names_open(struct names *n)
{
	assert_true(dns_lists_open(&n->lists, n->p, dns_lists_size(NAMES_ROOM)));
	return &n->lists;
}

#endif /* TEST_UNIT_DNS_NAMES_H */
