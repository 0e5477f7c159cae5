/* Reading block lists of strangers: hosts files, one name a line, and the
 * "||name^" rules of advert blockers (BLK-1). Incremental and bounded; a line
 * that is no name is counted, never fatal.
 *
 *	0.0.0.0 ads.example  # text	hosts: an address that leads nowhere, names
 *	ads.example, *.ads.example	domains: the name and everything below it
 *	||ads.example^$important	adblock: other options would block less than
 *					the name, so such lines are skipped */
#ifndef DNS_BLOCKLIST_H
#define DNS_BLOCKLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum dns_blocklist_format { DNS_BLOCKLIST_AUTO, DNS_BLOCKLIST_HOSTS, DNS_BLOCKLIST_DOMAINS, DNS_BLOCKLIST_ADBLOCK };

enum { DNS_BLOCKLIST_LINE_MAX = 1024 };	/* octets; what is longer is no name */

struct dns_blocklist {
	enum dns_blocklist_format format;	/* AUTO: judged line by line */
	/* Each name: wire form, lower case, two labels or more, letters, digits, "-" and "_". */
	void (*on_name)(void *arg, const uint8_t *name, size_t len);
	void *arg;
	uint64_t lines, names, skipped;		/* skipped: neither name nor comment nor empty */
	bool markup;				/* it begins like a web page: no list at all */

	/* the reader's own */
	size_t n;
	bool cut;				/* the line is too long */
	char line[DNS_BLOCKLIST_LINE_MAX];
};

/* "auto", "hosts" … False: unknown. */
bool dns_blocklist_format_read(const char *name, enum dns_blocklist_format *out);

void dns_blocklist_init(struct dns_blocklist *b, enum dns_blocklist_format format,
    void (*on_name)(void *arg, const uint8_t *name, size_t len), void *arg);

/* The next n octets; and, at the end, what is left without a newline. */
void dns_blocklist_feed(struct dns_blocklist *b, const char *p, size_t n);
void dns_blocklist_end(struct dns_blocklist *b);

/* A host name as a list may have it, to wire form in lower case. False: it is none. */
bool dns_blocklist_name(struct str text, uint8_t out[255], size_t *n);

#endif /* DNS_BLOCKLIST_H */
