/* Drafts of drafts with devices, routes and records that come, change, go and trade places, as a seed says. */
#ifndef TEST_CONF_DEVICES_H
#define TEST_CONF_DEVICES_H

#include <sodium.h>

#include "sample.h"

#include "conf/draft.h"

enum { DEVICES = 40 };

static inline json_t *
devices_secret(unsigned i)
{
	char ref[] = "sec_22222222222222222222222222";

	ref[sizeof(ref) - 2] = (char)('a' + i % 26);
	ref[sizeof(ref) - 3] = (char)('a' + i / 26);
	return json_string(ref);
}

/* Number i, with what else it has drawn. */
static inline json_t *
devices_one(struct sample_rng *r, unsigned i)
{
	char name[32], ip[32], subnet[32], key[48];
	uint8_t k[32] = { 9, (uint8_t)i };

	(void)sodium_bin2base64(key, sizeof(key), k, sizeof(k), sodium_base64_VARIANT_ORIGINAL);
	(void)snprintf(name, sizeof(name), sample_below(r, 2) ? "dev.%u" : "Dev-%u", i);
	(void)snprintf(ip, sizeof(ip), "10.0.0.%u", i + 10);
	(void)snprintf(subnet, sizeof(subnet), "192.168.%u.0/24", i + 100);
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:o, s:[s], s:o, s:s, s:o, s:o}", "name", name,
	    "description", "\\ \"x\",", "ip", ip, "public_key", key,
	    "lan_access", (int)sample_below(r, 2), "subnets", sample_below(r, 2) ? json_pack("[s]", subnet) : json_array(),
	    "groups", sample_below(r, 2) ? "kids" : "guests",
	    "service_access", sample_below(r, 2) ? json_pack("[s,s]", "files", "mail") : json_array(),
	    "created_at", "2026-07-01T09:00:00Z",
	    "expires_at", sample_below(r, 2) ? json_string("2027-07-01T09:00:00Z") : json_null(),
	    "secret_ref", sample_below(r, 2) ? devices_secret(i) : json_null());
}

static inline bool
devices_has(const json_t *peers, unsigned i)
{
	char ip[32];
	const json_t *peer;
	size_t k;

	(void)snprintf(ip, sizeof(ip), "10.0.0.%u", i + 10);
	json_array_foreach(peers, k, peer)
		if (strcmp(json_string_value(json_object_get(peer, "ip")), ip) == 0)
			return true;
	return false;
}

/* A complete document with none. New reference. */
static inline json_t *
devices_start(void)
{
	json_t *doc = sample_raw();

	sample_set(doc, "peers", json_array());
	sample_set(doc, "firewall", json_object());
	sample_set(doc, "dns.records", json_array());
	sample_set(doc, "proxy.routes", json_array());
	assert_int_equal(conf_complete(doc), 0);
	return doc;
}

/* One change among those of a draft. */
static inline void
devices_change(struct sample_rng *r, json_t *peers)
{
	size_t n = json_array_size(peers), at = n == 0 ? 0 : sample_below(r, (unsigned)n);
	unsigned i = sample_below(r, DEVICES);
	json_t *peer;

	switch (sample_below(r, 6)) {
	case 0:
		(void)json_array_remove(peers, at);	/* none is fine */
		break;
	case 1:
		peer = json_array_get(peers, at);
		if (peer != NULL)
			(void)json_object_set_new(conf_draft_record(peers, at), "lan_access", json_boolean(sample_below(r, 2)));
		break;
	case 2:
		peer = json_incref(json_array_get(peers, at));
		if (peer != NULL && json_array_remove(peers, at) == 0)
			(void)json_array_insert_new(peers, sample_below(r, (unsigned)n), peer);
		break;
	default:
		if (!devices_has(peers, i))
			(void)json_array_insert_new(peers, at, devices_one(r, i));
	}
}

static inline json_t *
devices_route(struct sample_rng *r, unsigned i)
{
	char id[40], name[16];

	(void)snprintf(id, sizeof(id), "6e000000-0000-4000-8000-%012u", i);
	(void)snprintf(name, sizeof(name), "route%u", i);
	return json_pack("{s:s, s:s, s:s, s:s, s:o}", "id", id, "name", name, "host", name,
	    "target", "http://192.168.7.9:8080", "request_headers",
	    sample_below(r, 2) ? json_pack("[s,s]", "X-One: 1", "X-Two: \"\"") : json_array());
}

static inline void
devices_change_routes(struct sample_rng *r, json_t *routes)
{
	size_t n = json_array_size(routes), at = n == 0 ? 0 : sample_below(r, (unsigned)n), i;
	json_t *route = devices_route(r, sample_below(r, DEVICES));

	for (i = 0; i < n; i++)
		if (json_equal(json_object_get(json_array_get(routes, i), "id"), json_object_get(route, "id")))
			break;
	if (i == n)
		(void)json_array_insert(routes, at, route);
	else if (sample_below(r, 2))
		(void)json_object_set_new(conf_draft_record(routes, i), "websocket", json_boolean(sample_below(r, 2)));
	else
		(void)json_array_remove(routes, at);
	json_decref(route);
}

/* Of doc, complete, after some changes; now and then all are gone. New reference. */
static inline json_t *
devices_next(struct sample_rng *r, const json_t *doc)
{
	json_t *draft = conf_draft_new(doc), *peers = json_object_get(draft, "peers");
	unsigned n = 1 + sample_below(r, 4);

	if (sample_below(r, 30) == 0)
		(void)json_array_clear(peers);
	while (n-- > 0)
		devices_change(r, peers);
	if (sample_below(r, 4) == 0)
		sample_change_records(r, sample_get(draft, "dns.records"));
	if (sample_below(r, 3) == 0)
		devices_change_routes(r, sample_get(draft, "proxy.routes"));
	assert_int_equal(conf_complete_draft(draft, doc), 0);
	return draft;
}

#endif /* TEST_CONF_DEVICES_H */
