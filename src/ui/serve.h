/* Which embedded file answers a path, and how it may be kept (brief of the
 * interface): pure. Unknown paths mean the one page, whose script knows them;
 * unknown files below /assets/ are 404, so that an old tab notices. */
#ifndef UI_SERVE_H
#define UI_SERVE_H

#include <stdbool.h>

#include "base/str.h"

struct ui_asset;

struct ui_reply {
	int status;			/* 200, 304, 404, 406 */
	const struct ui_asset *asset;	/* with 200 and 304 */
	const char *cache;		/* value of Cache-Control */
	bool page;			/* HTML: gets the page's policy headers */
};

/* none_match, encodings: the request's If-None-Match and Accept-Encoding, p NULL when absent. */
void ui_serve(struct ui_reply *out, struct str path, struct str none_match, struct str encodings);

/* Headers of a page (WEB-8), ended by name NULL. */
struct ui_header { const char *name, *value; };
extern const struct ui_header ui_page_headers[];

#endif /* UI_SERVE_H */
