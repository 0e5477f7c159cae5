/* What a device may name and what it must not share (PEER-1, PEER-3, INP-4; data.md 4.5). */
#include "conf/peer.h"

#include "devices.h"

static void
what_is_not_there(void **state)
{
	static const struct sample_wrong wrong[] = {
		{ "peers.0.owner", "\"bob\"", "peers[0].owner", "there is no user \"bob\"" },
		{ "peers.0.owner", "\"admin\"", "peers[0].owner", "admin is an administrator" },
		{ "peers.1.groups", "[\"kids\",\"teens\"]", "peers[1].groups[1]", "there is no group \"teens\"" },
		{ "peers.1.service_access", "[\"mail\",\"git\"]", "peers[1].service_access[1]",
		    "there is no service or route \"git\"" },
		{ "peers.1.service_access", "[\"route:tv\"]", "peers[1].service_access[0]", "\"route:tv\"" },
		{ "proxy.routes", "[]", "peers[0].service_access[1]", "\"route:ha\"" },
		{ "peers.0.ip", "\"10.0.1.9\"", "peers[0].ip", "must be an address for a device in 10.0.0.0/24" },
		{ "peers.0.ip", "\"10.0.0.255\"", "peers[0].ip", "must be an address for a device in 10.0.0.0/24" },
		{ "peers.0.ip6", "\"fd00::2\"", "peers[0].ip6", "in fd5e:3c1a:9b42:1::/64" },
		{ "wireguard.address6", "null", "peers[0].ip6", "must be null: there is no IPv6 in the VPN" },
		{ "peers.1.subnets", "[\"0.0.0.0/1\"]", "peers[1].subnets", "wider" },
		{ "peers.1.subnets", "[\"::/0\"]", "peers[1].subnets", "wider" },
		{ "peers.1.exit_via", "\"tor\"", "peers[1].exit_via", "must be one of default" },
	};

	(void)state;
	sample_all_refused(wrong, sizeof(wrong) / sizeof(wrong[0]), -EINVAL);
}

static void
what_is_somebody_elses(void **state)
{
	static const struct sample_wrong wrong[] = {
		{ "peers.1.name", "\"Anna-Phone\"", "peers[1].name", "\"Anna-Phone\" is there already" },
		{ "peers.1.ip", "\"10.0.0.2\"", "peers[1].ip", "is the address of anna-phone already" },
		{ "peers.1.ip", "\"10.0.0.1\"", "peers[1].ip", "is the cell's own address" },
		{ "peers.1.ip6", "\"fd5e:3c1a:9b42:1::2\"", "peers[1].ip6", "is the address of anna-phone already" },
		{ "peers.1.ip6", "\"fd5e:3c1a:9b42:1::1\"", "peers[1].ip6", "is the cell's own address" },
		{ "peers.1.public_key", "\"AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"", "peers[1].public_key",
		    "is the key of anna-phone already" },
		{ "peers.1.public_key", "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"", "peers[1].public_key",
		    "is the key of the cell itself" },
		{ "groups.1.name", "\"kids\"", "groups[1].name", "\"kids\" is there already" },
	};

	(void)state;
	sample_all_refused(wrong, sizeof(wrong) / sizeof(wrong[0]), -EEXIST);
}

/* All faults of a request at once. */
static void
everything_is_told(void **state)
{
	json_t *doc = sample_new();
	struct conf *c;
	struct err e;

	(void)state;
	sample_set(doc, "peers.0.owner", json_string("bob"));
	sample_set(doc, "peers.0.groups", sample_json("[\"teens\"]"));
	sample_set(doc, "peers.1.ip", json_string("10.7.0.2"));
	assert_int_equal(conf_build(&c, doc, &e), -EINVAL);
	assert_int_equal(e.nfields, 3);
	json_decref(doc);
}

static void
is_found_by_name(void **state)
{
	json_t *doc = sample_new();
	struct conf *c;

	(void)state;
	assert_int_equal(conf_build(&c, doc, NULL), 0);
	assert_ptr_equal(conf_peer_find(c, "OFFICE"), &c->peers[1]);
	assert_ptr_equal(conf_peer_find(c, "anna-phone"), &c->peers[0]);
	assert_null(conf_peer_find(c, "anna"));
	assert_null(conf_peer_find(c, ""));
	assert_ptr_equal(conf_group_find(c, "guests"), &c->groups[1]);
	assert_null(conf_group_find(c, "guest"));
	conf_unref(c);
	json_decref(doc);
}

/* Something of one of them becomes what another one or the cell has, or what nobody has. */
static void
spoil(struct sample_rng *r, json_t *draft)
{
	static const char *const members[] = { "name", "ip", "ip6", "public_key", "groups", "owner", "service_access" };
	json_t *peers = json_object_get(draft, "peers"), *wg = json_object_get(draft, "wireguard");
	const unsigned n = (unsigned)json_array_size(peers);
	const char *member = members[sample_below(r, 7)];
	json_t *one = n == 0 ? NULL : conf_draft_record(peers, sample_below(r, n));
	json_t *other = n == 0 ? NULL : json_array_get(peers, sample_below(r, n));

	switch (sample_below(r, 6)) {
	case 0:
		(void)json_object_set_new(wg, "address", json_string("10.0.0.12/24"));
		break;
	case 1:
		(void)json_array_remove(json_object_get(draft, "groups"), 0);
		break;
	case 2:
		(void)json_object_set_new(one, "service_access", json_pack("[s]", "route:route3"));
		break;
	case 3:
		(void)json_object_set_new(one, "ip", json_string("10.0.0.1"));
		break;
	default:
		(void)json_object_set(one, member, json_object_get(other, member));
	}
}

/* Who was good before is not looked at again, and nobody can tell. Returns whether it was a good one. */
static bool
judge_both(json_t *draft, struct conf **now)
{
	struct conf *anew, *next;
	struct err e, want;
	const int r = conf_build(&anew, draft, &want);
	size_t i;

	err_clear(&e);
	assert_int_equal(conf_build_draft(&next, draft, *now, &e), r);
	conf_unref(anew);
	if (r < 0) {
		assert_string_equal(e.detail, want.detail);
		assert_int_equal(e.nfields, want.nfields);
		for (i = 0; i < e.nfields && i < ERR_FIELDS_MAX; i++) {
			assert_string_equal(e.fields[i].field, want.fields[i].field);
			assert_string_equal(e.fields[i].message, want.fields[i].message);
		}
		return false;
	}
	conf_unref(*now);
	*now = next;
	return true;
}

static void
a_draft_is_judged_as_if_all_were_new(void **state)
{
	struct sample_rng rng = { 17 };
	unsigned i, good = 0, spoilt = 0;
	struct conf *now;
	struct err e;

	(void)state;
	assert_int_equal(conf_build_complete(&now, devices_start(), &e), 0);
	for (i = 0; i < 1000; i++) {
		json_t *draft = devices_next(&rng, now->doc);

		if (sample_below(&rng, 2))
			spoil(&rng, draft);
		assert_int_equal(conf_complete_draft(draft, now->doc), 0);
		if (judge_both(draft, &now))
			good++;
		else
			spoilt++;
	}
	conf_unref(now);
	assert_true(good > 200 && spoilt > 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_there), cmocka_unit_test(what_is_somebody_elses),
		cmocka_unit_test(everything_is_told), cmocka_unit_test(is_found_by_name),
		cmocka_unit_test(a_draft_is_judged_as_if_all_were_new),
	};

	return cmocka_run_group_tests_name("conf/peer", tests, NULL, NULL);
}
