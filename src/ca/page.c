/* The page that tells how to trust a cell; see page.h. */
#include "ca/page.h"

#include <string.h>

#include "base/wr.h"

/* The colours are those of ui/src/css/tokens.css. */
const char ca_page_style[] =
    ":root{color-scheme:light dark;--bg:#f4f5f8;--surface:#fff;--line:#e2e5ec;--text:#151a24;--text-2:#475063;--link:#2348c4;"
    "--accent:#2f57d9;--on-accent:#fff;--soft:#eef0f5}\n"
    "@media(prefers-color-scheme:dark){:root{--bg:#0e1117;--surface:#161b24;--line:#2a3140;--text:#e8ebf2;--text-2:#aab3c4;"
    "--link:#9db4ff;--accent:#3d64e6;--on-accent:#fff;--soft:#1e2530}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 Inter,system-ui,-apple-system,\"Segoe UI\",Roboto,"
    "\"Noto Sans\",sans-serif;overflow-wrap:anywhere}\n"
    "main{max-width:720px;margin:0 auto;padding:32px 16px 48px}\n"
    "h1{font-size:1.875rem;line-height:1.25;margin:0 0 12px}\n"
    "p{margin:0 0 12px}\n"
    ".card,details{background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:16px 20px;margin:0 0 12px}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:8px 20px;margin:0}\n"
    "dt{color:var(--text-2)}dd{margin:0}\n"
    "code{font:13px/1.5 ui-monospace,\"SF Mono\",\"Cascadia Mono\",Menlo,Consolas,\"DejaVu Sans Mono\",monospace;"
    "background:var(--soft);border-radius:6px;padding:2px 6px}\n"
    "pre{margin:8px 0;overflow-x:auto}pre code{display:block;padding:8px 12px;white-space:pre-wrap}\n"
    ".buttons{display:flex;flex-wrap:wrap;gap:12px;margin:16px 0}\n"
    ".button{display:inline-flex;align-items:center;min-height:44px;padding:0 20px;border-radius:8px;text-decoration:none;"
    "font-weight:600;border:1px solid var(--accent);color:var(--link)}\n"
    ".button.first{background:var(--accent);color:var(--on-accent)}\n"
    "summary{cursor:pointer;font-weight:600;font-size:1.0625rem;min-height:28px}\n"
    "ol{margin:12px 0 4px;padding-left:24px}li{margin:4px 0}\n"
    ".quiet{color:var(--text-2)}\n"
    "a{color:var(--link)}:focus-visible{outline:2px solid var(--link);outline-offset:2px}\n"
    "@media(max-width:480px){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}}\n";

struct device {
	const char *name, *steps;	/* steps: HTML */
};

static const struct device devices[] = {
	{ "iPhone and iPad",
	    "<li>Open this page in Safari and tap <b>Profile for Apple devices</b>; allow the download.</li>"
	    "<li>Settings → General → VPN &amp; Device Management: choose the profile, then Install.</li>"
	    "<li>Settings → General → About → Certificate Trust Settings: switch the root on. Without this nothing changes.</li>" },
	{ "Android",
	    "<li>Download the root certificate.</li>"
	    "<li>Settings → Security → More security settings → Encryption &amp; credentials → Install a certificate → "
	    "CA certificate.</li>"
	    "<li>Choose Install anyway, then the file root.crt.</li>"
	    "<li>Firefox: Settings → About Firefox, tap the logo five times; then Settings → Secret Settings: use third party CA "
	    "certificates.</li>" },
	{ "Windows",
	    "<li>Download the root certificate and open it: Install Certificate.</li>"
	    "<li>Current User, then Place all certificates in the following store: Trusted Root Certification Authorities.</li>"
	    "<li>Compare the fingerprint, finish, and start the browser again. In a terminal instead:"
	    "<pre><code>certutil -user -addstore Root root.crt</code></pre></li>" },
	{ "macOS",
	    "<li>Download the root certificate and open it: it is added to Keychain Access.</li>"
	    "<li>Open it there: Trust → When using this certificate: Always Trust. In a terminal instead:<pre><code>"
	    "security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db root.crt</code></pre></li>" },
	{ "Linux",
	    "<li>Debian, Ubuntu:<pre><code>sudo cp root.crt /usr/local/share/ca-certificates/cell-root.crt\n"
	    "sudo update-ca-certificates</code></pre></li>"
	    "<li>Fedora, Arch:<pre><code>sudo trust anchor root.crt</code></pre></li>"
	    "<li>Chromium and Chrome:<pre><code>certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n cell-root -i root.crt"
	    "</code></pre></li>" },
	{ "Firefox",
	    "<li>Download the root certificate.</li>"
	    "<li>Settings → Privacy &amp; Security → Certificates → View Certificates → Authorities → Import.</li>"
	    "<li>Choose root.crt and tick Trust this CA to identify websites.</li>" },
};

static void
put_row(struct wr *w, const char *term, const char *text)
{
	wr_text(w, "<dt>");
	wr_text(w, term);
	wr_text(w, "</dt><dd>");
	wr_html(w, str_of(text));
	wr_text(w, "</dd>\n");
}

static void
put_head(struct wr *w, const struct ca_page_facts *f)
{
	wr_text(w, "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	    "<link rel=\"stylesheet\" href=\"/ca/style.css\">\n<title>Trust ");
	wr_html(w, str_of(f->cell));
	wr_text(w, "</title>\n<main>\n<h1>Trust ");
	wr_html(w, str_of(f->cell));
	wr_text(w, "</h1>\n<p>This cell makes its own certificates. Install its root certificate once on each device, and "
	    "<a href=\"");
	wr_html(w, str_of(f->url));
	wr_text(w, "/\">");
	wr_html(w, str_of(f->url));
	wr_text(w, "</a> opens without a warning.</p>\n");
}

static void
put_facts(struct wr *w, const struct ca_page_facts *f)
{
	size_t i;

	wr_text(w, "<div class=\"card\"><dl>\n");
	put_row(w, "Root", f->subject);
	put_row(w, "Valid until", f->until);
	wr_text(w, "<dt>Can vouch for</dt><dd>");
	for (i = 0; i < f->nnames; i++) {
		wr_text(w, i == 0 ? "" : ", ");
		wr_html(w, str_of(f->names[i]));
	}
	wr_text(w, " and names below them; private addresses. For nothing else on the internet.</dd>\n"
	    "<dt>SHA-256</dt><dd><code>");
	wr_html(w, str_of(f->fingerprint));
	wr_text(w, "</code></dd>\n</dl></div>\n<p class=\"quiet\">Compare the fingerprint with what <code>pic ca show</code> says "
	    "on the cell: on a network that others use, somebody could show you another root.</p>\n");
}

static void
put_devices(struct wr *w)
{
	size_t i;

	for (i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		wr_text(w, "<details><summary>");
		wr_text(w, devices[i].name);
		wr_text(w, "</summary><ol>");
		wr_text(w, devices[i].steps);
		wr_text(w, "</ol></details>\n");
	}
}

void
ca_page_write(struct wr *w, const struct ca_page_facts *f)
{
	put_head(w, f);
	put_facts(w, f);
	wr_text(w, "<div class=\"buttons\"><a class=\"button first\" href=\"/ca/root.crt\">Root certificate</a>"
	    "<a class=\"button\" href=\"/ca/root.mobileconfig\">Profile for Apple devices</a></div>\n");
	put_devices(w);
	wr_text(w, "</main>\n</html>\n");
}
