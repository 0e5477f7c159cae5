/* src/diag/check.c and src/diag/host.c. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "diag/check.h"
#include "diag/host.h"
#include "sys/clk.h"

enum { NOW = 1800000000 };

static struct diag_facts
good(void)
{
	struct diag_facts f = { .now = NOW, .build_time = NOW - 1000, .clock_synced = DIAG_YES, .clock_error_us = 1500,
	    .root_mode = true, .nlisteners = 2, .docker = DIAG_YES, .podman = DIAG_NO,
	    .disk_free = 10ULL << 30, .disk_total = 20ULL << 30, .memory_rss = 10 << 20,
	    .memory_available = 1ULL << 30, .cert_until = NOW + 90 * 86400 };

	f.listeners[0] = (struct diag_listener){ .what = "dns", .protocol = IPPROTO_UDP, .port = 53, .open = true };
	f.listeners[1] = (struct diag_listener){ .what = "https", .protocol = IPPROTO_TCP, .port = 443, .open = true };
	assert_true(addr_read(STR("203.0.113.5"), &f.uplink));
	assert_true(addr_read(STR("2001:db8::5"), &f.uplink6));
	return f;
}

/* The check of that id must have this verdict, and words in its detail and fix (NULL: no fix). */
static void
expect(const struct diag_facts *f, const char *id, const char *verdict, const char *detail, const char *fix)
{
	json_t *list = diag_checks(f), *c;
	const char *text;
	size_t i, found = 0;

	json_array_foreach(list, i, c) {
		assert_int_equal(json_object_size(c), 5);
		if (strcmp(json_string_value(json_object_get(c, "id")), id) != 0)
			continue;
		found++;
		assert_string_equal(json_string_value(json_object_get(c, "verdict")), verdict);
		if (strstr(json_string_value(json_object_get(c, "detail")), detail) == NULL)
			fail_msg("%s", json_string_value(json_object_get(c, "detail")));
		text = json_string_value(json_object_get(c, "fix"));
		if (fix == NULL)
			assert_null(text);
		else
			assert_true(text != NULL && strstr(text, fix) != NULL);
	}
	assert_int_equal(found, 1);
	json_decref(list);
}

/* How often the detail of that check has word in it. */
static unsigned
mentions(const struct diag_facts *f, const char *id, const char *word)
{
	json_t *list = diag_checks(f), *c;
	const char *at;
	size_t i;
	unsigned n = 0;

	json_array_foreach(list, i, c) {
		at = json_string_value(json_object_get(c, "detail"));
		if (strcmp(json_string_value(json_object_get(c, "id")), id) == 0)
			for (; (at = strstr(at, word)) != NULL; at++)
				n++;
	}
	json_decref(list);
	return n;
}

static void
test_set7_all_is_well(void **state)
{
	struct diag_facts f = good();
	json_t *list = diag_checks(&f), *c;
	size_t i;

	(void)state;
	json_array_foreach(list, i, c)
		assert_string_equal(json_string_value(json_object_get(c, "verdict")), "ok");
	assert_int_equal(json_array_size(list), 9);
	json_decref(list);
}

static void
test_exp_what_is_not_known_is_not_ok(void **state)
{
	struct diag_facts f = { .now = NOW };
	json_t *list = diag_checks(&f), *c;
	size_t i, unknown = 0;

	(void)state;
	json_array_foreach(list, i, c) {
		assert_string_not_equal(json_string_value(json_object_get(c, "verdict")), "ok");
		unknown += strcmp(json_string_value(json_object_get(c, "verdict")), "unknown") == 0;
	}
	assert_int_equal(unknown, 7);	/* no route and no IPv6 address are known facts */
	json_decref(list);
}

static void
test_tim1_clock(void **state)
{
	struct diag_facts f = good();

	(void)state;
	expect(&f, "clock", "ok", "2027-01-15T08:00:00Z, synchronised to within 2 ms", NULL);
	f.clock_synced = DIAG_NO;
	expect(&f, "clock", "warn", "nothing steers", "time service");
	f.clock_synced = DIAG_UNKNOWN;
	expect(&f, "clock", "unknown", "", NULL);
	f.build_time = NOW + 1;
	f.clock_synced = DIAG_YES;
	expect(&f, "clock", "fail", "before this program was made", "set the host's clock");
}

static void
test_prc10_ports_name_their_holder(void **state)
{
	struct diag_facts f = good();

	(void)state;
	expect(&f, "ports", "ok", "open: dns 53/udp, https 443/tcp", NULL);
	f.listeners[1].open = false;
	f.listeners[1].error = -EADDRINUSE;
	expect(&f, "ports", "fail", "not open: https 443/tcp (Address already in use)", "");
	f.listeners[1].holder_pid = 712;
	memcpy(f.listeners[1].holder, "nginx", 6);
	expect(&f, "ports", "fail", "not open: https 443/tcp (held by nginx, pid 712)", "");
	expect(&f, "port53", "ok", "", NULL);
	f.listeners[2] = f.listeners[1];	/* the other family has the same trouble, or another one */
	f.nlisteners = 3;
	expect(&f, "ports", "fail", "not open: https 443/tcp (held by nginx, pid 712)", "");
	assert_int_equal(mentions(&f, "ports", "443/tcp"), 1);
	f.listeners[2].holder_pid = 713;
	assert_int_equal(mentions(&f, "ports", "443/tcp"), 2);
	f.nlisteners = 0;
	expect(&f, "ports", "unknown", "", NULL);
}

static void
test_set7_holder_of_port_53(void **state)
{
	struct diag_facts f = good();

	(void)state;
	f.listeners[0].open = false;
	f.listeners[0].error = -EADDRINUSE;
	expect(&f, "port53", "fail", "Address already in use", "find and stop");
	f.listeners[0].holder_pid = 99;
	memcpy(f.listeners[0].holder, "dnsmasq", 8);
	expect(&f, "port53", "fail", "held by dnsmasq, pid 99", "stop that program");
	memcpy(f.listeners[0].holder, "systemd-resolve", 16);
	expect(&f, "port53", "fail", "systemd-resolved", "DNSStubListener=no");
	f.listeners[0].open = true;
	f.listeners[0].port = 5353;
	expect(&f, "port53", "warn", "port 5353", "port 53");
}

static void
test_set7_public_address_and_cgnat(void **state)
{
	struct diag_facts f = good();

	(void)state;
	expect(&f, "public_address", "ok", "203.0.113.5 is public", NULL);
	assert_true(addr_read(STR("192.168.1.2"), &f.uplink));
	expect(&f, "public_address", "ok", "behind a router", "forward the ports");
	assert_true(addr_read(STR("100.64.0.1"), &f.uplink));
	expect(&f, "public_address", "warn", "carrier-grade NAT", "provider");
	assert_true(addr_read(STR("100.128.0.1"), &f.uplink));
	expect(&f, "public_address", "ok", "is public", NULL);
	f.uplink.len = 0;
	expect(&f, "public_address", "warn", "no default route", "");
	f.uplink6.len = 0;
	expect(&f, "ipv6", "warn", "no global", "router");
}

static void
test_ins7_engine_is_optional(void **state)
{
	struct diag_facts f = good();

	(void)state;
	expect(&f, "engine", "ok", "Docker", NULL);
	f.docker = DIAG_NO;
	expect(&f, "engine", "ok", "nothing here needs one", NULL);
	f.podman = DIAG_YES;
	expect(&f, "engine", "ok", "Podman", NULL);
	f.docker = f.podman = DIAG_UNKNOWN;
	expect(&f, "engine", "unknown", "", NULL);
}

static void
test_lim2_disk_and_memory(void **state)
{
	struct diag_facts f = good();

	(void)state;
	f.disk_free = (20ULL << 30) / 20 - 1;
	expect(&f, "disk", "warn", "1023 MiB free", "free some space");
	f.disk_total = 1ULL << 30;
	f.disk_free = 199 << 20;
	expect(&f, "disk", "warn", "199 MiB", "");
	f.disk_free = 49 << 20;
	expect(&f, "disk", "fail", "49 MiB", "have stopped");
	f.memory_available = 63 << 20;
	expect(&f, "memory", "warn", "63 MiB available, the cell uses 10 MiB", "");
	f.memory_rss = 0;
	expect(&f, "memory", "unknown", "", NULL);
}

static void
test_report(void **state)
{
	struct diag_facts f = good();
	json_t *local = diag_checks(&f), *network, *r;

	(void)state;
	r = diag_report(NOW, local, NULL);
	assert_string_equal(json_string_value(json_object_get(r, "run_at")), "2027-01-15T08:00:00Z");
	assert_int_equal(json_array_size(json_object_get(r, "checks")), 9);
	json_decref(r);
	network = json_pack("[o]", diag_check("upstream.9.9.9.9", "dns", "ok", NULL, "%s", "\xff not text"));
	r = diag_report(NOW, local, network);
	assert_int_equal(json_array_size(json_object_get(r, "checks")), 10);
	assert_int_equal(json_array_size(local), 9);
	json_decref(r);
	json_decref(network);
	json_decref(local);
}

static void
test_the_host_can_be_read(void **state)
{
	struct diag_facts f = { 0 };
	struct clk_fake clk;
	int dir = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	clk_fake_init(&clk, NOW);
	diag_host_read(&f, &clk.clk, dir);
	assert_int_equal(f.now, NOW);
	assert_int_not_equal(f.clock_synced, DIAG_UNKNOWN);
	assert_int_not_equal(f.docker, DIAG_UNKNOWN);
	assert_true(f.disk_total > 0 && f.disk_free <= f.disk_total);
	assert_true(f.memory_rss > 1 << 20 && f.memory_available > 1 << 20);
	(void)close(dir);
}

enum { CHILD_BYTES = 64 << 20 };

/* A child that has CHILD_BYTES, says so, and waits for its end. */
static pid_t
big_child(void)
{
	int say[2];
	pid_t pid;
	char *p, c = 0;

	assert_int_equal(pipe(say), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		p = malloc(CHILD_BYTES);
		if (p == NULL)
			_exit(1);
		memset(p, 1, CHILD_BYTES);
		(void)!write(say[1], p, 1);	/* the parent reads it or fails */
		for (;;)
			(void)pause();
	}
	(void)close(say[1]);
	assert_int_equal(read(say[0], &c, 1), 1);
	(void)close(say[0]);
	return pid;
}

/* What a role uses counts, not only what the caller does. */
static void
test_memory_of_all_roles(void **state)
{
	struct diag_facts alone = { 0 }, both = { 0 };
	struct clk_fake clk;
	pid_t pid;

	(void)state;
	clk_fake_init(&clk, NOW);
	diag_host_read(&alone, &clk.clk, -1);
	pid = big_child();
	diag_host_read(&both, &clk.clk, -1);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	assert_true(both.memory_rss >= alone.memory_rss + CHILD_BYTES);
}

/* TLS-12: 14 and 3 days. */
static void
certificate(void **state)
{
	struct diag_facts f = good();

	(void)state;
	expect(&f, "certificate", "ok", "valid until 2027-04-15", NULL);
	f.cert_provisional = true;
	expect(&f, "certificate", "warn", "provisional", "clock");
	f.cert_provisional = false;
	f.cert_until = NOW + 14 * 86400 - 1;
	expect(&f, "certificate", "warn", "valid until", "renew");
	f.cert_until = NOW + 3 * 86400 - 1;
	expect(&f, "certificate", "fail", "valid until", "renew");
	f.cert_until = NOW - 1;
	expect(&f, "certificate", "fail", "valid until", "renew");
	f.cert_until = 0;
	expect(&f, "certificate", "unknown", "none", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificate),
		cmocka_unit_test(test_set7_all_is_well),
		cmocka_unit_test(test_exp_what_is_not_known_is_not_ok),
		cmocka_unit_test(test_tim1_clock),
		cmocka_unit_test(test_prc10_ports_name_their_holder),
		cmocka_unit_test(test_set7_holder_of_port_53),
		cmocka_unit_test(test_set7_public_address_and_cgnat),
		cmocka_unit_test(test_ins7_engine_is_optional),
		cmocka_unit_test(test_lim2_disk_and_memory),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_the_host_can_be_read),
		cmocka_unit_test(test_memory_of_all_roles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
