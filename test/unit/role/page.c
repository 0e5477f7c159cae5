/* The page that core lends an edge: room for the log of the whole cell however many edges share it (DNS-19), and nothing
 * of it left when it is forgotten. */
#include "role/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "conf/conf.h"
#include "dns/server.h"
#include "sys/memfd.h"

static void
room_for_all(void **state)
{
	size_t edges;

	(void)state;
	assert_int_equal(edge_page_room(0), DNS_LOG_ENTRIES_MAX);	/* before core said */
	for (edges = 1; edges <= 4; edges++) {
		assert_true(edge_page_room(edges) * edges <= DNS_LOG_ENTRIES_MAX);
		assert_true(edge_page_room(edges) * edges > DNS_LOG_ENTRIES_MAX - edges);
		assert_true(edge_page_size(edges) >= sizeof(struct edge_page) +
		    edge_page_room(edges) * sizeof(struct dns_log_entry));
	}
}

static void
put(struct edge_page *p, size_t n)
{
	struct dns_log_entry e = { .zone = CONF_ZONE_LAN, .source = DNS_SOURCE_UPSTREAM, .namelen = 9 };

	memcpy(e.name, "\7private", 9);
	while (n-- > 0)
		dns_log_put(&p->log, &e);
}

/* The counters stay (DNL-9), names and memory go; the ring goes on where it was. */
static void
forgotten(void **state)
{
	enum { EDGES = 2, MANY = 5000 };
	size_t size = edge_page_size(EDGES), room = edge_page_room(EDGES), i;
	int fd = memfd_share("page", size);
	struct edge_page *p = memfd_share_map(fd, size);
	struct dns_log_entry got;
	struct stat st;
	blkcnt_t before;

	(void)state;
	assert_non_null(p);
	p->stats.dns.udp_queries = 7;
	dns_log_limit(&p->log, room, room);
	put(p, MANY);
	assert_true(dns_log_get(&p->log, room, MANY, &got));
	assert_int_equal(fstat(fd, &st), 0);
	before = st.st_blocks;
	edge_page_forget(fd, EDGES);
	assert_int_equal(fstat(fd, &st), 0);
	assert_true(st.st_blocks < before / 10);
	assert_int_equal(p->stats.dns.udp_queries, 7);
	assert_int_equal(dns_log_newest(&p->log), MANY);
	for (i = 1; i <= MANY; i++)
		assert_false(dns_log_get(&p->log, room, i, &got));
	assert_null(memmem(p, size, "private", 7));
	put(p, 1);
	assert_true(dns_log_get(&p->log, room, MANY + 1, &got));
	assert_int_equal(munmap(p, size), 0);
	assert_int_equal(close(fd), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(room_for_all), cmocka_unit_test(forgotten) };

	return cmocka_run_group_tests_name("role/page", tests, NULL, NULL);
}
