/* Millions of names, each with a set of up to 32 marks (the lists that name
 * it), in one relocatable piece of memory that every edge uses in place
 * (BLK-2, LIM). A name stands for everything below it, too.
 *
 * Names themselves are not kept: a slot holds 64 bits of SipHash under the
 * table's own random key, so that two million names need 39 MB. Nobody who
 * does not know the key can make two names meet, and by chance a question
 * meets a name that is not there once in 10^12 times. Slots come in lines of
 * 64 octets; a lookup touches one line per label, one time in eight the next
 * one as well, and labels beyond the deepest name are not looked at. */
#ifndef DNS_NAMESET_H
#define DNS_NAMESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DNS_NAMESET_NAMES_MAX = 2000000,	/* LIM */
	DNS_NAMESET_MAX = 64 << 20,		/* octets */
	DNS_NAMESET_ALIGN = 8			/* of a table in memory; 64 is best */
};

struct dns_nameset_line;

struct dns_nameset {
	const struct dns_nameset_line *lines;	/* NULL: empty */
	uint32_t nlines;
	unsigned maxlabels;
	uint64_t key[2];
	uint32_t names;
};

/* --- building --------------------------------------------------------------- */

/* Octets of a table for that many names. */
size_t dns_nameset_size(size_t names);

/* Begin a table for names in dns_nameset_size(names) zeroed octets at p. */
void dns_nameset_init(void *p, size_t names, const uint64_t key[2]);

/* Add marks to a lower-case name in wire form, not the root. False: the table has as many names as it was begun for. */
bool dns_nameset_add(void *p, const uint8_t *name, size_t len, uint32_t marks);

/* --- use -------------------------------------------------------------------- */

/* Describe the n octets at p, which stay in use. False: they are no such table. */
bool dns_nameset_open(struct dns_nameset *s, const void *p, size_t n);

/* The marks of a lower-case name and of every name above it. */
uint32_t dns_nameset_find(const struct dns_nameset *s, const uint8_t *name, size_t len);

#endif /* DNS_NAMESET_H */
