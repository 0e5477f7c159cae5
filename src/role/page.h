/* The page that core lends an edge: its counters, then its log of questions.
 * The edge alone writes, core reads and believes no more than the counters'
 * meaning and what dns/log.h checks. */
#ifndef ROLE_PAGE_H
#define ROLE_PAGE_H

#include <stddef.h>

#include "dns/log.h"
#include "role/stats.h"

struct edge_page {
	struct edge_stats stats;
	struct dns_log log;
};

/* Entries of one edge's log when so many edges share the work, and octets of the page; memory is used as it is written. */
size_t edge_page_room(size_t edges);
size_t edge_page_size(size_t edges);

/* Give the memory of the log's entries back, with what is in it. */
void edge_page_forget(int fd, size_t edges);

#endif /* ROLE_PAGE_H */
