/* Certificates that are served; see cert.h. */
#include "role/cert.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <sodium.h>

#include "base/err.h"
#include "base/log.h"
#include "base/pem.h"
#include "ca/cert.h"
#include "ca/key.h"
#include "ca/scope.h"
#include "conf/conf.h"
#include "conf/json.h"
#include "proxy/decide.h"
#include "role/sealed.h"
#include "role/snapshot.h"
#include "sys/clk.h"
#include "sys/file.h"
#include "sys/net.h"
#include "vault/vault.h"

enum { META_MAX = 64 << 10, NAMES_MAX = 60, ADDRS_MAX = 40, DAY_S = 86400 };

struct cell_cert {
	unsigned refs;
	char id[CERT_ID_SIZE];
	struct ca_cert cert;
	uint8_t *issuer;		/* certificate of the intermediate; NULL: it signs itself */
	size_t issuer_n;
	json_t *names;			/* what it was made for: names, then addresses as text */
	int64_t not_before, not_after;
	char fingerprint[CA_FINGERPRINT_TEXT];
	char secret_ref[VAULT_REF_SIZE];
};

/* --- what it has to name --------------------------------------------------------------- */

static bool
is_served(const struct net_ifaddr *f)
{
	return f->up && !addr_is_linklocal(&f->prefix.addr);
}

static bool
has(const json_t *list, const json_t *text)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (json_equal(one, text))
			return true;
	return false;
}

/* Once each, and no more than there is room for. Takes text. */
static void
add(json_t *list, json_t *text, size_t max)
{
	if (text != NULL && json_array_size(list) < max && !has(list, text))
		(void)json_array_append(list, text);	/* out of memory: the next one notices */
	json_decref(text);
}

/* Names and addresses of the cell in a fixed order: the same host and
 * configuration give the same list. */
static json_t *
wanted_names(const struct cert_for *f)
{
	struct proxy_site site;
	char text[ADDR_TEXT_MAX];
	json_t *list = json_array();
	size_t i;

	proxy_plan(&site, f->conf, f->host_label, 0);
	for (i = 0; i < site.nnames; i++)
		add(list, json_string(site.names[i]), NAMES_MAX);
	for (i = 0; i < f->nifs; i++)
		if (is_served(&f->ifs[i]))
			add(list, json_string(addr_text(&f->ifs[i].prefix.addr, text)), NAMES_MAX + ADDRS_MAX);
	return list;
}

/* Nobody types a global IPv6 address. */
static bool
is_needed(const json_t *text)
{
	struct addr a;

	return !addr_read(str_of(json_string_value(text)), &a) || a.len == 4 || addr_is_private(&a) ||
	    addr_is_loopback(&a);
}

static bool
has_needed(const json_t *have, const json_t *want)
{
	const json_t *one;
	size_t i;

	json_array_foreach(want, i, one)
		if (is_needed(one) && !has(have, one))
			return false;
	return true;
}

bool
cell_cert_serves(const struct cell_cert *c, const struct cert_for *f)
{
	json_t *want;
	bool ok;

	if (c == NULL || f->now < c->not_before || f->now > c->not_after - CERT_RENEW_DAYS * DAY_S)
		return false;
	want = wanted_names(f);
	ok = want != NULL && has_needed(c->names, want);
	json_decref(want);
	return ok;
}

/* The addresses of the earlier certificate, behind those of today. */
static void
keep_addresses(json_t *list, const struct cell_cert *old)
{
	const json_t *one;
	struct addr a;
	size_t i;

	json_array_foreach(old == NULL ? NULL : old->names, i, one)
		if (addr_read(str_of(json_string_value(one)), &a))
			add(list, json_incref((json_t *)(uintptr_t)one), NAMES_MAX + ADDRS_MAX);	/* counted, not changed */
}

/* --- making ------------------------------------------------------------------------------ */

static void
split_names(const json_t *list, struct ca_cert_plan *plan, const char **names, struct addr *addrs)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		const char *text = json_string_value(one);

		if (addr_read(str_of(text), &addrs[plan->naddrs]))
			plan->naddrs++;
		else
			names[plan->nnames++] = text;
	}
	plan->names = names;
	plan->addrs = addrs;
}

int
cell_cert_make(struct cell_cert **out, const struct cell_cert *old, const struct cert_for *f, struct err *e)
{
	struct ca_cert_plan plan = { .common_name = f->conf->identity.cell_name,
	    .from_s = f->now - CA_BACKDATE_S, .until_s = f->now + (int64_t)CERT_DAYS * DAY_S };
	const char *names[NAMES_MAX + ADDRS_MAX];
	struct addr addrs[NAMES_MAX + ADDRS_MAX];
	struct cell_cert *c = calloc(1, sizeof(*c));
	int error;

	*out = NULL;
	if (c == NULL || (c->names = wanted_names(f)) == NULL) {
		free(c);
		return err_sys(e, -ENOMEM, "make a certificate");
	}
	c->refs = 1;
	(void)snprintf(c->id, sizeof(c->id), "%s", CERT_PROVISIONAL);	/* it fits */
	keep_addresses(c->names, old);
	split_names(c->names, &plan, names, addrs);
	error = ca_cert_make(&plan, NULL, &c->cert, e);
	if (error < 0) {
		cell_cert_free(c);
		return error;
	}
	c->not_before = plan.from_s;
	c->not_after = plan.until_s;
	(void)ca_fingerprint(c->cert.der, c->cert.n, c->fingerprint);	/* returns its buffer */
	*out = c;
	return 0;
}

/* Is there a name with "*" that stands for it? */
static bool
is_covered(const json_t *list, const char *host)
{
	const char *dot = strchr(host, '.'), *name;
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		name = json_string_value(one);
		if (dot != NULL && name[0] == '*' && strcmp(name + 1, dot) == 0)
			return true;
	}
	return false;
}

/* Hosts of routes that no name with "*" stands for, where there is room. */
static void
add_routes(json_t *list, const struct conf *conf, const struct ca_scope *scope)
{
	const struct conf_route *r = conf->proxy.routes, *end = r + conf->proxy.nroutes;

	for (; r < end; r++)
		if (r->enabled && strchr(r->host, '.') != NULL && !is_covered(list, r->host) &&
		    ca_dns_name(str_of(r->host)) && ca_scope_has_name(scope, str_of(r->host)))
			add(list, json_string(r->host), NAMES_MAX + ADDRS_MAX);
}

/* Own names, and one label below the domains, so that a new service needs no other certificate; private addresses. */
static json_t *
certified_names(const struct cert_for *f, const struct ca_scope *scope)
{
	const char *const domains[] = { f->conf->identity.domain_name, f->conf->identity.domain };
	json_t *all = wanted_names(f), *list = json_array();
	const json_t *one;
	char text[CA_NAME_SIZE];
	struct addr a;
	size_t i;

	for (i = 0; i < 2; i++)
		if (domains[i] != NULL && ca_scope_has_name(scope, str_of(domains[i])) &&
		    (size_t)snprintf(text, sizeof(text), "*.%s", domains[i]) < sizeof(text))
			add(list, json_string(text), NAMES_MAX);
	json_array_foreach(all, i, one) {
		const struct str s = str_of(json_string_value(one));

		if (addr_read(s, &a) ? ca_scope_has_addr(&a) : ca_dns_name(s) && ca_scope_has_name(scope, s))
			add(list, json_incref((json_t *)(uintptr_t)one), NAMES_MAX + ADDRS_MAX);	/* counted, not changed */
	}
	add_routes(list, f->conf, scope);
	json_decref(all);
	return list;
}

static bool
copy_issuer(struct cell_cert *c, const struct cert_by *by)
{
	c->issuer = malloc(by->n);
	if (c->issuer == NULL)
		return false;
	memcpy(c->issuer, by->der, by->n);
	c->issuer_n = by->n;
	return true;
}

/* c has its list of names. */
static int
issue(struct cell_cert *c, const struct cert_for *f, const struct cert_by *by, struct err *e)
{
	struct ca_cert_plan plan = { .common_name = f->conf->identity.cell_name, .crl_url = f->crl_url,
	    .from_s = by->span.from_s, .until_s = by->span.until_s };
	const char *names[NAMES_MAX + ADDRS_MAX];
	struct addr addrs[NAMES_MAX + ADDRS_MAX];
	int error;

	split_names(c->names, &plan, names, addrs);
	error = ca_cert_make(&plan, &by->issuer, &c->cert, e);
	if (error < 0)
		return error;
	(void)sodium_bin2hex(c->id, sizeof(c->id), c->cert.serial, CA_SERIAL);	/* returns its buffer */
	c->not_before = plan.from_s;
	c->not_after = plan.until_s;
	(void)ca_fingerprint(c->cert.der, c->cert.n, c->fingerprint);	/* the same */
	return 0;
}

int
cell_cert_issue(struct cell_cert **out, const struct cert_for *f, const struct cert_by *by, struct err *e)
{
	struct cell_cert *c = calloc(1, sizeof(*c));
	int error = -ENOMEM;

	*out = NULL;
	if (c != NULL) {
		c->refs = 1;
		c->names = certified_names(f, by->scope);
	}
	if (c == NULL || c->names == NULL || !copy_issuer(c, by))
		(void)err_sys(e, error, "make a certificate");
	else
		error = issue(c, f, by, e);
	if (error == 0)
		*out = c;
	else
		cell_cert_free(c);
	return error;
}

bool
cell_cert_fits(const struct cell_cert *c, const struct cert_for *f, const struct cert_by *by)
{
	json_t *want;
	bool ok;

	if (c == NULL || c->issuer_n != by->n || memcmp(c->issuer, by->der, by->n) != 0)
		return false;
	want = certified_names(f, by->scope);
	ok = want != NULL && has_needed(c->names, want);
	json_decref(want);
	return ok;
}

struct cell_cert *
cell_cert_ref(struct cell_cert *c)
{
	if (c != NULL)
		c->refs++;
	return c;
}

void
cell_cert_free(struct cell_cert *c)
{
	if (c == NULL || --c->refs > 0)
		return;
	json_decref(c->names);
	ca_cert_clear(&c->cert);
	free(c->issuer);
	free(c);
}

static void
list_names(const struct cell_cert *c, struct snapshot_cert *out)
{
	const json_t *one;
	struct addr a;
	size_t i;

	json_array_foreach(c->names, i, one)
		if (!addr_read(str_of(json_string_value(one)), &a) && out->nnames < SNAPSHOT_NAMES_MAX)
			out->names[out->nnames++] = json_string_value(one);
}

void
cell_cert_snapshot(const struct cell_cert *c, struct snapshot_cert *out)
{
	memset(out, 0, sizeof(*out));
	out->chain[0] = c->cert.der;
	out->chain_len[0] = c->cert.n;
	out->nchain = 1;
	if (c->issuer != NULL) {
		out->chain[1] = c->issuer;
		out->chain_len[1] = c->issuer_n;
		out->nchain = 2;
	}
	memcpy(out->key, c->cert.key, sizeof(out->key));
	out->any_name = c->issuer == NULL;
	list_names(c, out);
}

const char *
cell_cert_fingerprint(const struct cell_cert *c)
{
	return c->fingerprint;
}

const char *
cell_cert_id(const struct cell_cert *c)
{
	return c == NULL ? "" : c->id;
}

const json_t *
cell_cert_names(const struct cell_cert *c)
{
	return c->names;
}

struct ca_span
cell_cert_span(const struct cell_cert *c)
{
	return c == NULL ? (struct ca_span){ 0, 0 } : (struct ca_span){ c->not_before, c->not_after };
}

const char *
cell_cert_secret_ref(const struct cell_cert *c)
{
	return c == NULL ? "" : c->secret_ref;
}

/* --- on disk ------------------------------------------------------------------------------- */

/* vault/certs/<id>, or -errno. */
static int
open_folder(int state_fd, const char *id, struct err *e)
{
	const char *const path[] = { "vault", "certs", id };
	int fd = dup(state_fd), next;
	size_t i;

	for (i = 0; fd >= 0 && i < sizeof(path) / sizeof(path[0]); i++) {
		next = file_dir_sub(fd, path[i], e);
		(void)close(fd);	/* a directory */
		fd = next;
	}
	return fd;
}

/* Leaf first. */
static char *
chain_pem(const struct cell_cert *c, size_t *n)
{
	char *text = NULL;

	if (pem_add(&text, n, "CERTIFICATE", c->cert.der, c->cert.n) &&
	    (c->issuer == NULL || pem_add(&text, n, "CERTIFICATE", c->issuer, c->issuer_n)))
		return text;
	free(text);
	return NULL;
}

static json_t *
meta_json(const struct cell_cert *c)
{
	char from[CLK_TEXT_MAX], to[CLK_TEXT_MAX];

	return json_pack("{sssOssssssss}", "id", c->id, "names", c->names, "source", "internal",
	    "not_before", clk_text(c->not_before, from), "not_after", clk_text(c->not_after, to),
	    "secret_ref", c->secret_ref);
}

static int
write_files(const struct cell_cert *c, int fd, struct err *e)
{
	json_t *meta = meta_json(c);
	char *text = meta == NULL ? NULL : conf_json_pretty(meta), *pem = NULL;
	size_t n;
	int error = -ENOMEM;

	if (text != NULL && (pem = chain_pem(c, &n)) != NULL)
		error = file_write(fd, "chain.pem", pem, n, 0600, e);
	else
		(void)err_sys(e, error, "save a certificate");
	/* meta.json last: what it names is there */
	if (error == 0)
		error = file_write(fd, "meta.json", text, strlen(text), 0600, e);
	free(pem);
	free(text);
	json_decref(meta);
	return error;
}

int
cell_cert_store(struct cell_cert *c, int state_fd, struct vault *v, struct err *e)
{
	int fd, error = sealed_key_put(v, c->cert.key, c->secret_ref, e);

	if (error < 0)
		return error;
	fd = open_folder(state_fd, c->id, e);
	error = fd < 0 ? fd : write_files(c, fd, e);
	if (fd >= 0)
		(void)close(fd);	/* a directory */
	if (error < 0)
		c->secret_ref[0] = '\0';	/* it is not stored: the secret goes with the next sweep */
	return error;
}

static bool
read_pem(int fd, struct cell_cert *c)
{
	struct str rest;
	char *pem = NULL;
	size_t n;

	if (file_read(fd, "chain.pem", META_MAX, &pem, &n, NULL) < 0)
		return false;
	c->cert.der = pem_read((struct str){ pem, n }, "CERTIFICATE", &c->cert.n, &rest);
	if (c->cert.der != NULL)
		c->issuer = pem_read(rest, "CERTIFICATE", &c->issuer_n, NULL);
	free(pem);
	return c->cert.der != NULL;
}

static bool
read_meta(int fd, struct cell_cert *c)
{
	char *text;
	size_t n;
	json_t *meta;
	bool ok;

	if (file_read(fd, "meta.json", META_MAX, &text, &n, NULL) < 0)
		return false;
	meta = conf_json_read(text, n, NULL);
	free(text);
	c->names = json_incref(json_object_get(meta, "names"));
	ok = json_is_array(c->names) && json_is_string(json_object_get(meta, "secret_ref")) &&
	    json_is_string(json_object_get(meta, "not_before")) && json_is_string(json_object_get(meta, "not_after")) &&
	    clk_read(json_string_value(json_object_get(meta, "not_before")), &c->not_before) == 0 &&
	    clk_read(json_string_value(json_object_get(meta, "not_after")), &c->not_after) == 0 &&
	    str_copy(str_of(json_string_value(json_object_get(meta, "secret_ref"))), c->secret_ref, sizeof(c->secret_ref));
	json_decref(meta);
	return ok;
}

/* A crash between the writing of two files leaves a certificate that is not this key's. */
static bool
is_of_key(const struct cell_cert *c)
{
	uint8_t point[CA_POINT];

	return ca_key_public(c->cert.key, point) && memmem(c->cert.der, c->cert.n, point, sizeof(point)) != NULL;
}

struct cell_cert *
cell_cert_load(int state_fd, const char *id, struct vault *v)
{
	struct cell_cert *c = calloc(1, sizeof(*c));
	int fd = open_folder(state_fd, id, NULL);
	bool ok = c != NULL && fd >= 0 && str_copy(str_of(id), c->id, sizeof(c->id)) && read_meta(fd, c) &&
	    read_pem(fd, c) && sealed_key_get(v, c->secret_ref, c->cert.key) && is_of_key(c);

	if (fd >= 0)
		(void)close(fd);	/* a directory */
	if (c != NULL)
		c->refs = 1;
	if (ok) {
		(void)ca_fingerprint(c->cert.der, c->cert.n, c->fingerprint);	/* returns its buffer */
		return c;
	}
	cell_cert_free(c);
	return NULL;
}
