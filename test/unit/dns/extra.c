/* Extra zones (DNS-7): what a text may not hold, with its line; and answers that need more than one look. That the
 * answers are those of other servers: test/system/compare. */
#include "dns/extra.h"

#include <errno.h>

#include "base/err.h"
#include "served.h"

#define HEAD "$TTL 300\n@ SOA ns hostmaster 9 3600 600 604800 60\n@ NS ns\nns A 192.0.2.1\n"

static const char sha_a[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
static const char sha_b[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

static const char *
refused(const char *more)
{
	static struct err e;
	struct dns_extras *x = dns_extras_new();
	char text[4096];
	int error;

	assert_non_null(x);
	(void)snprintf(text, sizeof(text), "%s%s", more[0] == '!' ? "" : HEAD, more[0] == '!' ? more + 1 : more);
	err_clear(&e);
	error = dns_extras_read(x, STR("x.example"), sha_a, str_of(text), false, &e);
	assert_true(error == 0 || (error == -EINVAL && dns_extras_find(x, STR("x.example"), sha_a) == NULL));
	dns_extras_free(x);
	return error == 0 ? "taken" : e.fields[0].message;
}

static void
test_refused(void **state)
{
	(void)state;
	assert_string_equal(refused(""), "taken");
	assert_string_equal(refused("!"), "line 1: the zone has no SOA");
	assert_string_equal(refused("!@ 1 SOA a b 1 2 3 4 5\n"), "line 1: the zone has no NS at its own name");
	assert_string_equal(refused("a A 1.2.3.4\nb.other. A 1.2.3.4\n"), "line 6: the name is not in the zone");
	assert_string_equal(refused("@ SOA a b 1 2 3 4 5\n"), "line 5: there is a SOA already");
	assert_string_equal(refused("a SOA a b 1 2 3 4 5\n"), "line 5: SOA stands at the zone's own name only");
	assert_string_equal(refused("a CNAME b\na A 1.2.3.4\n"), "line 6: an alias stands alone at its name");
	assert_string_equal(refused("a CNAME b\na CNAME c\n"), "line 6: an alias stands alone at its name");
	assert_string_equal(refused("a CNAME b\na CNAME B\n"), "taken");
	assert_string_equal(refused("a DNAME b\na DNAME c\n"), "line 6: there is a DNAME already");
	assert_string_equal(refused("a DNAME b\na NS c\n"), "line 6: a name is either delegated or has a DNAME");
	assert_string_equal(refused("a DNAME b\nc.d.a A 1.2.3.4\n"), "line 6: there is a DNAME above this name");
	assert_string_equal(refused("*.a DNAME b\n"), "line 5: a wildcard has no NS and no DNAME");
	assert_string_equal(refused("a NS b\nc.a A 1.2.3.4\nc.a TXT hidden\n"), "taken");
	assert_string_equal(refused("a A 1.2.3\n"), "line 5: the data does not fit the type");
}

/* Bounds are told, too: records of one name. */
static void
test_bounds(void **state)
{
	struct dns_extras *x = dns_extras_new();
	char *text = malloc(1 << 20);
	struct err e = { 0 };
	size_t n = 0;
	int i;

	(void)state;
	assert_non_null(text);
	n = (size_t)snprintf(text, 1 << 20, "%s", HEAD);
	for (i = 0; i <= 2048; i++)
		n += (size_t)snprintf(text + n, (1 << 20) - n, "a TXT %d\n", i);
	assert_int_equal(dns_extras_read(x, STR("x.example"), sha_a, (struct str){ text, n }, false, &e), -EINVAL);
	assert_string_equal(e.fields[0].message, "line 2053: the name has more than 2048 records");
	free(text);
	dns_extras_free(x);
}

/* What is broken is kept as such when asked to, and goes with a sweep. */
static bool
keep_b(void *arg, const struct dns_extra *e)
{
	(void)arg;
	return strcmp(e->sha256, sha_b) == 0;
}

static void
test_kept(void **state)
{
	struct dns_extras *x = dns_extras_new();
	const struct dns_extra *e;

	(void)state;
	assert_int_equal(dns_extras_read(x, STR("x.example"), sha_a, STR("?"), true, NULL), -EINVAL);
	assert_int_equal(dns_extras_read(x, STR("X.Example"), sha_b, STR(HEAD), true, NULL), 0);
	e = dns_extras_find(x, STR("x.example"), sha_a);
	assert_true(e != NULL && e->table == NULL);
	e = dns_extras_find(x, STR("x.example"), sha_b);
	assert_true(e != NULL && e->table != NULL && e->serial == 9 && e->records == 3 && e->outgoing.n > 0);
	assert_null(dns_extras_find(x, STR("y.example"), sha_b));
	dns_extras_sweep(x, keep_b, NULL);
	assert_null(dns_extras_find(x, STR("x.example"), sha_a));
	assert_ptr_equal(dns_extras_find(x, STR("x.example"), sha_b), e);
	dns_extras_free(x);
}

/* What was made elsewhere is kept once, and heals what was broken. */
static void
test_taken(void **state)
{
	struct dns_extras *x = dns_extras_new();
	const struct dns_extra *e;
	struct dns_extra made;
	int i;

	(void)state;
	assert_int_equal(dns_extras_read(x, STR("x.example"), sha_a, STR("?"), true, NULL), -EINVAL);
	e = dns_extras_find(x, STR("x.example"), sha_a);
	for (i = 0; i < 2; i++) {
		memset(&made, 0, sizeof(made));
		assert_int_equal(dns_extra_make(&made, STR("x.example"), STR(HEAD), NULL), 0);
		assert_int_equal(dns_extras_take(x, sha_a, &made, NULL), 0);
		assert_true(made.table == NULL && made.outgoing.p == NULL);
		assert_ptr_equal(dns_extras_find(x, STR("x.example"), sha_a), e);
		assert_true(e->table != NULL && e->serial == 9);
	}
	for (i = 1; i <= DNS_EXTRAS_MAX; i++) {
		char sha[DNS_EXTRA_SHA256];

		(void)snprintf(sha, sizeof(sha), "%064d", i);
		memset(&made, 0, sizeof(made));
		assert_int_equal(dns_extra_make(&made, STR("x.example"), STR(HEAD), NULL), 0);
		assert_int_equal(dns_extras_take(x, sha, &made, NULL), i < DNS_EXTRAS_MAX ? 0 : -ENOSPC);
		assert_null(made.table);
	}
	dns_extras_free(x);
}

/* Another text needs a higher serial to be fetched (RFC 1982): what a secondary would do, for each pair. */
static void
test_stays(void **state)
{
	static const struct { uint32_t was, now; bool stays; } cases[] = {
		{ 9, 10, false }, { 9, 9, true }, { 9, 8, true }, { 0xffffffff, 0, false }, { 0, 0xffffffff, true },
		{ 1, 0x80000000, false }, { 1, 0x80000001, true }, { 1, 0x80000002, true },
	};
	struct dns_extra was = { .table = &was }, now = { .table = &now };
	size_t i;

	(void)state;
	memcpy(was.sha256, sha_a, sizeof(sha_a));
	memcpy(now.sha256, sha_b, sizeof(sha_b));
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		was.serial = cases[i].was;
		now.serial = cases[i].now;
		assert_int_equal(dns_extra_stays(&was, &now), cases[i].stays);
		assert_false(dns_extra_stays(NULL, &now));
	}
	was.table = NULL;	/* a broken text never went out */
	assert_false(dns_extra_stays(&was, &now));
	was.table = &was;
	memcpy(now.sha256, sha_a, sizeof(sha_a));
	assert_false(dns_extra_stays(&was, &now));
}

/* --- answers in steps ------------------------------------------------------------- */

struct world {
	struct cell k;
	struct conf_extra_zone zones[2];
	struct served s;
	struct dns_extras *extras;
};

static void
open_world(struct world *w, const char *second, const char *a, const char *b)
{
	const char *const names[] = { "a.example", second };
	const char *const texts[] = { a, b }, *const shas[] = { sha_a, sha_b };
	char text[4096];
	size_t i;

	cell_init(&w->k);
	w->extras = dns_extras_new();
	for (i = 0; i < 2; i++) {
		w->zones[i] = (struct conf_extra_zone){ .name = names[i], .sha256 = shas[i],
		    .views = i == 0 ? CONF_ZONE_LAN | CONF_ZONE_VPN : CONF_ZONE_LAN };
		(void)snprintf(text, sizeof(text), "%s%s", HEAD, texts[i]);
		assert_int_equal(dns_extras_read(w->extras, str_of(names[i]), shas[i], str_of(text), false, NULL), 0);
	}
	w->k.c.dns.zones = w->zones;
	w->k.c.dns.nzones = 2;
	w->k.host.extras = w->extras;
	cell_record(&w->k, "myhome.home.arpa", "to-a", "CNAME", "www.a.example", CONF_ZONE_LAN | CONF_ZONE_VPN);
	served_open(&w->s, &w->k);
}

static void
close_world(struct world *w)
{
	served_close(&w->s);
	dns_extras_free(w->extras);
}

static void
test_steps(void **state)
{
	static struct world w;

	(void)state;
	open_world(&w, "b.example", "www A 192.0.2.80\n"
	    "home CNAME api.myhome.home.arpa.\nover CNAME x.b.example.\nout CNAME www.elsewhere.\n"
	    "d DNAME b.example.\ne DNAME elsewhere.\n",
	    "x A 192.0.2.90\nback CNAME over.a.example.\nring CNAME ring2.a.example.\n");
	assert_string_equal(served_ask(&w.s, &from_lan, "www.a.example", DNS_A), "NOERROR aa www.a.example. 300 A 192.0.2.80 |");
	/* from the cell's own zones into a text, and back, by the asker's own view */
	assert_string_equal(served_ask(&w.s, &from_vpn, "to-a.myhome.home.arpa", DNS_A), "NOERROR aa "
	    "to-a.myhome.home.arpa. 300 CNAME www.a.example.; www.a.example. 300 A 192.0.2.80 |");
	assert_non_null(strstr(served_ask(&w.s, &from_vpn, "home.a.example", DNS_A), "api.myhome.home.arpa. 60 A 10.0.0.1;"));
	assert_non_null(strstr(served_ask(&w.s, &from_lan, "home.a.example", DNS_A), "api.myhome.home.arpa. 60 A 192.168.1.2;"));
	/* from text to text; to one that this view may not see only the alias */
	assert_string_equal(served_ask(&w.s, &from_lan, "over.a.example", DNS_A), "NOERROR aa "
	    "over.a.example. 300 CNAME x.b.example.; x.b.example. 300 A 192.0.2.90 |");
	assert_string_equal(served_ask(&w.s, &from_vpn, "over.a.example", DNS_A),
	    "NOERROR aa over.a.example. 300 CNAME x.b.example. |");
	assert_string_equal(served_ask(&w.s, &from_vpn, "x.b.example", DNS_A), "REFUSED  |");
	/* a DNAME makes the alias; DNAME and chain in one */
	assert_string_equal(served_ask(&w.s, &from_lan, "back.d.a.example", DNS_A), "NOERROR aa "
	    "back.b.example. 300 CNAME over.a.example.; back.d.a.example. 300 CNAME back.b.example.; "
	    "d.a.example. 300 DNAME b.example.; over.a.example. 300 CNAME x.b.example.; x.b.example. 300 A 192.0.2.90 |");
	/* what is not ours is asked for, with the name that the DNAME makes */
	assert_string_equal(served_ask(&w.s, &from_lan, "www.e.a.example", DNS_A), "asks upstream");
	assert_int_equal(w.s.o.want.len, 15);
	assert_memory_equal(w.s.o.want.name, "\3www\11elsewhere", 15);
	assert_string_equal(served_ask(&w.s, &from_lan, "out.a.example", DNS_A), "asks upstream");
	/* no view, no resolving */
	assert_string_equal(served_ask(&w.s, &from_cell, "www.a.example", DNS_A), "REFUSED  |");
	close_world(&w);
}

/* A zone below another one, delegated or not: its text answers, also at the end of an alias; DS is the parent's. */
static void
test_child(void **state)
{
	static struct world w;

	(void)state;
	open_world(&w, "sub.a.example", "sub NS ns.sub\n"
	    "sub DS 1 13 2 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"
	    "in CNAME www.sub\nno CNAME none.sub\ncut NS ns.cut\nns.cut A 192.0.2.9\nto CNAME x.cut\nat CNAME cut\n",
	    "www A 192.0.2.70\n");
	assert_string_equal(served_ask(&w.s, &from_lan, "in.a.example", DNS_A), "NOERROR aa "
	    "in.a.example. 300 CNAME www.sub.a.example.; www.sub.a.example. 300 A 192.0.2.70 |");
	assert_non_null(strstr(served_ask(&w.s, &from_lan, "no.a.example", DNS_A), "NXDOMAIN aa"));
	assert_non_null(strstr(cell_text(w.s.out, w.s.n), "| sub.a.example. 60 SOA"));
	assert_non_null(strstr(served_ask(&w.s, &from_lan, "sub.a.example", DNS_DS), "NOERROR aa sub.a.example. 300 DS 1 13 2"));
	assert_non_null(strstr(served_ask(&w.s, &from_lan, "a.example", DNS_DS), "NOERROR aa  | a.example. 60 SOA"));
	assert_string_equal(served_ask(&w.s, &from_lan, "x.y.cut.a.example", DNS_A),
	    "NOERROR  | cut.a.example. 300 NS ns.cut.a.example.");
	assert_string_equal(served_ask(&w.s, &from_lan, "to.a.example", DNS_A),
	    "NOERROR aa to.a.example. 300 CNAME x.cut.a.example. | cut.a.example. 300 NS ns.cut.a.example.");
	assert_non_null(strstr(served_ask(&w.s, &from_lan, "at.a.example", DNS_DS), "CNAME cut.a.example. | a.example. 60 SOA"));
	close_world(&w);
}

/* A name that would be too long is none (RFC 6672 2.2). */
static void
test_too_long(void **state)
{
	static struct world w;
	char more[512], name[256], label[61];

	(void)state;
	memset(label, 'l', 60);
	label[60] = '\0';
	(void)snprintf(more, sizeof(more), "d DNAME %s.%s.%s.a.example.\n", label, label, label);
	(void)snprintf(name, sizeof(name), "x.%s.d.a.example", label);
	open_world(&w, "b.example", more, "");
	assert_non_null(strstr(served_ask(&w.s, &from_lan, name, DNS_A), "YXDOMAIN aa d.a.example. 300 DNAME"));
	assert_non_null(strstr(served_ask(&w.s, &from_lan, "s.d.a.example", DNS_A), "NXDOMAIN aa"));
	close_world(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused), cmocka_unit_test(test_bounds), cmocka_unit_test(test_kept),
		cmocka_unit_test(test_taken), cmocka_unit_test(test_stays),
		cmocka_unit_test(test_steps), cmocka_unit_test(test_child), cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
