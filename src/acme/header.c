/* Headers of replies; see header.h. */
#include "acme/header.h"

#include <string.h>
#include <time.h>

#include "sys/clk.h"

enum { DATE_MAX = 40, STAMP = 19 };	/* "2026-07-01T09:30:00" */

static int
bounded(int64_t s)
{
	return s <= 0 ? 0 : s < ACME_PATIENCE_S ? (int)s : ACME_PATIENCE_S;
}

int
acme_retry_after(struct str value, int64_t now)
{
	struct str s = str_trim(value);
	char text[DATE_MAX];
	const char *end;
	struct tm tm;
	uint64_t n;
	size_t i;

	for (i = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		;
	if (s.n > 0 && i == s.n)
		return str_u64(s, ACME_PATIENCE_S, &n) ? bounded((int64_t)n) : ACME_PATIENCE_S;
	memset(&tm, 0, sizeof(tm));
	if (!str_copy(s, text, sizeof(text)))
		return 0;
	end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	return end == NULL || *end != '\0' ? 0 : bounded((int64_t)timegm(&tm) - now);
}

/* One parameter: rel="next", also among several relations. */
static bool
relates(struct str parameter, const char *rel)
{
	struct str name, one;

	if (!str_cut(&parameter, '=', &name) || !str_ieq(str_trim(name), STR("rel")))
		return false;
	parameter = str_trim(parameter);
	if (parameter.n >= 2 && parameter.p[0] == '"' && parameter.p[parameter.n - 1] == '"')
		parameter = (struct str){ parameter.p + 1, parameter.n - 2 };
	while (str_cut(&parameter, ' ', &one))
		if (str_ieq(one, str_of(rel)))
			return true;
	return false;
}

bool
acme_link(struct str value, const char *rel, char out[ACME_URL_SIZE])
{
	struct str target, parameters, one;
	bool found;

	while (str_cut(&value, '<', &target) && value.n > 0 && str_cut(&value, '>', &target)) {
		parameters = value;
		(void)str_cut(&parameters, ',', &one);	/* those of this link; all when it is the last */
		for (parameters = one, found = false; str_cut(&parameters, ';', &one);)
			found |= relates(str_trim(one), rel);
		if (found)
			return acme_url_ok(target) && str_copy(target, out, ACME_URL_SIZE);
	}
	return false;
}

bool
acme_type_is(struct str value, const char *type)
{
	struct str kind;

	(void)str_cut(&value, ';', &kind);	/* all of it without parameters */
	return str_ieq(str_trim(kind), str_of(type));
}

/* "+01:30" and the like; false: it is none. */
static bool
read_offset(struct str s, int64_t *out)
{
	uint64_t h, m;

	if (s.n == 1 && (s.p[0] == 'Z' || s.p[0] == 'z')) {
		*out = 0;
		return true;
	}
	if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':' || !str_u64((struct str){ s.p + 1, 2 }, 23, &h) ||
	    !str_u64((struct str){ s.p + 4, 2 }, 59, &m))
		return false;
	*out = (int64_t)(h * 3600 + m * 60) * (s.p[0] == '-' ? -1 : 1);
	return true;
}

bool
acme_time_read(struct str s, int64_t *out)
{
	char text[CLK_TEXT_MAX];
	int64_t offset;
	size_t i = STAMP;

	if (s.n <= STAMP)
		return false;
	memcpy(text, s.p, STAMP);
	text[STAMP] = 'Z';
	text[STAMP + 1] = '\0';
	if (s.p[i] == '.')
		for (i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			;
	if (!read_offset((struct str){ s.p + i, s.n - i }, &offset) || clk_read(text, out) < 0)
		return false;
	*out -= offset;
	return true;
}
