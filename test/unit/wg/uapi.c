/* The configuration protocol (VPN-2): what `wg` says and wants to hear. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wg/device.h"
#include "wg/uapi.h"

#define A "0000000000000000000000000000000000000000000000000000000000000009"
#define B "1111111111111111111111111111111111111111111111111111111111111111"
#define SECRET "1010101010101010101010101010101010101010101010101010101010101050"

static void
draw(void *arg, void *out, size_t n)
{
	(void)arg;
	memset(out, 7, n);
}

static void
stamp(void *arg, uint8_t out[WG_STAMP])
{
	(void)arg;
	memset(out, 1, WG_STAMP);
}

static void
on_send(void *arg, const struct wg_path *path, const uint8_t *p, size_t n)
{
	(void)path;
	(void)p;
	*(size_t *)arg += n;
}

static void
on_peer(void *arg, struct wg_peer *p)
{
	(void)arg;
	(void)p;
}

static int
set_port(struct wg_uapi *u, uint16_t port)
{
	u->port = port;
	return port == 1 ? -EADDRINUSE : 0;
}

static int
set_mark(struct wg_uapi *u, uint32_t mark)
{
	u->mark = mark;
	return 0;
}

static size_t sent;
static struct wg_uapi u;

static int
make(void **state)
{
	const struct wg_device_ops ops = { draw, stamp, on_send, on_peer, on_peer, &sent };

	(void)state;
	u = (struct wg_uapi){ .device = wg_device_new(&ops), .set_port = set_port, .set_mark = set_mark, .now_ms = 5000,
		.wall_ms = INT64_C(1800000000123) };
	assert_non_null(u.device);
	return 0;
}

static int
drop(void **state)
{
	(void)state;
	wg_device_free(u.device);
	return 0;
}

static void
expect(const char *request, const char *want)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	assert_int_equal(wg_uapi_whole(request, strlen(request)), strlen(request));
	wg_uapi_answer(&u, request, strlen(request), out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, want);
	free(text);
}

#define FACTS "last_handshake_time_sec=0\nlast_handshake_time_nsec=0\ntx_bytes=0\nrx_bytes=0\n"
#define DONE "errno=0\n\n"
#define INVALID "errno=22\n\n"

static void
says_what_was_set(void **state)
{
	(void)state;
	expect("get=1\n\n", DONE);
	expect("set=1\nprivate_key=" SECRET "\nlisten_port=51820\nfwmark=7\nreplace_peers=true\npublic_key=" B
	    "\npreshared_key=" A "\nendpoint=192.0.2.1:51820\nreplace_allowed_ips=true\nallowed_ip=10.0.0.2/32\n\n", DONE);
	expect("get=1\n\n", "private_key=" SECRET "\nlisten_port=51820\nfwmark=7\npublic_key=" B "\npreshared_key=" A
	    "\nendpoint=192.0.2.1:51820\n" FACTS "persistent_keepalive_interval=0\nallowed_ip=10.0.0.2/32\n" DONE);
}

static void
changes_one_peer(void **state)
{
	(void)state;
	expect("set=1\nprivate_key=" SECRET "\npublic_key=" B "\nallowed_ip=10.0.0.7/24\nallowed_ip=fd00::/64\n\n", DONE);
	expect("set=1\npublic_key=" B "\nendpoint=[2001:db8::1]:5\nallowed_ip=-fd00::/64\n\n", DONE);
	expect("get=1\n\n", "private_key=" SECRET "\npublic_key=" B "\nendpoint=[2001:db8::1]:5\n" FACTS
	    "persistent_keepalive_interval=0\nallowed_ip=10.0.0.0/24\n" DONE);
	expect("set=1\npublic_key=" A "\nupdate_only=true\nallowed_ip=10.0.0.0/24\n\n", DONE);	/* nobody */
	expect("set=1\npublic_key=" A "\nremove=true\n\n", DONE);
	expect("set=1\npublic_key=" B "\nreplace_allowed_ips=true\n\n", DONE);
	expect("get=1\n\n", "private_key=" SECRET "\npublic_key=" B "\nendpoint=[2001:db8::1]:5\n" FACTS
	    "persistent_keepalive_interval=0\n" DONE);
	sent = 0;
	expect("set=1\npublic_key=" B "\npersistent_keepalive_interval=25\n\n", DONE);
	assert_int_equal(sent, WG_INITIATION);
	expect("set=1\npublic_key=" B "\nremove=true\n\n", DONE);
	expect("get=1\n\n", "private_key=" SECRET "\n" DONE);
}

/* A request that is wrong anywhere changes nothing. */
static void
refuses_as_a_whole(void **state)
{
	static const char *const wrong[] = {
		"listen_port=65536", "listen_port=-1", "listen_port=", "fwmark=4294967296", "private_key=00", "private_key=" B "00",
		"private_key=g" SECRET, "replace_peers=false", "nonsense=1", "nonsense", "=", "endpoint=192.0.2.1:1",
		"allowed_ip=10.0.0.0/8", "public_key=" B "\nendpoint=192.0.2.1", "public_key=" B "\nendpoint=192.0.2.1:0",
		"public_key=" B "\nallowed_ip=10.0.0.0/33", "public_key=" B "\nallowed_ip=--10.0.0.0/8",
		"public_key=" B "\npersistent_keepalive_interval=65536", "public_key=" B "\nlisten_port=1",
		"public_key=" B "\npreshared_key=zz", "public_key=" B "\nremove=1", "public_key=12", "update_only=true"
	};
	char request[600];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		(void)snprintf(request, sizeof(request), "set=1\nlisten_port=7\n%s\n\n", wrong[i]);	/* fits */
		expect(request, INVALID);
		expect("get=1\n\n", DONE);
	}
	expect("set=1\npublic_key=" B "\nprotocol_version=2\n\n", "errno=93\n\n");
	expect("set=1\nlisten_port=1\n\n", "errno=98\n\n");
	expect("set=2\n\n", INVALID);
	expect("\n\n", INVALID);
}

static void
waits_for_the_empty_row(void **state)
{
	(void)state;
	assert_int_equal(wg_uapi_whole("", 0), 0);
	assert_int_equal(wg_uapi_whole("get=1\n", 6), 0);
	assert_int_equal(wg_uapi_whole("get=1\n\nset=1\n", 13), 7);
}

#define WITH_DEVICE(f) cmocka_unit_test_setup_teardown(f, make, drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DEVICE(says_what_was_set),
		WITH_DEVICE(changes_one_peer),
		WITH_DEVICE(refuses_as_a_whole),
		WITH_DEVICE(waits_for_the_empty_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
