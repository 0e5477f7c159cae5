/* Targets and hosts; see target.h. */
#include "http/target.h"

#include <errno.h>

#include "base/addr.h"

bool
http_path_cut(struct str *path, struct str *segment)
{
	if (path->n == 0 || path->p[0] != '/')
		return false;
	path->p++;
	path->n--;
	for (segment->p = path->p, segment->n = 0; segment->n < path->n; segment->n++)
		if (segment->p[segment->n] == '/')
			break;
	path->p += segment->n;
	path->n -= segment->n;
	return true;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

/* One character, decoded; the raw ones it took, or 0 for a bad escape. */
static size_t
unescape(struct str raw, char *c)
{
	int hi, lo;

	*c = raw.p[0];
	if (raw.p[0] != '%')
		return *c == '\0' ? 0 : 1;
	hi = raw.n > 2 ? hex(raw.p[1]) : -1;
	lo = raw.n > 2 ? hex(raw.p[2]) : -1;
	if (hi < 0 || lo < 0)
		return 0;
	*c = (char)(hi << 4 | lo);
	return *c == '\0' ? 0 : 3;
}

/* 0, -EINVAL or -ENOSPC. */
static int
decode(struct str raw, bool plus, char *buf, size_t size, struct str *out)
{
	size_t k, n = 0;
	char c;

	for (; raw.n > 0; raw.p += k, raw.n -= k) {
		k = unescape(raw, &c);
		if (k == 0)
			return -EINVAL;
		if (n == size)
			return -ENOSPC;
		buf[n++] = plus && k == 1 && c == '+' ? ' ' : c;
	}
	*out = (struct str){ buf, n };
	return 0;
}

bool
http_segment_decode(struct str raw, char *buf, size_t size, struct str *out)
{
	size_t i;

	if (decode(raw, false, buf, size, out) < 0)
		return false;
	for (i = 0; i < out->n; i++)
		if (out->p[i] == '/' || out->p[i] == '\\')
			return false;
	return !str_eqz(*out, ".") && !str_eqz(*out, "..");
}

bool
http_query_cut(struct str *query, struct str *key, struct str *value)
{
	struct str pair;

	while (str_cut(query, '&', &pair)) {
		if (pair.n == 0)
			continue;
		*value = pair;
		(void)str_cut(value, '=', key);		/* the pair is not empty */
		return true;
	}
	return false;
}

/* Names are compared decoded, or "dry%5frun" would be another one. */
static bool
is_key(struct str raw, const char *key)
{
	char buf[64];
	struct str name;

	return decode(raw, true, buf, sizeof(buf), &name) == 0 && str_eqz(name, key);
}

int
http_query_get(struct str query, const char *key, char *buf, size_t size, struct str *value)
{
	struct str name, raw;
	int error;

	while (http_query_cut(&query, &name, &raw)) {
		if (!is_key(name, key))
			continue;
		error = decode(raw, true, buf, size, value);
		return error < 0 ? error : 1;
	}
	return 0;
}

static bool
is_name(struct str s)
{
	size_t i;
	char c;

	for (i = 0; i < s.n; i++) {
		c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    c == '-' || c == '_' || c == '.'))
			return false;
	}
	return s.n > 0 && s.n <= 255;
}

/* "[v6]" at the start of s: its length with brackets, or 0. */
static size_t
literal(struct str s)
{
	struct addr a;
	size_t n = 0;

	while (n < s.n && s.p[n] != ']')
		n++;
	if (n == s.n || !addr_read((struct str){ s.p + 1, n - 1 }, &a) || a.len != 16)
		return 0;
	return n + 1;
}

bool
http_host_read(struct str host, struct str *name, uint16_t *port)
{
	struct str rest;
	uint64_t number = 0;
	size_t n = 0;

	*port = 0;
	if (host.n > 0 && host.p[0] == '[') {
		n = literal(host);
		if (n == 0)
			return false;
	} else {
		while (n < host.n && host.p[n] != ':')
			n++;
		if (!is_name((struct str){ host.p, n }))
			return false;
	}
	*name = (struct str){ host.p, n };
	rest = (struct str){ host.p + n, host.n - n };
	if (rest.n == 0)
		return true;
	if (rest.p[0] != ':')
		return false;
	if (rest.n > 1 && !str_u64((struct str){ rest.p + 1, rest.n - 1 }, UINT16_MAX, &number))
		return false;
	*port = (uint16_t)number;
	return true;
}
