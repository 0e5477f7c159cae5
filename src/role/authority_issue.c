/* Certificates for others: machines of the home that want one of the cell's
 * authority (TLS-9). Own names and private addresses only. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "base/pem.h"
#include "base/rd.h"
#include "base/wr.h"
#include "ca/request.h"
#include "role/authority.h"
#include "role/authority_kept.h"

/* What is to be certified, from the names that were asked for or those of the request. */
struct wish {
	struct ca_request request;
	bool requested;			/* there is one, and its key is certified */
	uint8_t *der;			/* its bytes */
	json_t *names;			/* text */
	const char *dns[CA_CERT_NAMES_MAX];
	struct addr addrs[CA_CERT_NAMES_MAX];
	size_t ndns, naddrs;
};

static void
wish_clear(struct wish *w)
{
	free(w->der);
	json_decref(w->names);
}

static int
read_request(struct wish *w, const char *pem, struct err *e)
{
	struct rd r;
	size_t n;

	w->der = pem_read(str_of(pem), "CERTIFICATE REQUEST", &n, NULL);
	if (w->der == NULL)
		w->der = pem_read(str_of(pem), "NEW CERTIFICATE REQUEST", &n, NULL);
	if (w->der == NULL)
		return err_field(e, ERR_VALIDATION, "csr", "is not a certificate request in PEM");
	w->requested = true;
	rd_init(&r, w->der, n);
	return ca_request_read(&r, &w->request, e);
}

static int
list_names(struct wish *w, const struct authority_ask *ask)
{
	const struct ca_request *q = &w->request;
	char text[ADDR_TEXT_MAX];
	int failed = 0;
	size_t i;

	w->names = json_array();
	for (i = 0; i < ask->n; i++)
		failed |= json_array_append_new(w->names, json_string(ask->names[i]));
	for (i = 0; ask->n == 0 && i < q->nnames; i++)
		failed |= json_array_append_new(w->names, json_stringn(q->names[i].p, q->names[i].n));
	for (i = 0; ask->n == 0 && i < q->naddrs; i++)
		failed |= json_array_append_new(w->names, json_string(addr_text(&q->addrs[i], text)));
	return failed == 0 ? 0 : -ENOMEM;
}

static int
judge_name(struct wish *w, const struct authority *a, const char *text, struct err *e)
{
	struct str s = str_of(text);

	if (addr_read(s, &w->addrs[w->naddrs])) {
		if (!ca_scope_has_addr(&w->addrs[w->naddrs]))
			return err_field(e, ERR_VALIDATION, "names", "%s is not a private address", text);
		w->naddrs++;
		return 0;
	}
	if (!ca_dns_name(s))
		return err_field(e, ERR_VALIDATION, "names", "%s is neither a DNS name nor an address", text);
	if (!ca_scope_has_name(&a->scope, s))
		return err_field(e, ERR_VALIDATION, "names", "%s is below none of the cell's own names", text);
	w->dns[w->ndns++] = text;
	return 0;
}

static int
judge_names(struct wish *w, const struct authority *a, struct err *e)
{
	const json_t *one;
	int error = 0;
	size_t i;

	if (json_array_size(w->names) == 0)
		return err_field(e, ERR_VALIDATION, "names", "is empty: what is the certificate for?");
	if (json_array_size(w->names) > CA_CERT_NAMES_MAX)
		return err_field(e, ERR_VALIDATION, "names", "has more than %d entries", CA_CERT_NAMES_MAX);
	json_array_foreach(w->names, i, one)
		if (error == 0)
			error = judge_name(w, a, json_string_value(one), e);
	return error;
}

static int
read_wish(struct wish *w, const struct authority *a, const struct authority_ask *ask, struct err *e)
{
	int error = ask->request == NULL ? 0 : read_request(w, ask->request, e);

	if (error == 0 && (error = list_names(w, ask)) < 0)
		(void)err_sys(e, error, "make a certificate");
	return error < 0 ? error : judge_names(w, a, e);
}

static bool
add_key(json_t *made, const struct ca_cert *c)
{
	uint8_t point[P256_POINT], der[P256_DER_MAX];
	char *pem = NULL;
	size_t len;
	struct wr w;
	bool ok;

	wr_init(&w, der, sizeof(der));
	if (p256_public(c->key, point))
		p256_write(&w, c->key, point);
	ok = wr_ok(&w) && pem_add(&pem, &len, "PRIVATE KEY", der, wr_len(&w)) &&
	    json_object_set_new(made, "private_key", json_stringn(pem, len)) == 0;
	if (pem != NULL)
		sodium_memzero(pem, len);
	sodium_memzero(der, sizeof(der));
	free(pem);
	return ok;
}

static bool
add_pem(json_t *made, const char *member, const struct ca_cert *c)
{
	char *pem = NULL;
	size_t len;
	bool ok = pem_add(&pem, &len, "CERTIFICATE", c->der, c->n) &&
	    json_object_set_new(made, member, json_stringn(pem, len)) == 0;

	free(pem);
	return ok;
}

/* The record in b, and for the caller the same with the certificate itself. */
static json_t *
hand_over(struct authority *b, const struct wish *w, const struct authority_ask *ask, const struct ca_cert *c,
    const struct ca_span *s)
{
	char id[CERT_ID_SIZE];
	json_t *made = json_copy(authority_record(b, sodium_bin2hex(id, sizeof(id), c->serial, CA_SERIAL), w->names, "issued", s,
	    ask->actor));

	if (made != NULL && add_pem(made, "certificate", c) && add_pem(made, "chain", &b->intermediate.cert) &&
	    (w->requested || add_key(made, c)))
		return made;
	json_decref(made);
	return NULL;
}

static int
certify(struct authority *b, const struct wish *w, const struct authority_ask *ask, json_t **made, struct err *e)
{
	const struct ca_span s = ca_span_at(ask->now, ask->days, &b->intermediate.span);
	const struct ca_issuer by = signer_issuer(&b->intermediate);
	char url[AUTHORITY_URL_MAX];
	const char *list = signer_url(&b->intermediate, ask->crl_url, url);
	const struct ca_cert_plan p = { .common_name = w->ndns > 0 && strlen(w->dns[0]) <= CA_COMMON_NAME_MAX ? w->dns[0] : "",
	    .names = w->dns, .nnames = w->ndns, .addrs = w->addrs, .naddrs = w->naddrs, .crl_url = list,
	    .from_s = s.from_s, .until_s = s.until_s };
	struct ca_cert c;
	int error = w->requested ? ca_cert_for_public(&p, &by, &w->request.key, &c, e) : ca_cert_make(&p, &by, &c, e);

	if (error < 0)
		return error;
	*made = hand_over(b, w, ask, &c, &s);
	ca_cert_clear(&c);
	return *made == NULL ? err_sys(e, -ENOMEM, "make a certificate") : 0;
}

static int
issue(struct authority *b, struct wish *w, const struct authority_ask *ask, json_t **made, struct err *e)
{
	int error = read_wish(w, b, ask, e);

	if (error < 0)
		return error;
	authority_forget(b, ask->now, ask->clock);
	if (json_array_size(b->issued) >= AUTHORITY_ISSUED_MAX)
		return err_set(e, ERR_CONFLICT, "%d certificates are in use, which is all there may be", AUTHORITY_ISSUED_MAX);
	return certify(b, w, ask, made, e);
}

int
authority_issue(struct authority **out, const struct authority *a, const struct authority_ask *ask, json_t **made,
    struct err *e)
{
	struct wish *w;
	int error;

	*out = NULL;
	*made = NULL;
	if (!authority_exists(a))
		return err_set(e, ERR_CONFLICT, "there is no authority yet");
	w = calloc(1, sizeof(*w));
	*out = w == NULL ? NULL : authority_copy(a);
	error = *out == NULL ? err_sys(e, -ENOMEM, "make a certificate") : issue(*out, w, ask, made, e);
	if (w != NULL)
		wish_clear(w);
	free(w);
	if (error < 0) {
		authority_free(*out);
		*out = NULL;
	}
	return error;
}
