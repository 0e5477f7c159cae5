/* The pages behind a one-time link (PEER-9): what is offered, what is shown once, and that there is nothing. They need no
 * script and fetch nothing. Pure. */
#ifndef API_LINK_PAGE_H
#define API_LINK_PAGE_H

#include <stddef.h>

struct api_link_page {
	const char *cell, *peer;
	const char *until;		/* of an offer: "2026-07-01 09:45 UTC" */
	const char *config, *filename;	/* shown once; NULL: not yet */
	const char *svg;		/* NULL: the file is too long for a code */
};

/* Malloc'd HTML of *n bytes, to be wiped; NULL when out of memory. p NULL: there is nothing here. */
char *api_link_page(const struct api_link_page *p, size_t *n);

#endif /* API_LINK_PAGE_H */
