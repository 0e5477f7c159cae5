/* The table of questions; see field.h. */
#include "setup/field.h"

#include <stddef.h>
#include <string.h>

const char *const setup_steps[] = { "start", "identity", "time", "admin", NULL };

static const char *const starts[] = { "new", NULL };
static const char *const modes[] = { "lan", NULL };
static const char *const reaches[] = { "private", "public", NULL };

const struct setup_field setup_fields[] = {
	{ .name = "choice", .step = "start", .type = SETUP_CHOICE, .required = true,
	    .from = SETUP_DEF_TEXT, .def = "new", .choices = starts,
	    .refusal = "must be new: this version cannot restore or import",
	    .help = "A new cell" },
	{ .name = "cell_name", .step = "identity", .type = SETUP_TEXT, .required = true,
	    .from = SETUP_DEF_HOST_LABEL, .def = "mycell", .section = "identity", .key = "cell_name",
	    .help = "Name of the cell: letters, digits and hyphens" },
	{ .name = "domain_mode", .step = "identity", .type = SETUP_CHOICE, .required = true,
	    .from = SETUP_DEF_TEXT, .def = "lan", .choices = modes, .section = "identity", .key = "domain_mode",
	    .refusal = "must be lan: the other modes need a name service on the Internet, which this version does not use",
	    .help = "Where the cell's domain comes from" },
	{ .name = "domain_name", .step = "identity", .type = SETUP_TEXT, .section = "identity", .key = "domain_name",
	    .help = "The cell's domain; without an answer <cell_name>.home.arpa" },
	{ .name = "reach", .step = "identity", .type = SETUP_CHOICE, .required = true,
	    .from = SETUP_DEF_TEXT, .def = "private", .choices = reaches,
	    .help = "private: only at home and over the VPN; public: pages may be opened from the Internet, too" },
	{ .name = "timezone", .step = "time", .type = SETUP_TEXT, .required = true,
	    .from = SETUP_DEF_HOST_TIMEZONE, .def = "UTC", .section = "identity", .key = "timezone",
	    .help = "IANA time zone, for example Europe/Oslo" },
	{ .name = "username", .step = "admin", .type = SETUP_TEXT, .required = true,
	    .from = SETUP_DEF_TEXT, .def = "admin", .section = "users[0]", .key = "username",
	    .help = "Name of the administrator" },
	{ .name = "password", .step = "admin", .type = SETUP_SECRET, .required = true,
	    .help = "Password of the administrator: at least 12 characters" },
	{ .name = "wireguard_address", .type = SETUP_TEXT, .section = "wireguard", .key = "address",
	    .help = "The cell's address in the VPN with prefix length, for example 10.0.0.1/24" },
	{ .name = "wireguard_port", .type = SETUP_INTEGER, .section = "wireguard", .key = "port",
	    .help = "UDP port of the VPN" },
	{ .name = "ip_range", .type = SETUP_TEXT, .section = "identity", .key = "ip_range",
	    .help = "Private network for services, for example 172.20.0.0/16" },
	{ .name = NULL }
};

const struct setup_field *
setup_field_find(struct str name)
{
	const struct setup_field *f;

	for (f = setup_fields; f->name != NULL; f++)
		if (str_eqz(name, f->name))
			return f;
	return NULL;
}

bool
setup_step_known(const char *step)
{
	size_t i;

	for (i = 0; setup_steps[i] != NULL; i++)
		if (strcmp(setup_steps[i], step) == 0)
			return true;
	return false;
}

bool
setup_field_is_later(struct str name)
{
	static const char *const later[] = {
		"cloudflare_api_token", "duckdns_token", "duckdns_subdomain", "ddns_totp_secret",
		"services", "first_peer", "endpoint_host", "restore_file", "restore_passphrase",
	};
	size_t i;

	for (i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (str_eqz(name, later[i]))
			return true;
	return false;
}
