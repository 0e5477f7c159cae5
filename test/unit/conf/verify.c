/* Every option of the schema with every kind of wrong value: the error names the
 * member (INP-1, INP-2, api.md 1.1). The rows drive the test, so that a new
 * option is covered when it is written. */
#include "conf/verify.h"

#include "base/addr.h"

#include "sample.h"

/* doc with value at path must be refused with a field error for field; unless NULL, it says rule. */
static void
assert_refused(const char *path, json_t *value, const char *field, const char *rule)
{
	json_t *doc = sample_new();
	struct conf *c;
	struct err e;
	size_t i;

	sample_set(doc, path, value);
	if (conf_build(&c, doc, &e) != -EINVAL || e.kind != ERR_VALIDATION || !sample_has_field(&e, field))
		fail_msg("%s: said \"%s\"", field, e.detail);
	for (i = 0; rule != NULL && i < e.nfields && i < ERR_FIELDS_MAX; i++)
		if (strcmp(e.fields[i].field, field) == 0)
			assert_string_equal(e.fields[i].message, rule);
	json_decref(doc);
}

static json_t *
text_of(size_t n)
{
	char *s = malloc(n + 1);
	json_t *v;

	memset(s, 'a', n);
	s[n] = '\0';
	v = json_string(s);
	free(s);
	return v;
}

static void
try_int(const struct conf_row *row, const char *path, const char *field)
{
	assert_refused(path, json_string("1"), field, "must be a whole number");
	assert_refused(path, json_integer(row->min - 1), field, NULL);
	if (row->max < INT64_MAX)
		assert_refused(path, json_integer(row->max + 1), field, NULL);
}

static void
try_text(const struct conf_row *row, const char *path, const char *field)
{
	if (row->flags & CONF_F_SECRET) {
		assert_refused(path, json_string("anything"), field, "is a secret, which has no place in the document");
		return;
	}
	assert_refused(path, json_integer(1), field, "must be text");
	assert_refused(path, json_string("a\x01" "b"), field, "must not hold control characters");
	assert_refused(path, json_string("a\xc2\x85" "b"), field, "must not hold control characters");
	if (row->choices == NULL)
		assert_refused(path, text_of((size_t)row->max + 1), field, NULL);
	if (row->min > 0 && row->choices == NULL)
		assert_refused(path, json_string(" "), field, "must not be empty");
	if (row->check != NULL || row->choices != NULL)
		assert_refused(path, json_string("!!!"), field, NULL);
}

static void
try_prefix(const char *path, const char *field)
{
	json_t *doc = sample_new();
	struct conf *c;
	struct err e;
	size_t i;

	assert_refused(path, json_integer(1), field, "must be text");
	assert_refused(path, json_string("10.0.0.0/33"), field, NULL);
	/* INP-2: an address is not a network */
	sample_set(doc, path, json_string("10.0.0.1"));
	assert_int_equal(conf_build(&c, doc, &e), -EINVAL);
	for (i = 0; i < e.nfields && strcmp(e.fields[i].field, field) != 0; i++)
		;
	assert_true(i < e.nfields);
	assert_non_null(strstr(e.fields[i].message, "needs a prefix length, for example "));
	json_decref(doc);
}

static void
try_array(const struct conf_row *row, const char *path, const char *field, json_t *element)
{
	json_t *many = json_array(), *twice = json_array();
	char at[160];
	int64_t i;

	for (i = 0; i <= row->max; i++)
		assert_int_equal(json_array_append(many, element), 0);
	assert_refused(path, json_string("x"), field, "must be an array");
	assert_refused(path, many, field, NULL);
	if (row->min > 0)
		assert_refused(path, json_array(), field, NULL);
	(void)snprintf(at, sizeof(at), "%s[0]", field);
	assert_refused(path, json_pack("[i]", 5), at, NULL);
	assert_refused(path, json_pack("[s]", "!!!"), at, NULL);
	(void)snprintf(at, sizeof(at), "%s[1]", field);
	if (row->max > 1) {
		assert_int_equal(json_array_append(twice, element), 0);
		assert_int_equal(json_array_append(twice, element), 0);
		assert_refused(path, json_incref(twice), at, "is named twice");
	}
	json_decref(twice);
	json_decref(element);
}

static void try_rows(const struct conf_row *rows, const char *path, const char *field);

static void
try_records(const struct conf_row *row, const char *path, const char *field)
{
	json_t *many = json_array();
	char inside[160], at[160];
	int64_t i;

	for (i = 0; i <= row->max; i++)
		assert_int_equal(json_array_append_new(many, json_object()), 0);
	assert_refused(path, json_object(), field, "must be an array");
	assert_refused(path, many, field, NULL);
	(void)snprintf(inside, sizeof(inside), "%s.0", path);
	(void)snprintf(at, sizeof(at), "%s[0]", field);
	assert_refused(inside, json_string("x"), at, "must be an object");
	try_rows(row->rows, inside, at);
}

static void
try_row(const struct conf_row *row, const char *path, const char *field)
{
	if (!(row->flags & CONF_F_NULLABLE))
		assert_refused(path, json_null(), field, "must not be null");
	switch (row->type) {
	case CONF_T_BOOL:
		assert_refused(path, json_integer(1), field, "must be true or false");
		break;
	case CONF_T_INT:
		try_int(row, path, field);
		break;
	case CONF_T_TEXT:
		try_text(row, path, field);
		break;
	case CONF_T_ZONE:
		assert_refused(path, json_integer(1), field, NULL);
		assert_refused(path, json_string("nonsense"), field, NULL);
		break;
	case CONF_T_CHOICE:
		assert_refused(path, json_integer(1), field, "must be text");
		assert_refused(path, json_string("nonsense"), field, NULL);
		break;
	case CONF_T_TIME:
		assert_refused(path, json_integer(1), field, NULL);
		assert_refused(path, json_string("2026-02-30T00:00:00Z"), field, NULL);
		break;
	case CONF_T_PREFIX:
		try_prefix(path, field);
		break;
	case CONF_T_ADDR:
		assert_refused(path, json_integer(1), field, "must be text");
		assert_refused(path, json_string("1.2.3"), field, "must be an IP address");
		break;
	case CONF_T_ZONES:
		try_array(row, path, field, json_string(row->choices[0]));
		break;
	case CONF_T_TEXTS:
		try_array(row, path, field, json_string(row->check != NULL && strcmp(row->key,
		    "scopes") == 0 ? "dns:read" : "192.0.2.1"));
		break;
	case CONF_T_PREFIXES:
		try_array(row, path, field, json_string("192.168.9.0/24"));
		break;
	case CONF_T_ADDRS:
		try_array(row, path, field, json_string("192.168.9.1"));
		break;
	case CONF_T_OBJECT:
		assert_refused(path, json_array(), field, "must be an object");
		try_rows(row->rows, path, field);
		break;
	case CONF_T_RECORDS:
		try_records(row, path, field);
		break;
	}
}

static void
assert_required(const char *path, const char *field)
{
	json_t *doc = sample_new();
	struct conf *c;
	struct err e;

	sample_del(doc, path);
	assert_int_equal(conf_build(&c, doc, &e), -EINVAL);
	if (!sample_has_field(&e, field))
		fail_msg("%s: said \"%s\"", field, e.detail);
	json_decref(doc);
}

/* path and field name the object that has these rows; "" is the document. */
static void
try_rows(const struct conf_row *rows, const char *path, const char *field)
{
	char inside[160], at[160];

	for (; rows->key != NULL; rows++) {
		(void)snprintf(inside, sizeof(inside), "%s%s%s", path, *path ? "." : "", rows->key);
		(void)snprintf(at, sizeof(at), "%s%s%s", field, *field ? "." : "", rows->key);
		try_row(rows, inside, at);
		if (rows->flags & CONF_F_REQUIRED)
			assert_required(inside, at);
	}
	(void)snprintf(inside, sizeof(inside), "%s%sshoe_size", path, *path ? "." : "");
	(void)snprintf(at, sizeof(at), "%s%sshoe_size", field, *field ? "." : "");
	assert_refused(inside, json_integer(46), at, (rows[-1].flags & CONF_F_ONE_OF) != 0 ? NULL : "is not known");
}

static void
envelope(void **state)
{
	(void)state;
	try_rows(conf_envelope, "", "");
}

static void
sections(void **state)
{
	const struct conf_section *s;

	(void)state;
	for (s = conf_sections; s->name != NULL; s++)
		try_row(s->row, s->name, s->name);
}

/* Names of members may be a stranger's. */
static void
shows_only_safe_names(void **state)
{
	(void)state;
	assert_refused("dns.a\x1b[31mb\xc3\xa4", json_integer(1), "dns.a?[31mb??", "is not known");
}

/* data.md 4.7: "exactly one of". */
static void
a_side_of_a_rule_is_one_thing(void **state)
{
	(void)state;
	assert_refused("firewall.rules.0.from", json_object(), "firewall.rules[0].from",
	    "needs exactly one of peer, group, zone, cidr");
	assert_refused("firewall.rules.0.to.zone", json_string("lan"), "firewall.rules[0].to",
	    "needs exactly one of peer, zone, cidr, service, target");
}

/* Who wrote one word that is none of them reads one thing about it. */
static void
a_wrong_side_is_told_once(void **state)
{
	json_t *doc = sample_new();
	struct conf *c;
	struct err e;

	(void)state;
	sample_set(doc, "firewall.rules.0.from", json_pack("{s:s}", "target", "phone"));
	assert_int_equal(conf_build(&c, doc, &e), -EINVAL);
	assert_int_equal(e.nfields, 1);
	assert_string_equal(e.detail, "firewall.rules[0].from.target: is none of peer, group, zone, cidr");
	json_decref(doc);
}

/* data.md 4.6: what proves the server goes with dot, and only with it. */
static void
a_tls_name_goes_with_dot(void **state)
{
	(void)state;
	assert_refused("dns.upstreams.0.transport", json_string("doh"), "dns.upstreams[0].transport",
	    "must be one of udp, tcp, dot");
	assert_refused("dns.upstreams.0.transport", json_string("udp"), "dns.upstreams[0].tls_name", "is for dot only");
	assert_refused("dns.upstreams.0.tls_name", json_null(), "dns.upstreams[0].tls_name",
	    "is needed for dot: it is what the server must prove to be");
}

static void
refuses_other_things_than_objects(void **state)
{
	static const char *const texts[] = { "[]", "null", "5", "\"x\"" };
	struct conf *c;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		json_t *doc = sample_json(texts[i]);

		assert_int_equal(conf_build(&c, doc, &e), -EINVAL);
		assert_null(c);
		assert_string_equal(e.detail, "the document must be an object");
		json_decref(doc);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(envelope), cmocka_unit_test(sections), cmocka_unit_test(shows_only_safe_names),
		cmocka_unit_test(a_side_of_a_rule_is_one_thing),
		cmocka_unit_test(a_wrong_side_is_told_once),
		cmocka_unit_test(a_tls_name_goes_with_dot), cmocka_unit_test(refuses_other_things_than_objects),
	};

	return cmocka_run_group_tests_name("conf/verify", tests, NULL, NULL);
}
