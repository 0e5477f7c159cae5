/* Any JSON as a configuration, whole or as a change of the default one. What is accepted
 * is accepted again and stays the same (INP-1); what is refused is refused with a reason; a change list between
 * two documents leads from one to the other. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "conf/complete.h"
#include "conf/conf.h"
#include "conf/depart.h"
#include "conf/diff.h"
#include "conf/follow.h"
#include "conf/json.h"
#include "conf/public.h"
#include "conf/rev.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct conf *
check_build(const json_t *doc)
{
	struct conf *c, *again;
	struct err e;

	err_clear(&e);
	if (conf_build(&c, doc, &e) < 0) {
		assert(c == NULL && e.kind != ERR_NONE && e.detail[0] != '\0');
		return NULL;
	}
	assert(conf_build(&again, c->doc, &e) == 0);
	assert(json_equal(c->doc, again->doc));
	conf_unref(again);
	return c;
}

static void
check_public(const json_t *doc)
{
	json_t *public = conf_public(doc);
	char *text = conf_json_canonical(public);

	assert(strstr(text, "\"secret_ref\":") == NULL);
	free(text);
	json_decref(public);
}

/* apply(a, diff(a, b)) is b, revs aside */
static void
check_diff(const json_t *a, const json_t *b)
{
	json_t *changes = conf_diff(a, b), *to = json_deep_copy(a), *left;

	assert(changes != NULL && conf_diff_apply(to, changes) == 0);
	left = conf_diff(to, b);
	assert(json_array_size(left) == 0);
	json_decref(left);
	json_decref(changes);
	json_decref(to);
}

/* As a transaction does it: edit, follow, complete, stamp, build. */
static void
check_edit(const struct conf *now, const json_t *patch)
{
	json_t *draft = json_deep_copy(now->doc);
	struct conf *next;
	struct err e;
	int r;

	err_clear(&e);
	assert(conf_json_merge(draft, patch) == 0);
	r = conf_follow(now->doc, draft, &e);
	assert(r == 0 || (r == -EEXIST && e.kind == ERR_CONFLICT));
	if (r < 0) {
		json_decref(draft);
		return;
	}
	assert(conf_depart(now, draft) == 0);
	assert(conf_complete(draft) == 0);
	assert(conf_rev_stamp(now->doc, draft, 2) == 0);
	check_public(draft);
	next = check_build(draft);
	if (next != NULL)
		check_diff(now->doc, next->doc);
	conf_unref(next);
	json_decref(draft);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	json_t *j = conf_json_read((const char *)data, len, NULL);
	struct conf *now;

	if (j == NULL)
		return 0;
	conf_unref(check_build(j));
	if (json_is_object(j)) {
		now = conf_default("mycell");
		check_edit(now, j);
		conf_unref(now);
	}
	json_decref(j);
	return 0;
}
