/* Documents of /api/certificates and /api/vault as rows. */
#include "api/cert_shape.h"

static const char *const sources[] = { "internal", "acme", "imported", NULL };
static const char *const states[] = { "internal", "valid", "pending", "failed", "expiring", "expired", NULL };
static const char *const formats[] = { "pem", "der", NULL };
static const char *const kinds[] = { "cell", "issued", NULL };
static const char *const reasons[] = { "unspecified", "key_compromise", "superseded", "cessation", NULL };

#define NAMES { "names", API_TEXTS, .example = "[\"home.home.arpa\",\"192.168.1.2\"]", .help = "Names and addresses" }
#define ISSUER(can) { "issuer", API_TEXT, can, .example = "\"home CA 4D5E6F\"", .help = "Who signed it" }
#define DAYS { "days_remaining", API_INT, .example = "61", .help = "Whole days until not_after; negative: since" }
#define ERROR { "last_error", API_TEXT, API_NULL, .example = "null", .help = "Why the last try failed" }

static const struct api_member cert[] = {
	{ "id", API_TEXT, .example = "\"5f0c9d…\"", .help = "\"provisional\", or for one that is not there yet its first name" },
	NAMES,
	{ "source", API_CHOICE, .choices = sources,
	    .help = "The own authority, one that is asked by ACME, or somebody who imported it" },
	ISSUER(API_NULL),
	{ "not_before", API_TIME, API_NULL, .help = "Valid from; null: it is not there yet" },
	{ "not_after", API_TIME, API_NULL, .help = "Valid until" },
	{ "days_remaining", API_INT, API_NULL, .example = "61", .help = "Whole days until not_after; negative: since" },
	{ "status", API_CHOICE, .choices = states,
	    .help = "internal: of the own authority; valid: from elsewhere; pending: it is to come, until then another one "
	    "serves its names; failed: it is to come, and the last try failed; expiring: 14 days are left" },
	{ "used_by", API_TEXTS, .example = "[\"web\"]", .help = "Who shows it" },
	{ "next_renewal_at", API_TIME, API_NULL, .help = "When it is renewed, or tried again, by itself; null: now, or never" },
	ERROR,
	{ .name = NULL }
};
const struct api_shape api_cert_shape = { .name = "Certificate", .type = API_OBJECT, .members = cert };
const struct api_shape api_certs_shape = { .type = API_ARRAY, .item = &api_cert_shape };

static const struct api_member import[] = {
	{ "chain", API_TEXT, API_LINES, 1, 49152, .example = "\"-----BEGIN CERTIFICATE-----…\"",
	    .help = "PEM: the certificate, and behind it that of its issuer, and so on" },
	{ "key", API_TEXT, API_SECRET | API_LINES, 1, 8192, .example = "\"-----BEGIN PRIVATE KEY-----…\"",
	    .help = "PEM: its key, P-256 or RSA, without a passphrase" },
	{ .name = NULL }
};
const struct api_shape api_cert_import_shape = { .name = "CertificateImport", .type = API_OBJECT, .members = import };

static const struct api_member status[] = {
	{ "status", API_CHOICE, .choices = states, .help = "As of a certificate" },
	{ "domain", API_TEXT, .example = "\"home.home.arpa\"", .help = "Effective domain" },
	NAMES, ISSUER(API_NULL),
	{ "expiry", API_TIME, .help = "Valid until" },
	DAYS,
	{ "source", API_CHOICE, .choices = sources, .help = "Who makes it" },
	{ "next_renewal_at", API_TIME, API_NULL, .help = "When it is renewed, or tried again, by itself; null: now, or never" },
	ERROR,
	{ "waiting_for_time", API_BOOL, .example = "false", .help = "The clock must be right first" },
	{ .name = NULL }
};
const struct api_shape api_cert_status_shape = { .name = "CertificateStatus", .type = API_OBJECT, .members = status };

static const struct api_member renew[] = {
	{ "id", API_TEXT, API_OPT, 1, 253, .example = "\"5f0c9d…\"",
	    .help = "Renew this one, also before it is due; absent: that of the domain" },
	{ "staging", API_BOOL, API_OPT, .example = "false",
	    .help = "Only try, at the staging server of the authority; of no effect for the own one" },
	{ .name = NULL }
};
const struct api_shape api_cert_renew_shape = { .type = API_OBJECT, .members = renew };

static const struct api_member signer[] = {
	{ "subject", API_TEXT, .example = "\"home CA 4D5E6F\"", .help = "Its name" },
	{ "not_before", API_TIME, .help = "Valid from" },
	{ "not_after", API_TIME, .help = "Valid until" },
	{ "next_renewal_at", API_TIME, .help = "When it is renewed by itself, under its name and key" },
	{ "fingerprint", API_TEXT, .example = "\"AB:CD:…\"", .help = "SHA-256" },
	{ .name = NULL }
};
static const struct api_shape signer_shape = { .name = "Intermediate", .type = API_OBJECT, .members = signer };
static const struct api_member authority[] = {
	{ "subject", API_TEXT, .example = "\"home root 1A2B3C\"", .help = "Name of the root" },
	{ "not_before", API_TIME, .help = "Valid from" },
	{ "not_after", API_TIME, .help = "Valid until" },
	{ "next_renewal_at", API_TIME, .help = "When it is renewed by itself, under its name and key" },
	{ "fingerprint", API_TEXT, .example = "\"AB:CD:…\"", .help = "SHA-256 of the root" },
	{ "permitted_names", API_TEXTS, .example = "[\"home.home.arpa\"]", .help = "It certifies these and what is below them" },
	{ "permitted_cidrs", API_TEXTS, .example = "[\"192.168.0.0/16\"]", .help = "And addresses in these" },
	{ "intermediate", API_OBJECT, .shape = &signer_shape, .help = "Signs certificates and the revocation list" },
	{ .name = NULL }
};
static const struct api_shape authority_shape = { .name = "Authority", .type = API_OBJECT, .members = authority };
static const struct api_member vault[] = {
	{ "sealed_ok", API_BOOL, .example = "true", .help = "The sealing key opens the secrets" },
	{ "ca", API_OBJECT, API_NULL, .shape = &authority_shape, .help = "The own authority; null: there is none yet" },
	{ "ca_error", API_TEXT, API_NULL, .example = "null", .help = "Why it cannot be read; no other takes its place by itself" },
	{ "certificates", API_INT, .example = "3", .help = "Issued by it and not run out" },
	{ "trust", API_INT, .example = "1", .help = "Keys of others that the cell trusts" },
	{ .name = NULL }
};
const struct api_shape api_vault_status_shape = { .name = "Vault", .type = API_OBJECT, .members = vault };

static const struct api_member format[] = {
	{ "format", API_CHOICE, API_OPT, .choices = formats, .help = "pem unless said" },
	{ .name = NULL }
};
const struct api_shape api_ca_format_shape = { .type = API_OBJECT, .members = format };

static const struct api_member rotate[] = {
	{ "root", API_BOOL, API_OPT, .example = "false", .help = "The root, too: devices have to install the new one" },
	{ .name = NULL }
};
const struct api_shape api_ca_rotate_shape = { .type = API_OBJECT, .members = rotate };

#define RECORD \
	{ "id", API_TEXT, .example = "\"5f0c9d…\"", .help = "Its serial number" }, NAMES, \
	{ "serial", API_TEXT, .example = "\"5f0c9d…\"", .help = "In hexadecimal" }, ISSUER(0), \
	{ "kind", API_CHOICE, .choices = kinds, .help = "cell: of the cell itself; issued: asked for" }, \
	{ "not_before", API_TIME, .help = "Valid from" }, { "not_after", API_TIME, .help = "Valid until" }, DAYS, \
	{ "issued_by", API_TEXT, .example = "\"admin\"", .help = "Who asked for it" }, \
	{ "revoked_at", API_TIME, API_NULL, .help = "null: it is not revoked" }, \
	{ "reason", API_CHOICE, API_NULL, .choices = reasons, .help = "Why it was revoked" }

static const struct api_member record[] = { RECORD, { .name = NULL } };
const struct api_shape api_issued_shape = { .name = "IssuedCertificate", .type = API_OBJECT, .members = record };
const struct api_shape api_issued_list_shape = { .type = API_ARRAY, .item = &api_issued_shape };

static const struct api_member issue[] = {
	{ "names", API_TEXTS, API_OPT, 0, 100, .example = "[\"nas.home.home.arpa\"]",
	    .help = "Below own names, or private addresses; absent: those of csr" },
	{ "days", API_INT, API_OPT, 1, 397, .example = "90", .help = "How long it is valid; 90 unless said" },
	{ "csr", API_TEXT, API_OPT | API_LINES, 1, 16384, .example = "\"-----BEGIN CERTIFICATE REQUEST-----…\"",
	    .help = "For a P-256 or RSA key that somebody else keeps; absent: a key is made" },
	{ .name = NULL }
};
const struct api_shape api_issue_shape = { .type = API_OBJECT, .members = issue };

static const struct api_member made[] = {
	RECORD,
	{ "certificate", API_TEXT, API_LINES, .example = "\"-----BEGIN CERTIFICATE-----…\"", .help = "PEM" },
	{ "chain", API_TEXT, API_LINES, .example = "\"-----BEGIN CERTIFICATE-----…\"",
	    .help = "PEM of the intermediate, to be sent along" },
	{ "private_key", API_TEXT, API_OPT | API_ONCE | API_LINES, .example = "\"-----BEGIN PRIVATE KEY-----…\"",
	    .help = "PEM, here and never again; absent with csr" },
	{ .name = NULL }
};
const struct api_shape api_made_shape = { .name = "MadeCertificate", .type = API_OBJECT, .members = made };

static const struct api_member revoke[] = {
	{ "reason", API_CHOICE, API_OPT, .choices = reasons, .help = "unspecified unless said" },
	{ .name = NULL }
};
const struct api_shape api_revoke_shape = { .type = API_OBJECT, .members = revoke };
