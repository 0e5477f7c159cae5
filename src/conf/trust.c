/* Keys of others; see trust.h. */
#include "conf/trust.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "base/pem.h"
#include "conf/check.h"
#include "io/tls_anchors.h"

enum { AGE_DATA = 58 };	/* 32 bytes and a checksum, five bits a character */

/* --- certificates ---------------------------------------------------------------------- */

/* Can our TLS go by it? The text holds one certificate. */
static bool
is_anchor(const char *pem, size_t n)
{
	struct io_tls_anchors *a = io_tls_anchors_new(false);
	bool ok = a != NULL && io_tls_anchors_add(a, pem, n, NULL) == 0;

	io_tls_anchors_free(a);
	return ok;
}

static void
digest(const void *p, size_t n, char sha256[CONF_TRUST_SHA256_SIZE])
{
	uint8_t hash[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(hash, p, n);	/* cannot fail */
	(void)sodium_bin2hex(sha256, CONF_TRUST_SHA256_SIZE, hash, sizeof(hash));	/* returns its buffer */
}

static char *
read_certificate(struct str given, char sha256[CONF_TRUST_SHA256_SIZE], struct err *e)
{
	struct str rest = given;
	size_t n, len = 0;
	uint8_t *der = pem_read(given, "CERTIFICATE", &n, &rest), *more = pem_read(rest, "CERTIFICATE", &len, NULL);
	char *pem = NULL;

	if (der == NULL)
		(void)err_field(e, ERR_VALIDATION, "pem", "is not a certificate in PEM");	/* as all below: NULL tells */
	else if (more != NULL)
		(void)err_field(e, ERR_VALIDATION, "pem", "holds more than one certificate: add each by itself");
	else if (pem_add(&pem, &len, "CERTIFICATE", der, n) && !is_anchor(pem, len))
		(void)err_field(e, ERR_VALIDATION, "pem", "is not a certificate with an RSA key, or one of P-256, P-384 or P-521");
	else if (pem == NULL)
		(void)err_set(e, ERR_INTERNAL, "out of memory");
	else
		digest(der, n, sha256);
	if (pem != NULL && e->kind != ERR_NONE) {
		free(pem);
		pem = NULL;
	}
	free(der);
	free(more);
	return pem;
}

/* --- keys ------------------------------------------------------------------------------- */

/* One step of the checksum of Bech32 (BIP 173). */
static uint32_t
bech32_step(uint32_t sum, unsigned value)
{
	static const uint32_t generator[] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
	const uint32_t top = sum >> 25;
	unsigned i;

	sum = (sum & 0x1ffffff) << 5 ^ value;
	for (i = 0; i < 5; i++)
		if ((top >> i & 1) != 0)
			sum ^= generator[i];
	return sum;
}

/* "age1…": an X25519 recipient of age. */
static bool
is_age(struct str s)
{
	static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l", human[] = "age";
	const char *at;
	uint32_t sum = 1;
	size_t i;

	if (s.n != sizeof(human) + AGE_DATA || !str_starts(s, STR("age1")))
		return false;
	for (i = 0; i < 3; i++)
		sum = bech32_step(sum, (unsigned char)human[i] >> 5);
	sum = bech32_step(sum, 0);
	for (i = 0; i < 3; i++)
		sum = bech32_step(sum, human[i] & 31);
	for (i = sizeof(human); i < s.n; i++) {
		at = memchr(digits, s.p[i], sizeof(digits) - 1);
		if (at == NULL)
			return false;
		sum = bech32_step(sum, (unsigned)(at - digits));
	}
	return sum == 1;
}

/* As a file has it: without the end of the line. */
static struct str
unwrapped(struct str s)
{
	while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	return str_trim(s);
}

static char *
read_key(struct str given, bool ok, const char *rule, char sha256[CONF_TRUST_SHA256_SIZE], struct err *e)
{
	char *key = ok ? strndup(given.p, given.n) : NULL;

	if (!ok)
		(void)err_field(e, ERR_VALIDATION, "pem", "%s", rule);	/* NULL tells */
	else if (key == NULL)
		(void)err_set(e, ERR_INTERNAL, "out of memory");	/* the same */
	else
		digest(given.p, given.n, sha256);
	return key;
}

char *
conf_trust_read(enum conf_trust_kind kind, struct str given, char sha256[CONF_TRUST_SHA256_SIZE], struct err *e)
{
	const struct str key = unwrapped(given);

	err_clear(e);
	switch (kind) {
	case CONF_TRUST_WIREGUARD:
		return read_key(key, conf_is_wgkey(key), "must be a WireGuard key: 32 bytes in base64", sha256, e);
	case CONF_TRUST_AGE:
		return read_key(key, is_age(key), "must be a recipient of age: age1…", sha256, e);
	case CONF_TRUST_CA:
		break;
	}
	return read_certificate(given, sha256, e);
}

/* --- the document --------------------------------------------------------------------------- */

static void
judge(const struct conf_trust *t, size_t i, struct err *e)
{
	char sha256[CONF_TRUST_SHA256_SIZE], field[ERR_FIELD_MAX], *kept;
	struct err why;

	/* the caller looks at e */
	(void)snprintf(field, sizeof(field), "vault.trust[%zu].pem", i);	/* fits */
	if (t->pem == NULL || t->sha256 == NULL || err_has_field(e, field))
		return;		/* told already */
	kept = conf_trust_read(t->kind, str_of(t->pem), sha256, &why);
	if (kept == NULL)
		(void)err_field(e, ERR_VALIDATION, field, "%s", why.nfields > 0 ? why.fields[0].message : why.detail);
	else if (strcmp(kept, t->pem) != 0 || strcmp(sha256, t->sha256) != 0)
		(void)err_field(e, ERR_VALIDATION, field, "is not what its sha256 says");
	free(kept);
}

void
conf_trust_rules(const struct conf *c, struct err *e)
{
	size_t i;

	for (i = 0; i < c->vault.ntrust; i++)
		judge(&c->vault.trust[i], i, e);
}

void
conf_trust_conflicts(const struct conf *c, struct err *e)
{
	const struct conf_trust *t = c->vault.trust;
	char field[ERR_FIELD_MAX];
	size_t i, k;

	for (i = 1; i < c->vault.ntrust; i++)
		for (k = 0; k < i; k++) {
			(void)snprintf(field, sizeof(field), "vault.trust[%zu].pem", i);	/* fits */
			if (strcmp(t[i].sha256, t[k].sha256) == 0)	/* the caller looks at e */
				(void)err_field(e, ERR_CONFLICT, field, "is there already as \"%s\"", t[k].name);
		}
}
