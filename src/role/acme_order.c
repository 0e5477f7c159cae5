/* One order as a job: what it is given, what it tells, and what comes of it (acme/job_order.h has the contract). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "acme/job_order.h"
#include "api/server.h"
#include "base/err.h"
#include "base/log.h"
#include "base/wr.h"
#include "base/x509.h"
#include "ca/request.h"
#include "ca/rsa.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "jobs/jobs.h"
#include "role/acme_set.h"
#include "role/cert.h"
#include "role/core.h"
#include "role/ddns.h"
#include "role/doors.h"
#include "role/doors_plan.h"
#include "role/sealed.h"
#include "role/sites.h"
#include "role/snapshot.h"
#include "sys/clk.h"

static void on_fact(void *arg, const json_t *fact);
static void on_ordered(void *arg, const json_t *result, const struct err *e);
static void on_window(void *arg, const json_t *result, const struct err *e);

/* --- RSA keys ------------------------------------------------------------------------------- */

static bool
wants_rsa(const struct acme *a)
{
	return conf_txn_current(a->core->txn)->certificates.key_type == CONF_KEY_RSA_2048;
}

static void
on_key(void *arg, const json_t *result, const struct err *e)
{
	struct acme *a = arg;
	const char *hex = json_string_value(json_object_get(result, "key"));
	uint8_t der[CA_RSA_DER_MAX];
	size_t n = 0;

	a->spare = NULL;
	if (e == NULL && hex != NULL && sodium_hex2bin(der, sizeof(der), hex, strlen(hex), NULL, &n, NULL) == 0 &&
	    sealed_key_put(a->core->vault, der, n, a->kept->spare_ref, NULL) == 0)
		acme_save(a);
	else
		log_line(LOG_ACME, LOG_ERROR, "an RSA key cannot be made", "err", e == NULL ? "" : e->detail, NULL);
	sodium_memzero(der, sizeof(der));
	if (a->kept->spare_ref[0] != '\0')
		acme_wake(a);
}

bool
acme_has_key(struct acme *a)
{
	json_t *in;

	if (!wants_rsa(a) || a->kept->spare_ref[0] != '\0')
		return true;
	if (a->spare == NULL) {
		in = json_object();
		a->spare = jobs_run_start(a->core->jobs, "cert.key", in, on_key, a);
		json_decref(in);
	}
	if (a->spare == NULL)
		log_line(LOG_ACME, LOG_ERROR, "the job that makes an RSA key cannot be started", NULL);
	return false;
}

/* --- the key and the request ------------------------------------------------------------ */

static bool
same_want(const struct acme_want *a, const struct acme_want *b)
{
	size_t i;

	for (i = 0; i < a->n && a->n == b->n; i++)
		if (strcmp(a->names[i], b->names[i]) != 0)
			return false;
	return a->n == b->n;
}

/* Sealed; ref is "" on failure. An RSA key was made before. */
static int
take_key(struct acme *a, char ref[VAULT_REF_SIZE], struct err *e)
{
	uint8_t key[P256_KEY];
	int error;

	if (wants_rsa(a)) {
		memcpy(ref, a->kept->spare_ref, VAULT_REF_SIZE);
		a->kept->spare_ref[0] = '\0';
		return ref[0] != '\0' ? 0 : err_set(e, ERR_UNAVAILABLE, "its key is being made");
	}
	if (!p256_new(key))
		return err_set(e, ERR_INTERNAL, "no randomness for a key");
	error = sealed_key_put(a->core->vault, key, sizeof(key), ref, e);
	sodium_memzero(key, sizeof(key));
	return error;
}

/* Go on with the order that there is for the same names at the same place; or begin one, with a key of its own. */
static int
prepare(struct acme *a, struct acme_item *t, const struct acme_want *w, const char *directory, struct err *e)
{
	struct acme_order fresh = { .want = *w };
	int error;

	if (same_want(&t->order.want, w) && strcmp(t->order.directory, directory) == 0)
		return 0;
	error = take_key(a, fresh.key_ref, e);
	if (error < 0)
		return error;
	(void)str_copy(str_of(directory), fresh.directory, sizeof(fresh.directory));	/* the configuration's bound */
	t->order = fresh;
	return 0;
}

static json_t *
base64_json(const void *p, size_t n)
{
	const size_t size = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
	char *text = malloc(size);
	json_t *o;

	if (text == NULL)
		return NULL;
	o = json_string(sodium_bin2base64(text, size, p, n, sodium_base64_VARIANT_ORIGINAL));
	free(text);
	return o;
}

static bool
write_request(struct wr *w, const uint8_t *key, size_t n, const struct acme_want *want)
{
	struct ca_request *q = calloc(1, sizeof(*q));
	bool ok = q != NULL && n > 0;
	size_t i;

	for (i = 0; ok && i < want->n; i++)
		q->names[q->nnames++] = str_of(want->names[i]);
	if (ok)
		ok = n == P256_KEY ? ca_request_write(w, key, q) : ca_request_write_rsa(w, key, n, q);
	free(q);
	return ok;
}

/* NULL with e: the key does not open. */
static json_t *
request_json(struct acme *a, const struct acme_order *o, struct err *e)
{
	uint8_t der[CA_REQUEST_MAX], key[SEALED_KEY_MAX];
	const size_t n = sealed_key_get(a->core->vault, o->key_ref, key, sizeof(key));
	json_t *text = NULL;
	struct wr w;

	wr_init(&w, der, sizeof(der));
	if (write_request(&w, key, n, &o->want))
		text = base64_json(der, wr_len(&w));
	sodium_memzero(key, sizeof(key));
	if (text == NULL)
		(void)err_set(e, ERR_INTERNAL, "the request cannot be made: its key does not open");	/* NULL says it */
	return text;
}

/* --- the job's input ------------------------------------------------------------------------ */

static json_t *
text_or_null(const char *s)
{
	return s == NULL || s[0] == '\0' ? json_null() : json_string(s);
}

static json_t *
names_json(const struct acme_want *w)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < w->n; i++)
		(void)json_array_append_new(list, json_string(w->names[i]));	/* out of memory: the job refuses */
	return list;
}

/* RFC 9773 5: which certificate this one takes the place of. */
static json_t *
replaces_json(const struct cell_cert *c)
{
	char id[ACME_WINDOW_ID_SIZE];
	struct snapshot_cert s;
	struct x509 x;

	if (c == NULL)
		return json_null();
	cell_cert_snapshot(c, &s);
	return x509_read(s.chain[0], s.chain_len[0], &x) && acme_window_id(&x, id) ? json_string(id) : json_null();
}

static json_t *
with_account(struct acme *a, json_t *in, const char *directory)
{
	char *pem = acme_account_write(&a->account);
	const struct addr_port at = doors_resolver(a->core->doors);
	char address[ADDR_TEXT_MAX];

	/* what is missing for lack of memory the job refuses */
	(void)json_object_set_new(in, "directory", json_string(directory));
	(void)json_object_set_new(in, "account_key", json_string(pem == NULL ? "" : pem));
	(void)json_object_set_new(in, "account_url", text_or_null(acme_kept_server(a->kept, directory)->account_url));
	(void)json_object_set_new(in, "resolver", json_string(addr_text(&at.addr, address)));
	(void)json_object_set_new(in, "port", json_integer(at.port));
	if (pem != NULL)
		sodium_memzero(pem, strlen(pem));
	free(pem);
	return in;
}

/* Who can put records into the public DNS; HTTP-01 needs nobody. */
static int
set_provider(const struct acme *a, const struct conf *conf, json_t *in, struct err *e)
{
	json_t *provider = conf->identity.domain_mode == CONF_MODE_HTTP01 ? json_null() : ddns_document(a->core, conf, e);

	if (provider == NULL)
		return err_errno(e->kind);
	return json_object_set_new(in, "provider", provider) < 0 ? err_sys(e, -ENOMEM, "order a certificate") : 0;
}

/* NULL with e. */
static json_t *
order_input(struct acme *a, const struct acme_order *o, const struct cell_cert *present, struct err *e)
{
	const struct conf *conf = conf_txn_current(a->core->txn);
	json_t *csr = request_json(a, o, e), *in;

	if (csr == NULL)
		return NULL;
	in = json_pack("{so, sb, sb, so, so, ss, si, so, sb, so}", "email", text_or_null(conf->certificates.acme_email),
	    "tos_agreed", conf->certificates.tos_agreed,
	    "recent", acme_ledger_recent(&a->kept->ledger, clk_system.wall_s(&clk_system)), "names", names_json(&o->want),
	    "csr", csr, "challenge", conf->identity.domain_mode == CONF_MODE_HTTP01 ? "http-01" : "dns-01",
	    "http_port", doors_port(conf->network.ports.http, a->core->options.user_mode), "order_url", text_or_null(o->url),
	    "unsure", o->unsure && o->url[0] == '\0', "replaces", replaces_json(present));
	if (in == NULL)
		(void)err_sys(e, -ENOMEM, "order a certificate");	/* NULL says it */
	else if (set_provider(a, conf, with_account(a, in, o->directory), e) < 0) {
		json_decref(in);
		in = NULL;
	}
	return in;
}

/* --- starting ------------------------------------------------------------------------------- */

static const char *
directory_for(const struct acme *a, bool trial)
{
	const char *wanted = conf_txn_current(a->core->txn)->certificates.acme_directory;
	const struct acme_server *s = acme_kept_server(a->kept, wanted);

	return trial ? acme_staging(wanted) : acme_directory(wanted, s->account_url[0] != '\0', s->staged);
}

bool
acme_order_is_open(const struct acme *a, const struct acme_want *w)
{
	const struct acme_item *t = acme_kept_find(a->kept, w->names[0]);

	return t != NULL && t->order.url[0] != '\0' && same_want(&t->order.want, w) &&
	    strcmp(t->order.directory, directory_for(a, false)) == 0;
}

/* On disk before the first word to the server: the key, and that there may be an order. */
static int
commit_order(struct acme *a, struct acme_item *t, struct err *e)
{
	t->order.unsure = t->order.url[0] == '\0';
	return acme_kept_store(a->kept, a->core->state_fd, e);
}

int
acme_order_start(struct acme *a, const struct acme_want *w, bool trial, const char *actor, json_t **job, struct err *e)
{
	const struct cell_cert *present = acme_present(a, w);
	struct acme_item *t = acme_kept_item(a->kept, w->names[0]);
	struct jobs_ask ask = { .kind = present == NULL ? "cert.issue" : "cert.renew", .object = w->names[0], .actor = actor,
	    .done = on_ordered, .fact = on_fact, .arg = a };
	json_t *in = NULL;
	int error;

	if (t == NULL)
		return err_set(e, ERR_CONFLICT, "%d certificates are known, which is all there may be", ACME_WANTS_MAX);
	error = prepare(a, t, w, directory_for(a, trial), e);
	if (error == 0 && (in = order_input(a, &t->order, present, e)) == NULL)
		error = err_errno(e->kind);
	if (error == 0)
		error = commit_order(a, t, e);
	ask.in = in;
	if (error == 0)
		error = jobs_start(a->core->jobs, &ask, job, e);
	json_decref(in);
	if (error < 0)
		return error;
	a->running.trial = trial;
	return str_copy(str_of(w->names[0]), a->running.name, sizeof(a->running.name)) ? 0 : -EINVAL;	/* same size */
}

/* --- what it tells ----------------------------------------------------------------------------- */

static struct acme_item *
ordered(struct acme *a)
{
	return acme_kept_item(a->kept, a->running.name);	/* it is there: the start has made it */
}

static void
note_order(struct acme *a, const json_t *url)
{
	struct acme_order *o = &ordered(a)->order;
	const char *text = json_is_string(url) ? json_string_value(url) : "";

	if (text[0] != '\0' && strcmp(text, o->url) != 0)
		acme_ledger_add(&a->kept->ledger, clk_system.wall_s(&clk_system));
	if (!str_copy(str_of(text), o->url, sizeof(o->url)))
		log_line(LOG_ACME, LOG_WARNING, "the address of an order is too long to be kept", "name", a->running.name, NULL);
	o->unsure = false;
}

static void
tell(struct acme *a, const char *id, const char *status)
{
	json_t *data = json_pack("{ss, ss}", "id", id, "status", status);

	if (a->core->api != NULL && data != NULL)
		api_event(a->core->api, "certificate", data);
	json_decref(data);
}

/* Beside its key on disk, then served. */
static int
keep(struct acme *a, const struct acme_order *o, const char *chain, struct err *e)
{
	struct core *c = a->core;
	uint8_t key[SEALED_KEY_MAX];
	struct cell_cert *cert = NULL;
	uint64_t serial;
	size_t n = sealed_key_get(c->vault, o->key_ref, key, sizeof(key));
	int error = cell_cert_take(&cert, &(struct cert_from){ CERT_ACME, str_of(chain), key, n }, e);

	sodium_memzero(key, sizeof(key));
	if (error == 0)
		error = sites_add(c->sites, cert, c->state_fd, c->vault, e);
	if (error < 0)
		return error;
	log_line(LOG_TLS, LOG_INFO, "a new certificate is served", "id", cell_cert_id(cert), "name", o->want.names[0],
	    "issuer", cell_cert_issuer(cert), NULL);
	tell(a, cell_cert_id(cert), "valid");
	(void)apply_again(c, &serial);	/* has said why not; it comes with the next tables */
	sweep_soon(c);
	return 0;
}

static struct acme_window
read_window(const json_t *o)
{
	return (struct acme_window){ json_integer_value(json_object_get(o, "start")), json_integer_value(json_object_get(o, "end")),
	    json_integer_value(json_object_get(o, "again")) };
}

static void
issued(struct acme_item *t, const json_t *window)
{
	const struct acme_window w = read_window(window);

	(void)str_copy(str_of(t->order.directory), t->issued_by, sizeof(t->issued_by));	/* same size */
	acme_past_succeed(&t->past, json_is_object(window) ? &w : NULL, clk_system.wall_s(&clk_system));
}

/* What a staging server issues nobody trusts: it has shown that the next one can be asked (TLS-2). */
static void
note_chain(struct acme *a, const char *chain, const json_t *window)
{
	const char *wanted = conf_txn_current(a->core->txn)->certificates.acme_directory;
	struct acme_item *t = ordered(a);
	struct err e;

	err_clear(&e);
	if (strcmp(t->order.directory, wanted) != 0) {
		acme_kept_server(a->kept, wanted)->staged = true;
		log_line(LOG_ACME, LOG_INFO, "the staging server has issued a certificate", "name", t->name, NULL);
	} else if (keep(a, &t->order, chain, &e) < 0) {
		log_line(LOG_ACME, LOG_ERROR, "a certificate has come and cannot be kept", "name", t->name, "err", e.detail, NULL);
		return;		/* the order stays, and is asked for it again */
	} else {
		issued(t, window);
	}
	memset(&t->order, 0, sizeof(t->order));
	t->error[0] = '\0';
}

static void
on_fact(void *arg, const json_t *fact)
{
	struct acme *a = arg;
	const char *account = json_string_value(json_object_get(fact, "account_url"));
	const char *chain = json_string_value(json_object_get(fact, "chain"));
	const json_t *order = json_object_get(fact, "order_url");
	struct acme_server *s = acme_kept_server(a->kept, ordered(a)->order.directory);

	if (a->core->stopping)
		return;
	if (account != NULL && !str_copy(str_of(account), s->account_url, sizeof(s->account_url)))
		log_line(LOG_ACME, LOG_WARNING, "the address of the account is too long to be kept", NULL);
	if (order != NULL)
		note_order(a, order);
	if (chain != NULL)
		note_chain(a, chain, json_object_get(fact, "window"));
	acme_save(a);
}

/* --- the end -------------------------------------------------------------------------------------- */

/* With the first name that was refused, and the words about it. */
static void
remember_error(struct acme_item *t, const struct err *e, int64_t now)
{
	const char *more = e->nfields > 0 && strstr(e->detail, e->fields[0].message) == NULL ? e->fields[0].message : "";

	(void)snprintf(t->error, sizeof(t->error), more[0] == '\0' ? "%s" : "%s: %s", e->detail, more);	/* cut */
	t->error_at = now;
	acme_past_fail(&t->past, e, now);
}

static void
on_ordered(void *arg, const json_t *result, const struct err *e)
{
	struct acme *a = arg;
	struct acme_item *t = ordered(a);

	(void)result;	/* the facts were all of it */
	if (a->core->stopping)
		return;		/* it goes on at the next start */
	a->running.name[0] = '\0';
	if (e != NULL) {
		remember_error(t, e, clk_system.wall_s(&clk_system));
		log_line(LOG_ACME, LOG_ERROR, "cert.failed", "name", t->name, "err", t->error, NULL);
		tell(a, t->name, "failed");
		acme_save(a);
	}
	acme_wake(a);
}

/* --- windows ---------------------------------------------------------------------------------------- */

void
acme_window_start(struct acme *a, const struct acme_want *w, const struct cell_cert *c)
{
	const char *directory = conf_txn_current(a->core->txn)->certificates.acme_directory;
	json_t *in = json_pack("{so}", "id", replaces_json(c));

	if (in != NULL && str_copy(str_of(w->names[0]), a->window_name, sizeof(a->window_name)))
		a->window = jobs_run_start(a->core->jobs, "cert.window", with_account(a, in, directory), on_window, a);
	json_decref(in);
}

static void
on_window(void *arg, const json_t *result, const struct err *e)
{
	enum { AGAIN_S = 86400, LATER_S = 3600 };
	struct acme *a = arg;
	struct acme_item *t = acme_kept_item(a->kept, a->window_name);
	const json_t *w = json_object_get(result, "window");
	const int64_t now = clk_system.wall_s(&clk_system);

	a->window = NULL;
	if (t == NULL)
		return;
	if (json_is_object(w))
		t->past.window = read_window(w);
	else
		t->past.window.again = now + (e == NULL ? AGAIN_S : LATER_S);
	acme_save(a);
}
