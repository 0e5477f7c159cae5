/* Certificates from elsewhere: what they say of themselves is read, nothing is
 * believed but that the key is theirs (cert.h). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/addr.h"
#include "base/der.h"
#include "base/err.h"
#include "base/pem.h"
#include "base/rd.h"
#include "base/tlv.h"
#include "base/x509.h"
#include "role/cert_kept.h"

/* --- what it says ------------------------------------------------------------------ */

/* One attribute: is it 2.5.4.which? Then value is its text. */
static bool
is_attribute(struct rd *set, uint8_t which, struct rd *value)
{
	const uint8_t oid[] = { 0x55, 0x04, which };
	struct rd pair, id;
	unsigned tag;

	return tlv_read(set, DER_SEQUENCE, &pair) && tlv_read(&pair, DER_OID, &id) && tlv_read_any(&pair, &tag, value) &&
	    rd_left(&id) == sizeof(oid) && memcmp(id.p, oid, sizeof(oid)) == 0;
}

static void
copy_printable(struct rd *value, char *out, size_t max)
{
	size_t i;

	for (i = 0; rd_left(value) > 0 && i + 1 < max; i++) {
		const uint8_t ch = rd_u8(value);

		out[i] = ch >= ' ' && ch <= '~' ? (char)ch : '?';
	}
	out[i] = '\0';
}

/* An attribute of a name (RFC 5280 4.1.2.4). False: it has none. */
static bool
read_attribute(struct x509_bytes name, uint8_t which, char *out, size_t max)
{
	struct rd r, list, set, value;

	rd_init(&r, name.p, name.n);
	if (!tlv_read(&r, DER_SEQUENCE, &list))
		return false;
	while (!tlv_end(&list)) {
		if (!tlv_read(&list, DER_SET, &set))
			return false;
		if (is_attribute(&set, which, &value)) {
			copy_printable(&value, out, max);
			return true;
		}
	}
	return false;
}

/* Its common name, else its organization. */
static void
read_issuer(struct cell_cert *c, const struct x509 *x)
{
	enum { COMMON_NAME = 3, ORGANIZATION = 10 };

	if (!read_attribute(x->issuer, COMMON_NAME, c->issuer, sizeof(c->issuer)) &&
	    !read_attribute(x->issuer, ORGANIZATION, c->issuer, sizeof(c->issuer)))
		c->issuer[0] = '\0';
}

/* In lower case, as hosts are compared. */
static json_t *
name_text(struct str name)
{
	char text[SNAPSHOT_NAME_MAX];
	size_t i;

	if (!str_copy(name, text, sizeof(text)))
		return NULL;
	for (i = 0; text[i] != '\0'; i++)
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] - 'A' + 'a');
	return json_string(text);
}

static int
read_names(struct cell_cert *c, const struct x509 *x, struct err *e)
{
	char text[ADDR_TEXT_MAX];
	int failed = 0;
	size_t i;

	c->names = json_array();
	for (i = 0; i < x->nnames; i++)
		failed |= json_array_append_new(c->names, name_text(x->names[i]));
	for (i = 0; i < x->naddrs; i++)
		failed |= json_array_append_new(c->names, json_string(addr_text(&x->addrs[i], text)));
	return c->names != NULL && failed == 0 ? 0 :
	    err_field(e, ERR_VALIDATION, "chain", "the certificate has names that no host can have");
}

static int
read_leaf(struct cell_cert *c, struct err *e)
{
	struct x509 x;

	if (!x509_read(c->chain[0], c->chain_len[0], &x))
		return err_field(e, ERR_VALIDATION, "chain", "does not begin with a certificate that can be read");
	if (x.nnames == 0)
		return err_field(e, ERR_VALIDATION, "chain", "the certificate names no host");
	read_issuer(c, &x);
	c->not_before = x.not_before;
	c->not_after = x.not_after;
	if (2 * x.serial.n < sizeof(c->serial))
		(void)sodium_bin2hex(c->serial, sizeof(c->serial), x.serial.p, x.serial.n);	/* returns its buffer */
	return read_names(c, &x, e);
}

/* --- taking -------------------------------------------------------------------------- */

static int
read_chain(struct cell_cert *c, struct str pem, struct err *e)
{
	uint8_t *der;
	size_t n;
	bool ok = true;

	while (ok && (der = pem_read(pem, "CERTIFICATE", &n, &pem)) != NULL) {
		ok = cell_cert_add(c, der, n);
		free(der);
	}
	if (!ok)
		return err_field(e, ERR_VALIDATION, "chain", "has more than %d certificates, or one of more than %d bytes",
		    SNAPSHOT_CHAIN_MAX, SNAPSHOT_CERT_DER_MAX);
	if (c->nchain == 0)
		return err_field(e, ERR_VALIDATION, "chain", "has no certificate in PEM");
	return 0;
}

static void
name_it(struct cell_cert *c)
{
	uint8_t id[(CERT_ID_SIZE - 1) / 2];

	randombytes_buf(id, sizeof(id));
	(void)sodium_bin2hex(c->id, sizeof(c->id), id, sizeof(id));	/* returns its buffer */
}

int
cell_cert_take(struct cell_cert **out, const struct cert_from *f, struct err *e)
{
	struct cell_cert *c = cell_cert_new();
	int error = -ENOMEM;

	*out = NULL;
	if (c == NULL || !cell_cert_key(c, f->key, f->key_len)) {
		cell_cert_free(c);
		return err_sys(e, error, "read a certificate");
	}
	name_it(c);
	c->source = f->source;
	error = read_chain(c, f->chain, e);
	if (error == 0)
		error = read_leaf(c, e);
	if (error == 0 && !cell_cert_key_fits(c))
		error = err_field(e, ERR_VALIDATION, "key", "is not that of the certificate, or of another kind than P-256 and "
		    "RSA of 2048 to 4096 bits");
	if (error == 0)
		*out = c;
	else
		cell_cert_free(c);
	return error;
}
