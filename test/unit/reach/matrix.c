/* src/reach/matrix.c: doors in order, the difference of two worlds (EXP-2, EXP-3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "reach/matrix.h"

#include "conf/conf.h"

/* A cell on paper: what the two doors say to each pair, and how often they were asked. */
struct paper {
	enum reach_verdict web, dns, lan, internet, peers, pages;
	unsigned refused;		/* bits of subjects whom the edge refuses route 0 */
	unsigned asked;
};

static enum reach_verdict
firewall(void *arg, const struct reach_subject *s, const struct reach_target *t, char *why, size_t size)
{
	struct paper *p = arg;
	const enum reach_verdict says[] = { p->web, p->dns, p->lan, p->internet, p->web, p->peers };

	(void)s;
	p->asked++;
	if (size > 0)
		snprintf(why, size, "firewall: %s", t->name);
	return says[t->place];
}

static enum reach_verdict
edge(void *arg, const struct reach_subject *s, const struct reach_target *t, char *why, size_t size)
{
	const struct paper *p = arg;

	if (size > 0)
		snprintf(why, size, "edge: %s", t->name);
	if (t->place == REACH_ROUTE && t->index == 0 && (p->refused >> s->index & 1) != 0)
		return REACH_DENY;
	return p->pages;
}

static const struct reach_subject subjects[] = {
	{ "anna", 0, CONF_ZONE_VPN, true, 1 }, { "bob", 1, CONF_ZONE_VPN, true, 1 }, { "zone:lan", 9, CONF_ZONE_LAN, false, 1 },
};
static const struct reach_target targets[] = {
	{ "admin", REACH_ADMIN, 0, "", "", 1 }, { "dns", REACH_DNS, 0, "", "", 1 }, { "internet", REACH_INTERNET, 0, "eth0", "", 1 },
	{ "lan", REACH_LAN, 0, "eth0", "", 1 }, { "peer:bob", REACH_PEER, 1, "", "", 1 },
	{ "route:nas", REACH_ROUTE, 1, "http://192.168.1.6", "nas.my.cell", 1 }, { "route:wiki", REACH_ROUTE, 0, "http://192.168.1.5", "wiki.my.cell", 1 },
};

static struct paper
open_all(void)
{
	return (struct paper){ REACH_ALLOW, REACH_ALLOW, REACH_ALLOW, REACH_ALLOW, REACH_ALLOW, REACH_ALLOW, 0, 0 };
}

static struct reach_world
world(struct paper *p)
{
	return (struct reach_world){ subjects, 3, targets, 7, firewall, edge, p };
}

static enum reach_verdict
judge(struct paper *p, const char *subject, const char *target, char *why)
{
	const struct reach_world w = world(p);
	struct reach_row r;

	reach_row_begin(&r, &w, reach_subject_find(&w, subject));
	return reach_row_judge(&r, reach_target_find(&w, target), why);
}

static void
both_doors_must_let_through(void **state)
{
	struct paper p = open_all();
	char why[REACH_TEXT_MAX];

	(void)state;
	assert_int_equal(judge(&p, "anna", "route:wiki", why), REACH_ALLOW);
	assert_string_equal(why, "edge: route:wiki");
	p.web = REACH_DENY;
	assert_int_equal(judge(&p, "anna", "route:wiki", why), REACH_DENY);
	assert_string_equal(why, "firewall: route:wiki");
	assert_int_equal(judge(&p, "anna", "admin", why), REACH_DENY);
	assert_int_equal(judge(&p, "anna", "dns", NULL), REACH_ALLOW);
	p = open_all();
	p.pages = REACH_DENY;
	assert_int_equal(judge(&p, "anna", "dns", why), REACH_DENY);
	assert_string_equal(why, "edge: dns");
	assert_int_equal(judge(&p, "anna", "lan", why), REACH_ALLOW);
	assert_string_equal(why, "firewall: lan");
}

static void
unknown_is_never_allowed(void **state)
{
	struct paper p = open_all();
	char why[REACH_TEXT_MAX];

	(void)state;
	p.web = REACH_UNKNOWN;
	assert_int_equal(judge(&p, "anna", "route:wiki", why), REACH_UNKNOWN);
	assert_string_equal(why, "firewall: route:wiki");
	p.refused = 1;
	assert_int_equal(judge(&p, "anna", "route:wiki", why), REACH_DENY);
	assert_int_equal(judge(&p, "bob", "route:wiki", why), REACH_UNKNOWN);
}

static void
a_peer_and_itself_are_no_cell(void **state)
{
	struct paper p = open_all();

	(void)state;
	assert_int_equal(judge(&p, "bob", "peer:bob", NULL), REACH_ABSENT);
	assert_int_equal(judge(&p, "anna", "peer:bob", NULL), REACH_ALLOW);
	assert_int_equal(judge(&p, "zone:lan", "peer:bob", NULL), REACH_ALLOW);
	assert_null(reach_verdict_name(REACH_ABSENT));
	assert_string_equal(reach_verdict_name(REACH_UNKNOWN), "unknown");
}

static void
the_doors_of_the_edge_are_asked_once(void **state)
{
	struct paper p = open_all();
	const struct reach_world w = world(&p);
	struct reach_row r;
	size_t i;

	(void)state;
	reach_row_begin(&r, &w, &subjects[0]);
	for (i = 0; i < 7; i++)
		assert_int_equal(reach_row_judge(&r, &targets[i], NULL), REACH_ALLOW);
	assert_int_equal(p.asked, 5);	/* admin and both routes share one */
}

static void
paths_say_where_it_leads(void **state)
{
	char buf[REACH_TEXT_MAX];

	(void)state;
	assert_string_equal(reach_path(&subjects[0], &targets[6], buf), "vpn → edge → http://192.168.1.5");
	assert_string_equal(reach_path(&subjects[0], &targets[2], buf), "vpn → internet → eth0");
	assert_string_equal(reach_path(&subjects[2], &targets[1], buf), "lan → name service");
	assert_string_equal(reach_path(&subjects[0], &targets[4], buf), "vpn → vpn");
}

/* --- the difference -------------------------------------------------------------------------- */

struct seen { char text[1024]; };

static void
on_change(void *arg, const struct reach_change *c)
{
	struct seen *s = arg;
	const size_t n = strlen(s->text);
	const struct reach_subject *subject = c->subject_after != NULL ? c->subject_after : c->subject_before;
	const struct reach_target *target = c->target_after != NULL ? c->target_after : c->target_before;
	const char *before = reach_verdict_name(c->before), *after = reach_verdict_name(c->after);

	snprintf(s->text + n, sizeof(s->text) - n, "%s %s %s-%s;", subject->name, target->name, before == NULL ? "none" : before,
	    after == NULL ? "none" : after);
}

static const char *
diff(const struct reach_world *a, const struct reach_world *b, bool same, struct seen *s)
{
	s->text[0] = '\0';
	reach_diff(a, b, same, on_change, s);
	return s->text;
}

static void
a_verdict_that_turns_is_told(void **state)
{
	struct paper p = open_all(), q = open_all();
	struct reach_world a = world(&p), b = world(&q);
	struct seen s;

	(void)state;
	assert_string_equal(diff(&a, &b, false, &s), "");
	q.refused = 2;
	assert_string_equal(diff(&a, &b, false, &s), "bob route:wiki allow-deny;");
	assert_string_equal(diff(&b, &a, false, &s), "bob route:wiki deny-allow;");
}

static void
another_way_is_told_where_it_is_gone(void **state)
{
	struct paper p = open_all();
	struct reach_target other[7];
	struct reach_world a = world(&p), b = world(&p);
	struct seen s;

	(void)state;
	memcpy(other, targets, sizeof(other));
	other[6].way = "http://192.168.1.7";
	b.targets = other;
	p.refused = 2;
	assert_string_equal(diff(&a, &b, false, &s), "anna route:wiki allow-allow;zone:lan route:wiki allow-allow;");
}

static void
who_comes_and_goes_is_told(void **state)
{
	struct paper p = open_all();
	struct reach_world a = world(&p), b = world(&p);
	struct seen s;

	(void)state;
	p.lan = p.internet = p.peers = REACH_DENY;	/* what was refused anyway is no news */
	b.subjects = subjects + 1;
	b.nsubjects = 2;
	assert_string_equal(diff(&a, &b, false, &s),
	    "anna admin allow-none;anna dns allow-none;anna route:nas allow-none;anna route:wiki allow-none;");
	b = a;
	b.ntargets = 6;
	assert_string_equal(diff(&b, &a, false, &s),
	    "anna route:wiki none-allow;bob route:wiki none-allow;zone:lan route:wiki none-allow;");
}

static void
what_cannot_have_changed_is_not_judged(void **state)
{
	struct paper p = open_all(), q = open_all();
	struct reach_subject changed[3];
	struct reach_world a = world(&p), b = world(&q);
	struct seen s;

	(void)state;
	memcpy(changed, subjects, sizeof(changed));
	changed[1].rev = 2;
	b.subjects = changed;
	q.refused = 2;
	assert_string_equal(diff(&a, &b, true, &s), "bob route:wiki allow-deny;");
	assert_in_range(p.asked + q.asked, 1, 10);	/* bob alone, both sides */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_doors_must_let_through),
		cmocka_unit_test(unknown_is_never_allowed),
		cmocka_unit_test(a_peer_and_itself_are_no_cell),
		cmocka_unit_test(the_doors_of_the_edge_are_asked_once),
		cmocka_unit_test(paths_say_where_it_leads),
		cmocka_unit_test(a_verdict_that_turns_is_told),
		cmocka_unit_test(another_way_is_told_where_it_is_gone),
		cmocka_unit_test(who_comes_and_goes_is_told),
		cmocka_unit_test(what_cannot_have_changed_is_not_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
