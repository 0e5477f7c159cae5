/* The provisional certificate; see cert.h. */
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
#include "ca/cert.h"
#include "ca/key.h"
#include "conf/conf.h"
#include "conf/json.h"
#include "proxy/decide.h"
#include "role/snapshot.h"
#include "sys/clk.h"
#include "sys/file.h"
#include "sys/net.h"
#include "vault/vault.h"

enum { META_MAX = 64 << 10, NAMES_MAX = 48, ADDRS_MAX = 48, DAY_S = 86400 };

struct cell_cert {
	struct ca_cert cert;
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
	keep_addresses(c->names, old);
	split_names(c->names, &plan, names, addrs);
	error = ca_cert_make(&plan, NULL, &c->cert, e);
	if (error < 0) {
		cell_cert_free(c);
		return error;
	}
	c->not_before = f->now - 3600;
	c->not_after = f->now + (int64_t)CERT_DAYS * DAY_S;
	(void)ca_fingerprint(c->cert.der, c->cert.n, c->fingerprint);	/* returns its buffer */
	*out = c;
	return 0;
}

void
cell_cert_free(struct cell_cert *c)
{
	if (c == NULL)
		return;
	json_decref(c->names);
	ca_cert_clear(&c->cert);
	free(c);
}

void
cell_cert_snapshot(const struct cell_cert *c, struct snapshot_cert *out)
{
	memset(out, 0, sizeof(*out));
	out->chain[0] = c->cert.der;
	out->chain_len[0] = c->cert.n;
	out->nchain = 1;
	memcpy(out->key, c->cert.key, sizeof(out->key));
}

const char *
cell_cert_fingerprint(const struct cell_cert *c)
{
	return c->fingerprint;
}

const char *
cell_cert_secret_ref(const struct cell_cert *c)
{
	return c == NULL ? "" : c->secret_ref;
}

/* --- on disk ------------------------------------------------------------------------------- */

/* vault/certs/provisional, or -errno. */
static int
open_folder(int state_fd, struct err *e)
{
	static const char *const path[] = { "vault", "certs", "provisional" };
	int fd = dup(state_fd), next;
	size_t i;

	for (i = 0; fd >= 0 && i < sizeof(path) / sizeof(path[0]); i++) {
		next = file_dir_sub(fd, path[i], e);
		(void)close(fd);	/* a directory */
		fd = next;
	}
	return fd;
}

/* RFC 7468. */
static char *
to_pem(const uint8_t *der, size_t n, size_t *len)
{
	static const char head[] = "-----BEGIN CERTIFICATE-----\n", tail[] = "-----END CERTIFICATE-----\n";
	size_t b64 = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL), i, at;
	char *text = malloc(b64), *out = malloc(b64 + b64 / 64 + sizeof(head) + sizeof(tail) + 2);

	if (text != NULL && out != NULL) {
		(void)sodium_bin2base64(text, b64, der, n, sodium_base64_VARIANT_ORIGINAL);	/* returns text */
		memcpy(out, head, sizeof(head) - 1);
		at = sizeof(head) - 1;
		for (i = 0; text[i] != '\0'; i++) {
			out[at++] = text[i];
			if (i % 64 == 63 || text[i + 1] == '\0')
				out[at++] = '\n';
		}
		memcpy(out + at, tail, sizeof(tail));
		*len = at + sizeof(tail) - 1;
		free(text);
		return out;
	}
	free(text);
	free(out);
	return NULL;
}

static json_t *
meta_json(const struct cell_cert *c)
{
	char from[CLK_TEXT_MAX], to[CLK_TEXT_MAX];

	return json_pack("{sssOssssssss}", "id", "provisional", "names", c->names, "source", "internal",
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

	if (text != NULL && (pem = to_pem(c->cert.der, c->cert.n, &n)) != NULL)
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

static int
seal_key(struct cell_cert *c, struct vault *v, struct err *e)
{
	char hex[2 * CA_KEY + 1];
	json_t *secret;
	int error;

	secret = json_pack("{ss}", "private_key", sodium_bin2hex(hex, sizeof(hex), c->cert.key, CA_KEY));
	error = secret == NULL ? err_sys(e, -ENOMEM, "save a certificate") : vault_put(v, secret, c->secret_ref, e);
	sodium_memzero(hex, sizeof(hex));
	json_decref(secret);
	return error;
}

int
cell_cert_store(struct cell_cert *c, int state_fd, struct vault *v, struct err *e)
{
	int fd, error = seal_key(c, v, e);

	if (error < 0)
		return error;
	fd = open_folder(state_fd, e);
	if (fd < 0)
		return fd;
	error = write_files(c, fd, e);
	(void)close(fd);	/* a directory */
	return error;
}

static bool
read_pem(int fd, struct cell_cert *c)
{
	char *pem = NULL, *body, *end;
	size_t n, len;
	bool ok = false;

	if (file_read(fd, "chain.pem", META_MAX, &pem, &n, NULL) < 0)
		return false;
	body = strstr(pem, "-----BEGIN CERTIFICATE-----\n");
	end = body == NULL ? NULL : strstr(body, "-----END");
	if (end != NULL) {
		body += 28;
		c->cert.der = malloc((size_t)(end - body) + 1);
		ok = c->cert.der != NULL && sodium_base642bin(c->cert.der, (size_t)(end - body) + 1, body,
		    (size_t)(end - body), "\n", &len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
		c->cert.n = ok ? len : 0;
	}
	free(pem);
	return ok;
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

static bool
open_key(struct cell_cert *c, struct vault *v)
{
	json_t *secret = NULL;
	const char *hex;
	size_t n = 0;

	if (vault_get(v, c->secret_ref, &secret, NULL) < 0)
		return false;
	hex = json_string_value(json_object_get(secret, "private_key"));
	if (hex != NULL && sodium_hex2bin(c->cert.key, CA_KEY, hex, strlen(hex), NULL, &n, NULL) < 0)
		n = 0;
	json_decref(secret);
	return n == CA_KEY;
}

/* A crash between the writing of two files leaves a certificate that is not this key's. */
static bool
is_of_key(const struct cell_cert *c)
{
	uint8_t point[CA_POINT];

	return ca_key_public(c->cert.key, point) && memmem(c->cert.der, c->cert.n, point, sizeof(point)) != NULL;
}

struct cell_cert *
cell_cert_load(int state_fd, struct vault *v)
{
	struct cell_cert *c = calloc(1, sizeof(*c));
	int fd = open_folder(state_fd, NULL);
	bool ok = c != NULL && fd >= 0 && read_meta(fd, c) && read_pem(fd, c) && open_key(c, v) &&
	    is_of_key(c);

	if (fd >= 0)
		(void)close(fd);	/* a directory */
	if (ok) {
		(void)ca_fingerprint(c->cert.der, c->cert.n, c->fingerprint);	/* returns its buffer */
		return c;
	}
	cell_cert_free(c);
	return NULL;
}
