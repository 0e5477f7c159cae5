/* Where records of an import stand in its document. */
#include "conf/place.h"

#include "sample.h"

static void
said(const char *field, const char *want)
{
	static const char document[] = "{\"peers\":[{\"name\":\"new\"},{\"name\":\"OFFICE\"}],\"dns\":{\"records\":["
	    "{\"id\":\"3f000000-0000-4000-8000-000000000009\"},{\"id\":\"3f000000-0000-4000-8000-000000000001\"}]}}";
	json_t *draft = sample_new(), *doc = sample_json(document);
	struct err e;
	char detail[ERR_DETAIL_MAX];

	err_clear(&e);
	(void)err_field(&e, ERR_VALIDATION, field, "is wrong");
	(void)err_field(&e, ERR_VALIDATION, "identity.timezone", "is wrong, too");
	conf_place(&e, 0, draft, doc);
	assert_string_equal(e.fields[0].field, want);
	assert_string_equal(e.fields[1].field, "identity.timezone");
	(void)snprintf(detail, sizeof(detail), "%s: is wrong", want);
	assert_string_equal(e.detail, detail);
	json_decref(draft);
	json_decref(doc);
}

static void
records_are_found_again(void **state)
{
	(void)state;
	said("peers[1].ip", "peers[1].ip");
	said("peers[1].subnets[0]", "peers[1].subnets[0]");
	said("dns.records[0].value", "dns.records[1].value");
	said("dns.records[0]", "dns.records[1]");
}

/* What the document does not have is named. */
static void
others_are_named(void **state)
{
	(void)state;
	said("peers[0].ip", "peers[anna-phone].ip");
	said("dns.records[1].value", "dns.records[3f000000-0000-4000-8000-000000000002].value");
}

/* What the import itself refused is said of the document already. */
static void
those_before_stay(void **state)
{
	json_t *draft = sample_new(), *doc = sample_json("{\"peers\":[{\"name\":\"office\"}]}");
	struct err e;

	(void)state;
	err_clear(&e);
	(void)err_field(&e, ERR_VALIDATION, "peers[1].shoe_size", "is not known");
	(void)err_field(&e, ERR_VALIDATION, "peers[1].ip", "is wrong");
	conf_place(&e, 1, draft, doc);
	assert_string_equal(e.fields[0].field, "peers[1].shoe_size");
	assert_string_equal(e.fields[1].field, "peers[0].ip");
	json_decref(draft);
	json_decref(doc);
}

static void
else_nothing_changes(void **state)
{
	struct err e;

	(void)state;
	said("dns.edns_size", "dns.edns_size");
	said("dns.upstreams[0]", "dns.upstreams[0]");
	said("peers[9].ip", "peers[9].ip");
	said("shoes[1].size", "shoes[1].size");
	said("peers[", "peers[");
	said("", "");
	(void)err_set(&e, ERR_INTERNAL, "no field");
	conf_place(&e, 0, NULL, NULL);
	assert_string_equal(e.detail, "no field");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_found_again), cmocka_unit_test(others_are_named),
		cmocka_unit_test(those_before_stay), cmocka_unit_test(else_nothing_changes),
	};

	return cmocka_run_group_tests_name("conf/place", tests, NULL, NULL);
}
