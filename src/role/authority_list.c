/* Revocation: the list of the intermediate, and those of earlier ones, whose certificates may be good still. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "ca/crl.h"
#include "role/authority.h"
#include "role/authority_kept.h"
#include "sys/clk.h"

static const char *const reasons[] = {
	[CA_UNSPECIFIED] = "unspecified", [CA_KEY_COMPROMISE] = "key_compromise", [CA_SUPERSEDED] = "superseded",
	[CA_CESSATION] = "cessation"
};

enum ca_reason
authority_reason(const char *text)
{
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i] != NULL && strcmp(reasons[i], text) == 0)
			return (enum ca_reason)i;
	return CA_UNSPECIFIED;
}

static bool
issued_by(const json_t *record, const struct signer *s)
{
	return strcmp(record_text(record, "issuer"), s->common_name) == 0;
}

/* --- lists --------------------------------------------------------------------------- */

static size_t
revoked(const struct authority *a, const struct signer *s, struct ca_revoked *out, size_t max)
{
	const json_t *one;
	size_t i, n = 0, len;

	json_array_foreach(a->issued, i, one) {
		if (!json_is_string(json_object_get(one, "revoked_at")) || n == max || !issued_by(one, s))
			continue;
		out[n].at_s = record_time(one, "revoked_at");
		out[n].reason = authority_reason(record_text(one, "reason"));
		n += sodium_hex2bin(out[n].serial, CA_SERIAL, record_text(one, "serial"), 2 * CA_SERIAL, NULL, &len, NULL) == 0 &&
		    len == CA_SERIAL;
	}
	return n;
}

int
authority_list_make(struct authority *a, struct signer *s, int64_t now, struct err *e)
{
	struct ca_revoked r[AUTHORITY_ISSUED_MAX + 1];	/* room to see that they are too many */
	struct ca_crl_plan p = { signer_issuer(s), a->list_number + 1, 0, 0, r, 0 };
	const struct ca_span span = ca_span_at(now, CA_CRL_DAYS, &s->span);
	uint8_t *der;
	size_t n;
	int error;

	p.n = revoked(a, s, r, AUTHORITY_ISSUED_MAX + 1);
	if (p.n > AUTHORITY_ISSUED_MAX)
		return err_set(e, ERR_CONFLICT, "%d certificates are revoked, which is all a list holds: rotate the authority",
		    AUTHORITY_ISSUED_MAX);
	p.this_s = span.from_s;
	p.next_s = span.until_s;
	error = ca_crl_make(&p, &der, &n, e);
	if (error < 0)
		return error;
	free(s->list);
	s->list = der;
	s->list_n = n;
	s->list_span = span;
	s->list_number = ++a->list_number;
	return 0;
}

int
authority_lists_make(struct authority *a, int64_t now, struct err *e)
{
	struct signer *s;
	size_t i;
	int error = 0;

	for (i = 0; error == 0 && (s = authority_signer(a, i)) != NULL; i++)
		error = authority_list_make(a, s, now, e);
	return error;
}

struct ca_span
authority_lists_span(const struct authority *a)
{
	struct ca_span first = a->intermediate.list_span;
	size_t i;

	for (i = 0; i < a->nearlier; i++)
		if (a->earlier[i].list == NULL || a->earlier[i].list_span.until_s < first.until_s)
			first = a->earlier[i].list_span;
	return a->intermediate.list == NULL ? (struct ca_span){ 0, 0 } : first;
}

/* --- earlier intermediates ----------------------------------------------------------------- */

static bool
has_records(const struct authority *a, const struct signer *s)
{
	const json_t *one;
	size_t i;

	json_array_foreach(a->issued, i, one)
		if (issued_by(one, s))
			return true;
	return false;
}

int
authority_keep_earlier(struct authority *a, int64_t now, struct err *e)
{
	struct signer *s = &a->intermediate;

	if (s->cert.der == NULL || !has_records(a, s) || now >= s->span.until_s) {
		signer_clear(s);
		return 0;
	}
	if (a->nearlier == AUTHORITY_EARLIER_MAX)
		return err_set(e, ERR_CONFLICT, "%d earlier intermediates have certificates in use: wait until they run out, "
		    "or rotate the root", AUTHORITY_EARLIER_MAX);
	a->earlier[a->nearlier++] = *s;
	sodium_memzero(s, sizeof(*s));	/* it moved */
	return 0;
}

void
authority_drop_earlier(struct authority *a)
{
	while (a->nearlier > 0)
		signer_clear(&a->earlier[--a->nearlier]);
}

void
authority_forget_earlier(struct authority *a)
{
	size_t i = a->nearlier;

	while (i-- > 0) {
		if (has_records(a, &a->earlier[i]))
			continue;
		signer_clear(&a->earlier[i]);
		memmove(&a->earlier[i], &a->earlier[i + 1], (--a->nearlier - i) * sizeof(a->earlier[0]));
		sodium_memzero(&a->earlier[a->nearlier], sizeof(a->earlier[0]));
	}
}

/* --- revoking --------------------------------------------------------------------------------- */

/* NULL: it signs no more. */
static struct signer *
issuer_of(struct authority *a, const json_t *record)
{
	struct signer *s;
	size_t i;

	for (i = 0; (s = authority_signer(a, i)) != NULL; i++)
		if (issued_by(record, s))
			return s;
	return NULL;
}

static int
revoke(struct authority *b, const char *id, enum ca_reason reason, int64_t now, struct err *e)
{
	json_t *r = authority_find(b, id);
	struct signer *s = r == NULL ? NULL : issuer_of(b, r);
	char text[CLK_TEXT_MAX];

	if (r == NULL)
		return err_set(e, ERR_NOT_FOUND, "there is no such certificate");
	if (json_is_string(json_object_get(r, "revoked_at")))
		return err_set(e, ERR_CONFLICT, "it is revoked already");
	if (s == NULL)
		return err_set(e, ERR_CONFLICT, "it was issued by %s, which signs no more", record_text(r, "issuer"));
	if (json_object_set_new(r, "revoked_at", json_string(clk_text(now, text))) < 0 ||
	    json_object_set_new(r, "reason", json_string(reasons[reason])) < 0)
		return err_sys(e, -ENOMEM, "revoke a certificate");
	return authority_list_make(b, s, now, e);
}

int
authority_revoke(struct authority **out, const struct authority *a, const char *id, enum ca_reason reason, int64_t now,
    struct err *e)
{
	struct authority *b = authority_copy(a);
	int error = b == NULL ? err_sys(e, -ENOMEM, "revoke a certificate") : revoke(b, id, reason, now, e);

	*out = NULL;
	if (error == 0)
		*out = b;
	else
		authority_free(b);
	return error;
}
