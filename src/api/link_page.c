/* Pages of one-time links; see link_page.h. */
#include "api/link_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/wr.h"
#include "ca/page.h"		/* the look of pages that need no script */

enum { WORDS_MAX = 8 << 10 };	/* style and our own text */

/* The file in an address (RFC 2397): every byte that could mean something there is escaped. */
static void
put_data(struct wr *w, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";

	wr_text(w, "data:application/octet-stream,");
	for (; *s != '\0'; s++)
		if (strchr(plain, *s) != NULL)
			wr_u8(w, (uint8_t)*s);
		else
			wr_printf(w, "%%%02X", (unsigned char)*s);
}

static void
put_head(struct wr *w, const char *title)
{
	wr_text(w, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\"><title>");
	wr_text(w, title);
	wr_text(w, "</title><style>");
	wr_text(w, ca_page_style);
	wr_text(w, ".code{background:#fff;border-radius:8px;padding:8px;max-width:360px}.code svg{display:block;width:100%}"
	    "button{font:inherit;cursor:pointer}</style></head><body><main><h1>");
	wr_text(w, title);
	wr_text(w, "</h1>");
}

static void
put_end(struct wr *w)
{
	wr_text(w, "</main></body></html>\n");
}

static void
write_nothing(struct wr *w)
{
	put_head(w, "This link does not work");
	wr_text(w, "<div class=\"card\"><p>It was used already, has run out, was withdrawn, or belongs to another browser: "
	    "it works once, in the browser that opened it first.</p><p class=\"quiet\">Ask who sent it for a new one.</p></div>");
	put_end(w);
}

static void
write_offer(struct wr *w, const struct api_link_page *p)
{
	put_head(w, "Your way into the VPN");
	wr_text(w, "<div class=\"card\"><p>This page has the settings of <b>");
	wr_html(w, str_of(p->peer));
	wr_text(w, "</b> for the VPN of <b>");
	wr_html(w, str_of(p->cell));
	wr_text(w, "</b>. They are shown <b>once</b>: have the app WireGuard installed before you go on, on the device that they "
	    "are for.</p><p class=\"quiet\">The link works until ");
	wr_html(w, str_of(p->until));
	wr_text(w, ", in this browser only.</p></div><form method=\"post\" class=\"buttons\"><button class=\"button first\">"
	    "Show it now</button></form>");
	put_end(w);
}

static void
write_file(struct wr *w, const struct api_link_page *p)
{
	put_head(w, "Install it now");
	wr_text(w, "<div class=\"card\"><p>On this device: save the file and open it with the app WireGuard.</p>"
	    "<p class=\"buttons\"><a class=\"button first\" download=\"");
	wr_html(w, str_of(p->filename));
	wr_text(w, "\" href=\"");
	put_data(w, p->config);
	wr_text(w, "\">Save ");
	wr_html(w, str_of(p->filename));
	wr_text(w, "</a></p></div>");
	if (p->svg != NULL) {
		wr_text(w, "<div class=\"card\"><p>On another device: scan this code with the app.</p><div class=\"code\">");
		wr_text(w, p->svg);	/* our own */
		wr_text(w, "</div></div>");
	}
	wr_text(w, "<details><summary>The file as text</summary><pre><code>");
	wr_html(w, str_of(p->config));
	wr_text(w, "</code></pre></details><p class=\"quiet\">When you leave this page it is gone, and the link with it.</p>");
	put_end(w);
}

static size_t
size_for(const struct api_link_page *p)
{
	size_t n = WORDS_MAX + strlen(ca_page_style);

	if (p == NULL)
		return n;
	n += 6 * (strlen(p->cell) + strlen(p->peer) + strlen(p->until));
	if (p->config != NULL)	/* once escaped for an address, once for text */
		n += (3 + 6) * strlen(p->config) + 3 * 6 * strlen(p->filename);
	return p->svg != NULL ? n + strlen(p->svg) : n;
}

char *
api_link_page(const struct api_link_page *p, size_t *n)
{
	const size_t size = size_for(p);
	char *html = malloc(size);
	struct wr w;

	if (html == NULL)
		return NULL;
	wr_init(&w, html, size);
	if (p == NULL)
		write_nothing(&w);
	else if (p->config == NULL)
		write_offer(&w, p);
	else
		write_file(&w, p);
	*n = wr_len(&w);
	if (wr_ok(&w))
		return html;
	free(html);
	return NULL;
}
