/* src/ntp/socket.c: nobody agrees with himself (NTP-3, NTP-6). */
#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/addr.h"
#include "ntp/socket.h"

static int
open_to(const char *text)
{
	struct addr_port to = { .port = 123 };

	assert_true(addr_read(str_of(text), &to.addr));
	return ntp_socket_open(&to);
}

static void
loopback(void **state)
{
	(void)state;
	assert_int_equal(open_to("127.0.0.1"), -ELOOP);
	assert_int_equal(open_to("127.0.0.53"), -ELOOP);	/* asked from 127.0.0.1 */
	assert_int_equal(open_to("::1"), -ELOOP);
}

/* An address of an interface, by whatever name it was found. */
static void
own_address(void **state)
{
	struct ifaddrs *list, *a;
	struct sockaddr_storage ss = { 0 };
	struct addr_port to;
	int asked = 0;

	(void)state;
	assert_int_equal(getifaddrs(&list), 0);
	for (a = list; a != NULL; a = a->ifa_next) {
		if (a->ifa_addr == NULL || a->ifa_addr->sa_family != AF_INET)
			continue;
		*(struct sockaddr_in *)(void *)&ss = *(const struct sockaddr_in *)(const void *)a->ifa_addr;
		assert_true(addr_from_sockaddr(&ss, &to));
		to.port = 123;
		assert_int_equal(ntp_socket_open(&to), -ELOOP);
		asked++;
	}
	freeifaddrs(list);
	assert_true(asked > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(loopback), cmocka_unit_test(own_address) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
