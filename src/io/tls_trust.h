/* What tls_anchors.c reads and tls_client.c checks against; plain data of these two. */
#ifndef IO_TLS_TRUST_H
#define IO_TLS_TRUST_H

#include <stddef.h>

#include <bearssl.h>

struct io_tls_anchors {
	br_x509_trust_anchor *v;
	size_t n;
	size_t builtin;		/* the first of them lie in io_tls_roots */
};

#endif /* IO_TLS_TRUST_H */
