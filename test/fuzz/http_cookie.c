/* Cookies of any bytes: what passes names no cookie of the proxy and no other host, read as a browser would, and passes
 * unchanged when it is looked at once more. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/wr.h"
#include "http/cookie.h"

enum { MAX = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char *const hide[] = { "pic_session", NULL };

static void
check_name(struct str pair)
{
	struct str name;

	if (str_cut(&pair, '=', &name))
		assert(!str_ieq(str_trim(name), STR("pic_session")));
}

static void
check_sent(struct str s)
{
	char buf[2 * MAX + 2];
	struct str rest, pair;
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	if (!http_cookie_pass(s, hide, &w))
		return;
	assert(wr_ok(&w));
	rest = (struct str){ buf, wr_len(&w) };
	while (str_cut(&rest, ';', &pair))
		check_name(str_trim(pair));
}

static void
check_set(struct str s)
{
	char buf[2 * MAX + 2], again[2 * MAX + 2];
	struct wr w, v;

	wr_init(&w, buf, sizeof(buf));
	wr_init(&v, again, sizeof(again));
	if (!http_set_cookie_pass(s, hide, STR("ha"), &w))
		return;
	assert(wr_ok(&w));
	check_name((struct str){ buf, wr_len(&w) });
	assert(http_set_cookie_pass((struct str){ buf, wr_len(&w) }, hide, STR("ha"), &v));
	assert(wr_len(&v) == wr_len(&w) && memcmp(buf, again, wr_len(&w)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct str s = { (const char *)data, len < MAX ? len : MAX };

	check_sent(s);
	check_set(s);
	return 0;
}
