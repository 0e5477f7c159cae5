/* Which embedded file answers a path; see serve.h. */
#include "ui/serve.h"

#include "ui/assets.h"

const struct ui_header ui_page_headers[] = {
	{ "Content-Security-Policy",
	    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
	    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
	    "require-trusted-types-for 'script'; trusted-types 'none'" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ NULL, NULL }
};

static const struct ui_asset *
find(struct str path, bool *page)
{
	const struct ui_asset *a = ui_asset_find(path.p, path.n);

	*page = false;
	if (a != NULL || str_starts(path, STR("/assets/")))
		return a;
	*page = true;
	return ui_asset_find("/index.html", 11);
}

/* Only gzip is stored. "gzip;q=0" and "identity" alone are refusals. */
static bool
takes_gzip(struct str encodings)
{
	struct str one, name;

	while (str_cut(&encodings, ',', &one)) {
		(void)str_cut(&one, ';', &name);	/* without parameters name is everything */
		name = str_trim(name);
		if (str_ieq(name, STR("gzip")) || str_eq(name, STR("*")))
			return !str_eq(str_trim(one), STR("q=0"));
	}
	return false;
}

static bool
has_tag(struct str list, const char *etag)
{
	struct str one;

	while (str_cut(&list, ',', &one)) {
		one = str_trim(one);
		if (str_eqz(one, etag) || str_eq(one, STR("*")))
			return true;
	}
	return false;
}

void
ui_serve(struct ui_reply *out, struct str path, struct str none_match, struct str encodings)
{
	*out = (struct ui_reply){ .status = 404, .cache = "no-store" };
	out->asset = find(path, &out->page);
	if (out->asset == NULL)
		return;
	out->cache = out->asset->immutable ? "public, max-age=31536000, immutable" : "no-cache";
	if (none_match.p != NULL && has_tag(none_match, out->asset->etag))
		out->status = 304;
	else
		out->status = encodings.p != NULL && takes_gzip(encodings) ? 200 : 406;
}
