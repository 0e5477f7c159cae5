/* The job that reads a zone's text; see job_zone.h. What is mapped or made here
 * goes with the process. */
#include "dns/job_zone.h"

#include <errno.h>

#include "base/err.h"
#include "dns/extra.h"
#include "dns/parcel.h"
#include "sys/memfd.h"

enum { TEXT_FD = 3, PARCEL_FD = 4 };

int
dns_job_zone(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg,
    json_t **result, struct err *e)
{
	const char *zone = json_string_value(json_object_get(in, "zone"));
	json_int_t size = json_integer_value(json_object_get(in, "size"));
	struct dns_extra x = { .len = 0 };
	const void *text;
	size_t n;
	void *room;
	int error;

	(void)progress;
	(void)arg;
	if (zone == NULL || size <= 0 || size > DNS_PARCEL_MAX)
		return err_set(e, ERR_VALIDATION, "zone, size");
	error = memfd_map(TEXT_FD, DNS_EXTRA_TEXT_MAX, &text, &n);
	room = memfd_draft_map(PARCEL_FD, (size_t)size);
	if (error < 0 || room == NULL)
		return err_sys(e, error < 0 ? error : -ENOMEM, "read a zone");
	error = dns_extra_make(&x, str_of(zone), (struct str){ text, n }, e);
	if (error < 0)
		return error;
	if (!dns_parcel_write(room, (size_t)size, &x))
		return err_field(e, ERR_VALIDATION, "zonefile", "the zone is too large for one table");
	*result = json_object();
	return 0;
}
