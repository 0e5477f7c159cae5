/* The text of a document's file (data.md 3.1: at most 8 MiB; goals P6: 10,000 devices). */
#include "conf/dump.h"

#include "devices.h"

static json_t *
read_back(const json_t *doc, size_t *n)
{
	char *text = conf_dump(doc, n);
	struct err e;
	json_t *j;

	assert_non_null(text);
	assert_int_equal(strlen(text), *n);
	assert_int_equal(text[*n - 1], '\n');
	j = conf_json_read(text, *n, &e);
	if (j == NULL)
		fail_msg("%s in %s", e.detail, text);
	free(text);
	return j;
}

static void
reads_back(void **state)
{
	struct sample_rng rng = { 11 };
	unsigned i;

	(void)state;
	for (i = 0; i < 100; i++) {
		json_t *doc = sample_random(&rng), *again;
		size_t n;

		again = read_back(doc, &n);
		assert_true(json_equal(doc, again));
		json_decref(again);
		json_decref(doc);
	}
}

static void
signs_are_escaped(void **state)
{
	json_t *doc = json_pack("{s:s, s:[s, i, b, n], s:[], s:{}, s:[[i]]}", "a\"b\\c", "\x01\x1f\n\t \xc3\xa4",
	    "list", "\\", -7, 1, "none", "empty", "nested", 1), *again;
	size_t n;

	(void)state;
	again = read_back(doc, &n);
	assert_true(json_equal(doc, again));
	json_decref(again);
	json_decref(doc);
}

/* Sections by the line, records by the line. */
static void
is_read_by_people(void **state)
{
	json_t *doc = sample_json("{\"a\":{\"b\":1,\"c\":[1,2]},\"d\":[{\"e\":[],\"f\":{\"g\":null}},{}]}");
	size_t n;
	char *text = conf_dump(doc, &n);

	(void)state;
	assert_string_equal(text, "{\n  \"a\": {\n    \"b\": 1,\n    \"c\": [1,2]\n  },\n"
	    "  \"d\": [\n    {\"e\":[],\"f\":{\"g\":null}},\n    {}\n  ]\n}\n");
	free(text);
	json_decref(doc);
}

/* Everything that a device has, the longest usual way. */
static json_t *
device(unsigned i)
{
	char name[32], key[48];
	uint8_t k[32] = { 9 };

	memcpy(k + 1, &i, sizeof(i));
	(void)sodium_bin2base64(key, sizeof(key), k, sizeof(k), sodium_base64_VARIANT_ORIGINAL);
	(void)snprintf(name, sizeof(name), "phone-of-somebody-%05u", i);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:[s], s:s, s:s}", "name", name, "public_key", key,
	    "created_at", "2026-07-01T09:00:00Z", "installed", SAMPLE_SHA256, "secret_ref", SAMPLE_SECRET,
	    "groups", "kids", "owner", "anna", "expires_at", "2027-07-01T09:00:00Z");
}

static void
ten_thousand_devices_fit(void **state)
{
	json_t *doc = sample_raw(), *peers = json_array();
	unsigned i;
	size_t n;

	(void)state;
	for (i = 0; i < 10000; i++)
		(void)json_array_append_new(peers, device(i));
	sample_set(doc, "peers", peers);
	sample_set(doc, "firewall", json_object());
	sample_set(doc, "wireguard.address", json_string("10.0.0.1/16"));
	sample_set(doc, "dns.records", json_array());
	assert_int_equal(conf_complete(doc), 0);
	free(conf_dump(doc, &n));
	json_decref(doc);
	assert_in_range(n, 1 << 20, CONF_FILE_MAX);
}

/* However a draft came about, its text is that of the whole document. */
static void
what_is_copied_is_as_if_it_were_not(void **state)
{
	struct sample_rng rng = { 31 };
	json_t *doc = devices_start(), *next;
	struct conf_text text = { 0 }, other = { 0 }, none = { 0 };
	size_t n, i;
	char *want;

	(void)state;
	assert_int_equal(conf_dump_draft(&text, doc, NULL, &none), 0);
	for (i = 0; i < 500; i++) {
		next = devices_next(&rng, doc);
		assert_int_equal(conf_dump_draft(&other, next, doc, i % 50 == 0 ? &none : &text), 0);
		want = conf_dump(next, &n);
		assert_string_equal(other.p, want);
		assert_int_equal(other.n, n);
		free(want);
		none = text;
		text = other;
		other = none;
		none = (struct conf_text){ 0 };
		json_decref(doc);
		doc = next;
	}
	conf_text_free(&text);
	conf_text_free(&other);
	json_decref(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_back),
		cmocka_unit_test(signs_are_escaped),
		cmocka_unit_test(is_read_by_people),
		cmocka_unit_test(ten_thousand_devices_fit),
		cmocka_unit_test(what_is_copied_is_as_if_it_were_not),
	};

	return cmocka_run_group_tests_name("conf/dump", tests, NULL, NULL);
}
