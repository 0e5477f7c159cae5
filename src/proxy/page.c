/* Pages of the edge; see page.h. */
#include "proxy/page.h"

#include <stddef.h>

#include "base/wr.h"

/* The colours are those of ui/src/css/tokens.css. */
static const char style[] =
    ":root{color-scheme:light dark;--bg:#f4f5f8;--surface:#fff;--line:#e2e5ec;--text:#151a24;--text-3:#5f6878;--link:#2348c4}"
    "@media(prefers-color-scheme:dark){:root{--bg:#0d1016;--surface:#151a22;--line:#262e3b;--text:#e9edf4;--text-3:#94a0b2;"
    "--link:#9bb5ff}}"
    "*{box-sizing:border-box}body{margin:0;padding:12vh 1rem 2rem;background:var(--bg);color:var(--text);"
    "font:16px/1.5 Inter,system-ui,sans-serif;overflow-wrap:anywhere}"
    "main{max-width:34rem;margin:0 auto;padding:1.5rem;background:var(--surface);border:1px solid var(--line);border-radius:12px}"
    "h1{margin:0;font-size:1.5rem;line-height:1.3}p{margin:.75rem 0 0}a{color:var(--link)}small{color:var(--text-3)}";

static const struct text {
	int status;
	const char *title, *sentence, *advice;
} texts[] = {
	{ 400, "Bad request", "This address cannot be read in one way only.", "Correct the address and try again." },
	{ 401, "Sign in first", "This address is for people who have signed in to the cell.",
	    "Open it anew: you are led to the sign-in page and back." },
	{ 403, "Not from here", "This address is not open to the network that you come from.",
	    "Connect to the VPN or to the network at home. An administrator can open it on the page Proxy." },
	{ 404, "Nothing here", "Nothing is served at this address.", "An administrator sees on the page Proxy what is." },
	{ 413, "Too large", "What you send is larger than this address takes.",
	    "An administrator can raise the limit of the route on the page Proxy." },
	{ 502, "No answer", "The server behind this address does not answer.",
	    "Check that it is switched on and connected, then reload. The page Proxy tells more, and can test it." },
	{ 503, "Busy", "Too many visitors are served at this moment.", "Wait a moment, then reload." },
	{ 508, "Round in circles", "This address leads back to the cell itself.",
	    "An administrator can correct the target of the route on the page Proxy." },
	{ 504, "No answer in time", "The server behind this address takes too long to answer.",
	    "Reload in a moment. If it stays so, see whether that server is overloaded; the page Proxy can test it." },
};

/* What a stranger reads says nothing about what is behind. */
static const struct text *
text_of(const struct proxy_page *p)
{
	static const struct text closed = { 403, "Not available", "This page is not available.", "" };
	static const struct text role = { 403, "Not for you", "You have signed in, but this address is for others.",
		"An administrator can change who may use it on the page Proxy." };
	static const struct text other = { 500, "Something went wrong", "The cell could not answer.", "Try again." };
	size_t i;

	static const struct text right = { 403, "Not for this device", "This address is not open to your device.",
		"Ask an administrator: on the page Peers, under Access, your device can be given it." };

	if (p->stranger && p->status == 403)
		return &closed;
	if (p->status == 403 && p->peer != NULL)
		return &right;
	if (p->status == 403 && p->detail != NULL)
		return &role;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].status == p->status)
			return &texts[i];
	return &other;
}

static void
put_reason(struct wr *w, const struct proxy_page *p)
{
	if (p->stranger || (p->detail == NULL && p->peer == NULL))
		return;
	wr_text(w, "<p>Reason: ");
	if (p->peer != NULL) {
		wr_html(w, str_of(p->peer));
		wr_text(w, " has no access to the page <b>");
		wr_html(w, str_of(p->route));
		wr_text(w, "</b> (route:");
		wr_html(w, str_of(p->route));
		wr_text(w, ")");
	} else {
		wr_html(w, str_of(p->detail));
	}
}

static void
put_link(struct wr *w, const struct proxy_page *p)
{
	if (p->explain == NULL)
		return;
	wr_text(w, "<p><a href=\"");
	wr_html(w, str_of(p->explain));
	wr_text(w, "\">Explain this, step by step</a>");
}

void
proxy_page_write(struct wr *w, const struct proxy_page *p)
{
	const struct text *t = text_of(p);

	wr_text(w, "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width\"><title>");
	wr_text(w, t->title);
	wr_text(w, "</title><style>");
	wr_text(w, style);
	wr_text(w, "</style><main><h1>");
	wr_text(w, t->title);
	wr_text(w, "</h1><p>");
	wr_text(w, t->sentence);
	put_reason(w, p);
	if (!p->stranger) {
		wr_text(w, "<p>");
		wr_text(w, t->advice);
		put_link(w, p);
		wr_text(w, "<p><small>");
		wr_html(w, p->host);
		wr_printf(w, ", %d</small>", p->status);
	}
	wr_text(w, "</main></html>\n");
}

void
proxy_page_text(struct wr *w, const struct proxy_page *p)
{
	const struct text *t = text_of(p);

	if (!p->stranger && p->peer != NULL)
		wr_printf(w, "%s has no access to the page %s (route:%s). %s", p->peer, p->route, p->route, t->advice);
	else
		wr_text(w, !p->stranger && p->detail != NULL ? p->detail : t->sentence);
}
