/* Configuration Profiles; see profile.h. */
#include "ca/profile.h"

#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "base/wr.h"
#include "ca/page.h"

enum { UUID_TEXT = 37 };

/* A UUID out of the root and a number: version 8 (RFC 9562). */
static void
put_uuid(struct wr *w, const struct ca_page_facts *f, uint8_t which)
{
	char hex[2 * 16 + 1], text[UUID_TEXT];
	uint8_t h[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(h, f->root, f->root_n);	/* always 0 */
	h[0] ^= which;
	h[6] = (uint8_t)((h[6] & 0x0f) | 0x80);
	h[8] = (uint8_t)((h[8] & 0x3f) | 0x80);
	(void)sodium_bin2hex(hex, sizeof(hex), h, 16);	/* returns hex */
	(void)snprintf(text, sizeof(text), "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
	wr_text(w, text);
}

static void
put_key(struct wr *w, const char *key, const char *value)
{
	wr_printf(w, "<key>%s</key><string>", key);
	for (; *value != '\0'; value++)
		if (*value == '<' || *value == '&')
			wr_text(w, *value == '<' ? "&lt;" : "&amp;");
		else
			wr_u8(w, (uint8_t)*value);
	wr_text(w, "</string>\n");
}

static void
put_identity(struct wr *w, const struct ca_page_facts *f, const char *type, const char *end, uint8_t which)
{
	put_key(w, "PayloadType", type);
	wr_text(w, "<key>PayloadVersion</key><integer>1</integer>\n");
	put_key(w, "PayloadDisplayName", f->subject);
	wr_printf(w, "<key>PayloadIdentifier</key><string>ngo.pic.root.%s.", end);
	put_uuid(w, f, 0);
	wr_text(w, "</string>\n<key>PayloadUUID</key><string>");
	put_uuid(w, f, which);
	wr_text(w, "</string>\n");
}

static void
put_data(struct wr *w, const struct ca_page_facts *f)
{
	size_t n = sodium_base64_encoded_len(f->root_n, sodium_base64_VARIANT_ORIGINAL);
	char *text = malloc(n);

	if (text == NULL) {
		(void)wr_fail(w);	/* told at the end */
		return;
	}
	wr_text(w, "<key>PayloadContent</key><data>");
	wr_text(w, sodium_bin2base64(text, n, f->root, f->root_n, sodium_base64_VARIANT_ORIGINAL));
	wr_text(w, "</data>\n");
	free(text);
}

void
ca_profile_write(struct wr *w, const struct ca_page_facts *f)
{
	wr_text(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
	    "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\"><dict>\n");
	put_identity(w, f, "Configuration", "profile", 1);
	put_key(w, "PayloadDescription", "Trusts the certificates of this cell, for its own names and private addresses only.");
	wr_text(w, "<key>PayloadContent</key><array><dict>\n");
	put_identity(w, f, "com.apple.security.root", "certificate", 2);
	put_key(w, "PayloadCertificateFileName", "root.crt");
	put_data(w, f);
	wr_text(w, "</dict></array>\n</dict></plist>\n");
}
