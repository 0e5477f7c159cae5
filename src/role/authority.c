/* The cell's own authority in memory; see authority.h. */
#include "role/authority.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/str.h"
#include "ca/x509.h"
#include "conf/conf.h"
#include "role/authority_kept.h"
#include "sys/clk.h"

/* --- life -------------------------------------------------------------------------- */

struct authority *
authority_new(void)
{
	struct authority *a = calloc(1, sizeof(*a));

	if (a != NULL)
		a->issued = json_array();
	if (a != NULL && a->issued != NULL)
		return a;
	authority_free(a);
	return NULL;
}

void
authority_free(struct authority *a)
{
	if (a == NULL)
		return;
	ca_cert_clear(&a->root.cert);
	ca_cert_clear(&a->intermediate.cert);
	cell_cert_free(a->server);
	json_decref(a->issued);
	free(a->crl);
	free(a);
}

static bool
copy_bytes(uint8_t **to, const uint8_t *from, size_t n)
{
	*to = NULL;
	if (from == NULL)
		return true;
	*to = malloc(n);
	if (*to == NULL)
		return false;
	memcpy(*to, from, n);
	return true;
}

struct authority *
authority_copy(const struct authority *a)
{
	struct authority *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	*b = *a;
	b->server = cell_cert_ref(a->server);
	b->issued = json_deep_copy(a->issued);
	b->root.cert.der = b->intermediate.cert.der = b->crl = NULL;
	if (b->issued != NULL && copy_bytes(&b->root.cert.der, a->root.cert.der, a->root.cert.n) &&
	    copy_bytes(&b->intermediate.cert.der, a->intermediate.cert.der, a->intermediate.cert.n) &&
	    copy_bytes(&b->crl, a->crl, a->crl_n))
		return b;
	authority_free(b);
	return NULL;
}

bool
authority_exists(const struct authority *a)
{
	return a->root.cert.der != NULL;
}

/* --- scope --------------------------------------------------------------------------- */

bool
authority_covers(const struct authority *a, const struct conf *conf)
{
	const char *const domains[] = { conf->identity.domain_name, conf->identity.domain };
	size_t i;

	for (i = 0; i < 2; i++)
		if (domains[i] != NULL && domains[i][0] != '\0' && !ca_scope_has_name(&a->scope, str_of(domains[i])))
			return false;
	return true;
}

/* Own domains, the host's own name, also with .local (TLS-6), and what the host calls itself inside. */
static void
make_scope(struct ca_scope *s, const struct cert_for *f)
{
	char local[CA_NAME_SIZE];

	memset(s, 0, sizeof(*s));
	(void)snprintf(local, sizeof(local), "%s.local", f->host_label);	/* a label fits */
	/* false: there is no such name, it is none that DNS has, or a bare one as "dev": it goes uncertified */
	(void)ca_scope_add(s, str_of(f->conf->identity.domain_name));
	(void)ca_scope_add(s, str_of(f->conf->identity.domain));
	(void)ca_scope_add(s, STR("localhost"));
	(void)ca_scope_add(s, str_of(f->host_label));
	(void)ca_scope_add(s, str_of(local));
}

/* --- signers --------------------------------------------------------------------------- */

struct ca_issuer
signer_issuer(const struct signer *s)
{
	return (struct ca_issuer){ s->common_name, s->cert.key };
}

/* A name that tells this key from later ones: "home root 1A2B3C". */
static void
name_signer(struct signer *s, const char *cell, const char *what, const uint8_t key[CA_KEY])
{
	uint8_t point[CA_POINT], id[CA_KEY_ID] = { 0 };

	if (ca_key_public(key, point))
		ca_key_id(point, CA_POINT, id);
	(void)snprintf(s->common_name, sizeof(s->common_name), "%.40s %s %02X%02X%02X", cell, what, id[0], id[1], id[2]);
}

/* Under its key, in its name. by NULL: itself. */
static int
certify_signer(struct signer *s, const uint8_t key[CA_KEY], enum ca_kind kind, const struct ca_scope *scope,
    const struct signer *by, struct err *e)
{
	const struct ca_cert_plan p = { .kind = kind, .common_name = s->common_name, .scope = scope,
	    .from_s = s->span.from_s, .until_s = s->span.until_s };
	struct ca_issuer issuer = { 0 };
	struct ca_cert fresh;
	int error;

	if (by != NULL)
		issuer = signer_issuer(by);
	error = ca_cert_for_key(&p, by == NULL ? NULL : &issuer, key, &fresh, e);
	if (error < 0)
		return error;
	ca_cert_clear(&s->cert);
	s->cert = fresh;
	sodium_memzero(&fresh, sizeof(fresh));	/* it held the key */
	return 0;
}

static int
new_signer(struct authority *a, const struct cert_for *f, bool root, struct err *e)
{
	struct signer *s = root ? &a->root : &a->intermediate;
	uint8_t key[CA_KEY];
	int error;

	if (!ca_key_new(key))
		return err_set(e, ERR_INTERNAL, "no randomness for a key");
	s->secret_ref[0] = '\0';
	name_signer(s, f->conf->identity.cell_name, root ? "root" : "CA", key);
	s->span = root ? ca_span_at(f->now, CA_ROOT_DAYS, NULL) :
	    ca_span_at(f->now, CA_INTERMEDIATE_DAYS, &a->root.span);
	error = certify_signer(s, key, root ? CA_ROOT : CA_INTERMEDIATE, &a->scope, root ? NULL : &a->root, e);
	sodium_memzero(key, sizeof(key));
	return error;
}

static int
renew_signer(struct authority *a, const struct cert_for *f, bool root, struct err *e)
{
	struct signer *s = root ? &a->root : &a->intermediate;
	uint8_t key[CA_KEY];
	int error;

	memcpy(key, s->cert.key, CA_KEY);	/* the certificate it lies in is replaced */
	s->span = root ? ca_span_at(f->now, CA_ROOT_DAYS, NULL) :
	    ca_span_at(f->now, CA_INTERMEDIATE_DAYS, &a->root.span);
	error = certify_signer(s, key, root ? CA_ROOT : CA_INTERMEDIATE, &a->scope, root ? NULL : &a->root, e);
	sodium_memzero(key, sizeof(key));
	return error;
}

/* --- records ------------------------------------------------------------------------------ */

static int64_t
time_of(const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));
	int64_t t;

	return text != NULL && clk_read(text, &t) == 0 ? t : 0;
}

static const char *
text_of(const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text == NULL ? "" : text;
}

static json_t *
find(const struct authority *a, const char *id)
{
	json_t *one;
	size_t i;

	json_array_foreach(a->issued, i, one)
		if (strcmp(text_of(one, "id"), id) == 0)
			return one;
	return NULL;
}

/* What has run out goes a day later; a revoked one has been in a list until then (RFC 5280 3.3). */
void
authority_forget(struct authority *a, int64_t now, enum ca_clock clock)
{
	size_t i = json_array_size(a->issued), own = 0;
	const json_t *one;
	bool idle, over;

	while (i-- > 0) {
		one = json_array_get(a->issued, i);
		idle = strcmp(text_of(one, "kind"), "cell") == 0 && !json_is_string(json_object_get(one, "revoked_at"));
		own += idle;
		over = clock == CA_CLOCK_TRUSTED && time_of(one, "not_after") < now - CA_DAY_S;
		if (over || (idle && own > AUTHORITY_OWN_MAX))
			(void)json_array_remove(a->issued, i);	/* it is there */
	}
}

json_t *
authority_record(struct authority *a, const char *id, const json_t *names, const char *kind, const struct ca_span *s,
    const char *actor)
{
	char from[CLK_TEXT_MAX], until[CLK_TEXT_MAX];
	json_t *r = json_pack("{ss, sO, ss, ss, ss, ss, ss, ss, sn, sn}", "id", id, "names", (json_t *)(uintptr_t)names,
	    "serial", id, "issuer", a->intermediate.common_name, "kind", kind, "not_before", clk_text(s->from_s, from),
	    "not_after", clk_text(s->until_s, until), "issued_by", actor, "revoked_at", "reason");

	if (r != NULL && json_array_append_new(a->issued, r) < 0)
		return NULL;
	return r;
}

/* --- the revocation list -------------------------------------------------------------------- */

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

/* Those of this intermediate. */
static size_t
revoked(const struct authority *a, struct ca_revoked *out, size_t max)
{
	const json_t *one;
	size_t i, n = 0, len;

	json_array_foreach(a->issued, i, one) {
		if (!json_is_string(json_object_get(one, "revoked_at")) || n == max ||
		    strcmp(text_of(one, "issuer"), a->intermediate.common_name) != 0)
			continue;
		out[n].at_s = time_of(one, "revoked_at");
		out[n].reason = authority_reason(text_of(one, "reason"));
		n += sodium_hex2bin(out[n].serial, CA_SERIAL, text_of(one, "serial"), 2 * CA_SERIAL, NULL, &len, NULL) == 0 &&
		    len == CA_SERIAL;
	}
	return n;
}

static int
new_list(struct authority *a, int64_t now, struct err *e)
{
	struct ca_revoked r[AUTHORITY_ISSUED_MAX + 1];	/* room to see that they are too many */
	struct ca_crl_plan p = { signer_issuer(&a->intermediate), a->crl_number + 1, 0, 0, r, 0 };
	const struct ca_span s = ca_span_at(now, CA_CRL_DAYS, &a->intermediate.span);
	uint8_t *der;
	size_t n;
	int error;

	p.n = revoked(a, r, AUTHORITY_ISSUED_MAX + 1);
	if (p.n > AUTHORITY_ISSUED_MAX)
		return err_set(e, ERR_CONFLICT, "%d certificates are revoked, which is all a list holds: rotate the authority",
		    AUTHORITY_ISSUED_MAX);
	p.this_s = s.from_s;
	p.next_s = s.until_s;
	error = ca_crl_make(&p, &der, &n, e);
	if (error < 0)
		return error;
	free(a->crl);
	a->crl = der;
	a->crl_n = n;
	a->crl_span = s;
	a->crl_number++;
	return 0;
}

/* --- the certificate of the cell --------------------------------------------------------------- */

static struct cert_by
cert_by(const struct authority *a, const struct cert_for *f)
{
	return (struct cert_by){ signer_issuer(&a->intermediate), a->intermediate.cert.der, a->intermediate.cert.n, &a->scope,
	    ca_span_at(f->now, CA_SERVER_DAYS, &a->intermediate.span) };
}

static int
new_server(struct authority *a, const struct cert_for *f, struct err *e)
{
	const struct cert_by by = cert_by(a, f);
	struct cell_cert *fresh;
	int error = cell_cert_issue(&fresh, f, &by, e);

	if (error < 0)
		return error;
	cell_cert_free(a->server);
	a->server = fresh;
	if (authority_record(a, cell_cert_id(fresh), cell_cert_names(fresh), "cell", &by.span, "system") == NULL)
		return err_sys(e, -ENOMEM, "make a certificate");
	return 0;
}

static bool
is_revoked(const struct authority *a, const struct cell_cert *c)
{
	return c != NULL && json_is_string(json_object_get(find(a, cell_cert_id(c)), "revoked_at"));
}

/* --- following -------------------------------------------------------------------------------- */

static unsigned
todo(const struct authority *a, const struct cert_for *f)
{
	const struct cert_by by = cert_by(a, f);
	const struct ca_span none = { 0 };
	const struct ca_have h = {
		.root = a->root.span, .intermediate = a->intermediate.span, .server = cell_cert_span(a->server),
		.crl = a->crl == NULL ? none : a->crl_span,
		.scope_fits = authority_covers(a, f->conf),
		.server_fits = cell_cert_fits(a->server, f, &by) && !is_revoked(a, a->server),
		.crl_fits = a->crl != NULL,
	};

	return ca_plan(&h, f->now, f->clock);
}

static int
carry_out(struct authority *a, unsigned what, const struct cert_for *f, struct err *e)
{
	int error = 0;

	authority_forget(a, f->now, f->clock);
	if ((what & CA_NEW_ROOT) != 0) {
		make_scope(&a->scope, f);
		error = new_signer(a, f, true, e);
	}
	if (error == 0 && (what & CA_RENEW_ROOT) != 0)
		error = renew_signer(a, f, true, e);
	if (error == 0 && (what & CA_NEW_INTERMEDIATE) != 0)
		error = new_signer(a, f, false, e);
	if (error == 0 && (what & CA_RENEW_INTERMEDIATE) != 0)
		error = renew_signer(a, f, false, e);
	if (error == 0 && (what & CA_NEW_SERVER) != 0)
		error = new_server(a, f, e);
	if (error == 0 && (what & CA_NEW_CRL) != 0)
		error = new_list(a, f->now, e);
	return error;
}

static int
become(struct authority **out, const struct authority *a, unsigned what, const struct cert_for *f, struct err *e)
{
	struct authority *b = authority_copy(a);
	int error;

	*out = NULL;
	if (b == NULL)
		return err_sys(e, -ENOMEM, "make certificates");
	error = carry_out(b, what, f, e);
	if (error == 0)
		*out = b;
	else
		authority_free(b);
	return error;
}

int
authority_follow(struct authority **out, const struct authority *a, const struct cert_for *f, struct err *e)
{
	unsigned what = todo(a, f);

	*out = NULL;
	return what == 0 ? 0 : become(out, a, what, f, e);
}

const char *
authority_due(const struct authority *a, const struct cert_for *f)
{
	unsigned what = todo(a, f);

	if ((what & CA_NEW_ROOT) != 0)
		return authority_exists(a) ? "the domains are none that the root may certify" : "there is no authority yet";
	if ((what & (CA_RENEW_ROOT | CA_NEW_INTERMEDIATE | CA_RENEW_INTERMEDIATE)) != 0)
		return "the authority is renewed";
	if ((what & CA_NEW_SERVER) != 0)
		return "names, addresses or time demand a new certificate";
	return what == 0 ? NULL : "the revocation list is renewed";
}

int
authority_rotate(struct authority **out, const struct authority *a, const struct cert_for *f, bool root, struct err *e)
{
	return become(out, a, (root ? CA_NEW_ROOT : 0U) | CA_NEW_INTERMEDIATE | CA_NEW_SERVER | CA_NEW_CRL, f, e);
}

int
authority_renew(struct authority **out, const struct authority *a, const struct cert_for *f, struct err *e)
{
	return become(out, a, CA_NEW_SERVER, f, e);
}

int
authority_revoke(struct authority **out, const struct authority *a, const char *id, enum ca_reason reason, int64_t now,
    struct err *e)
{
	struct authority *b = authority_copy(a);
	json_t *r = b == NULL ? NULL : find(b, id);
	char text[CLK_TEXT_MAX];
	int error;

	*out = NULL;
	if (b == NULL)
		error = err_sys(e, -ENOMEM, "revoke a certificate");
	else if (r == NULL)
		error = err_set(e, ERR_NOT_FOUND, "there is no such certificate");
	else if (json_is_string(json_object_get(r, "revoked_at")))
		error = err_set(e, ERR_CONFLICT, "it is revoked already");
	else if (strcmp(text_of(r, "issuer"), b->intermediate.common_name) != 0)
		error = err_set(e, ERR_CONFLICT, "it was issued by %s, which signs no more: rotate the root", text_of(r, "issuer"));
	else if (json_object_set_new(r, "revoked_at", json_string(clk_text(now, text))) < 0 ||
	    json_object_set_new(r, "reason", json_string(reasons[reason])) < 0)
		error = err_sys(e, -ENOMEM, "revoke a certificate");
	else
		error = new_list(b, now, e);
	if (error == 0)
		*out = b;
	else
		authority_free(b);
	return error;
}

/* --- what it is --------------------------------------------------------------------------------- */

struct cell_cert *
authority_server(const struct authority *a)
{
	return a->server;
}

struct authority_bytes
authority_root(const struct authority *a)
{
	return (struct authority_bytes){ a->root.cert.der, a->root.cert.n };
}

struct authority_bytes
authority_list(const struct authority *a)
{
	return (struct authority_bytes){ a->crl, a->crl_n };
}

const json_t *
authority_issued(const struct authority *a)
{
	return a->issued;
}

static json_t *
signer_json(const struct signer *s)
{
	char from[CLK_TEXT_MAX], until[CLK_TEXT_MAX], due[CLK_TEXT_MAX], print[CA_FINGERPRINT_TEXT];

	return json_pack("{ss, ss, ss, ss, ss}", "subject", s->common_name, "not_before", clk_text(s->span.from_s, from),
	    "not_after", clk_text(s->span.until_s, until), "next_renewal_at", clk_text(ca_due_s(&s->span), due),
	    "fingerprint", ca_fingerprint(s->cert.der, s->cert.n, print));
}

json_t *
authority_about(const struct authority *a)
{
	json_t *o, *names, *nets;
	char text[ADDR_TEXT_MAX];
	size_t i;

	if (!authority_exists(a))
		return NULL;
	o = signer_json(&a->root);
	names = json_array();
	nets = json_array();
	/* out of memory: the object lacks a member, and its shape is refused */
	for (i = 0; i < a->scope.nnames; i++)
		(void)json_array_append_new(names, json_string(a->scope.names[i]));
	for (i = 0; i < ca_scope_nnets; i++)
		(void)json_array_append_new(nets, json_string(addr_prefix_text(&ca_scope_nets[i], text)));
	(void)json_object_set_new(o, "permitted_names", names);
	(void)json_object_set_new(o, "permitted_cidrs", nets);
	(void)json_object_set_new(o, "intermediate", signer_json(&a->intermediate));
	return o;
}
