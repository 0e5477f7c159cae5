/* What a damaged disk has as one-time links, and what strangers bring as tokens: an accepted link is one that would be saved
 * the same way again, and no text opens one but its own. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "auth/link.h"
#include "auth/link_json.h"
#include "auth/time.h"
#include "conf/json.h"
#include "sys/clk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
saved(struct str text)
{
	json_t *j = conf_json_read(text.p, text.n, NULL), *again, *third;
	struct auth_link a, b;

	if (j != NULL && auth_link_from_json(j, &a)) {
		again = auth_link_to_json(&a);
		assert(again != NULL && auth_link_from_json(again, &b));
		third = auth_link_to_json(&b);
		assert(json_equal(again, third));
		json_decref(third);
		json_decref(again);
	}
	json_decref(j);
}

static void
on_dirty(void *arg)
{
	(void)arg;
}

static void
brought(struct str text)
{
	char token[AUTH_LINK_TEXT], cookie[AUTH_LINK_TEXT];
	struct auth_time time;
	struct auth_links *l;
	struct auth_link link;
	const struct auth_link_ask ask = { "anna", "key", AUTH_LINK_S };

	auth_time_init(&time, &clk_system, 0, 0);
	l = auth_links_new(&time, on_dirty, NULL);
	assert(l != NULL && auth_link_make(l, &ask, token, &link, NULL) == 0);
	assert(auth_link_open(l, text, text, cookie) == NULL && cookie[0] == '\0');
	assert(auth_link_find(l, str_of(token), text) == NULL);
	auth_links_free(l);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = { (const char *)data, size };

	saved(s);
	brought(s);
	return 0;
}
