/* Name text: what is read is written back as text that reads the same, and
 * never beyond 255 octets. */
#include <assert.h>
#include <string.h>

#include "dns/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t origin[] = "\4home\4arpa";
	const struct str text = { (const char *)data, size };
	uint8_t name[DNS_NAME_MAX], again[DNS_NAME_MAX], lower[DNS_NAME_ROOM];
	char buf[DNS_NAME_TEXT_MAX];
	unsigned labels;
	size_t n, m;

	if (!dns_name_read(text, origin, sizeof(origin), name, &n))
		return 0;
	assert(n >= 1 && n <= DNS_NAME_MAX && dns_name_scan(name, n, &labels) == n);
	(void)dns_name_text(name, n, buf);
	assert(strlen(buf) + 1 <= sizeof(buf));
	assert(dns_name_read(str_of(strcmp(buf, "@") == 0 ? "\\@" : buf), NULL, 0, again, &m));
	assert(m == n && memcmp(name, again, n) == 0);
	assert(dns_name_lower(lower, name, n) == dns_name_hash(name, n));
	assert(memcmp(lower, name, n) == 0);
	return 0;
}
