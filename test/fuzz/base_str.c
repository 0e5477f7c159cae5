/* Text readers over any bytes: base32 goes round, cutting loses nothing, a
 * number is the number, a run of text ends at the first control character,
 * UTF-8 falls into characters. */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_base32(struct str s)
{
	uint8_t bytes[256], back[256];
	char text[512];
	int n = str_base32_read(s, bytes, sizeof(bytes));

	if (n >= 0) {
		assert(str_base32(bytes, (size_t)n, text, sizeof(text)));
		assert(str_ieq(str_of(text), s));
	}
	if (s.n <= sizeof(back)) {
		assert(str_base32((const uint8_t *)s.p, s.n, text, sizeof(text)));
		assert(str_base32_read(str_of(text), back, sizeof(back)) == (int)s.n);
		assert(s.n == 0 || memcmp(back, s.p, s.n) == 0);
	}
}

static void
check_cut(struct str s)
{
	struct str head, all = s;
	size_t sum = 0, pieces = 0;

	while (str_cut(&s, ',', &head)) {
		assert(head.n == 0 || memchr(head.p, ',', head.n) == NULL);
		sum += head.n;
		pieces++;
	}
	/* Every byte is in a piece or is the comma behind one. */
	assert(all.n == 0 || sum + pieces - (all.p[all.n - 1] != ',') == all.n);
}

static void
check_number(struct str s)
{
	uint64_t v, again;
	char text[24];

	if (!str_u64(s, UINT64_MAX, &v))
		return;
	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)v);
	assert(str_u64(str_of(text), v, &again) && again == v);
	assert(v == 0 || !str_u64(s, v - 1, &again));
}

/* It reads eight at a time. */
static void
check_text_run(struct str s)
{
	size_t n = 0;

	while (n < s.n && (((unsigned char)s.p[n] >= ' ' && s.p[n] != 0x7f) || s.p[n] == '\t'))
		n++;
	assert(str_text_run(s) == n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = { (const char *)data, size };
	char text[256];
	struct err e;

	check_base32(s);
	check_cut(s);
	check_number(s);
	check_text_run(s);
	assert(str_trim(s).n <= s.n);
	if (str_copy(s, text, sizeof(text))) {
		assert(strlen(text) == s.n);
		(void)err_set(&e, ERR_INTERNAL, "%s", text);
		assert(str_utf8(str_of(e.detail)));
		assert(!str_utf8(s) || str_eqz(s, e.detail));
	}
	return 0;
}
