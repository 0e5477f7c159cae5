/* Making X.509 certificates (RFC 5280), signed by P-256 with ECDSA and SHA-256: root,
 * intermediate and server certificates, and those that sign themselves, so that a new
 * cell speaks TLS from its first minute. Time comes in by argument. */
#ifndef CA_CERT_H
#define CA_CERT_H

#include <stddef.h>
#include <stdint.h>

#include "io/p256.h"	/* P256_KEY */

struct addr;
struct ca_scope;
struct err;

enum {
	CA_CERT_DAYS = 397,		/* the most that clients accept from a server */
	CA_CERT_NAMES_MAX = 100,	/* names and addresses */
	CA_CERT_DER_MAX = 32 << 10,
	CA_COMMON_NAME_MAX = 64,
	CA_SERIAL = 16,
	CA_BACKDATE_S = 3600,		/* clocks of clients may be behind */
	CA_FINGERPRINT_TEXT = 96	/* "AB:CD:…" of SHA-256 with its NUL */
};

enum ca_kind {
	CA_SERVER,		/* names and addresses, server authentication */
	CA_INTERMEDIATE,	/* signs servers and revocation lists, only for servers */
	CA_ROOT			/* signs intermediates */
};

struct ca_cert_plan {
	enum ca_kind kind;
	const char *common_name;	/* 1 to 64 bytes of UTF-8; servers with names or addresses may have none: "" */
	const char *const *names;	/* servers: DNS names, also "*.x" */
	size_t nnames;
	const struct addr *addrs;
	size_t naddrs;
	const struct ca_scope *scope;	/* root, intermediate: what they may certify */
	const char *crl_url;		/* where the list of its issuer is fetched; NULL: nowhere */
	int64_t from_s, until_s;	/* Unix time */
};

/* A public key of any kind, borrowed. */
struct ca_public {
	const uint8_t *der;		/* SubjectPublicKeyInfo */
	size_t n;
	const uint8_t *bits;		/* subjectPublicKey in it */
	size_t nbits;
};

struct ca_issuer {
	const char *common_name;
	const uint8_t *key;		/* P256_KEY bytes */
};

/* A certificate, with its key where that is known; wipe with ca_cert_clear(). */
struct ca_cert {
	uint8_t *der;
	size_t n;
	uint8_t serial[CA_SERIAL];	/* its first byte is 0x40 to 0x7f */
	uint8_t key[P256_KEY];		/* zero: the subject has it */
};

/* Random serial; by NULL: signed by its own key. 0, or -errno with e (a name that is none: -EINVAL) and nothing in *out.
 * That a server's names are in the scope of its issuer is the caller's business: clients refuse others. */
int ca_cert_make(const struct ca_cert_plan *plan, const struct ca_issuer *by, struct ca_cert *out, struct err *e);

/* The same for a key that is there: its own, as a root is renewed, or somebody else's, whose public half is known. */
int ca_cert_for_key(const struct ca_cert_plan *plan, const struct ca_issuer *by, const uint8_t key[P256_KEY],
    struct ca_cert *out, struct err *e);
int ca_cert_for_public(const struct ca_cert_plan *plan, const struct ca_issuer *by, const struct ca_public *k,
    struct ca_cert *out, struct err *e);

void ca_cert_clear(struct ca_cert *c);

/* SHA-256 of the DER form as browsers show it. */
const char *ca_fingerprint(const uint8_t *der, size_t n, char buf[CA_FINGERPRINT_TEXT]);

#endif /* CA_CERT_H */
