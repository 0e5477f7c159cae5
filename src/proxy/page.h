/* Pages of the edge itself in place of a target's (WEB-4, WEB-10): what is
 * wrong and what to do, without a detail that a stranger could use. Pure. */
#ifndef PROXY_PAGE_H
#define PROXY_PAGE_H

#include <stdbool.h>

#include "base/str.h"

struct wr;

enum { PROXY_PAGE_MAX = 4096 };

/* The detail of a 403 that is not for the network but for who somebody is. */
#define PROXY_PAGE_NOT_ADMIN "it is for administrators of the cell only"

struct proxy_page {
	int status;		/* 400, 401, 403, 404, 413, 502, 503, 504, 508 */
	struct str host;	/* as asked for; letters, digits, dots and the like only */
	bool stranger;		/* from the Internet: he is told nothing */
	const char *detail;	/* why, as a phrase for those at home; NULL = none */
};

/* HTML. */
void proxy_page_write(struct wr *w, const struct proxy_page *p);

/* One sentence, for programs. */
const char *proxy_page_text(const struct proxy_page *p);

#endif /* PROXY_PAGE_H */
