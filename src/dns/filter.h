/* Which names are not answered, and to whom (BLK-1, BLK-2): allow, deny and
 * who gets which list, as a part of the DNS snapshot; the names of the lists
 * come beside it (lists.h). Pure, no allocation per question.
 *
 * Whoever asks is known by the number of a peer (dns/guard.h), 0 for all who are none: those get what is for everyone. */
#ifndef DNS_FILTER_H
#define DNS_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/lists.h"

struct conf;
struct conf_blocklists;

enum { DNS_FILTER_NAME_MAX = 80 };	/* of a list, with its NUL */

struct dns_filter_list;

struct dns_filter {
	const struct dns_filter_list *lists;
	size_t nlists;
	uint32_t all;			/* set of the lists that are for everyone */
	const uint32_t *of_peer;	/* what each gets, by its number less one */
	size_t npeers;			/* 0: no list is for somebody in particular */
	struct dns_nameset rules;
	bool nxdomain;
	bool active;			/* something may be blocked */

	/* of dns_filter_bind() */
	struct dns_nameset names;
	uint32_t of[DNS_LISTS_MAX];	/* mark in names to list here, as a set of one or none */
};

/* Build the part. Malloc'd *out of *n octets, a multiple of 8; the same input gives the same bytes. 0 or -ENOMEM. */
int dns_filter_build(void **out, size_t *n, const struct conf *c);

/* Is any list that is on for somebody in particular? Else the part says nothing of peers. */
bool dns_filter_is_personal(const struct conf_blocklists *b);

/* Check the n octets at p (aligned to 8) and describe them; nothing is bound. */
bool dns_filter_open(struct dns_filter *f, const void *p, size_t n);

/* The names of lists from now on; l NULL: none. Marks of lists that the filter does not have block nothing. */
void dns_filter_bind(struct dns_filter *f, const struct dns_lists *l);

enum dns_filter_by { DNS_FILTER_NOTHING, DNS_FILTER_ALLOW, DNS_FILTER_DENY, DNS_FILTER_LIST };

struct dns_filtered {
	enum dns_filter_by by;
	const char *list;		/* its id; "" unless by a list */
	const char *text;		/* for people: its name */
};

/* A lower-case name asked by the peer with that number. True: blocked. */
bool dns_filter_judge(const struct dns_filter *f, uint32_t number, const uint8_t *name, size_t len,
    struct dns_filtered *out);

#endif /* DNS_FILTER_H */
