/* Text slices. */
#include "base/str.h"

#include <endian.h>

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool
str_ieq_bytes(const char *a, const char *b, size_t n)
{
	size_t i = 0;

	while (i + 8 <= n && memcmp(a + i, b + i, 8) == 0)
		i += 8;
	for (; i < n; i++)
		if (a[i] != b[i] && lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n &&
	    str_eq((struct str){ s.p, prefix.n }, prefix);
}

bool
str_ends(struct str s, struct str suffix)
{
	if (suffix.n == 0)
		return true;
	return s.n >= suffix.n &&
	    str_eq((struct str){ s.p + (s.n - suffix.n), suffix.n }, suffix);
}

struct str
str_trim(struct str s)
{
	while (s.n > 0 && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
str_cut(struct str *s, char c, struct str *head)
{
	const char *at;

	*head = *s;
	if (s->n == 0)
		return false;
	at = memchr(s->p, c, s->n);
	if (at == NULL) {
		*s = (struct str){ s->p + s->n, 0 };
		return true;
	}
	head->n = (size_t)(at - s->p);
	*s = (struct str){ at + 1, s->n - head->n - 1 };
	return true;
}

bool
str_u64(struct str s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned)(unsigned char)s.p[i] - '0';

		if (d > 9 || d > max || v > (max - d) / 10)
			return false;
		v = v * 10 + d;
	}
	*out = v;
	return true;
}

/* RFC 3629 section 4: the range of the second byte depends on the first. */
size_t
str_utf8_next(struct str s)
{
	static const struct {
		uint8_t first, last, lo, hi, len;
	} forms[] = {
		{ 0x00, 0x7f, 0x00, 0x00, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },	/* shorter forms exist below */
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },	/* surrogates above */
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },	/* U+10FFFF is the last */
	};
	const uint8_t *p = (const uint8_t *)s.p;
	size_t f = 0;

	if (s.n == 0)
		return 0;
	while (f < sizeof(forms) / sizeof(forms[0]) && p[0] > forms[f].last)
		f++;
	if (f == sizeof(forms) / sizeof(forms[0]) || p[0] < forms[f].first ||
	    s.n < forms[f].len)
		return 0;
	for (size_t i = 1; i < forms[f].len; i++)
		if (p[i] < (i == 1 ? forms[f].lo : 0x80) ||
		    p[i] > (i == 1 ? forms[f].hi : 0xbf))
			return 0;
	return forms[f].len;
}

bool
str_utf8(struct str s)
{
	while (s.n > 0) {
		size_t n = str_utf8_next(s);

		if (n == 0)
			return false;
		s.p += n;
		s.n -= n;
	}
	return true;
}

bool
str_printable(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

static bool
is_text(char c)
{
	return c == '\t' || ((unsigned char)c >= ' ' && c != 0x7f);
}

/* Of eight bytes at once: how many stand before the first control character, also a tab. Each byte below ' ' or equal to 0x7f
 * sets its highest bit; a borrow can set others only above the first. */
static size_t
text8(const char *p)
{
	const uint64_t ones = ~UINT64_C(0) / 0xff, high = ones << 7;
	uint64_t v, del;

	memcpy(&v, p, sizeof(v));
	v = le64toh(v);
	del = v ^ ones * 0x7f;
	v = (((v - ones * ' ') & ~v) | ((del - ones) & ~del)) & high;
	return v == 0 ? 8 : (size_t)__builtin_ctzll(v) / 8;
}

size_t
str_text_run(struct str s)
{
	size_t i = 0, n = 8;

	while (n == 8 && i + 8 <= s.n)
		i += n = text8(s.p + i);
	if (n == 8 && s.n >= 8)
		i = s.n - 8 + text8(s.p + s.n - 8);	/* of these some are known to be text */
	while (i < s.n && is_text(s.p[i]))
		i++;
	return i;
}

bool
str_token(struct str s)
{
	static const uint32_t ascii[] = { 0, 0x03ff6cfa, 0xc7fffffe, 0x57ffffff };	/* a bit for each character */

	for (size_t i = 0; i < s.n; i++) {
		unsigned c = (unsigned char)s.p[i];

		if (c > 0x7f || (ascii[c / 32] >> c % 32 & 1) == 0)
			return false;
	}
	return s.n > 0;
}

bool
str_copy(struct str s, char *dst, size_t size)
{
	bool fits = s.n < size &&
	    (s.n == 0 || memchr(s.p, '\0', s.n) == NULL);

	if (fits && s.n > 0)
		memcpy(dst, s.p, s.n);
	if (size > 0)
		dst[fits ? s.n : 0] = '\0';
	return fits;
}

bool
str_lower(struct str s, char *dst, size_t size)
{
	size_t i;

	if (!str_copy(s, dst, size))
		return false;
	for (i = 0; i < s.n; i++)
		if (dst[i] >= 'A' && dst[i] <= 'Z')
			dst[i] = (char)(dst[i] - 'A' + 'a');
	return true;
}

bool
str_base32(const uint8_t *src, size_t n, char *dst, size_t size)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned acc = 0, bits = 0;
	size_t at = 0;

	if (size == 0 || n > (SIZE_MAX - 4) / 8 || (n * 8 + 4) / 5 > size - 1)
		return false;
	for (size_t i = 0; i < n; i++) {
		acc = acc << 8 | src[i];
		for (bits += 8; bits >= 5; bits -= 5)
			dst[at++] = digits[acc >> (bits - 5) & 31];
		acc &= (1U << bits) - 1;
	}
	if (bits > 0)
		dst[at++] = digits[acc << (5 - bits) & 31];
	dst[at] = '\0';
	return true;
}

static int
base32_digit(char c)
{
	c = lower(c);
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

int
str_base32_read(struct str s, uint8_t *dst, size_t size)
{
	unsigned acc = 0, bits = 0;
	size_t at = 0;

	for (size_t i = 0; i < s.n; i++) {
		int d = base32_digit(s.p[i]);

		if (d < 0)
			return -1;
		acc = acc << 5 | (unsigned)d;
		bits += 5;
		if (bits < 8)
			continue;
		bits -= 8;
		if (at == size || at == INT32_MAX)
			return -1;
		dst[at++] = (uint8_t)(acc >> bits);
		acc &= (1U << bits) - 1;
	}
	/* A whole digit too many, or bits that no byte has. */
	return bits >= 5 || acc != 0 ? -1 : (int)at;
}
