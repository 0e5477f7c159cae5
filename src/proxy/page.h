/* Pages of the edge itself in place of a target's (WEB-4, WEB-10): what is
 * wrong and what to do, without a detail that a stranger could use. Pure. */
#ifndef PROXY_PAGE_H
#define PROXY_PAGE_H

#include <stdbool.h>

#include "base/str.h"

enum { PROXY_PAGE_MAX = 4096 };

struct wr;

/* The detail of a 403 that is not for the network but for who somebody is. */
#define PROXY_PAGE_NOT_ADMIN "it is for administrators of the cell only"

struct proxy_page {
	int status;		/* 400, 401, 403, 404, 413, 502, 503, 504, 508 */
	struct str host;	/* as asked for; letters, digits, dots and the like only */
	bool stranger;		/* from the Internet: he is told nothing */
	const char *detail;	/* why, as a phrase for those at home; NULL = none */
	/* of a 403: the peer that has not the right, and the name of the route; NULL = it is about something else */
	const char *peer, *route;
	const char *explain;	/* address of the page that tells more, for who is known (EXP-4); NULL = none */
};

/* HTML. */
void proxy_page_write(struct wr *w, const struct proxy_page *p);

/* The same in a sentence or two without HTML, for programs. */
void proxy_page_text(struct wr *w, const struct proxy_page *p);

#endif /* PROXY_PAGE_H */
