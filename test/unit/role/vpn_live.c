/* src/role/vpn_live.c: when what peers do is written (PEER-10), and that those who only stay connected write next to
 * nothing (LIM). */
#include "lab.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "sys/clk.h"

static struct clk_fake fake;

#define clk_system fake.clk
#define clients_handshake lab_handshake	/* the kept key of a device has tests of its own */
#include "role/vpn_history.c"
#include "role/vpn_live.c"
#undef clients_handshake

enum { NOW = 1800000000 };

struct lab {
	char folder[32];
	struct core core;
	struct conf_peer peer;
	struct conf conf;
	struct vpn vpn;
	struct wg_uapi_news news;
};

void
lab_handshake(struct core *c, const char *public_key)
{
	(void)c;
	(void)public_key;
}

static int
setup(void **state)
{
	struct lab *x = calloc(1, sizeof(*x));

	memcpy(x->folder, "/tmp/pic-live-XXXXXX", 21);
	assert_non_null(mkdtemp(x->folder));
	x->core.state_sub_fd = open(x->folder, O_RDONLY | O_DIRECTORY);
	assert_true(x->core.state_sub_fd >= 0);
	clk_fake_init(&fake, NOW);
	x->peer = (struct conf_peer){ .name = "phone", .key = { 1 }, .created_at = NOW };
	x->conf = (struct conf){ .peers = &x->peer, .npeers = 1 };
	x->vpn = (struct vpn){ .core = &x->core, .conf = &x->conf };
	x->vpn.live = vpn_live_new(&x->vpn);
	assert_non_null(x->vpn.live);
	vpn_live_restarted(&x->vpn);
	x->news = (struct wg_uapi_news){ .key = { 1 }, .endpoint = { .addr = { 4, { 192, 0, 2, 1 } }, .port = 4000 },
	    .handshake_at = NOW };
	vpn_live_hear(&x->vpn, &x->news);
	*state = x;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *x = *state;

	vpn_live_free(x->vpn.live);
	(void)unlinkat(x->core.state_sub_fd, FILE_NAME, 0);
	(void)close(x->core.state_sub_fd);
	(void)rmdir(x->folder);
	free(x);
	return 0;
}

/* What the next start would find after a kill. */
static struct wg_traffic_total
written(const struct lab *x)
{
	const struct wg_traffic_id id = id_of("phone", NOW);
	struct wg_traffic_total total;
	struct wg_traffic *t;
	struct err e;
	bool fresh;

	assert_int_equal(wg_traffic_open(&t, x->core.state_sub_fd, FILE_NAME, &fresh, &e), 0);
	(void)wg_traffic_get(t, &id, &total);
	wg_traffic_close(t);
	return total;
}

/* s seconds, in each of which the tunnel tells what moved. */
static void
pass(struct lab *x, int s, uint64_t octets_a_second)
{
	for (; s > 0; s--) {
		clk_fake_advance(&fake, 1000);
		if (octets_a_second > 0) {
			x->news.rx += octets_a_second;
			vpn_live_hear(&x->vpn, &x->news);
		}
		vpn_live_tick(&x->vpn);
	}
}

static void
test_traffic_is_written_within_a_minute(void **state)
{
	struct lab *x = *state;

	pass(x, SAVE_S + 1, LITTLE / 4);
	assert_true(written(x).rx >= x->news.rx - LITTLE / 4);
	pass(x, SAVE_S, LITTLE / 4);
	assert_true(written(x).rx >= x->news.rx - SAVE_S * (LITTLE / 4));
}

/* A device that sleeps: a few octets, and a handshake every two minutes. */
static void
test_a_connection_kept_alive_waits(void **state)
{
	struct lab *x = *state;
	int i;

	for (i = 0; i < LITTLE_S / 120; i++) {
		pass(x, 120, 2);
		x->news.handshake_at += 120;
		vpn_live_hear(&x->vpn, &x->news);
		assert_int_equal(written(x).rx, 0);
		assert_int_equal(written(x).handshake_at, NOW);		/* the first one is what tells that it works */
	}
	pass(x, 120 + SAVE_S, 2);
	assert_true(written(x).rx > 0);
	assert_int_equal(written(x).handshake_at, x->news.handshake_at);
}

/* Nothing waits that is needed after a kill, and an orderly end leaves nothing behind. */
static void
test_another_place_and_the_end_are_written_at_once(void **state)
{
	struct lab *x = *state;

	assert_int_equal(written(x).endpoint.port, 4000);
	pass(x, 120, 2);
	x->news.endpoint.port = 4001;
	x->news.handshake_at += 120;
	vpn_live_hear(&x->vpn, &x->news);
	assert_int_equal(written(x).endpoint.port, 4001);
	assert_int_equal(written(x).handshake_at, NOW + 120);
	pass(x, 1, 2);
	vpn_live_free(x->vpn.live);
	x->vpn.live = NULL;
	assert_int_equal(written(x).rx, x->news.rx);
}

/* Data alone tells where it is now; one who then only sleeps would be looked for at the old place. */
static void
test_another_place_without_handshake(void **state)
{
	struct lab *x = *state;

	pass(x, 120, 2);
	x->news.endpoint.port = 4001;
	pass(x, SAVE_S + 1, 2);
	assert_int_equal(written(x).endpoint.port, 4001);
	pass(x, LITTLE_S + SAVE_S, 0);
	x->news.endpoint.port = 4002;		/* and nothing was counted with it */
	vpn_live_hear(&x->vpn, &x->news);
	pass(x, SAVE_S + 1, 0);
	assert_int_equal(written(x).endpoint.port, 4002);
}

/* What is little waits for no longer than its hour, and is of that hour. */
static void
test_hour_ends(void **state)
{
	const struct wg_traffic_id id = id_of("phone", NOW);
	struct wg_traffic_point hours[2];
	struct lab *x = *state;

	pass(x, HOUR_S - 10, 0);
	pass(x, 9, 100);
	assert_int_equal(written(x).rx, 0);
	pass(x, 1, 0);
	assert_int_equal(written(x).rx, 900);
	pass(x, 120, 0);
	wg_traffic_hours(x->vpn.live->history.traffic, &id, NOW + HOUR_S, 2, hours);
	assert_int_equal(hours[0].rx, 900);
	assert_int_equal(hours[1].rx, 0);
}

/* A clock that leaps back does not put it off for ever. */
static void
test_clock_leaps(void **state)
{
	struct lab *x = *state;

	pass(x, 10, 2);
	fake.ms -= INT64_C(86400) * 1000;
	pass(x, SAVE_S + 1, 2);
	assert_true(written(x).rx > 0);
}

/* --- following the configuration ------------------------------------------------------ */

#define KEY_A "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="	/* { 1 } */
#define KEY_B "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="	/* { 2 } */
#define PEER(name, last, key) "{\"name\":\"" name "\",\"ip\":\"10.0.0." last "\",\"public_key\":\"" key \
	"\",\"created_at\":\"2027-01-15T08:00:00Z\"}"		/* NOW */
#define PEERS(list) "{\"peers\":[" list "]}"

/* Switched over to; followed: and the watchers were told. */
static void
use(struct lab *x, const char *peers, bool followed)
{
	struct conf *c = lab_conf(peers);

	vpn_part_use(&x->vpn, c, NULL);
	if (followed)
		vpn_live_follow(&x->vpn);
	conf_unref(c);
}

static void
hear(struct lab *x, uint8_t key, uint64_t octets)
{
	const struct wg_uapi_news n = { .key = { key }, .endpoint = { .addr = { 4, { 192, 0, 2, key } }, .port = 4000 },
	    .handshake_at = NOW, .rx = octets };

	vpn_live_hear(&x->vpn, &n);
}

/* Octets that the device with that key has in its history, and whose history that is. */
static uint64_t
octets(struct lab *x, uint8_t key, const char *name)
{
	const uint8_t k[WG_KEY] = { key };
	const struct peer *p = find(x->vpn.live, k);

	assert_non_null(p);
	assert_string_equal(p->kept.name, name);
	return p->kept.total.rx;
}

static void
begin(struct lab *x, const char *peers)
{
	vpn_live_free(x->vpn.live);
	x->vpn.conf = NULL;
	x->vpn.live = vpn_live_new(&x->vpn);
	assert_non_null(x->vpn.live);
	vpn_live_restarted(&x->vpn);
	use(x, peers, true);
}

static void
end(struct lab *x)
{
	vpn_live_free(x->vpn.live);
	x->vpn.live = NULL;
	conf_unref(x->vpn.conf);
}

static void
test_name_changes(void **state)
{
	struct lab *x = *state;

	begin(x, PEERS(PEER("phone", "2", KEY_A)));
	hear(x, 1, 500);
	use(x, PEERS(PEER("tablet", "2", KEY_A)), true);
	assert_int_equal(octets(x, 1, "tablet"), 0);	/* who has another name is another device (PEER-8) */
	assert_int_equal(written(x).rx, 0);
	end(x);
}

static void
test_key_changes(void **state)
{
	struct lab *x = *state;

	begin(x, PEERS(PEER("phone", "2", KEY_A)));
	hear(x, 1, 500);
	use(x, PEERS(PEER("phone", "2", KEY_B)), true);
	hear(x, 2, 7);
	assert_int_equal(octets(x, 2, "phone"), 507);
	assert_int_equal(vpn_live_online(&x->vpn), 1);
	end(x);
}

static void
test_keys_are_swapped(void **state)
{
	struct lab *x = *state;

	begin(x, PEERS(PEER("phone", "2", KEY_A) "," PEER("tablet", "3", KEY_B)));
	hear(x, 1, 500);
	hear(x, 2, 9);
	use(x, PEERS(PEER("phone", "2", KEY_B) "," PEER("tablet", "3", KEY_A)), true);
	assert_int_equal(octets(x, 2, "phone"), 500);
	assert_int_equal(octets(x, 1, "tablet"), 9);
	end(x);
}

/* A device of a change that was undone is nobody's any more, though the watchers never heard of it. */
static void
test_undone(void **state)
{
	static const char before[] = PEERS(PEER("phone", "2", KEY_A));
	struct lab *x = *state;

	begin(x, before);
	hear(x, 1, 500);
	use(x, PEERS(PEER("phone", "2", KEY_A) "," PEER("new", "3", KEY_B)), false);
	hear(x, 2, 9);
	use(x, before, true);
	assert_int_equal(vpn_live_online(&x->vpn), 1);
	assert_int_equal(octets(x, 1, "phone"), 500);
	use(x, PEERS(PEER("phone", "2", KEY_A) "," PEER("tablet", "3", KEY_B)), true);
	assert_int_equal(octets(x, 2, "tablet"), 0);
	end(x);
}

/* Nor is one that it took away forgotten. */
static void
test_undone_removal(void **state)
{
	static const char before[] = PEERS(PEER("phone", "2", KEY_A));
	struct lab *x = *state;

	begin(x, before);
	hear(x, 1, 500);
	use(x, PEERS(""), false);
	use(x, before, true);
	assert_int_equal(octets(x, 1, "phone"), 500);
	assert_int_equal(written(x).rx, 0);		/* nor was it hurried */
	end(x);
	assert_int_equal(written(x).rx, 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_traffic_is_written_within_a_minute, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_connection_kept_alive_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_another_place_and_the_end_are_written_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_another_place_without_handshake, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hour_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clock_leaps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_name_changes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_key_changes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keys_are_swapped, setup, teardown),
		cmocka_unit_test_setup_teardown(test_undone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_undone_removal, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
