/* Documents for the tests of src/conf: a complete valid one, and random changes
 * of it that a seed repeats. */
#ifndef TEST_CONF_SAMPLE_H
#define TEST_CONF_SAMPLE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/err.h"
#include "base/str.h"
#include "conf/complete.h"
#include "conf/conf.h"
#include "conf/draft.h"
#include "conf/json.h"
#include "conf/schema.h"

#define SAMPLE_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SAMPLE_SECRET "sec_abcdefghijklmnopqrstuvwx22"

static const char sample_text[] =
    "{\"schema_version\":1,\"generation\":7,\"written_at\":\"2026-07-01T09:30:00Z\",\"written_by\":\"admin\","
    "\"summary\":\"dns.record.create nas\",\"setup\":{\"complete\":true,\"completed_at\":\"2026-06-30T18:00:00Z\"},"
    "\"identity\":{\"cell_name\":\"myhome\",\"timezone\":\"Europe/Oslo\",\"ula_prefix\":\"fd5e:3c1a:9b42::/48\"},"
    "\"network\":{\"lan_interfaces\":[\"eth0\"],\"lan_cidrs\":[\"192.168.7.0/24\"]},"
    "\"users\":[{\"username\":\"admin\",\"role\":\"admin\",\"created_at\":\"2026-06-30T18:00:00Z\","
    "\"secret_ref\":\"" SAMPLE_SECRET "\"},"
    "{\"username\":\"anna\",\"role\":\"peer\",\"email\":\"anna@example.org\",\"created_at\":\"2026-07-01T18:00:00Z\"}],"
    "\"tokens\":[{\"id\":\"b0c10000-0000-4000-8000-000000000001\",\"name\":\"grafana\",\"scopes\":[\"metrics:read\"],"
    "\"created_by\":\"admin\","
    "\"created_at\":\"2026-07-01T09:00:00Z\",\"expires_at\":\"2026-09-29T09:00:00Z\","
    "\"secret_ref\":\"sec_22222222222222222222222222\"}],"
    "\"wireguard\":{\"public_key\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\","
    "\"secret_ref\":\"sec_33333333333333333333333333\"},"
    "\"groups\":[{\"name\":\"kids\"},{\"name\":\"guests\"}],"
    "\"peers\":[{\"name\":\"anna-phone\",\"owner\":\"anna\",\"ip\":\"10.0.0.2\","
    "\"public_key\":\"AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\",\"service_access\":[\"files\",\"route:ha\"],"
    "\"groups\":[\"kids\"],\"created_at\":\"2026-07-01T09:00:00Z\"},"
    "{\"name\":\"office\",\"public_key\":\"AgECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\","
    "\"subnets\":[\"192.168.40.0/24\"],\"created_at\":\"2026-07-01T09:10:00Z\"}],"
    "\"firewall\":{\"rules\":[{\"id\":\"f1000000-0000-4000-8000-000000000001\",\"name\":\"printer\","
    "\"action\":\"accept\",\"from\":{\"peer\":\"anna-phone\"},\"to\":{\"cidr\":\"192.168.7.9/32\"},\"proto\":\"tcp\","
    "\"ports\":[\"631\"]}],"
    "\"forwards\":[{\"id\":\"f2000000-0000-4000-8000-000000000001\",\"name\":\"game\",\"proto\":\"udp\","
    "\"port\":27015,\"to_ip\":\"192.168.7.20\"}],"
    "\"assertions\":[{\"id\":\"f3000000-0000-4000-8000-000000000001\",\"name\":\"kids never reach admin\","
    "\"from\":{\"group\":\"kids\"},\"to\":{\"target\":\"admin\"},\"expect\":\"deny\"}]},"
    "\"routing\":{\"static_routes\":[{\"id\":\"f4000000-0000-4000-8000-000000000001\","
    "\"destination\":\"192.168.50.0/24\",\"via\":\"192.168.7.2\"}]},"
    "\"dns\":{\"records\":["
    "{\"id\":\"3f000000-0000-4000-8000-000000000001\",\"name\":\"nas\",\"type\":\"A\",\"value\":\"192.168.1.5\"},"
    "{\"id\":\"3f000000-0000-4000-8000-000000000002\",\"name\":\"@\",\"type\":\"MX\",\"value\":\"10 nas.myhome.home.arpa\"},"
    "{\"id\":\"3f000000-0000-4000-8000-000000000003\",\"zone\":\"myhome.cell\",\"name\":\"*.lab\",\"type\":\"CNAME\","
    "\"value\":\"nas.myhome.home.arpa\"},"
    "{\"id\":\"3f000000-0000-4000-8000-000000000004\",\"zone\":\"0.0.10.in-addr.arpa\",\"name\":\"9\",\"type\":\"PTR\","
    "\"value\":\"nas.myhome.home.arpa\"}],"
    "\"zones\":[{\"name\":\"example.test\",\"sha256\":\"" SAMPLE_SHA256 "\"}],"
    "\"secondaries\":[{\"id\":\"5d000000-0000-4000-8000-000000000001\",\"name\":\"ns2\",\"address\":\"203.0.113.53\","
    "\"key_name\":\"pic-ns2\",\"secret_ref\":\"sec_44444444444444444444444444\"}],"
    "\"forwards\":[{\"zone\":\"corp.example\",\"servers\":[\"192.168.9.1\",\"192.168.9.2\"]}]},"
    "\"blocklists\":{\"lists\":[{\"id\":\"ads\",\"name\":\"Ads\",\"url\":\"https://example.org/hosts.txt\","
    "\"apply_to\":{\"all\":false,\"groups\":[],\"peers\":[]}}],\"deny\":[\"ads.example\"]},"
    "\"vault\":{\"trust\":[{\"id\":\"7a000000-0000-4000-8000-000000000001\",\"name\":\"office gate\",\"kind\":\"wireguard\","
    "\"pem\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\",\"added_at\":\"2026-07-01T09:30:00Z\","
    "\"sha256\":\"905f28def18eaac05ae6f12b2c3452744afaf626da1343d57b395b544e0519b6\"}]},"
    "\"proxy\":{\"routes\":[{\"id\":\"ab000000-0000-4000-8000-000000000001\",\"name\":\"ha\",\"host\":\"ha\","
    "\"target\":\"http://192.168.1.5:8123\"}]}}";

/* As written above, without defaults. New reference. */
static inline json_t *
sample_raw(void)
{
	struct err e;
	json_t *doc = conf_json_read(sample_text, sizeof(sample_text) - 1, &e);

	assert_non_null(doc);
	return doc;
}

/* Complete. New reference. */
static inline json_t *
sample_new(void)
{
	json_t *doc = sample_raw();

	assert_int_equal(conf_complete(doc), 0);
	return doc;
}

/* The container of the last step of "dns.records.0.ttl" and that step; steps are names or indexes. */
static inline json_t *
sample_walk(json_t *doc, const char *path, char last[64])
{
	struct str rest = str_of(path), step;
	json_t *at = doc;
	uint64_t i;

	while (str_cut(&rest, '.', &step)) {
		assert_true(str_copy(step, last, 64));
		if (rest.n == 0)
			return at;
		at = json_is_array(at) && str_u64(step, SIZE_MAX, &i) ? json_array_get(at, (size_t)i) : json_object_get(at, last);
	}
	return NULL;
}

static inline json_t *
sample_get(json_t *doc, const char *path)
{
	char last[64];
	json_t *at = sample_walk(doc, path, last);

	return json_is_array(at) ? json_array_get(at, strtoul(last, NULL, 10)) : json_object_get(at, last);
}

/* value is taken over. */
static inline void
sample_set(json_t *doc, const char *path, json_t *value)
{
	char last[64];
	json_t *at = sample_walk(doc, path, last);

	assert_non_null(value);
	if (json_is_array(at))
		assert_int_equal(json_array_set_new(at, strtoul(last, NULL, 10), value), 0);
	else
		assert_int_equal(json_object_set_new(at, last, value), 0);
}

static inline void
sample_del(json_t *doc, const char *path)
{
	char last[64];
	json_t *at = sample_walk(doc, path, last);

	assert_int_equal(json_object_del(at, last), 0);
}

static inline json_t *
sample_json(const char *text)
{
	struct err e;
	json_t *j = conf_json_read(text, strlen(text), &e);

	assert_non_null(j);
	return j;
}

/* conf_build() of doc ends with error, and says message (or a part of it) about field. */
static inline void
sample_refused(const json_t *doc, int error, const char *field, const char *message)
{
	struct conf *c = NULL;
	struct err e;
	size_t i;
	int r = conf_build(&c, doc, &e);

	if (r != error)
		fail_msg("%s: %d, %s", field, r, r < 0 ? e.detail : "accepted");
	for (i = 0; i < e.nfields && i < ERR_FIELDS_MAX; i++)
		if (strcmp(e.fields[i].field, field) == 0 && strstr(e.fields[i].message, message) != NULL)
			return;
	fail_msg("%s: said %s", field, e.detail);
}

struct sample_wrong {
	const char *path, *value, *field, *message;
};

/* Each of them alone, in the sample, is refused with error. */
static inline void
sample_all_refused(const struct sample_wrong *w, size_t n, int error)
{
	size_t i;

	for (i = 0; i < n; i++) {
		json_t *doc = sample_new();

		sample_set(doc, w[i].path, sample_json(w[i].value));
		sample_refused(doc, error, w[i].field, w[i].message);
		json_decref(doc);
	}
}

static inline void
sample_accepted(const json_t *doc)
{
	struct conf *c = NULL;
	struct err e;

	if (conf_build(&c, doc, &e) < 0)
		fail_msg("%s", e.detail);
	conf_unref(c);
}

/* Is field among the field errors? */
static inline bool
sample_has_field(const struct err *e, const char *field)
{
	size_t i;

	for (i = 0; i < e->nfields && i < ERR_FIELDS_MAX; i++)
		if (strcmp(e->fields[i].field, field) == 0)
			return true;
	return false;
}

/* --- random ones ----------------------------------------------------------------------- */

struct sample_rng {
	uint64_t s;
};

static inline uint64_t
sample_next(struct sample_rng *r)
{
	r->s ^= r->s << 13;
	r->s ^= r->s >> 7;
	r->s ^= r->s << 17;
	return r->s;
}

static inline unsigned
sample_below(struct sample_rng *r, unsigned n)
{
	return (unsigned)(sample_next(r) >> 16) % n;
}

static inline json_t *
sample_uuid(struct sample_rng *r)
{
	char text[37];

	/* few of them, so that two documents share some */
	(void)snprintf(text, sizeof(text), "00000000-0000-4000-8000-0000000000%02x", sample_below(r, 40));
	return json_string(text);
}

static inline json_t *
sample_record(struct sample_rng *r)
{
	static const char *const names[] = { "nas", "printer", "*", "a.b", "tv" };
	char value[32];

	(void)snprintf(value, sizeof(value), "192.168.%u.%u", sample_below(r, 250), sample_below(r, 250));
	return json_pack("{s:i, s:o, s:s, s:s, s:s, s:s, s:i, s:[s]}", "rev", (int)sample_below(r, 9), "id", sample_uuid(r),
	    "zone", "myhome.home.arpa", "name", names[sample_below(r, 5)], "type", "A", "value", value,
	    "ttl", (int)sample_below(r, 3) * 100, "views", sample_below(r, 2) ? "lan" : "vpn");
}

static inline bool
sample_has_id(const json_t *array, const json_t *id)
{
	size_t i;

	for (i = 0; i < json_array_size(array); i++)
		if (json_equal(json_object_get(json_array_get(array, i), "id"), id))
			return true;
	return false;
}

static inline void
sample_change_records(struct sample_rng *r, json_t *records)
{
	size_t n = json_array_size(records), i = n == 0 ? 0 : sample_below(r, (unsigned)n);
	json_t *record;

	switch (sample_below(r, 4)) {
	case 0:
		record = sample_record(r);
		if (sample_has_id(records, json_object_get(record, "id")))
			json_decref(record);
		else
			(void)json_array_insert_new(records, i, record);
		break;
	case 1:
		(void)json_array_remove(records, i);	/* none is fine */
		break;
	case 2:
		if (n > 0)
			(void)json_object_set_new(conf_draft_record(records, i), "ttl", json_integer(sample_below(r, 1000)));
		break;
	default:	/* another order */
		if (n > 0) {
			record = json_incref(json_array_get(records, i));
			(void)json_array_remove(records, i);
			(void)json_array_append_new(records, record);
		}
	}
}

/* One change; the document stays one that conf_build() accepts. */
static inline void
sample_change(struct sample_rng *r, json_t *doc)
{
	static const char *const zones[] = { "UTC", "Europe/Oslo", "Etc/GMT+5" };

	switch (sample_below(r, 8)) {
	case 0:
		sample_set(doc, "identity.timezone", json_string(zones[sample_below(r, 3)]));
		break;
	case 1:
		sample_set(doc, "network.ports.dns", json_integer(1000 + sample_below(r, 50)));
		break;
	case 2:
		sample_set(doc, "admin_access.zones", json_pack("[s]", sample_below(r, 2) ? "vpn" : "lan"));
		break;
	case 3:
		sample_set(doc, "users.1.email", sample_below(r, 2) ? json_null() : json_string("x@example.org"));
		break;
	case 4:
		sample_set(doc, "wireguard.address6", sample_below(r, 2) ? json_null() : json_string("fd00::1/64"));
		break;
	case 5:
		sample_set(doc, "dns.rev", json_integer(sample_below(r, 100)));
		break;
	default:
		sample_change_records(r, sample_get(doc, "dns.records"));
	}
}

static inline json_t *
sample_random(struct sample_rng *r)
{
	static json_t *complete;	/* made once: there are thousands of random ones */
	unsigned n = sample_below(r, 12);
	json_t *doc;

	if (complete == NULL)
		complete = sample_new();
	doc = json_deep_copy(complete);

	while (n-- > 0)
		sample_change(r, doc);
	return doc;
}

#endif /* TEST_CONF_SAMPLE_H */
