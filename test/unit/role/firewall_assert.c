/* src/role/firewall_assert.c: what must hold, and what is said when it would not (FWL-13, CFG-11). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdint.h>

#include <cmocka.h>

#include "fw/space.h"
#include "fw/space_parts.h"
#include "lab.h"

static const struct fw_index *tired[2];	/* of these, nothing is known any more */
static uint64_t spent;			/* steps that were done on all others */

static struct fw_space *
lab_space_new(const struct fw_index *x)
{
	struct fw_space *s = fw_space_new(x);

	assert_non_null(s);
	s->steps = x == tired[0] || x == tired[1] ? SPACE_STEPS_MAX : spent;
	return s;
}

#define fw_space_new lab_space_new
#include "role/firewall_assert.c"
#undef fw_space_new
#include "role/firewall_input.h"

#define PEER(name, last, more) "{\"name\":\"" name "\",\"ip\":\"10.0.0." last "\",\"public_key\":" \
	"\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" last "AA=\",\"created_at\":\"2026-07-01T09:30:00Z\"" more "}"
#define ASSERTION(from, to, expect) "{\"id\":\"00000000-0000-4000-8000-000000000001\",\"name\":\"as I want it\"," \
	"\"from\":{" from "},\"to\":{" to "},\"expect\":\"" expect "\"}"
#define HOME "\"groups\":[{\"name\":\"kids\"}],\"peers\":[" \
	PEER("anna", "2", ",\"subnets\":[\"192.168.5.0/24\"]") "," PEER("tim", "3", ",\"groups\":[\"kids\"]") "]"

static struct firewall_input *
made_at(const char *uplink, const char *text)
{
	static struct net_ifaddr ifs[3];
	struct firewall_host h = { .ifs = ifs, .nifs = 3 };
	struct firewall_input *f;
	char whole[4096];
	struct conf *c;

	ifs[0] = lab_ifaddr("eth1", 3, "192.168.1.2/24");
	ifs[1] = lab_ifaddr("ppp0", 2, "203.0.113.5/32");
	ifs[2] = lab_ifaddr("wg0", 4, "10.0.0.1/24");
	(void)str_copy(str_of(uplink), h.uplink, sizeof(h.uplink));	/* fits */
	(void)snprintf(whole, sizeof(whole), "{%s}", text);	/* fits */
	c = lab_conf(whole);
	c->setup_complete = true;
	f = firewall_input_new(c, &h);
	assert_non_null(f);
	conf_unref(c);
	return f;
}

static struct firewall_input *
made_of(const char *text)
{
	return made_at("ppp0", text);
}

static struct firewall_input *
make(const char *uplink, const char *home, const char *assertion, const char *more)
{
	char text[4096];

	(void)snprintf(text, sizeof(text), "%s%s,\"firewall\":{\"assertions\":[%s]}", home, more, assertion);	/* fits */
	return made_at(uplink, text);
}

static void
check(const char *assertion, const char *more, const char *want)
{
	struct firewall_input *f = make("ppp0", HOME, assertion, more);
	struct err e;
	int rc;

	err_clear(&e);
	rc = firewall_assert_check(NULL, f, &e);
	assert_string_equal(e.detail, want);
	assert_int_equal(rc, want[0] == '\0' ? 0 : -ECANCELED);
	firewall_input_free(f);
}

static void
said_with_subject_and_target(void **state)
{
	(void)state;
	check(ASSERTION("\"group\":\"kids\"", "\"target\":\"internet\"", "deny"), "",
	    "assertion \"as I want it\" would not hold: tim would reach the Internet (tim has Internet access)");
	check(ASSERTION("\"group\":\"kids\"", "\"target\":\"internet\"", "allow"), "", "");
	check(ASSERTION("\"peer\":\"anna\"", "\"zone\":\"lan\"", "allow"), "",
	    "assertion \"as I want it\" would not hold: anna would not reach the home network (zone lan) "
	    "(anna has no access to the home network)");
	check(ASSERTION("\"peer\":\"anna\"", "\"peer\":\"tim\"", "deny"), "", "");
	check(ASSERTION("\"zone\":\"vpn\"", "\"target\":\"dns\"", "allow"), "", "");
}

/* Whose doing it is, is said by name, not by id. */
static void
said_by_name(void **state)
{
	struct firewall_input *f;
	struct err e;
	static const char home[] = HOME ",\"firewall\":{\"rules\":[{\"id\":\"00000000-0000-4000-8000-000000000007\","
	    "\"name\":\"printers\","
	    "\"action\":\"accept\",\"from\":{\"peer\":\"anna\"},\"to\":{\"zone\":\"lan\"},\"proto\":\"any\"}],\"forwards\":["
	    "{\"id\":\"00000000-0000-4000-8000-000000000008\",\"name\":\"games\",\"zone\":\"public\",\"proto\":\"tcp\","
	    "\"port\":2000,\"to_ip\":\"192.168.1.9\",\"to_port\":2000}],\"assertions\":[";
	static const struct { const char *assertion, *why; } said[] = {
		{ ASSERTION("\"peer\":\"anna\"", "\"zone\":\"lan\"", "deny"), "assertion \"as I want it\" would not hold: "
		    "anna would reach the home network (zone lan) (rule \"printers\" decides)" },
		{ ASSERTION("\"zone\":\"public\"", "\"zone\":\"lan\"", "deny"), "assertion \"as I want it\" would not hold: "
		    "the Internet (zone public) would reach the home network (zone lan) (port forward \"games\" lets it through)" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		char text[4096];

		(void)snprintf(text, sizeof(text), "%s%s]}", home, said[i].assertion);	/* fits */
		f = made_of(text);
		err_clear(&e);
		assert_int_equal(firewall_assert_check(NULL, f, &e), -ECANCELED);
		assert_string_equal(e.detail, said[i].why);
		firewall_input_free(f);
	}
}

/* The administration is behind the edge, which looks at zones. */
static void
administration(void **state)
{
	(void)state;
	check(ASSERTION("\"group\":\"kids\"", "\"target\":\"admin\"", "deny"), "", "assertion \"as I want it\" would not hold: "
	    "tim would reach the administration (the cell listens there for it)");
	check(ASSERTION("\"group\":\"kids\"", "\"target\":\"admin\"", "deny"), ",\"admin_access\":{\"zones\":[\"lan\"]}", "");
	check(ASSERTION("\"peer\":\"anna\"", "\"target\":\"admin\"", "allow"), ",\"admin_access\":{\"zones\":[\"lan\"]}",
	    "assertion \"as I want it\" would not hold: anna would not reach the administration "
	    "(admin_access.zones does not have that zone)");
	check(ASSERTION("\"zone\":\"public\"", "\"target\":\"admin\"", "deny"), "", "");
	check(ASSERTION("\"cidr\":\"192.168.1.0/24\"", "\"target\":\"admin\"", "allow"), "", "");
	check(ASSERTION("\"cidr\":\"198.51.100.0/24\"", "\"target\":\"admin\"", "deny"), "", "");
	check(ASSERTION("\"cidr\":\"192.168.5.0/24\"", "\"target\":\"admin\"", "allow"), "", "");
	check(ASSERTION("\"cidr\":\"192.168.5.0/24\"", "\"target\":\"admin\"", "deny"), "", "assertion \"as I want it\" "
	    "would not hold: anna would reach the administration (the cell listens there for it)");
}

static void
services(void **state)
{
	(void)state;
	check(ASSERTION("\"peer\":\"anna\"", "\"service\":\"mail\"", "deny"), "", "");
	check(ASSERTION("\"peer\":\"anna\"", "\"service\":\"mail\"", "allow"), "", "assertion \"as I want it\" would not hold: "
	    "anna would not reach mail (no such service is installed)");
}

/* The cable to the Internet is out: what the owner changes meanwhile is not to blame, but a new assertion must hold. */
static void
broken_before(void **state)
{
	static const char allow[] = ASSERTION("\"peer\":\"anna\"", "\"target\":\"internet\"", "allow");
	struct firewall_input *now = make("", HOME, allow, ""), *next = make("", HOME, allow, ",\"ntp\":{\"enabled\":false}");
	struct firewall_input *none = make("", HOME, "", "");
	struct err e;

	(void)state;
	err_clear(&e);
	assert_int_equal(firewall_assert_check(now, next, &e), 0);
	assert_int_equal(e.kind, ERR_NONE);
	assert_int_equal(firewall_assert_check(none, next, &e), -ECANCELED);
	next->conf->firewall.assertions[0].rev = 9;	/* the change has touched it */
	err_clear(&e);
	assert_int_equal(firewall_assert_check(now, next, &e), -ECANCELED);
	firewall_input_free(now);
	firewall_input_free(next);
	firewall_input_free(none);
}

/* Each is held against what it was itself. */
static void
broken_beside(void **state)
{
	static const char both[] = "{\"id\":\"00000000-0000-4000-8000-000000000002\",\"name\":\"never\","
	    "\"from\":{\"peer\":\"anna\"},\"to\":{\"target\":\"internet\"},\"expect\":\"deny\"},"
	    ASSERTION("\"peer\":\"anna\"", "\"target\":\"dns\"", "allow") ","
	    "{\"id\":\"00000000-0000-4000-8000-000000000003\",\"name\":\"at home\","
	    "\"from\":{\"peer\":\"anna\"},\"to\":{\"target\":\"admin\"},\"expect\":\"allow\"}";
	struct firewall_input *now = make("ppp0", HOME, both, "");
	struct firewall_input *next = make("ppp0", HOME, both, ",\"admin_access\":{\"zones\":[\"lan\"]}");
	struct err e;

	(void)state;
	err_clear(&e);
	assert_int_equal(firewall_assert_check(now, next, &e), -ECANCELED);
	assert_string_equal(e.detail, "assertion \"at home\" would not hold: anna would not reach the administration "
	    "(admin_access.zones does not have that zone)");
	firewall_input_free(now);
	firewall_input_free(next);
}

/* An unknown one stands in nobody's way: only what is known to get worse, or was known, is refused. */
static void
not_known(void **state)
{
	static const char deny[] = ASSERTION("\"peer\":\"anna\"", "\"target\":\"internet\"", "deny");
	static const char home[] = "\"groups\":[{\"name\":\"kids\"}],\"peers\":[" PEER("anna", "2", "") "]";	/* tim goes */
	static const char unknown[] = "it cannot be said whether assertion \"as I want it\" holds: "
	    "rules and their ports make too many cases to look at each";
	static const char fails[] = "assertion \"as I want it\" would not hold: anna would reach the Internet "
	    "(anna has Internet access)";
	/* without an uplink it holds */
	static const struct { const char *uplink, *next_uplink; bool tired, next_tired, touched; const char *want; } changes[] = {
		{ "ppp0", "ppp0", true, true, false, "" }, { "ppp0", "ppp0", true, true, true, unknown },
		{ "ppp0", "", true, false, false, "" }, { "", "ppp0", false, true, false, unknown },
		{ "ppp0", "ppp0", false, true, false, "" }, { "ppp0", "ppp0", true, false, false, fails },
	};
	struct firewall_input *now, *next;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		now = make(changes[i].uplink, HOME, deny, "");
		next = make(changes[i].next_uplink, home, deny, "");
		next->conf->firewall.assertions[0].rev += changes[i].touched;
		tired[0] = changes[i].tired ? now->index : NULL;
		tired[1] = changes[i].next_tired ? next->index : NULL;
		err_clear(&e);
		assert_int_equal(firewall_assert_check(now, next, &e), changes[i].want[0] == '\0' ? 0 : -ECANCELED);
		assert_string_equal(e.detail, changes[i].want);
		firewall_input_free(now);
		firewall_input_free(next);
	}
	tired[0] = tired[1] = NULL;
}

/* The one behind the other that takes most of the steps is not known, before as after: alone it would have been. */
static void
not_known_behind(void **state)
{
	static const char rules[] = "\"rules\":[{\"id\":\"00000000-0000-4000-8000-000000000007\",\"name\":\"none\","
	    "\"action\":\"drop\",\"from\":{\"peer\":\"anna\"},\"to\":{\"zone\":\"lan\"},\"proto\":\"any\"},"
	    "{\"id\":\"00000000-0000-4000-8000-000000000008\",\"name\":\"behind\",\"action\":\"accept\","
	    "\"from\":{\"peer\":\"anna\"},\"to\":{\"zone\":\"lan\"},\"proto\":\"any\"}]";
	static const char two[] = ASSERTION("\"peer\":\"anna\"", "\"zone\":\"lan\"", "deny") ","
	    "{\"id\":\"00000000-0000-4000-8000-000000000002\",\"name\":\"the second\","
	    "\"from\":{\"peer\":\"anna\"},\"to\":{\"zone\":\"lan\"},\"expect\":\"deny\"}";
	struct firewall_input *f[2];
	struct fw_judged j[2];
	struct fw_space *s;
	char text[4096];
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		(void)snprintf(text, sizeof(text), "%s,\"firewall\":{%s,\"assertions\":[%s]}", i == 0 ? HOME :
		    "\"groups\":[{\"name\":\"kids\"}],\"peers\":[" PEER("anna", "2", "") "]", rules, two);	/* fits */
		f[i] = made_of(text);
	}
	s = fw_space_new(f[1]->index);
	judge(f[1], s, &f[1]->conf->firewall.assertions[0], j);
	spent = SPACE_STEPS_MAX - s->steps - s->steps / 2;
	fw_space_free(s);
	for (i = 0; i < 2; i++) {
		assert_int_equal(firewall_assert_all(f[i], j, 2), 2);
		assert_int_equal(j[0].holds, FW_HOLDS);
		assert_int_equal(j[1].holds, FW_NOT_KNOWN);
	}
	err_clear(&e);
	assert_int_equal(firewall_assert_check(f[0], f[1], &e), 0);
	spent = 0;
	firewall_input_free(f[0]);
	firewall_input_free(f[1]);
}

/* What no verdict comes from changes none: it is not judged again, and each that one may come from is. */
static void
judged_once(void **state)
{
	static const char allow[] = ASSERTION("\"peer\":\"anna\"", "\"target\":\"internet\"", "allow");
	struct firewall_input *now = make("ppp0", HOME, allow, ""), *next;
	static const struct { const char *more; bool same; } changes[] = {
		{ ",\"ntp\":{\"sources\":[\"192.0.2.1\"]}", true }, { ",\"admin_access\":{\"zones\":[\"lan\"]}", false },
		{ ",\"network\":{\"uplink\":\"eth1\"}", false }, { ",\"ntp\":{\"enabled\":false}", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		next = make("ppp0", HOME, allow, changes[i].more);
		assert_int_equal(is_same(now, next), changes[i].same);
		firewall_input_free(next);
	}
	next = make("ppp0", HOME, allow, "");
	next->conf->firewall.assertions[0].rev = 9;
	assert_false(is_same(now, next));
	firewall_input_free(next);
	next = make("ppp0", "\"groups\":[{\"name\":\"kids\"}],\"peers\":["
	    PEER("anna", "2", ",\"lan_access\":true") "]", allow, "");
	assert_false(is_same(now, next));
	firewall_input_free(next);
	firewall_input_free(now);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(said_with_subject_and_target), cmocka_unit_test(said_by_name), cmocka_unit_test(administration),
		cmocka_unit_test(services), cmocka_unit_test(broken_before), cmocka_unit_test(broken_beside),
		cmocka_unit_test(not_known), cmocka_unit_test(not_known_behind),
		cmocka_unit_test(judged_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
