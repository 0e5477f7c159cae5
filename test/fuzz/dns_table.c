/* Tables (DNS-21, fail closed): one that is accepted can be asked anything. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dns/name.h"
#include "dns/table.h"
#include "dns/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The answer, and every octet of it, is inside the table. */
static void
ask(const struct dns_table *t, unsigned view, const uint8_t *name, size_t n, uint16_t type)
{
	uint8_t lower[DNS_NAME_ROOM];
	struct dns_key k = { .name = lower, .len = (uint8_t)n };
	static uint8_t body[DNS_MESSAGE_MAX];
	const struct dns_answer *a;
	unsigned labels;

	if (dns_name_scan(name, n, &labels) != n)
		return;
	k.labels = (uint8_t)labels;
	k.hash = dns_name_lower(lower, name, n);
	dns_table_prefetch_slot(t, k.hash);
	dns_table_prefetch_node(t, k.hash);
	a = dns_table_find(t, view, &k, type);
	if (a == NULL)
		return;
	assert((const uint8_t *)a >= t->base && dns_answer_body(a) + a->len <= t->base + t->size - DNS_TABLE_PAD);
	assert(a->base <= n && a->len <= sizeof(body));
	memcpy(body, dns_answer_body(a), a->len);
	dns_answer_shift(a, body, n);
	assert((a->kind != DNS_ANSWER_CHASE && a->kind != DNS_ANSWER_DNAME) ||
	    dns_name_scan(dns_answer_body(a) + a->aux, a->len - (size_t)a->aux, &labels) > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t names[][16] = { "\3own\4test", "\1a\3own\4test", "\1x\1w\3own\4test", "\1c\3cut\4test", "" };
	uint64_t *copy = malloc(size + sizeof(*copy));	/* malloc's alignment is enough */
	struct dns_table t;
	struct addr local = { 0 };
	size_t i, v, n;

	if (copy == NULL)
		return 0;
	memcpy(copy, data, size);
	if (dns_table_open(&t, copy, size) && dns_table_check(&t)) {
		for (v = 0; v < t.nviews; v++)
			for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
				n = strlen((const char *)names[i]) + 1;
				ask(&t, (unsigned)v, names[i], n, DNS_A);
				ask(&t, (unsigned)v, names[i], n, DNS_ANY);
			}
		for (i = 0; i < t.nplaces; i++)
			assert(dns_table_view(&t, t.places[i].zone, &t.places[i].local, t.places[i].ifindex) < (int)t.nviews);
		(void)dns_table_view(&t, 1, &local, 0);
	}
	free(copy);
	return 0;
}
