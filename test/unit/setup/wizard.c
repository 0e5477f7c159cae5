/* src/setup/wizard.c and src/setup/field.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/err.h"
#include "setup/field.h"
#include "setup/wizard.h"

static const struct setup_host host = { .label = "tower", .timezone = "Europe/Oslo", .root_mode = true };

struct fixture {
	struct setup_wizard *w;
	const char *next;
	json_t *answers;
	struct err e;
};

static int
open_wizard(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));

	x->w = setup_wizard_new(&host);
	*state = x;
	return x->w == NULL;
}

static int
close_wizard(void **state)
{
	struct fixture *x = *state;

	setup_wizard_free(x->w);
	json_decref(x->answers);
	free(x);
	return 0;
}

static int
put(struct fixture *x, const char *body)
{
	json_t *j = json_loads(body, 0, NULL);
	int r;

	assert_non_null(j);
	err_clear(&x->e);
	r = setup_wizard_put(x->w, j, &x->next, &x->e);
	json_decref(j);
	return r;
}

static int
complete(struct fixture *x, const char *body)
{
	json_t *j = json_loads(body, 0, NULL);
	int r;

	assert_non_null(j);
	json_decref(x->answers);
	x->answers = NULL;
	err_clear(&x->e);
	r = setup_wizard_complete(x->w, j, &x->answers, &x->e);
	json_decref(j);
	return r;
}

static const char *
answer(struct fixture *x, const char *name)
{
	return json_string_value(json_object_get(x->answers, name));
}

static const char *
message(struct fixture *x, const char *field)
{
	size_t i;

	for (i = 0; i < x->e.nfields; i++)
		if (strcmp(x->e.fields[i].field, field) == 0)
			return x->e.fields[i].message;
	return NULL;
}

static json_t *
field(struct fixture *x, const char *step, const char *name)
{
	json_t *j = setup_wizard_fields(x->w, step, NULL), *f;

	assert_non_null(j);
	f = json_incref(json_object_get(json_object_get(j, "fields"), name));
	json_decref(j);
	return f;
}

static const char *
member(const json_t *f, const char *key)
{
	return json_string_value(json_object_get(f, key));
}

static void
test_set5_all_have_defaults_but_password(void **state)
{
	struct fixture *x = *state;
	json_t *steps = setup_wizard_steps(), *f;
	const struct setup_field *row;

	assert_int_equal(json_array_size(steps), 5);
	json_decref(steps);
	for (row = setup_fields; row->name != NULL; row++) {
		if (row->step == NULL || !row->required)
			continue;
		f = field(x, row->step, row->name);
		assert_non_null(f);
		assert_int_equal(json_is_null(json_object_get(f, "default")), strcmp(row->name, "password") == 0);
		json_decref(f);
	}
	f = field(x, "identity", "cell_name");
	assert_string_equal(member(f, "default"), "tower");
	json_decref(f);
	f = field(x, "time", "timezone");
	assert_string_equal(member(f, "default"), "Europe/Oslo");
	json_decref(f);
	f = field(x, "identity", "domain_mode");
	assert_string_equal(member(f, "type"), "choice");
	assert_string_equal(json_string_value(json_array_get(json_object_get(f, "choices"), 0)), "lan");
	json_decref(f);
	assert_null(setup_wizard_fields(x->w, "services", &x->e));
	assert_int_equal(x->e.kind, ERR_NOT_FOUND);
}

static void
test_hosts_without_names(void **state)
{
	struct setup_host none = { .label = "", .timezone = "" };
	struct fixture x = { .w = setup_wizard_new(&none) };

	(void)state;
	assert_int_equal(complete(&x, "{\"password\":\"a good password\"}"), 0);
	assert_string_equal(answer(&x, "cell_name"), "mycell");
	assert_string_equal(answer(&x, "timezone"), "UTC");
	json_decref(x.answers);
	setup_wizard_free(x.w);
}

static void
test_steps_are_kept_and_normalised(void **state)
{
	struct fixture *x = *state;
	json_t *f;

	assert_string_equal(setup_wizard_step(x->w), "start");
	assert_int_equal(put(x, "{\"step\":\"start\",\"choice\":\"new\"}"), 0);
	assert_string_equal(x->next, "identity");
	assert_string_equal(setup_wizard_step(x->w), "identity");
	assert_int_equal(put(x, "{\"step\":\"identity\",\"cell_name\":\" MyHome \",\"reach\":\"public\"}"), 0);
	f = field(x, "identity", "cell_name");
	assert_string_equal(member(f, "value"), "myhome");
	json_decref(f);
	assert_int_equal(put(x, "{\"step\":\"time\",\"timezone\":\"America/Lima\"}"), 0);
	assert_int_equal(put(x, "{\"step\":\"admin\",\"username\":\"anna\"}"), -EINVAL);
	assert_string_equal(message(x, "password"), "is required");
	assert_int_equal(put(x, "{\"step\":\"admin\",\"username\":\"anna\",\"password\":\"a good password\"}"), 0);
	assert_string_equal(x->next, "device");
	assert_string_equal(setup_wizard_step(x->w), "device");
	assert_int_equal(put(x, "{\"step\":\"device\",\"first_peer\":\"not a name\"}"), -EINVAL);
	assert_non_null(message(x, "first_peer"));
	assert_int_equal(put(x, "{\"step\":\"device\",\"first_peer\":\" phone \",\"endpoint_host\":\"\"}"), 0);
	assert_string_equal(x->next, "complete");
	f = field(x, "device", "first_peer");
	assert_string_equal(member(f, "value"), "phone");
	json_decref(f);
	f = field(x, "admin", "password");
	assert_null(json_object_get(f, "value"));	/* SEC-2 */
	assert_true(json_is_true(json_object_get(f, "has_value")));
	json_decref(f);

	assert_int_equal(complete(x, "{}"), 0);
	assert_string_equal(answer(x, "cell_name"), "myhome");
	assert_string_equal(answer(x, "reach"), "public");
	assert_string_equal(answer(x, "timezone"), "America/Lima");
	assert_string_equal(answer(x, "username"), "anna");
	assert_string_equal(answer(x, "password"), "a good password");
	assert_int_equal(complete(x, "{\"cell_name\":\"other\",\"timezone\":null}"), 0);	/* body over steps */
	assert_string_equal(answer(x, "cell_name"), "other");
	assert_string_equal(answer(x, "timezone"), "Europe/Oslo");
}

static void
test_the_newer_answer_takes_over(void **state)
{
	struct fixture *x = *state;
	json_t *f;

	assert_int_equal(put(x, "{\"step\":\"identity\",\"cell_name\":\"one\",\"domain_name\":\"one.example\"}"), 0);
	assert_int_equal(put(x, "{\"step\":\"identity\",\"cell_name\":\"two\",\"domain_name\":\"\"}"), 0);
	f = field(x, "identity", "domain_name");
	assert_null(json_object_get(f, "value"));
	json_decref(f);
	assert_int_equal(put(x, "{\"step\":\"identity\",\"cell_name\":\"three!\"}"), -EINVAL);
	f = field(x, "identity", "cell_name");
	assert_string_equal(member(f, "value"), "two");	/* a refused step changes nothing */
	json_decref(f);
}

static void
test_inp4_all_field_errors_at_once(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(complete(x, "{\"cell_name\":\"no spaces here\",\"domain_mode\":\"moon\",\"reach\":\"far\","
	    "\"timezone\":\"not a zone!\",\"username\":\"-\",\"password\":\"short\",\"wireguard_address\":\"10.0.0.1\","
	    "\"wireguard_port\":0,\"ip_range\":\"172.20.0.1/16\",\"colour\":\"red\",\"services\":[]}"), -EINVAL);
	assert_int_equal(x->e.kind, ERR_VALIDATION);
	assert_null(x->answers);
	assert_non_null(message(x, "cell_name"));
	assert_string_equal(message(x, "domain_mode"), "must be lan or pic_ngo or cloudflare or duckdns or http01");
	assert_string_equal(message(x, "reach"), "must be private or public");
	assert_non_null(message(x, "timezone"));
	assert_non_null(message(x, "username"));
	assert_string_equal(message(x, "password"), "needs at least 12 characters");
	assert_non_null(message(x, "wireguard_address"));	/* INP-2 */
	assert_non_null(message(x, "wireguard_port"));
	assert_non_null(message(x, "ip_range"));
	assert_string_equal(message(x, "colour"), "is not asked for");
	assert_string_equal(message(x, "services"), "is not available in this version");
	assert_int_equal(x->e.nfields, 11);
}

static void
test_conflicts_come_after_format(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(complete(x, "{\"password\":\"a good password\",\"wireguard_port\":443}"), -EEXIST);
	assert_int_equal(x->e.kind, ERR_CONFLICT);
	assert_non_null(message(x, "wireguard_port"));
	assert_int_equal(complete(x, "{\"password\":\"short\",\"wireguard_port\":443}"), -EINVAL);
	assert_null(message(x, "wireguard_port"));
	assert_int_equal(complete(x, "{\"password\":\"a good password\",\"wireguard_address\":\"172.20.0.1/24\"}"), -EEXIST);
}

static void
test_wrong_types(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(complete(x, "{\"cell_name\":5,\"password\":[],\"username\":{},\"wireguard_port\":\"51820\","
	    "\"timezone\":true,\"domain_mode\":1}"), -EINVAL);
	assert_string_equal(message(x, "cell_name"), "must be text");
	assert_string_equal(message(x, "password"), "must be text");
	assert_string_equal(message(x, "username"), "must be text");
	assert_string_equal(message(x, "wireguard_port"), "must be a whole number");
	assert_string_equal(message(x, "timezone"), "must be text");
	assert_string_equal(message(x, "domain_mode"), "must be text");
	assert_int_equal(x->e.nfields, 6);
	assert_int_equal(complete(x, "[]"), -EINVAL);
}

static void
test_steps_refuse_other_fields(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(put(x, "{\"step\":\"time\",\"timezone\":\"UTC\",\"username\":\"anna\"}"), -EINVAL);
	assert_string_equal(message(x, "username"), "is not asked in this step");
	assert_int_equal(x->e.nfields, 1);
	assert_int_equal(put(x, "{\"step\":\"services\"}"), -EINVAL);
	assert_non_null(message(x, "step"));
	assert_int_equal(put(x, "{}"), -EINVAL);
	assert_int_equal(put(x, "[]"), -EINVAL);
	assert_int_equal(put(x, "{\"step\":3}"), -EINVAL);
	assert_int_equal(put(x, "{\"step\":\"start\",\"choice\":\"restore\"}"), -EINVAL);
	assert_non_null(strstr(message(x, "choice"), "cannot restore"));
}

static void
test_aut3_password_length_counts_characters(void **state)
{
	struct fixture *x = *state;
	char body[4096], password[1200];
	size_t i;

	assert_int_equal(complete(x, "{\"password\":\"æøåæøåæøåæøå\"}"), 0);
	assert_int_equal(complete(x, "{\"password\":\"æøåæøåæøåæø\"}"), -EINVAL);
	assert_int_equal(complete(x, "{\"password\":\"  spaces count  \"}"), 0);
	assert_string_equal(answer(x, "password"), "  spaces count  ");	/* never trimmed */
	for (i = 0; i < 257; i++)
		memcpy(password + 2 * i, "ø", 2);
	password[2 * i] = '\0';
	(void)snprintf(body, sizeof(body), "{\"password\":\"%s\"}", password);
	assert_int_equal(complete(x, body), -EINVAL);
	password[2 * i - 2] = '\0';
	(void)snprintf(body, sizeof(body), "{\"password\":\"%s\"}", password);
	assert_int_equal(complete(x, body), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_wizard, close_wizard)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_set5_all_have_defaults_but_password),
		TEST(test_hosts_without_names),
		TEST(test_steps_are_kept_and_normalised),
		TEST(test_the_newer_answer_takes_over),
		TEST(test_inp4_all_field_errors_at_once),
		TEST(test_conflicts_come_after_format),
		TEST(test_wrong_types),
		TEST(test_steps_refuse_other_fields),
		TEST(test_aut3_password_length_counts_characters),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
