/* Rows: certificates (data.md 4.11). The account at the authority is none of them: it is made in the background, and
 * going back to an earlier generation must not lose it (role/acme.h). */
#include "conf/schema_rows.h"

#include "conf/check.h"
#include "conf/conf.h"

enum { URL_MAX = 2048, EMAIL_MAX = 254, DAY_S = 86400 };

static const char *const key_types[] = { "ec-p256", "rsa-2048", NULL };

#define AT(member) .offset = offsetof(struct conf_certificates, member)

const struct conf_row conf_rows_certificates[] = {
	CONF_ROW_REV(struct conf_certificates),
	{ .key = "acme_directory", .type = CONF_T_TEXT, AT(acme_directory),
	    .def = "\"https://acme-v02.api.letsencrypt.org/directory\"", .min = 1, .max = URL_MAX,
	    .check = conf_check_https_url,
	    .help = "The authority that public certificates are ordered from" },
	{ .key = "acme_email", .type = CONF_T_TEXT, .flags = CONF_F_NULLABLE, AT(acme_email), .def = "null",
	    .min = 1, .max = EMAIL_MAX, .check = conf_check_email,
	    .help = "Whom it writes to when something is wrong" },
	{ .key = "tos_agreed", .type = CONF_T_BOOL, AT(tos_agreed), .def = "true",
	    .help = "Its terms of service are agreed to; without that nothing is ordered" },
	{ .key = "key_type", .type = CONF_T_CHOICE, AT(key_type), .def = "\"ec-p256\"", .choices = key_types,
	    .help = "Keys of public certificates" },
	{ .key = "renew_fraction_pct", .type = CONF_T_INT, AT(renew_fraction_pct), .size = sizeof(int), .def = "33",
	    .min = 20, .max = 50,
	    .help = "A public certificate is renewed when this much of its life is left" },
	{ .key = "internal_leaf_s", .type = CONF_T_INT, AT(internal_leaf_s), .size = sizeof(uint32_t), .def = "7776000",
	    .min = DAY_S, .max = 397 * DAY_S,
	    .help = "Life of the own authority's certificate for the cell, from its next one on" },
	CONF_ROW_END
};
