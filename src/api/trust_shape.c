/* Documents of /api/vault/trust as rows. */
#include "api/trust_shape.h"

static const struct api_member none[] = { { .name = NULL } };
const struct api_shape api_trust_shape = { .name = "TrustEntry", .type = API_OBJECT, .members = none, .conf = "vault.trust" };
const struct api_shape api_trust_list_shape = { .type = API_ARRAY, .item = &api_trust_shape };

static const char *const kinds[] = { "ca", "wireguard", "age", NULL };

static const struct api_member trust[] = {
	{ "name", API_TEXT, 0, 1, 64, .example = "\"office CA\"", .help = "What people call it" },
	{ "kind", API_CHOICE, .choices = kinds, .example = "\"ca\"",
	    .help = "ca: certificate of an authority, or of one server, for targets of routes; wireguard, age: a public key" },
	{ "pem", API_TEXT, API_OPT | API_LINES, 1, 16384, .example = "\"-----BEGIN CERTIFICATE-----…\"",
	    .help = "One certificate; what stands around it is dropped" },
	{ "key", API_TEXT, API_OPT, 1, 128, .example = "\"age1…\"", .help = "Instead of pem: the key as text" },
	{ .name = NULL }
};
const struct api_shape api_trust_new_shape = { .name = "TrustNew", .type = API_OBJECT, .members = trust };
