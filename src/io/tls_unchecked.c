/* Certificates that are only read, not judged; see tls_unchecked.h. */
#include "io/tls_unchecked.h"

#include <stddef.h>
#include <stdint.h>

static struct io_tls_unchecked *
of(const br_x509_class **ctx)
{
	return (struct io_tls_unchecked *)(void *)ctx;
}

static void
start_chain(const br_x509_class **ctx, const char *server_name)
{
	(void)server_name;	/* it may be anybody */
	of(ctx)->first = of(ctx)->seen = false;
}

static void
start_cert(const br_x509_class **ctx, uint32_t length)
{
	struct io_tls_unchecked *u = of(ctx);

	(void)length;		/* the decoder finds the end */
	u->first = !u->seen;
	if (u->first)
		br_x509_decoder_init(&u->leaf, NULL, NULL);
}

static void
append(const br_x509_class **ctx, const unsigned char *buf, size_t len)
{
	if (of(ctx)->first)
		br_x509_decoder_push(&of(ctx)->leaf, buf, len);
}

static void
end_cert(const br_x509_class **ctx)
{
	of(ctx)->seen = true;
}

static unsigned
end_chain(const br_x509_class **ctx)
{
	struct io_tls_unchecked *u = of(ctx);

	if (!u->seen)
		return BR_ERR_X509_EMPTY_CHAIN;
	return br_x509_decoder_get_pkey(&u->leaf) != NULL ? 0 : (unsigned)br_x509_decoder_last_error(&u->leaf);
}

static const br_x509_pkey *
get_pkey(const br_x509_class *const *ctx, unsigned *usages)
{
	struct io_tls_unchecked *u = of((const br_x509_class **)(uintptr_t)ctx);

	if (usages != NULL)
		*usages = BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN;
	return br_x509_decoder_get_pkey(&u->leaf);
}

static const br_x509_class class = {
	sizeof(struct io_tls_unchecked), start_chain, start_cert, append, end_cert, end_chain, get_pkey,
};

const br_x509_class **
io_tls_unchecked_init(struct io_tls_unchecked *u)
{
	u->vtable = &class;
	return &u->vtable;
}
