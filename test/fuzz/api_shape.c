/* Request bodies: what is taken for a record, an account, a token, a login or a
 * setting is taken again unchanged and names no member that its shape does not
 * know; and a record that then passes the configuration's rules is one that
 * they accept again. Input: a byte that picks the shape, then JSON. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <jansson.h>

#include "api/config_shape.h"
#include "api/dns_shape.h"
#include "api/session_shape.h"
#include "api/shape.h"
#include "api/user_shape.h"
#include "api/walk.h"
#include "base/err.h"
#include "conf/conf.h"
#include "conf/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct api_shape *const shapes[] = {
	&api_record_new_shape, &api_record_in_shape, &api_user_new_shape, &api_user_in_shape, &api_token_new_shape,
	&api_login_in_shape, &api_forward_new_shape, &api_config_in_shape, &api_import_in_shape,
};

enum { NSHAPES = sizeof(shapes) / sizeof(shapes[0]) };

/* Build a configuration with the record in it; its own document builds again. */
static void
record(const json_t *body)
{
	struct conf *base = conf_default("myhome"), *one = NULL, *two = NULL;
	json_t *doc = json_deep_copy(base->doc), *row = json_deep_copy(body);

	json_object_set_new(row, "id", json_string("3f2504e0-4f89-41d3-9a0c-0305e82c3301"));
	json_array_append_new(json_object_get(json_object_get(doc, "dns"), "records"), row);
	if (conf_build(&one, doc, NULL) == 0) {
		assert(one->dns.nrecords == 1);
		assert(conf_build(&two, one->doc, NULL) == 0);
		assert(json_equal(one->doc, two->doc));
		conf_unref(two);
		conf_unref(one);
	}
	json_decref(doc);
	conf_unref(base);
}

static void
accepted(const struct api_shape *s, json_t *j)
{
	json_t *copy = json_deep_copy(j), *v;
	struct api_walk w;
	const char *name;

	assert(api_shape_check(s, copy, NULL) == 0);
	assert(json_equal(j, copy));
	json_decref(copy);
	api_walk_init(&w, s, true);
	json_object_foreach(j, name, v)
		assert(api_walk_find(&w, name));
	if (s == &api_record_new_shape)
		record(j);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct api_shape *s;
	struct err e;
	json_t *j;

	if (size == 0)
		return 0;
	s = shapes[data[0] % NSHAPES];
	err_clear(&e);
	j = conf_json_read((const char *)data + 1, size - 1, &e);
	if (j != NULL && api_shape_check(s, j, &e) == 0)
		accepted(s, j);
	else
		assert(e.kind == ERR_VALIDATION);
	json_decref(j);
	return 0;
}
