/* Netlink messages and their attributes on the cursors (linux/netlink.h): length, type, content, padding to four
 * octets. Headers are in the order of the host; numbers inside are put as their protocol wants them. Pure. */
#ifndef BASE_NLA_H
#define BASE_NLA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct rd;
struct wr;

struct nla {
	uint16_t type;		/* without the flags for nesting and byte order */
	const uint8_t *p;	/* content, in place */
	size_t n;
};

struct nlm {
	uint16_t type, flags;
	uint32_t seq;
	const uint8_t *p;	/* what follows the header */
	size_t n;
};

enum { NLAS_MAX = 32 };

struct nlas {			/* the attributes of one nest, by type; of two with one type the last */
	struct nla a[NLAS_MAX];
	bool has[NLAS_MAX];
	bool ok;		/* false: malformed; what stood before that is there */
};

/* Write. The open forms return a mark for their close; content longer than 65,531 octets fails. */
size_t nla_open(struct wr *w, uint16_t type);		/* nested */
void nla_close(struct wr *w, size_t mark);
void nla_put(struct wr *w, uint16_t type, const void *p, size_t n);
void nla_put_u8(struct wr *w, uint16_t type, uint8_t v);
void nla_put_be32(struct wr *w, uint16_t type, uint32_t v);
void nla_put_be64(struct wr *w, uint16_t type, uint64_t v);
void nla_put_text(struct wr *w, uint16_t type, const char *s);	/* with its NUL */

struct nlm_head { uint16_t type, flags; uint32_t seq; };
size_t nlm_open(struct wr *w, const struct nlm_head *h);
void nlm_close(struct wr *w, size_t mark);

/* Read the next one; false at the end, and (with the cursor failed) at one that is malformed. */
bool nla_next(struct rd *r, struct nla *a);
bool nlm_next(struct rd *r, struct nlm *m);

/* All that are in r; types beyond the maximum are passed over. */
void nlas_read(struct nlas *m, struct rd r);
uint32_t nlas_be32(const struct nlas *m, uint16_t type, uint32_t otherwise);	/* missing, or of another size */

/* Content of exactly that size; *ok becomes false when it has another one. */
uint32_t nla_be32(const struct nla *a, bool *ok);
uint64_t nla_be64(const struct nla *a, bool *ok);

/* Text up to its NUL, or up to the end where there is none. */
struct str nla_text(const struct nla *a);
struct rd nla_in(const struct nla *a);			/* to read what is nested in it */

#endif /* BASE_NLA_H */
