/* Whose socket it is (R6, SET-3): real connections over the loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/addr.h"
#include "sys/peer.h"

static void
name_of(int fd, int (*get)(int, struct sockaddr *, socklen_t *), struct addr_port *out)
{
	struct sockaddr_storage ss;
	socklen_t n = sizeof(ss);

	assert_int_equal(get(fd, (struct sockaddr *)&ss, &n), 0);
	assert_true(addr_from_sockaddr(&ss, out));
}

static void
check(const char *address)
{
	struct addr_port at = { .port = 0 }, peer, local;
	struct sockaddr_storage ss;
	int s, c, a;
	uid_t uid = 12345;

	assert_true(addr_read(str_of(address), &at.addr));
	s = socket(at.addr.len == 4 ? AF_INET : AF_INET6, SOCK_STREAM, 0);
	c = socket(at.addr.len == 4 ? AF_INET : AF_INET6, SOCK_STREAM, 0);
	assert_int_equal(bind(s, (struct sockaddr *)&ss, (socklen_t)addr_to_sockaddr(&at, &ss)), 0);
	assert_int_equal(listen(s, 1), 0);
	name_of(s, getsockname, &at);
	assert_int_equal(connect(c, (struct sockaddr *)&ss, (socklen_t)addr_to_sockaddr(&at, &ss)), 0);
	a = accept(s, NULL, NULL);
	name_of(a, getpeername, &peer);
	name_of(a, getsockname, &local);
	assert_int_equal(peer_uid(&peer, &local, &uid), 0);
	assert_int_equal(uid, getuid());
	peer.addr.b[peer.addr.len - 1] ^= 4;	/* the same port at another address is another socket */
	assert_int_equal(peer_uid(&peer, &local, &uid), -ENOENT);
	peer.addr.b[peer.addr.len - 1] ^= 4;
	close(c);
	assert_int_equal(peer_uid(&peer, &local, &uid), -ENOENT);
	close(a);
	close(s);
}

static void
test_own_sockets(void **state)
{
	(void)state;
	check("127.0.0.1");
	check("::1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_sockets),
	};

	return cmocka_run_group_tests_name("sys/peer", tests, NULL, NULL);
}
