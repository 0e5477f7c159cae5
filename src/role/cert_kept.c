/* Life and looks of a kept certificate; see cert.h and cert_kept.h. */
#include "role/cert_kept.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/addr.h"
#include "ca/cert.h"
#include "io/tls.h"

/* --- life --------------------------------------------------------------------------- */

struct cell_cert *
cell_cert_new(void)
{
	struct cell_cert *c = calloc(1, sizeof(*c));

	if (c != NULL)
		c->refs = 1;
	return c;
}

struct cell_cert *
cell_cert_ref(struct cell_cert *c)
{
	if (c != NULL)
		c->refs++;
	return c;
}

static void
forget_key(struct cell_cert *c)
{
	if (c->key != NULL)
		sodium_memzero(c->key, c->key_len);
	free(c->key);
	c->key = NULL;
}

void
cell_cert_free(struct cell_cert *c)
{
	size_t i;

	if (c == NULL || --c->refs > 0)
		return;
	json_decref(c->names);
	for (i = 0; i < c->nchain; i++)
		free(c->chain[i]);
	forget_key(c);
	free(c);
}

static uint8_t *
copy(const uint8_t *p, size_t n)
{
	uint8_t *to = malloc(n + 1);	/* never of nothing */

	if (to != NULL)
		memcpy(to, p, n);
	return to;
}

bool
cell_cert_add(struct cell_cert *c, const uint8_t *der, size_t n)
{
	if (c->nchain == SNAPSHOT_CHAIN_MAX || n > SNAPSHOT_CERT_DER_MAX)
		return false;
	c->chain[c->nchain] = copy(der, n);
	if (c->chain[c->nchain] == NULL)
		return false;
	if (c->nchain == 0)
		(void)ca_fingerprint(der, n, c->fingerprint);	/* returns its buffer */
	c->chain_len[c->nchain++] = n;
	return true;
}

bool
cell_cert_key(struct cell_cert *c, const uint8_t *key, size_t n)
{
	forget_key(c);
	c->key = copy(key, n);
	c->key_len = n;
	return c->key != NULL;
}

bool
cell_cert_key_fits(const struct cell_cert *c)
{
	const uint8_t *chain[SNAPSHOT_CHAIN_MAX];

	memcpy(chain, c->chain, sizeof(chain));
	return c->nchain > 0 && c->key != NULL && io_tls_cert_fits(&(struct io_tls_cert){ .chain = chain,
	    .chain_len = c->chain_len, .nchain = c->nchain, .key = c->key, .key_len = c->key_len });
}

/* --- looks ---------------------------------------------------------------------------- */

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
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < c->nchain; i++) {
		out->chain[i] = c->chain[i];
		out->chain_len[i] = c->chain_len[i];
	}
	out->nchain = c->nchain;
	out->key = c->key;
	out->key_len = c->key_len;
	out->is_public = c->source == CERT_ACME;
	out->any_name = strcmp(c->id, CERT_PROVISIONAL) == 0;
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

enum cert_source
cell_cert_source(const struct cell_cert *c)
{
	return c->source;
}

const char *
cell_cert_source_text(const struct cell_cert *c)
{
	static const char *const text[] = { [CERT_INTERNAL] = "internal", [CERT_ACME] = "acme", [CERT_IMPORTED] = "imported" };

	return text[c->source];
}

const json_t *
cell_cert_names(const struct cell_cert *c)
{
	return c->names;
}

const char *
cell_cert_issuer(const struct cell_cert *c)
{
	return c->issuer;
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
