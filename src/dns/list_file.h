/* A block list as it is kept: a line with the count of names, then a name a
 * line, lower case, each once and none below another (state/blocklists/<id>).
 * Text, so that a person can look at it. */
#ifndef DNS_LIST_FILE_H
#define DNS_LIST_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DNS_LIST_FILE_HEAD = 23,	/* octets of the first line */
	DNS_LIST_FILE_MAX = 32 << 20	/* octets of all (LIM) */
};

/* The first line, with a NUL. */
void dns_list_file_head(char out[DNS_LIST_FILE_HEAD + 1], uint32_t names);

/* The count that a file of n octets begins with. False: it is no such file. */
bool dns_list_file_names(const char *p, size_t n, uint32_t *names);

struct dns_list_file {
	const char *id;
	const char *p;			/* the whole file */
	size_t n;
};

/* Octets of a table of all these lists (lists.h); 0: one is no such file, or they have more than
 * DNS_NAMESET_NAMES_MAX names. */
size_t dns_list_file_room(const struct dns_list_file *v, size_t n);

/* Make the table in that many zeroed octets at p. False: a file has lines that are no names, or more than it says. */
bool dns_list_file_build(void *p, const struct dns_list_file *v, size_t n);

#endif /* DNS_LIST_FILE_H */
