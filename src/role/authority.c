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
	signer_clear(&a->root);
	signer_clear(&a->intermediate);
	authority_drop_earlier(a);
	cell_cert_free(a->server);
	json_decref(a->issued);
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

static bool
signer_copy(struct signer *to, const struct signer *from)
{
	*to = *from;
	to->list = NULL;
	return copy_bytes(&to->cert.der, from->cert.der, from->cert.n) && copy_bytes(&to->list, from->list, from->list_n);
}

static bool
signers_copy(struct authority *b, const struct authority *a)
{
	if (!signer_copy(&b->root, &a->root) || !signer_copy(&b->intermediate, &a->intermediate))
		return false;
	for (; b->nearlier < a->nearlier; b->nearlier++)
		if (!signer_copy(&b->earlier[b->nearlier], &a->earlier[b->nearlier])) {
			signer_clear(&b->earlier[b->nearlier]);
			return false;
		}
	return true;
}

struct authority *
authority_copy(const struct authority *a)
{
	struct authority *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->lost = a->lost;
	memcpy(b->fault, a->fault, sizeof(b->fault));
	b->scope = a->scope;
	b->list_number = a->list_number;
	b->server = cell_cert_ref(a->server);
	b->issued = json_deep_copy(a->issued);
	if (b->issued != NULL && signers_copy(b, a))
		return b;
	authority_free(b);
	return NULL;
}

bool
authority_exists(const struct authority *a)
{
	return a->root.cert.der != NULL;
}

const char *
authority_fault(const struct authority *a)
{
	return a->lost ? a->fault : NULL;
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

void
signer_clear(struct signer *s)
{
	ca_cert_clear(&s->cert);
	free(s->list);
	*s = (struct signer){ .list = NULL };
}

const char *
signer_id(const struct signer *s)
{
	const size_t n = strlen(s->common_name), len = AUTHORITY_SIGNER_ID - 1;

	return n < len ? "" : s->common_name + n - len;
}

const char *
signer_url(const struct signer *s, const char *base, char url[AUTHORITY_URL_MAX])
{
	if (base == NULL)
		return NULL;
	/* it fits */
	(void)snprintf(url, AUTHORITY_URL_MAX, "%.*s-%s.der", (int)(strlen(base) - strlen(".der")), base, signer_id(s));
	return url;
}

struct signer *
authority_signer(struct authority *a, size_t i)
{
	if (i == 0)
		return &a->intermediate;
	return i <= a->nearlier ? &a->earlier[i - 1] : NULL;
}

/* A name that tells this key from later ones: "home root 1A2B3C". */
static void
name_signer(struct signer *s, const char *cell, const char *what, const uint8_t key[P256_KEY])
{
	uint8_t point[P256_POINT], id[CA_KEY_ID] = { 0 };

	if (p256_public(key, point))
		ca_key_id(point, P256_POINT, id);
	(void)snprintf(s->common_name, sizeof(s->common_name), "%.40s %s %02X%02X%02X", cell, what, id[0], id[1], id[2]);
}

/* Under its key, in its name. by NULL: itself. */
static int
certify_signer(struct signer *s, const uint8_t key[P256_KEY], enum ca_kind kind, const struct ca_scope *scope,
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
	uint8_t key[P256_KEY];
	int error;

	if (!p256_new(key))
		return err_set(e, ERR_INTERNAL, "no randomness for a key");
	if (root)
		signer_clear(s);
	else if ((error = authority_keep_earlier(a, f->now, e)) < 0)
		return error;
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
	uint8_t key[P256_KEY];
	int error;

	memcpy(key, s->cert.key, P256_KEY);	/* the certificate it lies in is replaced */
	s->span = root ? ca_span_at(f->now, CA_ROOT_DAYS, NULL) :
	    ca_span_at(f->now, CA_INTERMEDIATE_DAYS, &a->root.span);
	error = certify_signer(s, key, root ? CA_ROOT : CA_INTERMEDIATE, &a->scope, root ? NULL : &a->root, e);
	sodium_memzero(key, sizeof(key));
	return error;
}

/* --- records ------------------------------------------------------------------------------ */

int64_t
record_time(const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));
	int64_t t;

	return text != NULL && clk_read(text, &t) == 0 ? t : 0;
}

const char *
record_text(const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text == NULL ? "" : text;
}

json_t *
authority_find(const struct authority *a, const char *id)
{
	json_t *one;
	size_t i;

	json_array_foreach(a->issued, i, one)
		if (strcmp(record_text(one, "id"), id) == 0)
			return one;
	return NULL;
}

/* What has run out goes a day later; a revoked one has been in a list until then (RFC 5280 3.3). */
void
authority_forget(struct authority *a, int64_t now, enum ca_clock clock)
{
	size_t i = json_array_size(a->issued), own = 0;
	const bool full = i >= AUTHORITY_ISSUED_MAX;
	const json_t *one;
	bool good, idle, over;

	while (i-- > 0) {
		one = json_array_get(a->issued, i);
		good = !json_is_string(json_object_get(one, "revoked_at"));
		idle = good && strcmp(record_text(one, "kind"), "cell") == 0;
		own += idle;
		over = (clock == CA_CLOCK_TRUSTED || (clock == CA_CLOCK_UNSURE && full && good)) &&
		    record_time(one, "not_after") < now - CA_DAY_S;
		if (over || (idle && own > AUTHORITY_OWN_MAX))
			(void)json_array_remove(a->issued, i);	/* it is there */
	}
	authority_forget_earlier(a);
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

/* --- the certificate of the cell --------------------------------------------------------------- */

static struct cert_by
cert_by(const struct authority *a, const struct cert_for *f, char url[AUTHORITY_URL_MAX])
{
	int days = (int)(f->conf->certificates.internal_leaf_s / CA_DAY_S);

	return (struct cert_by){ signer_issuer(&a->intermediate), a->intermediate.cert.der, a->intermediate.cert.n, &a->scope,
	    signer_url(&a->intermediate, f->crl_url, url), ca_span_at(f->now, days, &a->intermediate.span) };
}

static int
new_server(struct authority *a, const struct cert_for *f, struct err *e)
{
	char url[AUTHORITY_URL_MAX];
	const struct cert_by by = cert_by(a, f, url);
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
	return c != NULL && json_is_string(json_object_get(authority_find(a, cell_cert_id(c)), "revoked_at"));
}

/* --- following -------------------------------------------------------------------------------- */

static unsigned
todo(const struct authority *a, const struct cert_for *f)
{
	char url[AUTHORITY_URL_MAX];
	const struct cert_by by = cert_by(a, f, url);
	const struct ca_span lists = authority_lists_span(a);
	const struct ca_have h = {
		.root = a->root.span, .intermediate = a->intermediate.span, .server = cell_cert_span(a->server),
		.crl = lists,
		.scope_fits = authority_covers(a, f->conf),
		.server_fits = cell_cert_fits(a->server, f, &by) && !is_revoked(a, a->server),
		.crl_fits = lists.until_s != 0,
	};

	/* what is lost may come back: nobody's trust is thrown away for a disk that does not read */
	return a->lost ? 0 : ca_plan(&h, f->now, f->clock);
}

static int
carry_out(struct authority *a, unsigned what, const struct cert_for *f, struct err *e)
{
	int error = 0;

	authority_forget(a, f->now, f->clock);
	if ((what & CA_NEW_ROOT) != 0) {
		a->lost = false;
		authority_drop_earlier(a);
		signer_clear(&a->intermediate);
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
		error = authority_lists_make(a, f->now, e);
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
authority_list(const struct authority *a, size_t i, const char **id)
{
	const struct signer *s = i == 0 ? &a->intermediate : &a->earlier[i - 1];

	if (i > a->nearlier)
		return (struct authority_bytes){ NULL, 0 };
	*id = signer_id(s);
	return (struct authority_bytes){ s->list, s->list_n };
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
