/* Address text: whatever is read reads the same in the C library, is written
 * in a form that reads back to the same value, and fits its buffer. */
#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/addr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_addr(struct str s)
{
	char text[256], buf[ADDR_TEXT_MAX], name[80];
	uint8_t theirs[16] = { 0 };
	struct addr a, b;
	int ok4, ok6;

	if (!str_copy(s, text, sizeof(text)))
		return;
	ok4 = inet_pton(AF_INET, text, theirs);
	ok6 = ok4 == 1 ? 0 : inet_pton(AF_INET6, text, theirs);
	if (!addr_read(s, &a)) {
		assert(ok4 != 1 && ok6 != 1);
		return;
	}
	assert(a.len == (ok4 == 1 ? 4 : 16) && (ok4 == 1 || ok6 == 1));
	assert(memcmp(a.b, theirs, sizeof(a.b)) == 0);
	assert(addr_read(str_of(addr_text(&a, buf)), &b) && addr_eq(&a, &b));
	assert(addr_reverse(&a, name, sizeof(name)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = { (const char *)data, size };
	char buf[ADDR_TEXT_MAX];
	struct addr_prefix p, q, net;
	struct addr_port at, back;

	check_addr(s);
	if (addr_prefix_read(s, &p)) {
		assert(addr_prefix_read(str_of(addr_prefix_text(&p, buf)), &q));
		assert(addr_eq(&p.addr, &q.addr) && p.bits == q.bits);
		net = addr_prefix_net(&p);
		assert(addr_prefix_is_net(&net) && addr_in(&p.addr, &net));
		assert(addr_prefix_overlap(&p, &net));
	}
	if (addr_port_read(s, &at)) {
		assert(addr_port_read(str_of(addr_port_text(&at, buf)), &back));
		assert(addr_eq(&at.addr, &back.addr) && at.port == back.port);
	}
	return 0;
}
