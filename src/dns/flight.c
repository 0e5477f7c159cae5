/* Queries on their way; see flight.h. */
#include "dns/flight.h"

#include <string.h>

#include "dns/wire.h"

void
dns_flight_join(struct dns_flight **list, struct dns_flight *f)
{
	f->next = *list;
	f->at = list;
	if (f->next != NULL)
		f->next->at = &f->next;
	*list = f;
}

void
dns_flight_leave(struct dns_flight *f)
{
	if (f->at == NULL)
		return;
	*f->at = f->next;
	if (f->next != NULL)
		f->next->at = f->at;
	f->at = NULL;
	f->next = NULL;
}

struct dns_flight *
dns_flight_match(struct dns_flight *list, const uint8_t *msg, size_t n)
{
	struct dns_flight *f;

	if (n < DNS_HEADER || (msg[2] & DNS_QR) == 0 || dns_get16(msg + 4) != 1)
		return NULL;
	for (f = list; f != NULL; f = f->next)
		if (memcmp(f->query, msg, 2) == 0 && n >= DNS_HEADER + f->qlen &&
		    memcmp(f->query + DNS_HEADER, msg + DNS_HEADER, f->qlen) == 0)
			return f;
	return NULL;
}

bool
dns_flight_uses(const struct dns_flight *list, uint16_t id)
{
	for (; list != NULL; list = list->next)
		if (dns_get16(list->query) == id)
			return true;
	return false;
}

/* Taken off first: an owner may send again, and over the same carrier. */
void
dns_flight_fail(struct dns_flight **list, int error)
{
	struct dns_flight *mine = *list, *f;

	*list = NULL;
	if (mine != NULL)
		mine->at = &mine;
	while ((f = mine) != NULL) {
		dns_flight_leave(f);
		f->done(f, NULL, 0, error);
	}
}
