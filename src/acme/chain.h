/* The chain of certificates that an authority sends (RFC 8555 7.4.2, 9.1, 11.4):
 * judged before anybody uses it. Whether its root is known is not asked: staging
 * has none, and the TLS connection has said who sends it. */
#ifndef ACME_CHAIN_H
#define ACME_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acme/window.h"
#include "base/str.h"
#include "base/x509.h"

struct err;

enum { ACME_CHAIN_CERTS = 8, ACME_CHAIN_SLACK_S = 3600 /* clocks of authorities and ours differ */ };

struct acme_chain_want {
	struct x509_bytes key;		/* SubjectPublicKeyInfo */
	const char *const *names;	/* exactly these */
	size_t nnames;
	int64_t now;
};

struct acme_chain {
	char *pem;			/* the certificates and nothing else, written anew; owned */
	int64_t not_before, not_after;
	char id[ACME_WINDOW_ID_SIZE];	/* for renewal information; "": it has none */
};

/* The public key that a request (PKCS #10, DER) is for. False: it is none. */
bool acme_request_key(const void *der, size_t n, struct x509_bytes *key);

/* Read PEM; ERR_REMOTE, with what is wrong, and nothing in out: another key or other names than ordered, dates that do not
 * hold now, a certificate that the next one has not signed, anything that is not a certificate. */
int acme_chain_read(struct str pem, const struct acme_chain_want *want, struct acme_chain *out, struct err *e);
void acme_chain_clear(struct acme_chain *c);

#endif /* ACME_CHAIN_H */
