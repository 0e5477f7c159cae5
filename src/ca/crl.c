/* Writing revocation lists; see crl.h. */
#include "ca/crl.h"

#include <errno.h>
#include <stdlib.h>

#include "base/der.h"
#include "base/err.h"
#include "base/wr.h"
#include "ca/x509.h"

struct body {
	const struct ca_crl_plan *plan;
	const uint8_t *point;	/* of the issuer */
};

/* RFC 5280 5.3.1: unspecified is told by leaving it out. */
static void
put_reason(struct wr *w, enum ca_reason reason)
{
	const uint8_t value[] = { (uint8_t)reason };
	size_t list;
	struct ca_ext_mark m;

	if (reason == CA_UNSPECIFIED)
		return;
	list = der_begin(w, DER_SEQUENCE);
	m = ca_ext_begin(w, CA_EXT_REASON, false);
	der_value(w, DER_ENUMERATED, value, 1);
	ca_ext_end(w, m);
	der_end(w, list);
}

static void
put_revoked(struct wr *w, const struct ca_revoked *r)
{
	size_t seq = der_begin(w, DER_SEQUENCE);

	der_unsigned(w, r->serial, CA_SERIAL);
	der_time(w, r->at_s);
	put_reason(w, r->reason);
	der_end(w, seq);
}

static void
put_extensions(struct wr *w, const struct body *b)
{
	size_t outer = der_begin(w, DER_EXPLICIT + 0), list = der_begin(w, DER_SEQUENCE), i;
	uint8_t number[8];
	struct ca_ext_mark m;

	for (i = 0; i < sizeof(number); i++)
		number[i] = (uint8_t)(b->plan->number >> (56 - 8 * i));
	ca_authority_write(w, b->point);
	m = ca_ext_begin(w, CA_EXT_CRL_NUMBER, false);
	der_unsigned(w, number, sizeof(number));
	ca_ext_end(w, m);
	der_end(w, list);
	der_end(w, outer);
}

/* TBSCertList (RFC 5280 5.1): a list of nobody is left out. */
static void
put_body(struct wr *w, const void *arg)
{
	static const uint8_t v2[] = { 1 };
	const struct body *b = arg;
	const struct ca_crl_plan *p = b->plan;
	size_t seq = der_begin(w, DER_SEQUENCE), list, i;

	der_unsigned(w, v2, sizeof(v2));
	ca_algorithm_write(w);
	ca_name_write(w, p->by.common_name);
	der_time(w, p->this_s);
	der_time(w, p->next_s);
	list = p->n == 0 ? 0 : der_begin(w, DER_SEQUENCE);
	for (i = 0; i < p->n; i++)
		put_revoked(w, &p->revoked[i]);
	if (p->n > 0)
		der_end(w, list);
	put_extensions(w, b);
	der_end(w, seq);
}

int
ca_crl_make(const struct ca_crl_plan *plan, uint8_t **der, size_t *n, struct err *e)
{
	uint8_t point[P256_POINT];
	struct body b = { plan, point };
	struct wr w;

	*n = 0;
	*der = malloc(CA_CRL_DER_MAX);
	if (*der == NULL)
		return err_sys(e, -ENOMEM, "make a revocation list");
	wr_init(&w, *der, CA_CRL_DER_MAX);
	if (p256_public(plan->by.key, point) && ca_signed_write(&w, plan->by.key, put_body, &b)) {
		*n = wr_len(&w);
		return 0;
	}
	free(*der);
	*der = NULL;
	return err_set(e, ERR_INTERNAL, "the revocation list cannot be written");
}
