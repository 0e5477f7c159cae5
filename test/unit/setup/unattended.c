/* src/setup/unattended.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/err.h"
#include "setup/unattended.h"
#include "setup/wizard.h"

struct fixture {
	json_t *body;
	struct err e;
};

/* Files by name; everything else is not there. */
static int
read_file(void *arg, const char *path, char **out, size_t *n, struct err *e)
{
	static const struct {
		const char *path, *text;
	} files[] = {
		{ "/init.json", "{\"cell_name\":\"filed\",\"password\":\"from the file!\",\"timezone\":\"UTC\"}" },
		{ "/broken.json", "{\"cell_name\":\n\"a\",}" },
		{ "/array.json", "[]" },
		{ "/password", "secret of a file\n" },
		{ "/password-crlf", "secret of a file\r\n" },
		{ "/binary", "\xff\xfe" },
	};
	size_t i;

	(void)arg;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(files[i].path, path) == 0) {
			*n = strlen(files[i].text);
			*out = strdup(files[i].text);
			return 0;
		}
	return err_set(e, ERR_NOT_FOUND, "no such file");
}

static int
read_env(struct fixture *x, const char *const *env)
{
	json_decref(x->body);
	x->body = NULL;
	err_clear(&x->e);
	return setup_unattended_read(env, read_file, NULL, &x->body, &x->e);
}

static const char *
value(const struct fixture *x, const char *name)
{
	return json_string_value(json_object_get(x->body, name));
}

static void
test_set11_variables(void **state)
{
	static const char *const env[] = { "PATH=/bin", "PIC_INIT_CELL_NAME=myhome", "PIC_INIT_PASSWORD=pa=ss word!!",
	    "PIC_INIT_WIREGUARD_PORT=51900", "PIC_STATE_DIR=/x", NULL };
	struct fixture x = { 0 };

	(void)state;
	assert_true(setup_unattended_wanted(env));
	assert_int_equal(read_env(&x, env), 0);
	assert_int_equal(json_object_size(x.body), 3);
	assert_string_equal(value(&x, "cell_name"), "myhome");
	assert_string_equal(value(&x, "password"), "pa=ss word!!");
	assert_int_equal(json_integer_value(json_object_get(x.body, "wireguard_port")), 51900);
	json_decref(x.body);
}

static void
test_set11_file_and_variables_over_it(void **state)
{
	static const char *const env[] = { "PIC_INIT_CELL_NAME=varied", "PIC_INIT_FILE=/init.json", NULL };
	struct fixture x = { 0 };

	(void)state;
	assert_int_equal(read_env(&x, env), 0);
	assert_string_equal(value(&x, "cell_name"), "varied");
	assert_string_equal(value(&x, "password"), "from the file!");
	json_decref(x.body);
}

static void
test_set11_secrets_from_files(void **state)
{
	static const char *const lf[] = { "PIC_INIT_PASSWORD_FILE=/password", NULL };
	static const char *const crlf[] = { "PIC_INIT_PASSWORD_FILE=/password-crlf", NULL };
	struct fixture x = { 0 };

	(void)state;
	assert_int_equal(read_env(&x, lf), 0);
	assert_string_equal(value(&x, "password"), "secret of a file");
	assert_int_equal(read_env(&x, crlf), 0);
	assert_string_equal(value(&x, "password"), "secret of a file");
	json_decref(x.body);
}

static void
test_set11_errors_name_the_variable(void **state)
{
	static const struct {
		const char *env, *variable, *rule;
	} v[] = {
		{ "PIC_INIT_COLOUR=red", "PIC_INIT_COLOUR", "is no setting of the first run" },
		{ "PIC_INIT_CELL_NAME_FILE=/password", "PIC_INIT_CELL_NAME_FILE", "is no setting of the first run" },
		{ "PIC_INIT_WIREGUARD_PORT=many", "PIC_INIT_WIREGUARD_PORT", "must be a whole number" },
		{ "PIC_INIT_SERVICES=email", "PIC_INIT_SERVICES", "is not available in this version" },
		{ "PIC_INIT_RESTORE_FILE=/b", "PIC_INIT_RESTORE_FILE", "is not available in this version" },
		{ "PIC_INIT_RESTORE_PASSPHRASE_FILE=/b", "PIC_INIT_RESTORE_PASSPHRASE_FILE",
		    "is not available in this version" },
		{ "PIC_INIT_PASSWORD_FILE=/nowhere", "PIC_INIT_PASSWORD_FILE", "cannot be read: no such file" },
		{ "PIC_INIT_PASSWORD_FILE=/binary", "PIC_INIT_PASSWORD", "is not UTF-8 text" },
		{ "PIC_INIT_FILE=/nowhere", "PIC_INIT_FILE", "cannot be read: no such file" },
	};
	struct fixture x = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		const char *const env[] = { v[i].env, NULL };

		assert_int_equal(read_env(&x, env), -EINVAL);
		assert_null(x.body);
		assert_string_equal(x.e.fields[0].field, v[i].variable);
		assert_string_equal(x.e.fields[0].message, v[i].rule);
	}
}

static void
test_set11_broken_files(void **state)
{
	static const char *const broken[] = { "PIC_INIT_FILE=/broken.json", NULL };
	static const char *const array[] = { "PIC_INIT_FILE=/array.json", NULL };
	struct fixture x = { 0 };

	(void)state;
	assert_int_equal(read_env(&x, broken), -EINVAL);
	assert_non_null(strstr(x.e.detail, "line 2"));
	assert_int_equal(read_env(&x, array), -EINVAL);
	assert_null(x.body);
}

static void
test_set11_rules_of_the_wizard_name_the_variable_too(void **state)
{
	static const char *const env[] = { "PIC_INIT_CELL_NAME=no good", NULL };
	static const char *const mixed[] = { "PIC_INIT_FILE=/init.json", "PIC_INIT_CELL_NAME=no good", NULL };
	struct setup_host host = { .label = "tower", .timezone = "UTC" };
	struct setup_wizard *w = setup_wizard_new(&host);
	struct fixture x = { 0 };
	json_t *answers;

	(void)state;
	assert_int_equal(read_env(&x, env), 0);
	assert_int_equal(setup_wizard_complete(w, x.body, &answers, &x.e), -EINVAL);
	setup_unattended_rename(env, &x.e);
	assert_int_equal(x.e.nfields, 2);
	assert_string_equal(x.e.fields[0].field, "PIC_INIT_PASSWORD");
	assert_string_equal(x.e.fields[1].field, "PIC_INIT_CELL_NAME");
	assert_memory_equal(x.e.detail, "PIC_INIT_PASSWORD: is required", 30);

	assert_int_equal(read_env(&x, mixed), 0);
	json_object_set_new(x.body, "password", json_string("short"));
	assert_int_equal(setup_wizard_complete(w, x.body, &answers, &x.e), -EINVAL);
	setup_unattended_rename(mixed, &x.e);
	assert_string_equal(x.e.fields[0].field, "password");	/* it stands in the file */
	assert_string_equal(x.e.fields[1].field, "PIC_INIT_CELL_NAME");
	json_decref(x.body);
	setup_wizard_free(w);
}

static void
test_nothing_is_set(void **state)
{
	static const char *const env[] = { "PATH=/bin", "PIC_INIT=1", "XPIC_INIT_CELL_NAME=a", NULL };

	(void)state;
	assert_false(setup_unattended_wanted(env));
}

static void
test_r8_answers_are_forgotten(void **state)
{
	char path[] = "PATH=/bin", password[] = "PIC_INIT_PASSWORD=pa=ss word!!", name[] = "PIC_INIT_CELL_NAME=myhome",
	    empty[] = "PIC_INIT_X=", odd[] = "PIC_INIT_NOTHING", dir[] = "PIC_STATE_DIR=/x";
	char *const env[] = { path, password, name, empty, odd, dir, NULL };
	size_t i;

	(void)state;
	setup_unattended_forget(env);
	assert_string_equal(path, "PATH=/bin");
	assert_string_equal(dir, "PIC_STATE_DIR=/x");
	assert_string_equal(odd, "PIC_INIT_NOTHING");
	assert_string_equal(name, "PIC_INIT_CELL_NAME=");
	for (i = sizeof("PIC_INIT_PASSWORD=") - 1; i < sizeof(password); i++)
		assert_int_equal(password[i], 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set11_variables),
		cmocka_unit_test(test_set11_file_and_variables_over_it),
		cmocka_unit_test(test_set11_secrets_from_files),
		cmocka_unit_test(test_set11_errors_name_the_variable),
		cmocka_unit_test(test_set11_broken_files),
		cmocka_unit_test(test_set11_rules_of_the_wizard_name_the_variable_too),
		cmocka_unit_test(test_nothing_is_set),
		cmocka_unit_test(test_r8_answers_are_forgotten),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
