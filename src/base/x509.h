/* Reading X.509 certificates (RFC 5280 4.1): whatever their key and signature,
 * nothing checked but the form. Everything points into the bytes that were read. */
#ifndef BASE_X509_H
#define BASE_X509_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"

enum { X509_NAMES_MAX = 100 };

enum x509_kind { X509_OTHER, X509_RSA, X509_P256, X509_P384 };	/* of a key; of a signature: X509_P256 is any ECDSA */
enum x509_hash { X509_NO_HASH, X509_SHA256, X509_SHA384, X509_SHA512 };

struct x509_bytes {
	const uint8_t *p;
	size_t n;
};

struct x509 {
	struct x509_bytes tbs;			/* what is signed */
	struct x509_bytes serial;		/* content of the INTEGER */
	struct x509_bytes issuer, subject;	/* names, as DER */
	int64_t not_before, not_after;		/* Unix times */
	struct x509_bytes public_key;		/* SubjectPublicKeyInfo */
	struct x509_bytes key_bits;		/* subjectPublicKey in it: a point, or RSAPublicKey */
	enum x509_kind key_kind;
	struct x509_bytes signature;		/* content of the BIT STRING */
	enum x509_kind signed_by;
	enum x509_hash hash;

	/* extensions; empty or false: absent */
	struct x509_bytes key_id, authority_key_id;
	bool ca;				/* basicConstraints */
	bool unknown_critical;			/* another one must not be ignored */
	size_t nnames, naddrs;			/* subjectAltName, other kinds left out; at most X509_NAMES_MAX in all */
	struct str names[X509_NAMES_MAX];	/* printable ASCII */
	struct addr addrs[X509_NAMES_MAX];
	size_t other_names;			/* how many were left out */
};

/* n bytes at p, exactly one certificate in DER. False: it is none, and c is worthless. */
bool x509_read(const void *p, size_t n, struct x509 *c);

bool x509_bytes_eq(struct x509_bytes a, struct x509_bytes b);

/* RSAPublicKey (RFC 8017 A.1.1): big-endian modulus and exponent. False: the key is no such thing. */
bool x509_rsa_read(struct x509_bytes bits, struct x509_bytes *modulus, struct x509_bytes *exponent);

#endif /* BASE_X509_H */
