/* Trust anchors of our own TLS connections: the compiled-in authorities, and
 * those of a file that whoever starts the process names, for a private
 * authority or a test. */
#ifndef IO_TLS_ANCHORS_H
#define IO_TLS_ANCHORS_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct io_tls_anchors;

enum { IO_TLS_ANCHORS_EXTRA = 128, IO_TLS_ANCHORS_FILE_MAX = 1 << 20 };

/* The compiled-in ones, when builtin. NULL when out of memory. */
struct io_tls_anchors *io_tls_anchors_new(bool builtin);
struct io_tls_anchors *io_tls_anchors_copy(const struct io_tls_anchors *a);	/* the same; NULL when out of memory */
void io_tls_anchors_free(struct io_tls_anchors *a);	/* NULL is allowed */

/* Add the certificates of a PEM text. At least one and at most
 * IO_TLS_ANCHORS_EXTRA in all; after -EINVAL, with e set, a stays usable
 * and may have got some of them. */
int io_tls_anchors_add(struct io_tls_anchors *a, const char *pem, size_t n, struct err *e);

/* The compiled-in ones and those of the file that PIC_TRUST_FILE names, if set.
 * The file must be a regular one of root or of this account, that nobody else
 * may write. Roles call it before they give up their privileges: afterwards
 * there is no file to read. NULL with e set when the file will not do. */
struct io_tls_anchors *io_tls_anchors_load(struct err *e);

size_t io_tls_anchors_count(const struct io_tls_anchors *a);

#endif /* IO_TLS_ANCHORS_H */
