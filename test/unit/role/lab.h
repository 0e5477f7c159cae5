/* Configurations and hosts for the tests of this folder. */
#ifndef UNIT_ROLE_LAB_H
#define UNIT_ROLE_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/err.h"
#include "base/str.h"
#include "conf/complete.h"
#include "conf/conf.h"
#include "conf/depart.h"
#include "conf/draft.h"
#include "conf/follow.h"
#include "sys/net.h"

static inline struct net_ifaddr
lab_ifaddr(const char *name, uint32_t index, const char *prefix)
{
	struct net_ifaddr f = { .ifindex = index, .up = true, .loopback = strcmp(name, "lo") == 0 };

	assert_true(str_copy(str_of(name), f.name, sizeof(f.name)));
	assert_true(addr_prefix_read(str_of(prefix), &f.prefix));
	return f;
}

/* The default configuration with members of sections replaced: {"section":{"member":value}}. */
static inline struct conf *
lab_conf(const char *changes)
{
	struct conf *base = conf_default("home"), *c = NULL;
	json_t *doc = json_deep_copy(base->doc), *all = json_loads(changes, 0, NULL), *section;
	const char *key;
	struct err e;

	conf_unref(base);
	assert_non_null(all);
	json_object_foreach(all, key, section)
		if (json_is_object(section))
			assert_int_equal(json_object_update_recursive(json_object_get(doc, key), section), 0);
		else
			assert_int_equal(json_object_set(doc, key, section), 0);
	json_decref(all);
	err_clear(&e);
	if (conf_build(&c, doc, &e) < 0)
		print_message("%s\n", e.detail);
	json_decref(doc);
	assert_non_null(c);
	return c;
}

/* What a change makes of c: draft, as an edit left it, completed and built. Takes draft. */
static inline struct conf *
lab_follow(const struct conf *c, json_t *draft)
{
	struct conf *next = NULL;
	struct err e;

	err_clear(&e);
	if (conf_follow(c->doc, draft, &e) < 0 || conf_depart(c, draft) < 0 || conf_complete_draft(draft, c->doc) < 0 ||
	    conf_build_draft(&next, draft, c, &e) < 0)
		print_message("%s %s\n", e.detail, e.nfields > 0 ? e.fields[0].field : "");
	assert_non_null(next);
	return next;
}

#endif /* UNIT_ROLE_LAB_H */
