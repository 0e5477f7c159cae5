/* Answers of name servers that lie: what is read is text within its bounds. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "acme/lookup.h"
#include "io/resolve.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t q[IO_RESOLVE_QUERY_MAX], msg[ACME_DNS_MESSAGE];
	size_t n = io_resolve_query(q, 0x1234, "_acme-challenge.home.example.org", ACME_DNS_TXT), i;
	static struct acme_dns d;

	if (size < 10 || n - 2 + size > sizeof(msg))
		return 0;
	/* flags and counts, then what follows the question */
	memcpy(msg, q, n);
	memcpy(msg + 2, data, 2);
	memcpy(msg + 6, data + 2, 6);
	memcpy(msg + n, data + 8, size - 8);
	if (!acme_dns_read(q, n, msg, n + size - 8, &d))
		return 0;
	assert(d.ntexts <= ACME_DNS_TEXTS && d.nservers <= ACME_DNS_SERVERS);
	for (i = 0; i < d.ntexts; i++)
		assert(strlen(d.texts[i]) < ACME_DNS_TEXT);
	for (i = 0; i < d.nservers; i++)
		assert(d.servers[i].name[0] != '\0' && strlen(d.servers[i].name) < ACME_DNS_NAME &&
		    (d.servers[i].addr.len == 0 || d.servers[i].addr.len == 4 || d.servers[i].addr.len == 16));
	return 0;
}
