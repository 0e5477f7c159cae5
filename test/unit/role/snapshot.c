/* src/role/snapshot.c: round trip, truncations, foreign bytes, certificates that stay. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "ca/cert.h"
#include "lab.h"
#include "io/tls.h"
#include "io/tls_config.h"
#include "proxy/table.h"
#include "role/snapshot.h"
#include "sys/memfd.h"

struct lab {
	struct ingress ingress;
	struct proxy_site site;
	struct ntp_plan ntp;
	struct conf *conf;
	struct conf_peer peer;
	struct ca_cert own;
	struct snapshot_cert cert;
	struct dns_cookie_keys cookies;
	struct snapshot_in in;
	void *who;
	uint8_t dns[1000];
};

static void
make_cert(struct lab *x)
{
	static const char *const names[] = { "home.home.arpa" };
	const struct ca_cert_plan p = { .common_name = "home", .names = names, .nnames = 1,
	    .from_s = 1800000000, .until_s = 1800000000 + 9 * 86400 };
	struct err e;

	ca_cert_clear(&x->own);
	assert_int_equal(ca_cert_make(&p, NULL, &x->own, &e), 0);
	x->cert = (struct snapshot_cert){ .chain = { x->own.der }, .chain_len = { x->own.n }, .nchain = 1, .key = x->own.key,
	    .key_len = sizeof(x->own.key) };
}

static int
setup(void **state)
{
	const struct net_ifaddr ifs[] = { lab_ifaddr("lo", 1, "127.0.0.1/8"), lab_ifaddr("eth0", 2, "192.168.1.2/24") };
	struct lab *x = calloc(1, sizeof(*x));
	struct conf *c = conf_default("home");
	size_t n;

	assert_true(sodium_init() >= 0);
	c->peers = &x->peer;
	c->npeers = 1;
	x->peer = (struct conf_peer){ .name = "anna-phone", .enabled = true, .ip = { 4, { 10, 0, 0, 2 } } };
	assert_int_equal(ingress_who_build(&x->who, &n, c), 0);
	ingress_plan(&x->ingress, c, ifs, 2);
	proxy_plan(&x->site, c, "box", 8443);
	x->ntp = (struct ntp_plan){ CONF_ZONE_LOCAL, 1, { "time.example" } };
	x->conf = c;
	make_cert(x);
	randombytes_buf(x->dns, sizeof(x->dns));
	randombytes_buf(&x->cookies, sizeof(x->cookies));
	x->in = (struct snapshot_in){ UINT64_C(0x1122334455667788), 42, &x->ingress, &x->site, &x->ntp, x->conf,
	    &x->cert, 1, &x->cookies, x->who, n, x->dns, sizeof(x->dns),
	    { { "page", 4 }, { "root", 4 }, { NULL, 0 } }, { { "1A2B3C", { "list!", 5 } }, { "4D5E6F", { "other", 5 } } } };
	*state = x;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *x = *state;

	ca_cert_clear(&x->own);
	x->conf->npeers = 0;
	free(x->who);
	conf_unref(x->conf);
	free(x);
	return 0;
}

static struct snapshot *
open_made(const struct lab *x, const struct snapshot *old)
{
	struct snapshot *s = NULL;
	int fd = snapshot_make(&x->in);
	struct err e;

	assert_true(fd >= 0);
	assert_int_equal(snapshot_open(&s, &(struct snapshot_fds){ .fd = fd }, old, &e), 0);
	close(fd);
	return s;
}

static void
test_round_trip(void **state)
{
	struct lab *x = *state;
	struct snapshot *s = open_made(x, NULL);

	assert_true(s->serial == x->in.serial && s->generation == 42);
	assert_memory_equal(&s->ingress, &x->ingress, sizeof(x->ingress));
	assert_memory_equal(&s->site, &x->site, sizeof(x->site));
	assert_memory_equal(&s->cookies, &x->cookies, sizeof(x->cookies));
	assert_true(s->tls != NULL && s->tls_dns != NULL && s->tls != s->tls_dns);	/* each with its own sessions */
	assert_int_equal(s->ca[SNAPSHOT_CA_ROOT].n, 4);
	assert_memory_equal(s->ca[SNAPSHOT_CA_ROOT].p, "root", 4);
	assert_int_equal(s->ca[SNAPSHOT_CA_PROFILE].n, 0);
	assert_memory_equal(s->lists[0].file.p, "list!", 5);
	assert_string_equal(s->lists[1].id, "4D5E6F");
	assert_memory_equal(s->lists[1].file.p, "other", 5);
	assert_int_equal(s->lists[2].file.n, 0);
	assert_int_equal(s->dns_len, sizeof(x->dns));
	assert_memory_equal(s->dns, x->dns, sizeof(x->dns));
	assert_int_equal((uintptr_t)s->dns % 16, 0);	/* used in place */
	assert_int_equal(ingress_who_find(&s->who, &x->peer.ip), 1);
	assert_string_equal(ingress_who_name(&s->who, 1), "anna-phone");
	snapshot_free(s);
	snapshot_free(NULL);
}

/* WEB-7: which names are served by a certificate that browsers believe. */
static void
test_public_names(void **state)
{
	struct lab *x = *state;
	struct snapshot_cert list[2];
	struct ca_cert inner = x->own;
	struct snapshot *s;

	list[0] = x->cert;
	list[0].key = inner.key;
	list[0].nnames = 2;
	list[0].names[0] = "home.home.arpa";
	list[0].names[1] = "*.home.home.arpa";
	x->own = (struct ca_cert){ 0 };
	make_cert(x);
	list[1] = x->cert;
	list[1].is_public = true;
	list[1].nnames = 2;
	list[1].names[0] = "ha.home.home.arpa";
	list[1].names[1] = "*.home.example";
	x->in.certs = list;
	x->in.ncerts = 2;
	s = open_made(x, NULL);
	assert_true(io_tls_config_is_public(s->tls, STR("HA.home.home.arpa.")));
	assert_true(io_tls_config_is_public(s->tls, STR("nas.home.example")));
	assert_false(io_tls_config_is_public(s->tls, STR("nas.home.home.arpa")));
	assert_false(io_tls_config_is_public(s->tls, STR("home.home.arpa")));
	assert_false(io_tls_config_is_public(s->tls, STR("home.example")));
	assert_false(io_tls_config_is_public(s->tls, STR("[::1]")));
	snapshot_free(s);
	ca_cert_clear(&inner);
}

/* SET-1, and an edge without HTTPS. */
static void
test_empty_parts(void **state)
{
	struct lab *x = *state;
	struct snapshot *s;

	x->in.ncerts = 0;
	x->in.dns = NULL;
	x->in.dns_len = 0;
	s = open_made(x, NULL);
	assert_null(s->tls);
	assert_int_equal(s->dns_len, 0);
	snapshot_free(s);
}

/* The same certificate keeps its TLS sessions over a change; another one does not. */
static void
test_certificate_stays(void **state)
{
	struct lab *x = *state;
	struct snapshot *a = open_made(x, NULL), *b, *c;

	x->in.generation++;
	b = open_made(x, a);
	assert_ptr_equal(a->tls, b->tls);
	snapshot_free(a);	/* and it does not need the old one */
	make_cert(x);
	c = open_made(x, b);
	assert_ptr_not_equal(b->tls, c->tls);
	snapshot_free(b);
	snapshot_free(c);
}

/* P6: routes that are as before are not read again, others are. */
static void
test_routes_stay(void **state)
{
	struct lab *x = *state;
	struct snapshot *a = open_made(x, NULL), *b;
	unsigned i;

	srand(7);
	for (i = 0; i < 60; i++) {
		const uint32_t was = x->conf->proxy.idle_s;
		const bool name = rand() % 4 == 0;

		x->conf->proxy.idle_s = 60 + (uint32_t)rand() % 3;
		if (name)
			x->conf->identity.domain_name = i % 2 == 0 ? "home.home.arpa" : "home.home.arpa.example";
		x->in.generation++;
		b = open_made(x, a);
		assert_int_equal(proxy_table_idle_s(b->routes), x->conf->proxy.idle_s);
		assert_string_equal(proxy_table_name(b->routes), x->conf->identity.domain_name);
		if (!name)
			assert_true((b->routes == a->routes) == (x->conf->proxy.idle_s == was));
		snapshot_free(a);
		a = b;
	}
	snapshot_free(a);
}

/* WEB-2: which SNI is served is in the snapshot, and as much a part of the certificate as its key. */
static void
test_names(void **state)
{
	struct lab *x = *state;
	struct snapshot *a, *b;

	x->cert.names[x->cert.nnames++] = "home.home.arpa";
	x->cert.names[x->cert.nnames++] = "*.home.home.arpa";
	a = open_made(x, NULL);
	assert_non_null(io_tls_site_find(a->tls, ""));
	assert_non_null(io_tls_site_find(a->tls, "nas.home.home.arpa"));
	assert_non_null(io_tls_site_find(a->tls_dns, "home.home.arpa"));
	assert_null(io_tls_site_find(a->tls, "other.example"));
	x->cert.any_name = true;
	b = open_made(x, a);
	assert_ptr_not_equal(a->tls, b->tls);
	assert_non_null(io_tls_site_find(b->tls, "other.example"));
	snapshot_free(a);
	snapshot_free(b);
}

/* Several certificates: each for its names, the first without one; as many as there may be, and one more. */
static void
test_many_certificates(void **state)
{
	struct lab *x = *state;
	struct snapshot_cert *list = calloc(SNAPSHOT_CERTS_MAX + 1, sizeof(*list));
	static char text[SNAPSHOT_CERTS_MAX + 1][SNAPSHOT_NAMES_MAX][SNAPSHOT_NAME_MAX];
	struct snapshot *s, *t;
	size_t i, k;
	struct err e;
	int fd;

	for (i = 0; i <= SNAPSHOT_CERTS_MAX; i++) {
		list[i] = x->cert;
		list[i].nnames = 100;
		for (k = 0; k < list[i].nnames; k++) {
			snprintf(text[i][k], sizeof(text[i][k]), "n%zu.c%zu.example%0200d", k, i, 0);
			list[i].names[k] = text[i][k];
		}
	}
	x->in.certs = list;
	x->in.ncerts = SNAPSHOT_CERTS_MAX;
	s = open_made(x, NULL);
	assert_int_equal(s->tls->n, SNAPSHOT_CERTS_MAX);
	assert_ptr_equal(io_tls_site_find(s->tls, ""), s->tls->sites[0]);
	for (i = 0; i < SNAPSHOT_CERTS_MAX; i++)
		assert_ptr_equal(io_tls_site_find(s->tls, text[i][99]), s->tls->sites[i]);
	assert_null(io_tls_site_find(s->tls, text[i][0]));
	assert_ptr_equal(s->tls_dns->sites[7], s->tls->sites[0]);	/* one copy of each key */
	x->in.ncerts = 1;
	t = open_made(x, s);
	assert_ptr_equal(t->tls->sites[0], s->tls->sites[0]);
	assert_null(io_tls_site_find(t->tls, text[1][0]));
	x->in.ncerts = SNAPSHOT_CERTS_MAX + 1;
	fd = snapshot_make(&x->in);
	snapshot_free(s);
	assert_true(fd >= 0);
	assert_true(snapshot_open(&s, &(struct snapshot_fds){ .fd = fd }, NULL, &e) < 0);
	close(fd);
	snapshot_free(t);
	free(list);
}

static bool
opens(const uint8_t *p, size_t n)
{
	struct snapshot *s = NULL;
	int fd = memfd_sealed("test", p, n);
	struct err e;
	bool ok;

	assert_true(fd >= 0);
	ok = snapshot_open(&s, &(struct snapshot_fds){ .fd = fd }, NULL, &e) == 0;
	assert_true(ok == (s != NULL));
	if (!ok)
		assert_int_equal(e.kind, ERR_INTERNAL);
	snapshot_free(s);
	close(fd);
	return ok;
}

/* Every beginning of it, and every byte of the head turned over: refused or whole, never a crash. */
static void
test_damaged(void **state)
{
	struct lab *x = *state;
	const void *map;
	uint8_t *copy;
	size_t n, i, head;
	int fd = snapshot_make(&x->in);

	assert_int_equal(memfd_map(fd, 1 << 20, &map, &n), 0);
	copy = malloc(n);
	memcpy(copy, map, n);
	head = n - sizeof(x->dns);
	for (i = 0; i < head; i++)
		assert_false(opens(copy, i));
	assert_true(opens(copy, head));		/* the DNS part judges itself (dns/snapshot.h) */
	for (i = 0; i < head; i++) {
		copy[i] ^= 0xff;
		(void)opens(copy, n);
		copy[i] ^= 0xff;
	}
	for (i = 0; i < 8; i++) {
		copy[i] ^= 1;
		assert_false(opens(copy, n));
		copy[i] ^= 1;
	}
	copy[11] += 1;		/* the head's length is no multiple of 16 */
	assert_false(opens(copy, n));
	copy[11] -= 1;
	copy[8] = 0x7f;		/* and it lies far behind the end */
	assert_false(opens(copy, n));
	memfd_unmap(map, n);
	free(copy);
	close(fd);
}

/* What could still change is not looked at. */
static void
test_not_sealed(void **state)
{
	struct snapshot *s = NULL;
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	struct err e;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 4096), 0);
	assert_true(snapshot_open(&s, &(struct snapshot_fds){ .fd = fd }, NULL, &e) < 0);
	assert_null(s);
	close(fd);
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_true(snapshot_open(&s, &(struct snapshot_fds){ .fd = fd }, NULL, &e) < 0);
	close(fd);
}

static struct sealed *
sealed(const void *p, size_t n)
{
	struct sealed *s;

	assert_int_equal(sealed_new(&s, "test", p, n), 0);
	return s;
}

/* P6: what an edge has of the snapshot before it keeps, and lets go of what is not named any more. */
static void
test_pieces(void **state)
{
	struct lab *x = *state;
	struct sealed *a = sealed("first", 6), *b = sealed("second", 7);
	const int fds[] = { a->fd, b->fd }, none[] = { -1, -1 };
	const uint64_t ids[] = { 7, 8 };
	struct snapshot *s = NULL, *t = NULL, *u = NULL;
	struct err e;
	int fd = snapshot_make(&x->in);

	assert_int_equal(snapshot_open(&s, &(struct snapshot_fds){ fd, 2, fds, ids }, NULL, &e), 0);
	assert_int_equal(s->pieces.n, 2);
	assert_string_equal(s->pieces.v[1]->p, "second");
	/* nothing is behind the descriptors: it needs none */
	assert_int_equal(snapshot_open(&t, &(struct snapshot_fds){ fd, 1, none, ids + 1 }, s, &e), 0);
	assert_ptr_equal(t->pieces.v[0], s->pieces.v[1]);
	snapshot_free(s);
	assert_string_equal(t->pieces.v[0]->p, "second");
	assert_true(snapshot_open(&u, &(struct snapshot_fds){ fd, 2, none, ids }, t, &e) < 0);
	assert_int_equal(snapshot_open(&u, &(struct snapshot_fds){ fd, 2, fds, ids }, t, &e), 0);
	assert_string_equal(u->pieces.v[0]->p, "first");
	snapshot_free(t);
	snapshot_free(u);
	sealed_unref(a);
	sealed_unref(b);
	close(fd);
}

/* A document without peers has them in its first piece, one without the DNS part has that in the second. */
static void
test_beside(void **state)
{
	struct lab *x = *state;
	struct sealed *who = sealed(x->who, x->in.who_len), *other = sealed("other", 6);
	struct sealed *dns = sealed(x->dns, sizeof(x->dns));
	const int fds[] = { who->fd, dns->fd };
	const uint64_t ids[] = { 1, 2 };
	struct snapshot *s = NULL;
	struct err e;
	int fd;

	x->in.who = x->in.dns = NULL;
	x->in.who_len = x->in.dns_len = 0;
	fd = snapshot_make(&x->in);
	assert_int_equal(snapshot_open(&s, &(struct snapshot_fds){ fd, 2, fds, ids }, NULL, &e), 0);
	assert_string_equal(ingress_who_name(&s->who, 1), "anna-phone");
	assert_int_equal(s->dns_len, sizeof(x->dns));
	assert_memory_equal(s->dns, x->dns, sizeof(x->dns));
	snapshot_free(s);
	assert_int_equal(snapshot_open(&s, &(struct snapshot_fds){ fd, 1, fds, ids }, NULL, &e), 0);
	assert_int_equal(s->dns_len, 0);	/* it does not serve */
	snapshot_free(s);
	assert_true(snapshot_open(&s, &(struct snapshot_fds){ fd, 1, &other->fd, ids }, NULL, &e) < 0);
	assert_true(snapshot_open(&s, &(struct snapshot_fds){ .fd = fd }, NULL, &e) < 0);
	sealed_unref(who);
	sealed_unref(dns);
	sealed_unref(other);
	close(fd);
}

static void
test_too_large(void **state)
{
	struct lab *x = *state;

	x->in.dns_len = (size_t)SNAPSHOT_MAX;
	assert_true(snapshot_make(&x->in) < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_certificates, setup, teardown),
		cmocka_unit_test_setup_teardown(test_public_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_empty_parts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_certificate_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(test_routes_stay, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_sealed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pieces, setup, teardown),
		cmocka_unit_test_setup_teardown(test_beside, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_large, setup, teardown),
	};

	return cmocka_run_group_tests_name("role/snapshot", tests, NULL, NULL);
}
