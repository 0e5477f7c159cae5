/* Extra zones (DNS-7): master-file text to a finished table of its own, and to
 * what a transfer sends of it (DNS-18), checked on the way. A text is read once,
 * however often the configuration changes. */
#ifndef DNS_EXTRA_H
#define DNS_EXTRA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "dns/name.h"
#include "dns/outgoing.h"

struct dns_extras;	/* those read so far */
struct dns_zones;	/* dns/zones.h */
struct err;
struct sealed;		/* sys/sealed.h */

enum {
	DNS_EXTRA_TEXT_MAX = 16 << 20,
	DNS_EXTRA_RECORDS_MAX = 100000,
	DNS_EXTRA_TABLE_MAX = 128 << 20,	/* of the table, and of what goes out */
	DNS_EXTRA_SHA256 = 65,		/* in hexadecimal, with its NUL */
	DNS_EXTRAS_MAX = 160		/* read at a time: those in force, and those of changes under way */
};

/* Immutable once made. */
struct dns_extra {
	char sha256[DNS_EXTRA_SHA256];	/* of the text */
	uint8_t name[DNS_NAME_MAX];	/* of the zone; lower case */
	size_t len;
	uint32_t serial;
	size_t records;
	const void *table;		/* dns/table.h, one view; NULL: the text cannot be used */
	size_t n;
	struct sealed *sealed;		/* what a large one that is kept lies in; NULL: the table is malloc'd */
	struct dns_outgoing outgoing;	/* all of its records; there as long as the table */
};

/* The records of a zone's text as a model with one view, closed. -EINVAL with
 * e, which names the line: syntax, a record outside of the zone, no SOA or NS
 * at its apex, a second alias, data below a DNAME, NS or DNAME at a wildcard,
 * more than DNS_EXTRA_RECORDS_MAX. -ENOMEM. */
int dns_extra_zones(struct dns_zones **out, const uint8_t *name, size_t len, struct str text, struct err *e);

/* Would a secondary that has fetched was (NULL: none did) stay with it, although now is another text? The serial
 * is not higher (RFC 1982 3.2), so nothing makes it fetch. */
bool dns_extra_stays(const struct dns_extra *was, const struct dns_extra *now);

/* All of x but its hash from the text of that zone; x comes zeroed. Errors as dns_extra_zones(): then it holds
 * nothing but the name. */
int dns_extra_make(struct dns_extra *x, struct str zone, struct str text, struct err *e);
void dns_extra_clear(struct dns_extra *x);	/* what it holds */

struct dns_extras *dns_extras_new(void);		/* NULL when out of memory */
void dns_extras_free(struct dns_extras *x);		/* NULL is allowed */

/* What was read of that text for that zone. NULL: nothing yet. */
const struct dns_extra *dns_extras_find(const struct dns_extras *x, struct str zone, const char *sha256);

/* Read a text, whose hash is sha256, and keep what is made of it. 0, also when it was
 * there; else as dns_extra_zones(); -ENOSPC at DNS_EXTRAS_MAX. With broken,
 * what cannot be used is kept as such, so that nobody tries it again. */
int dns_extras_read(struct dns_extras *x, struct str zone, const char *sha256, struct str text,
    bool broken, struct err *e);

/* Keep what was made elsewhere (dns/parcel.h) of the text of that hash, also in the place of a broken one; x is
 * taken, on failure cleared. 0, also when it was there; -ENOSPC, -ENOMEM with e. */
int dns_extras_take(struct dns_extras *all, const char *sha256, struct dns_extra *x, struct err *e);

/* Forget those of which keep() says false. */
void dns_extras_sweep(struct dns_extras *x, bool (*keep)(void *arg, const struct dns_extra *e), void *arg);

#endif /* DNS_EXTRA_H */
