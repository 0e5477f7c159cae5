/* Block lists of strangers (INP-9): every accepted name is a valid one in
 * lower case, and how the octets arrive in pieces changes nothing. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dns/blocklist.h"
#include "dns/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen { uint64_t names, sum; };

static void
on_name(void *arg, const uint8_t *name, size_t len)
{
	struct seen *s = arg;
	uint8_t lower[DNS_NAME_ROOM];
	unsigned labels, i, at;

	assert(dns_name_scan(name, len, &labels) == len && labels >= 2);
	(void)dns_name_lower(lower, name, len);
	assert(memcmp(lower, name, len) == 0);
	for (at = 0; name[at] != 0; at += name[at] + 1u)
		for (i = 1; i <= name[at]; i++)
			assert(strchr("abcdefghijklmnopqrstuvwxyz0123456789-_", name[at + i]) != NULL);
	s->names++;
	s->sum = s->sum * 31 + dns_name_hash(name, len);
}

static void
read_in_steps(const char *p, size_t n, size_t step, enum dns_blocklist_format format, struct seen *s)
{
	struct dns_blocklist b;
	size_t at;

	dns_blocklist_init(&b, format, on_name, s);
	for (at = 0; at < n; at += step)
		dns_blocklist_feed(&b, p + at, step < n - at ? step : n - at);
	dns_blocklist_end(&b);
	assert(b.names == s->names);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole, pieces;
	int format;

	for (format = DNS_BLOCKLIST_AUTO; format <= DNS_BLOCKLIST_ADBLOCK; format++) {
		memset(&whole, 0, sizeof(whole));
		memset(&pieces, 0, sizeof(pieces));
		read_in_steps((const char *)data, size, size + 1, (enum dns_blocklist_format)format, &whole);
		read_in_steps((const char *)data, size, 7, (enum dns_blocklist_format)format, &pieces);
		assert(whole.names == pieces.names && whole.sum == pieces.sum);
	}
	return 0;
}
