/* src/proxy/ticket.c: from core to an edge, and whose a ticket is (WEB-3, WEB-5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rd.h"
#include "base/wr.h"
#include "proxy/ticket.h"

static uint8_t buf[4096];

static size_t
written(size_t says)
{
	const struct proxy_ticket a = { .digest = { 1 }, .admin = true, .host = "ha.home.cell", .user = "anna", .name = "Anna A.",
	    .email = "anna@example.org" };
	const struct proxy_ticket b = { .digest = { 2 }, .host = "nas.home.cell", .user = "paul", .name = "", .email = "",
	    .from = { 4, { 10, 0, 0, 2 } } };
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	proxy_tickets_write(&w, says);
	proxy_ticket_write(&w, &a);
	proxy_ticket_write(&w, &b);
	assert_true(wr_ok(&w));
	return wr_len(&w);
}

static struct proxy_tickets *
read_back(size_t n)
{
	struct rd r;

	rd_init(&r, buf, n);
	return proxy_tickets_read(&r);
}

static struct proxy_ticket *
find(const struct proxy_tickets *all, uint8_t digest, const char *host, struct addr vpn)
{
	const uint8_t of[32] = { digest };
	const struct proxy_bearer b = { str_of(host), vpn };

	return proxy_ticket_find(all, of, &b);
}

static void
tickets_arrive_whole(void **state)
{
	struct proxy_tickets *all = read_back(written(2));
	const struct addr none = { 0 }, device = { 4, { 10, 0, 0, 2 } };
	const struct proxy_ticket *t;

	(void)state;
	assert_non_null(all);
	t = find(all, 1, "HA.home.cell.", none);
	assert_non_null(t);
	assert_true(t->admin);
	assert_string_equal(t->user, "anna");
	assert_string_equal(t->name, "Anna A.");
	assert_string_equal(t->email, "anna@example.org");
	t = find(all, 2, "nas.home.cell", device);
	assert_false(t->admin);
	assert_string_equal(t->name, "");
	assert_null(find(all, 2, "ha.home.cell", device));
	assert_null(find(all, 3, "ha.home.cell", none));
	assert_null(find(NULL, 1, "ha.home.cell", none));
	proxy_tickets_free(all);
}

/* AUT-11: who signed in by his device passes no wall from elsewhere. */
static void
of_a_device(void **state)
{
	struct proxy_tickets *all = read_back(written(2));
	const struct addr none = { 0 }, device = { 4, { 10, 0, 0, 2 } }, other = { 4, { 10, 0, 0, 3 } };

	(void)state;
	assert_non_null(find(all, 2, "nas.home.cell", device));
	assert_null(find(all, 2, "nas.home.cell", other));
	assert_null(find(all, 2, "nas.home.cell", none));
	assert_non_null(find(all, 1, "ha.home.cell", other));
	assert_non_null(find(all, 1, "ha.home.cell", none));
	proxy_tickets_free(all);
}

static void
what_is_none(void **state)
{
	const size_t whole = written(2);
	size_t n;

	(void)state;
	for (n = 0; n < whole; n++)
		assert_null(read_back(n));
	assert_null(read_back(whole + 1));
	assert_null(read_back(written(1)));
	assert_null(read_back(written(3)));
	(void)written(2);
	buf[2 + 32] = 2; /* neither an administrator nor none */
	assert_null(read_back(whole));
	(void)written(2);
	buf[2 + 32 + 1] = 5; /* no length of an address */
	assert_null(read_back(whole));
	(void)written(2);
	buf[2 + 32 + 1 + 1 + 1] = '\0'; /* in its host */
	assert_null(read_back(whole));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(tickets_arrive_whole), cmocka_unit_test(of_a_device),
		cmocka_unit_test(what_is_none) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
