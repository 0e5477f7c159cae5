/* Tickets from core: what is read is found by its own digest and host, and by no other host. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/rd.h"
#include "proxy/ticket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct proxy_tickets *all;
	const struct proxy_ticket *t;
	struct proxy_bearer b = { .host = STR("a") };
	uint8_t digest[32] = { 0 };
	struct rd r;

	if (data == NULL)
		return 0;
	rd_init(&r, data, len);
	all = proxy_tickets_read(&r);
	if (all == NULL)
		return 0;
	if (len >= 2 + sizeof(digest))
		memcpy(digest, data + 2, sizeof(digest));
	t = proxy_ticket_find(all, digest, &b);
	assert(t == NULL || t->from.len == 0);
	assert(t == NULL || ((t->host[0] | 0x20) == 'a' && t->host[1] == '\0'));
	b.host = STR("b");
	assert(t == NULL || proxy_ticket_find(all, digest, &b) == NULL);
	proxy_tickets_free(all);
	return 0;
}
