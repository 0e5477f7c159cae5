/* The table of questions; see field.h. */
#include "setup/field.h"

#include <stddef.h>
#include <string.h>

const char *const setup_steps[] = { "start", "identity", "time", "admin", "device", NULL };

static const char *const starts[] = { "new", NULL };
static const char *const modes[] = { "lan", "pic_ngo", "cloudflare", "duckdns", "http01", NULL };
static const char *const own_names[] = { "lan", "cloudflare", "http01", NULL };
static const char *const pic_ngo[] = { "pic_ngo", NULL };
static const char *const cloudflare[] = { "cloudflare", NULL };
static const char *const duckdns[] = { "duckdns", NULL };
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
	    .help = "Where the cell's domain comes from. lan: no name on the Internet; pic_ngo: <cell_name>.pic.ngo; "
		"cloudflare, duckdns: a name there; http01: a name of your own, kept elsewhere" },
	{ .name = "domain_name", .step = "identity", .type = SETUP_TEXT, .modes = own_names, .section = "identity",
	    .key = "domain_name",
	    .help = "The cell's domain, for example home.example.org; in mode lan <cell_name>.home.arpa unless answered" },
	{ .name = "cloudflare_api_token", .step = "identity", .type = SETUP_SECRET, .modes = cloudflare, .section = "ddns",
	    .key = "api_token", .help = "Cloudflare API token that may edit the DNS of the domain's zone" },
	{ .name = "duckdns_subdomain", .step = "identity", .type = SETUP_TEXT, .modes = duckdns, .section = "ddns",
	    .key = "subdomain", .help = "The label that you have at DuckDNS: attic of attic.duckdns.org" },
	{ .name = "duckdns_token", .step = "identity", .type = SETUP_SECRET, .modes = duckdns, .section = "ddns",
	    .key = "token", .help = "Token that duckdns.org shows after signing in" },
	{ .name = "ddns_totp_secret", .step = "identity", .type = SETUP_SECRET, .modes = pic_ngo, .section = "ddns",
	    .key = "totp_secret", .help = "Secret for registering at another service than pic.ngo; nothing: that of this program" },
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
	{ .name = "first_peer", .step = "device", .type = SETUP_TEXT, .section = "peers[0]", .key = "name",
	    .help = "Name of the first device for the VPN, for example phone; nothing: none yet" },
	{ .name = "endpoint_host", .step = "device", .type = SETUP_TEXT, .section = "wireguard", .key = "endpoint_host",
	    .help = "Where devices find the cell, a name or an address; nothing: its public name, else its address" },
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
setup_field_is_asked(const struct setup_field *f, const char *mode)
{
	size_t i;

	for (i = 0; f->modes != NULL && f->modes[i] != NULL; i++)
		if (strcmp(f->modes[i], mode) == 0)
			return true;
	return f->modes == NULL;
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
		"services", "restore_file", "restore_passphrase",
	};
	size_t i;

	for (i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (str_eqz(name, later[i]))
			return true;
	return false;
}
