/* Who is named when something is in use (api.md 4, 8: 409 in use). */
#include "conf/use.h"

#include "sample.h"

static struct conf *
built(json_t *doc)
{
	struct conf *c = NULL;
	struct err e;

	if (conf_build(&c, doc, &e) < 0)
		fail_msg("%s", e.detail);
	json_decref(doc);
	return c;
}

static void
users_of_a_group(void **state)
{
	struct conf *c = built(sample_new());
	char buf[CONF_USE_MAX];

	(void)state;
	assert_true(conf_use_group(c, "kids", buf, sizeof(buf)));
	assert_string_equal(buf, "the device anna-phone, the assertion kids never reach admin");
	assert_false(conf_use_group(c, "guests", buf, sizeof(buf)));
	conf_unref(c);
}

static void
many_are_counted(void **state)
{
	json_t *doc = sample_raw(), *peers = sample_get(doc, "peers");
	char name[16], key[48], buf[CONF_USE_MAX];
	struct conf *c;
	int i;

	(void)state;
	for (i = 0; i < 9; i++) {
		(void)snprintf(name, sizeof(name), "p%d", i);
		(void)snprintf(key, sizeof(key), "Z%dECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", i);
		assert_int_equal(json_array_append_new(peers, json_pack("{s:s, s:s, s:s, s:s, s:[s]}", "name", name,
		    "public_key", key, "created_at", "2026-07-01T09:00:00Z", "owner", "anna", "groups", "guests")), 0);
	}
	c = built(doc);
	assert_true(conf_use_group(c, "guests", buf, sizeof(buf)));
	assert_string_equal(buf, "the device p0, the device p1, the device p2 and 6 more");
	assert_true(conf_use_user(c, "Anna", buf, sizeof(buf)));
	assert_string_equal(buf, "the device anna-phone, the device p0, the device p1 and 7 more");
	assert_false(conf_use_user(c, "admin", buf, sizeof(buf)));
	assert_true(conf_use_user(c, "anna", buf, 20));	/* cut, and ended */
	assert_string_equal(buf, "the device anna-pho");
	conf_unref(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(users_of_a_group), cmocka_unit_test(many_are_counted),
	};

	return cmocka_run_group_tests_name("conf/use", tests, NULL, NULL);
}
