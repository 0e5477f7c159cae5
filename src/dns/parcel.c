/* Zones on their way from a job; see parcel.h. Head, table, records. */
#include "dns/parcel.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dns/extra.h"
#include "dns/table.h"
#include "dns/wire.h"

static const char magic[8] = { 'P', 'I', 'C', 'D', 'N', 'S', 'Z', '1' };

struct head {
	char magic[8];
	uint32_t table, outgoing;	/* octets */
	uint32_t soalen, records;
};

_Static_assert(sizeof(struct head) % 8 == 0, "the table is aligned");

enum { SOA_MIN = 22, SOA_NUMBERS = 20 };

bool
dns_parcel_write(void *p, size_t room, const struct dns_extra *x)
{
	struct head h = { .table = (uint32_t)x->n, .outgoing = x->outgoing.n, .soalen = x->outgoing.soalen,
		.records = (uint32_t)x->records };
	uint8_t *to = p;

	if (room > DNS_PARCEL_MAX || room < sizeof(h) || x->n > room - sizeof(h) ||
	    x->outgoing.n > room - sizeof(h) - x->n)
		return false;
	memcpy(h.magic, magic, sizeof(magic));
	memcpy(to, &h, sizeof(h));
	memcpy(to + sizeof(h), x->table, x->n);
	memcpy(to + sizeof(h) + x->n, x->outgoing.p, x->outgoing.n);
	return true;
}

static void *
copy(const void *p, size_t n)
{
	void *to = malloc(n == 0 ? 1 : n);

	if (to != NULL)
		memcpy(to, p, n);
	return to;
}

static bool
check(struct dns_extra *x)
{
	struct dns_outgoing *o = &x->outgoing;
	struct dns_table t;

	if (x->table == NULL || o->p == NULL || !dns_table_open(&t, x->table, x->n) || !dns_table_check(&t) ||
	    t.nviews != 1 || !dns_outgoing_check(o, x->name, x->len) || o->soalen < x->len + DNS_RR_FIXED + SOA_MIN)
		return false;
	x->serial = dns_get32(o->p + o->soalen - SOA_NUMBERS);
	return true;
}

bool
dns_parcel_read(struct dns_extra *x, const void *p, size_t n)
{
	const uint8_t *from = p;
	struct head h;

	if (n < sizeof(h))
		return false;
	memcpy(&h, p, sizeof(h));
	if (memcmp(h.magic, magic, sizeof(magic)) != 0 || h.table > n - sizeof(h) ||
	    h.outgoing > n - sizeof(h) - h.table || h.records > DNS_EXTRA_RECORDS_MAX)
		return false;
	x->n = h.table;
	x->sealed = NULL;
	x->table = copy(from + sizeof(h), h.table);
	x->outgoing.n = h.outgoing;
	x->outgoing.soalen = h.soalen;
	x->outgoing.p = copy(from + sizeof(h) + h.table, h.outgoing);
	x->records = h.records;
	if (check(x))
		return true;
	dns_extra_clear(x);
	return false;
}
