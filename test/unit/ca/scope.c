/* src/ca/scope.c: which names and addresses are inside (TLS-6). */
#include "lab.h"

static void
names(void **state)
{
	static const char *const in[] = { "home.cell", "HOME.cell", "a.home.cell", "*.home.cell", "a.b.home.cell", "box1" };
	static const char *const out[] = { "cell", "ahome.cell", "home.cell.example", "example", "", "*.cell", "bo" };
	struct ca_scope s = { 0 };
	size_t i;

	(void)state;
	assert_true(ca_scope_add(&s, STR("Home.Cell")) && ca_scope_add(&s, STR("box1")));
	assert_string_equal(s.names[0], "home.cell");
	assert_true(ca_scope_add(&s, STR("www.home.cell")));
	assert_int_equal(s.nnames, 2);	/* it was inside */
	for (i = 0; i < sizeof(in) / sizeof(in[0]); i++)
		assert_true(ca_scope_has_name(&s, str_of(in[i])));
	for (i = 0; i < sizeof(out) / sizeof(out[0]); i++)
		assert_false(ca_scope_has_name(&s, str_of(out[i])));
	assert_false(ca_scope_add(&s, STR("*.x")) || ca_scope_add(&s, STR("a b")) || ca_scope_add(&s, STR("")));
	assert_int_equal(s.nnames, 2);
}

/* TLS-6, SEC-8: a host may be called as a top-level domain is, or as one will be: its subtree would be the whole of it. */
static void
top_level(void **state)
{
	static const char *const refused[] = { "dev", "Cloud", "app", "raspberrypi", "uk", "local", "xn--p1ai", "ab--c" };
	static const char *const taken[] = { "localhost", "pi4", "debian-12", "dev.local", "home_1" };
	struct ca_scope s = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_false(ca_scope_add(&s, str_of(refused[i])));
	for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		assert_true(ca_scope_add(&s, str_of(taken[i])));
	assert_false(ca_scope_has_name(&s, STR("web.dev")) || ca_scope_has_name(&s, STR("dev")));
}

static void
full(void **state)
{
	struct ca_scope s = { 0 };
	char name[16];
	int i;

	(void)state;
	for (i = 0; i < CA_SCOPE_NAMES_MAX; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		assert_true(ca_scope_add(&s, str_of(name)));
	}
	assert_false(ca_scope_add(&s, STR("more")));
	assert_true(ca_scope_add(&s, STR("a.n3")));
}

static void
addresses(void **state)
{
	static const char *const in[] = { "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.2", "100.64.0.1", "127.0.0.1",
	    "fd00::7", "::1" };
	static const char *const out[] = { "172.32.0.1", "11.0.0.1", "8.8.8.8", "169.254.1.1", "2001:db8::1", "fe80::1", "::2" };
	struct addr a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(in) / sizeof(in[0]); i++)
		assert_true(addr_read(str_of(in[i]), &a) && ca_scope_has_addr(&a));
	for (i = 0; i < sizeof(out) / sizeof(out[0]); i++)
		assert_true(addr_read(str_of(out[i]), &a) && !ca_scope_has_addr(&a));
}

/* What is written is what openssl reads: critical, with masks. */
static void
written(void **state)
{
	static const char *const want[] = { "X509v3 Name Constraints: critical", "DNS:home.cell", "DNS:home.home.arpa",
	    "DNS:box.local",
	    "IP:10.0.0.0/255.0.0.0", "IP:172.16.0.0/255.240.0.0", "IP:192.168.0.0/255.255.0.0", "IP:100.64.0.0/255.192.0.0",
	    "IP:FC00:0:0:0:0:0:0:0/FE00:0:0:0:0:0:0:0", "IP:0:0:0:0:0:0:0:1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF" };
	static const char *const files[] = { "openssl x509 -in root.pem -noout -text", "openssl x509 -in ca.pem -noout -text" };
	struct lab *x = *state;
	size_t k;

	for (k = 0; k < 2; k++) {
		lab_says(x, files[k], want, sizeof(want) / sizeof(want[0]));
		assert_null(strstr(x->out, "Excluded"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(top_level),
		cmocka_unit_test(full),
		cmocka_unit_test(addresses),
		cmocka_unit_test_setup_teardown(written, lab_setup, lab_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
