/* Reasons: what a caller tests and what a person reads. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"

static void
sets_everything(void **state)
{
	struct err e;

	(void)state;
	memset(&e, 0xa5, sizeof(e));	/* as on a caller's stack */
	assert_int_equal(err_set(&e, ERR_NOT_FOUND, "no %s %d", "peer", 7),
	    -ENOENT);
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_string_equal(e.detail, "no peer 7");
	assert_int_equal(e.nfields, 0);
	assert_int_equal(e.retry_after, 0);

	/* Its own detail wrapped into a longer one. */
	assert_int_equal(err_set(&e, ERR_REMOTE, "store: %s", e.detail), -EPROTO);
	assert_string_equal(e.detail, "store: no peer 7");
}

static void
accepts_nobody_reading(void **state)
{
	(void)state;
	err_clear(NULL);
	assert_int_equal(err_set(NULL, ERR_LOCKED, "x"), -EBUSY);
	assert_int_equal(err_field(NULL, ERR_CONFLICT, "a", "x"), -EEXIST);
	assert_int_equal(err_sys(NULL, -EPERM, "x"), -EPERM);
}

static void
every_kind_has_an_errno(void **state)
{
	(void)state;
	assert_int_equal(err_errno(ERR_NONE), 0);
	for (int a = ERR_VALIDATION; a <= ERR_STORAGE_FULL; a++) {
		assert_true(err_errno((enum err_kind)a) < 0);
		for (int b = ERR_VALIDATION; b < a; b++)
			assert_int_not_equal(err_errno((enum err_kind)a),
			    err_errno((enum err_kind)b));
	}
}

/* api.md 1.3: all fields at once, and 400 wins over 409. */
static void
collects_fields(void **state)
{
	struct err e;

	(void)state;
	err_clear(&e);
	assert_int_equal(err_field(&e, ERR_VALIDATION, "identity.ip_range",
	    "must be at least /%d", 29), -EINVAL);
	assert_int_equal(err_field(&e, ERR_CONFLICT, "network.ports.dns",
	    "is used twice"), -EINVAL);
	assert_int_equal(e.kind, ERR_VALIDATION);
	assert_int_equal(e.nfields, 2);
	assert_string_equal(e.detail,
	    "identity.ip_range: must be at least /29");
	assert_string_equal(e.fields[1].field, "network.ports.dns");
	assert_string_equal(e.fields[1].message, "is used twice");
}

static void
counts_fields_beyond_the_kept(void **state)
{
	struct err e;
	char name[16];

	(void)state;
	err_clear(&e);
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(name, sizeof(name), "f%d", i);
		(void)err_field(&e, ERR_VALIDATION, name, "wrong");
	}
	assert_int_equal(e.nfields, 1000);
	assert_string_equal(e.fields[ERR_FIELDS_MAX - 1].field, "f15");
	assert_true(err_has_field(&e, "f15"));
	assert_false(err_has_field(&e, "f16"));		/* counted, not kept */
	err_clear(&e);
	assert_false(err_has_field(&e, "f15"));
	assert_false(err_has_field(NULL, "f15"));
}

/* Whatever was put in and wherever it was cut, JSON can carry it. */
static void
stays_utf8(void **state)
{
	struct err e;
	char text[ERR_DETAIL_MAX + 8];

	(void)state;
	for (size_t n = ERR_DETAIL_MAX - 6; n < ERR_DETAIL_MAX + 2; n++) {
		memset(text, 'a', sizeof(text));
		memcpy(text + n, "\xf0\x9f\x98\x80", 5);
		(void)err_set(&e, ERR_INTERNAL, "%s", text);
		assert_true(str_utf8(str_of(e.detail)));
		assert_true(strlen(e.detail) >= ERR_DETAIL_MAX - 4);
	}
	(void)err_set(&e, ERR_INTERNAL, "a\xff\xc3z\xc3");
	assert_string_equal(e.detail, "a??z?");
	memset(text, 'b', ERR_FIELD_MAX - 2);
	memcpy(text + ERR_FIELD_MAX - 2, "\xc3\xa4", 3);
	err_clear(&e);
	(void)err_field(&e, ERR_VALIDATION, text, "\xed\xa0\x80");
	assert_int_equal(strlen(e.fields[0].field), ERR_FIELD_MAX - 2);
	assert_string_equal(e.fields[0].message, "???");
}

/* CFG-13: a full disk, also by quota, is told apart. */
static void
system_errors(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(err_sys(&e, -ENOSPC, "audit.log"), -ENOSPC);
	assert_int_equal(e.kind, ERR_STORAGE_FULL);
	assert_string_equal(e.detail, "audit.log: No space left on device");
	assert_int_equal(err_sys(&e, -EDQUOT, "audit.log"), -ENOSPC);
	assert_int_equal(e.kind, ERR_STORAGE_FULL);
	assert_int_equal(err_sys(&e, -EACCES, "socket"), -EACCES);
	assert_int_equal(e.kind, ERR_INTERNAL);
	assert_string_equal(e.detail, "socket: Permission denied");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_everything),
		cmocka_unit_test(accepts_nobody_reading),
		cmocka_unit_test(every_kind_has_an_errno),
		cmocka_unit_test(collects_fields),
		cmocka_unit_test(counts_fields_beyond_the_kept),
		cmocka_unit_test(stays_utf8),
		cmocka_unit_test(system_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
