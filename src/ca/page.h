/* What people read to trust a cell (TLS-8): a page with steps for each kind of
 * device, which needs no script. Pure: text out of facts. */
#ifndef CA_PAGE_H
#define CA_PAGE_H

#include <stddef.h>
#include <stdint.h>

struct wr;

enum { CA_PAGE_MAX = 24 << 10 };

struct ca_page_facts {
	const char *cell;		/* its name */
	const char *url;		/* where it answers: "https://home.home.arpa" */
	const char *subject;		/* of the root */
	const char *until;		/* "2036-09-20" */
	const char *fingerprint;
	const char *const *names;	/* what it may vouch for */
	size_t nnames;
	const uint8_t *root;		/* its certificate */
	size_t root_n;
};

/* HTML that refers to root.crt, root.mobileconfig and style.css beside it. */
void ca_page_write(struct wr *w, const struct ca_page_facts *f);

extern const char ca_page_style[];	/* style.css */

#endif /* CA_PAGE_H */
