/* Cookies that pass; see cookie.h. */
#include "http/cookie.h"

#include <stddef.h>

#include "base/wr.h"

static bool
is_hidden(struct str name, const char *const *hide)
{
	size_t i;

	for (i = 0; hide[i] != NULL; i++)
		if (str_ieq(name, str_of(hide[i])))
			return true;
	return false;
}

/* The name of "name=value", empty when there is none. */
static struct str
name_of(struct str pair)
{
	struct str name = { NULL, 0 }, rest = pair;

	(void)str_cut(&rest, '=', &name); /* without '=' all of it is a value */
	return name.n == pair.n ? (struct str){ pair.p, 0 } : str_trim(name);
}

bool
http_cookie_pass(struct str header, const char *const *hide, struct wr *w)
{
	struct str pair;
	bool any = false;

	while (str_cut(&header, ';', &pair)) {
		pair = str_trim(pair);
		if (pair.n == 0 || is_hidden(name_of(pair), hide))
			continue;
		wr_text(w, any ? "; " : "");
		wr_bytes(w, pair.p, pair.n);
		any = true;
	}
	return any;
}

/* Of another host: above this one, or one that browsers would refuse anyway. */
static bool
is_foreign_domain(struct str attribute, struct str host)
{
	struct str name, value = attribute;

	if (!str_cut(&value, '=', &name) || !str_ieq(str_trim(name), STR("domain")))
		return false;
	value = str_trim(value);
	if (value.n > 0 && value.p[0] == '.')
		value = (struct str){ value.p + 1, value.n - 1 };
	return !str_ieq(value, host);
}

bool
http_set_cookie_pass(struct str header, const char *const *hide, struct str host, struct wr *w)
{
	struct str pair, attribute;

	if (!str_cut(&header, ';', &pair))
		return false;
	pair = str_trim(pair);
	if (name_of(pair).n == 0 || is_hidden(name_of(pair), hide))
		return false;
	wr_bytes(w, pair.p, pair.n);
	while (str_cut(&header, ';', &attribute)) {
		attribute = str_trim(attribute);
		if (is_foreign_domain(attribute, host))
			continue;
		wr_text(w, "; ");
		wr_bytes(w, attribute.p, attribute.n);
	}
	return true;
}
