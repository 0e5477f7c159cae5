/* Tables of lists (fail closed): one that is accepted can be asked anything. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dns/lists.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t names[][24] = { "\3ads\7example", "\1a\1b\1c\3ads\7example", "" };
	uint64_t *copy = malloc(size + sizeof(*copy));	/* malloc's alignment is enough */
	struct dns_lists l;
	size_t i;

	if (copy == NULL)
		return 0;
	memcpy(copy, data, size);
	if (dns_lists_open(&l, copy, size)) {
		for (i = 0; i < l.n; i++)
			assert(strlen(l.ids[i]) < DNS_LIST_ID_MAX);
		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			(void)dns_nameset_find(&l.set, names[i], strlen((const char *)names[i]) + 1);
	}
	free(copy);
	return 0;
}
