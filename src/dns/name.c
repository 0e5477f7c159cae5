/* Domain names; see name.h. */
#include "dns/name.h"

#include <string.h>

static const uint64_t HASH_SEED = 0x9e3779b97f4a7c15;
static const uint64_t HASH_STEP = 0xff51afd7ed558ccd;

enum { WORD = sizeof(uint64_t) };

static uint64_t
load(const void *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

size_t
dns_name_scan(const uint8_t *p, size_t max, unsigned *labels)
{
	size_t at = 0;
	unsigned n = 0;

	if (max > DNS_NAME_MAX)
		max = DNS_NAME_MAX;
	while (at < max && p[at] != 0) {
		if (p[at] > DNS_LABEL_MAX)
			return 0;
		at += (size_t)p[at] + 1;
		n++;
	}
	*labels = n;
	return at < max ? at + 1 : 0;
}

/* Eight octets to lower case at once: 0x20 is set where 'A' <= octet <= 'Z'. */
static uint64_t
lower_word(uint64_t w)
{
	uint64_t low = w & 0x7f7f7f7f7f7f7f7f;
	uint64_t from_a = low + 0x3f3f3f3f3f3f3f3f;
	uint64_t after_z = low + 0x2525252525252525;
	uint64_t upper = from_a & ~after_z & ~w & 0x8080808080808080;

	return w | upper >> 2;
}

static uint64_t
hash_step(uint64_t h, uint64_t word)
{
	h = (h ^ word) * HASH_STEP;
	return h ^ h >> 32;
}

static uint64_t
hash_end(uint64_t h)
{
	h *= HASH_SEED;
	return h ^ h >> 29;
}

uint64_t
dns_name_lower(uint8_t dst[DNS_NAME_ROOM], const uint8_t *src, size_t n)
{
	uint64_t w, h = HASH_SEED ^ n;
	size_t i, j;

	for (i = 0; i + WORD <= n; i += WORD) {
		w = lower_word(load(src + i));
		memcpy(dst + i, &w, WORD);
		h = hash_step(h, w);
	}
	if (i < n) {
		w = 0;
		memcpy(dst + i, &w, WORD);
		for (j = i; j < n; j++)
			dst[j] = src[j];
		w = lower_word(load(dst + i));
		memcpy(dst + i, &w, WORD);
		h = hash_step(h, w);
	}
	w = 0;
	memcpy(dst + n, &w, WORD);
	return hash_end(h);
}

uint64_t
dns_name_hash(const uint8_t *name, size_t n)
{
	uint64_t w, h = HASH_SEED ^ n;
	size_t i;

	for (i = 0; i + WORD <= n; i += WORD)
		h = hash_step(h, load(name + i));
	if (i < n) {
		w = 0;
		memcpy(&w, name + i, n - i);
		h = hash_step(h, w);
	}
	return hash_end(h);
}

static uint64_t
rotl(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static void
sip_rounds(uint64_t v[4], unsigned n)
{
	while (n-- > 0) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotl(v[1], 13) ^ v[0];
		v[3] = rotl(v[3], 16) ^ v[2];
		v[0] = rotl(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = rotl(v[1], 17) ^ v[2];
		v[3] = rotl(v[3], 21) ^ v[0];
		v[2] = rotl(v[2], 32);
	}
}

static void
sip_word(uint64_t v[4], uint64_t w)
{
	v[3] ^= w;
	sip_rounds(v, 2);
	v[0] ^= w;
}

uint64_t
dns_name_sip(const uint64_t key[2], const uint8_t *p, size_t n)
{
	uint64_t v[4] = {
		key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
		key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573
	};
	uint64_t last = (uint64_t)n << 56;
	size_t i, j;

	for (i = 0; i + WORD <= n; i += WORD)
		sip_word(v, load(p + i));
	for (j = 0; i + j < n; j++)
		last |= (uint64_t)p[i + j] << 8 * j;
	sip_word(v, last);
	v[2] ^= 0xff;
	sip_rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

bool
dns_name_eq(const uint8_t *a, size_t an, const uint8_t *b, size_t bn)
{
	size_t i;

	if (an != bn)
		return false;
	for (i = 0; i < an; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool
dns_name_under(const uint8_t *name, size_t n, const uint8_t *apex, size_t apexlen)
{
	size_t at = 0;

	while (n - at > apexlen)
		at += (size_t)name[at] + 1;
	return n - at == apexlen && memcmp(name + at, apex, apexlen) == 0;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The octet that an escape stands for; *s is moved behind it. -1: bad. */
static int
read_escape(struct str *s)
{
	int v;

	if (s->n < 2)
		return -1;
	if (!is_digit(s->p[1])) {
		v = (uint8_t)s->p[1];
		*s = (struct str){ s->p + 2, s->n - 2 };
		return v;
	}
	if (s->n < 4 || !is_digit(s->p[2]) || !is_digit(s->p[3]))
		return -1;
	v = (s->p[1] - '0') * 100 + (s->p[2] - '0') * 10 + (s->p[3] - '0');
	*s = (struct str){ s->p + 4, s->n - 4 };
	return v <= UINT8_MAX ? v : -1;
}

/* One label and its dot, if there is one; *dot tells. */
static bool
read_label(struct str *s, uint8_t out[1 + DNS_LABEL_MAX], bool *dot)
{
	uint8_t n = 0;
	int c;

	*dot = false;
	while (s->n > 0 && !*dot) {
		c = (uint8_t)s->p[0];
		*dot = c == '.';
		if (c == '\\')
			c = read_escape(s);
		else
			*s = (struct str){ s->p + 1, s->n - 1 };
		if (*dot)
			break;
		if (c < 0 || n == DNS_LABEL_MAX)
			return false;
		out[++n] = lower((uint8_t)c);
	}
	out[0] = n;
	return n > 0;
}

bool
dns_name_read(struct str text, const uint8_t *origin, size_t originlen,
    uint8_t out[DNS_NAME_MAX], size_t *n)
{
	static const uint8_t root[1];
	uint8_t label[1 + DNS_LABEL_MAX];
	bool dot = false;
	size_t at = 0;

	if (str_eqz(text, ".") || origin == NULL) {
		origin = root;
		originlen = 1;
	}
	if (str_eqz(text, "@") || str_eqz(text, "."))
		text.n = 0;
	else if (text.n == 0)
		return false;
	while (text.n > 0) {
		if (!read_label(&text, label, &dot) || at + 1 + label[0] >= DNS_NAME_MAX)
			return false;
		memcpy(out + at, label, 1 + (size_t)label[0]);
		at += 1 + (size_t)label[0];
	}
	if (dot) {
		origin = root;
		originlen = 1;
	}
	if (at + originlen > DNS_NAME_MAX)
		return false;
	memcpy(out + at, origin, originlen);
	*n = at + originlen;
	return true;
}

static size_t
put_octet(char *p, uint8_t c)
{
	size_t n = 0;

	if (c <= ' ' || c > '~') {
		p[n++] = '\\';
		p[n++] = (char)('0' + c / 100);
		p[n++] = (char)('0' + c / 10 % 10);
		p[n++] = (char)('0' + c % 10);
		return n;
	}
	if (strchr(".\\\"();@$", c) != NULL)
		p[n++] = '\\';
	p[n++] = (char)c;
	return n;
}

const char *
dns_name_text(const uint8_t *name, size_t n, char buf[DNS_NAME_TEXT_MAX])
{
	size_t at = 0, w = 0;
	uint8_t left;

	while (at + 1 < n && name[at] != 0) {
		if (w > 0)
			buf[w++] = '.';
		for (left = name[at++]; left > 0 && at < n; left--)
			w += put_octet(buf + w, name[at++]);
	}
	if (w == 0)
		buf[w++] = '.';
	buf[w] = '\0';
	return buf;
}
