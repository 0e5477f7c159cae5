/* What a browser sends as Cookie, and what a damaged disk has as sessions:
 * an accepted cookie lies within its header, an accepted session is one that
 * would be saved the same way again. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <jansson.h>

#include "auth/session.h"
#include "auth/session_json.h"
#include "conf/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
cookie(struct str header)
{
	struct str v;

	if (!auth_cookie_read(header, AUTH_COOKIE_NAME, &v))
		return;
	assert(v.n == 0 || (v.p >= header.p && v.p + v.n <= header.p + header.n));
	assert(memchr(v.n == 0 ? "" : v.p, ';', v.n) == NULL);
}

static void
session(struct str text)
{
	json_t *j = conf_json_read(text.p, text.n, NULL), *again, *third;
	struct auth_session a, b;

	if (j != NULL && auth_session_from_json(j, &a)) {
		again = auth_session_to_json(&a);
		assert(again != NULL && auth_session_from_json(again, &b));
		third = auth_session_to_json(&b);
		assert(json_equal(again, third));
		json_decref(third);
		json_decref(again);
	}
	json_decref(j);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = { (const char *)data, size };

	cookie(s);
	session(s);
	return 0;
}
