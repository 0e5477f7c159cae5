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

/* "q=0", also with decimals: not at all (RFC 9110 12.4.2). */
static bool
refuses(struct str parameters)
{
	struct str one;
	size_t i;

	while (str_cut(&parameters, ';', &one)) {
		one = str_trim(one);
		if (one.n < 3 || !str_ieq((struct str){ one.p, 2 }, STR("q=")))
			continue;
		for (i = 2; i < one.n && (one.p[i] == '0' || one.p[i] == '.'); i++)
			;
		return i == one.n;
	}
	return false;
}

/* Only gzip is stored. A request that names no coding takes any; one that names "*" means those
 * that it does not name (RFC 9110 12.5.3). */
static bool
takes_gzip(struct str encodings)
{
	bool any = encodings.p == NULL;
	struct str one, name;

	while (str_cut(&encodings, ',', &one)) {
		(void)str_cut(&one, ';', &name);	/* without parameters name is everything */
		name = str_trim(name);
		if (str_ieq(name, STR("gzip")) || str_ieq(name, STR("x-gzip")))
			return !refuses(one);
		if (str_eq(name, STR("*")))
			any = !refuses(one);
	}
	return any;
}

/* The weak comparison: "W/" says nothing about files that never change (RFC 9110 8.8.3.2). */
static bool
has_tag(struct str list, const char *etag)
{
	struct str one;

	while (str_cut(&list, ',', &one)) {
		one = str_trim(one);
		if (str_starts(one, STR("W/")))
			one = (struct str){ one.p + 2, one.n - 2 };
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
		out->status = takes_gzip(encodings) ? 200 : 406;
}
