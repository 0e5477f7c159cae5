/* Transaction signatures (RFC 8945): reading one, judging it, and signing what
 * goes back, over as many messages as a transfer has. HMAC with SHA-256 or
 * SHA-512 at full length; other algorithms are unknown keys to us. Pure: keys
 * and time come from the caller.
 *
 * A session follows one exchange: each signature covers the one before it.
 *
 *   as a server:  dns_tsig_find(), dns_tsig_check(), dns_tsig_sign()...
 *   as a client:  dns_tsig_sign(), dns_tsig_find(), dns_tsig_check()
 */
#ifndef DNS_TSIG_H
#define DNS_TSIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"

enum dns_tsig_algorithm { DNS_TSIG_SHA256, DNS_TSIG_SHA512, DNS_TSIG_ALGORITHMS };

enum {
	DNS_TSIG_SECRET_MIN = 32, DNS_TSIG_SECRET_MAX = 128,
	DNS_TSIG_MAC_MAX = 64,
	DNS_TSIG_FUDGE_S = 300,		/* ours; and the most we grant (RFC 8945 10) */
	/* Octets that a signature of ours may take; an error echoes two names of a stranger. */
	DNS_TSIG_ROOM = 2 * DNS_NAME_MAX + 10 + 16 + DNS_TSIG_MAC_MAX + 6
};

/* Errors (RFC 8945 3); of the answer's header only FORMERR and NOTAUTH are meant. */
enum { DNS_BADSIG = 16, DNS_BADKEY = 17, DNS_BADTIME = 18, DNS_BADTRUNC = 22 };

/* Key material: wiped by whoever owns it. */
struct dns_tsig_key {
	uint8_t name[DNS_NAME_MAX], namelen;	/* wire form, lower case */
	uint8_t algorithm;			/* enum dns_tsig_algorithm */
	uint8_t secretlen, zero;
	uint8_t secret[DNS_TSIG_SECRET_MAX];
};

/* A signature as it stands in a message; mac and other point into that. */
struct dns_tsig {
	size_t at;			/* where the record begins */
	uint8_t name[DNS_NAME_ROOM], algorithm[DNS_NAME_ROOM];	/* lower case */
	uint8_t namelen, algorithmlen;
	uint64_t time_s;
	uint16_t fudge, maclen, id, error, otherlen;
	const uint8_t *mac, *other;
};

struct dns_tsig_session {
	const struct dns_tsig_key *key;		/* NULL: none of that name and algorithm */
	const struct dns_tsig *asked;		/* the request, until it is answered; a client has none */
	bool server;
	uint16_t error;				/* that a signature of ours tells */
	bool later;				/* a second answer: only its times are signed with it */
	uint8_t maclen;				/* of the signature before; 0 = none */
	uint8_t mac[DNS_TSIG_MAC_MAX];
};

enum dns_tsig_found { DNS_TSIG_NONE, DNS_TSIG_FOUND, DNS_TSIG_BAD /* FORMERR */ };

/* The signature of a whole message: its last record, with nothing behind it. */
enum dns_tsig_found dns_tsig_find(struct dns_tsig *t, const uint8_t *msg, size_t n);

/* Is this the key that t names? (The secret proves it later.) */
bool dns_tsig_names(const struct dns_tsig *t, const struct dns_tsig_key *key);

/* Judge t, found in msg, as the next signature of s: in this order key, MAC,
 * time, truncation (5.2). 0, DNS_FORMERR, or an error of above, which s will
 * tell in what it signs next. Only 0 means that anything in msg is true. */
unsigned dns_tsig_check(struct dns_tsig_session *s, const struct dns_tsig *t, const uint8_t *msg, int64_t now_s);

/* Append the signature to the message of n octets, which has max. The new
 * length, 0 when it does not fit. After BADKEY and BADSIG it is an unsigned one. */
size_t dns_tsig_sign(struct dns_tsig_session *s, uint8_t *msg, size_t n, size_t max, int64_t now_s);

void dns_tsig_wipe(void *p, size_t n);	/* memory that held keys */

#endif /* DNS_TSIG_H */
