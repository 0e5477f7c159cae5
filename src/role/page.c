/* The page that core lends an edge; see page.h. */
#include "role/page.h"

#include <fcntl.h>
#include <linux/falloc.h>

size_t
edge_page_room(size_t edges)
{
	return DNS_LOG_ENTRIES_MAX / (edges == 0 ? 1 : edges);
}

size_t
edge_page_size(size_t edges)
{
	return offsetof(struct edge_page, log) + dns_log_size(edge_page_room(edges));
}

void
edge_page_forget(int fd, size_t edges)
{
	const off_t at = (off_t)sizeof(struct edge_page);

	/* What cannot be punched is overwritten in time, and not shown meanwhile. */
	(void)fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, (off_t)edge_page_size(edges) - at);
}
