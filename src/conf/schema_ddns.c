/* Rows: ddns (data.md 4.10). provider, api_base_url and subdomain derive from others unless set (complete.h);
 * rules about several of them: domain.c. */
#include "conf/schema_rows.h"

#include <stdio.h>

#include "conf/check.h"
#include "conf/conf.h"
#include "conf/credential.h"

enum { PATH_MAX_BYTES = 128, USERNAME_MAX = 254 };

static const char *const providers[] = { "none", "pic_ngo", "cloudflare", "duckdns", "noip", "freedns", NULL };

/* Joined with a path, which brings the '/'. */
static bool
check_base(const json_t *v, char *rule, size_t size)
{
	struct str s = { json_string_value(v), json_string_length(v) };

	if (!conf_check_https_url(v, rule, size))
		return false;
	if (s.p[s.n - 1] != '/' && strpbrk(s.p, "?#") == NULL)
		return true;
	(void)snprintf(rule, size, "must not have a query, nor a '/' at its end");	/* fits */
	return false;
}

static bool
check_path(const json_t *v, char *rule, size_t size)
{
	struct str s = { json_string_value(v), json_string_length(v) };
	size_t i = 0;

	while (i < s.n && s.p[i] > ' ' && s.p[i] <= '~' && s.p[i] != '?' && s.p[i] != '#')
		i++;
	if (s.p[0] == '/' && i == s.n)
		return true;
	(void)snprintf(rule, size, "must be a path, for example /api/v1/update");	/* fits */
	return false;
}

#define PATH(call, field, path, text) { .key = call, .type = CONF_T_TEXT, \
	.offset = offsetof(struct conf_ddns_paths, field), .def = "\"/api/v1/" path "\"", .min = 1, .max = PATH_MAX_BYTES, \
	.check = check_path, .help = text }

static const struct conf_row paths[] = {
	PATH("register", registration, "register", "POST: take a name"),
	PATH("update", update, "update", "PUT: tell the addresses"),
	PATH("check", check, "check", "GET, with the name behind it: is it free"),
	PATH("challenge", challenge, "dns-challenge", "POST, DELETE: the TXT record of a certificate order"),
	PATH("release", release, "register", "DELETE: give the name back"),
	CONF_ROW_END
};

/* Forms: credential.h. */
#define SECRET(name, told, text) { .key = name, .type = CONF_T_TEXT, .flags = CONF_F_NULLABLE | CONF_F_SECRET | told, \
	.offset = CONF_NO_FIELD, .max = CONF_CREDENTIAL_MAX, .help = text }

#define AT(member) .offset = offsetof(struct conf_ddns, member)

const struct conf_row conf_rows_ddns[] = {
	CONF_ROW_REV(struct conf_ddns),
	{ .key = "provider", .type = CONF_T_CHOICE, AT(provider), .choices = providers,
	    .help = "Who is told the public addresses; in every mode but http01 that of the mode" },
	{ .key = "api_base_url", .type = CONF_T_TEXT, AT(api_base_url), .min = 1, .max = CONF_NAME_MAX,
	    .check = check_base,
	    .help = "Where the provider is asked; default: its own address" },
	{ .key = "api_paths", .type = CONF_T_OBJECT, AT(api_paths), .def = "{}", .rows = paths,
	    .help = "Where the service of pic_ngo has its calls" },
	{ .key = "subdomain", .type = CONF_T_TEXT, .flags = CONF_F_LOWER | CONF_F_NULLABLE, AT(subdomain),
	    .min = 1, .max = CONF_LABEL_MAX, .check = conf_check_label,
	    .help = "duckdns: the label before duckdns.org; pic_ngo: always the cell's name" },
	{ .key = "zone", .type = CONF_T_TEXT, .flags = CONF_F_LOWER | CONF_F_NULLABLE, AT(zone), .def = "null",
	    .min = 1, .max = CONF_NAME_MAX, .check = conf_check_domain2,
	    .help = "cloudflare: the zone that holds the domain; null: looked for" },
	{ .key = "hostname", .type = CONF_T_TEXT, .flags = CONF_F_LOWER | CONF_F_NULLABLE, AT(hostname), .def = "null",
	    .min = 1, .max = CONF_NAME_MAX, .check = conf_check_domain2,
	    .help = "noip: the host that is updated; null: the effective domain" },
	{ .key = "username", .type = CONF_T_TEXT, .flags = CONF_F_NULLABLE, AT(username), .def = "null",
	    .min = 1, .max = USERNAME_MAX,
	    .help = "noip: who signs in there" },
	{ .key = "interval_s", .type = CONF_T_INT, AT(interval_s), .size = sizeof(uint32_t), .def = "300",
	    .min = 60, .max = 86400,
	    .help = "Seconds between two looks at the public addresses" },
	{ .key = "ipv4", .type = CONF_T_BOOL, AT(ipv4), .def = "true",
	    .help = "Publish the IPv4 address" },
	{ .key = "ipv6", .type = CONF_T_BOOL, AT(ipv6), .def = "true",
	    .help = "Publish the IPv6 address" },
	{ .key = "ip_sources", .type = CONF_T_TEXTS, AT(ip_sources),
	    .def = "[\"https://api.ipify.org\",\"https://icanhazip.com\"]", .max = CONF_IP_SOURCES_MAX,
	    .check = conf_check_https_url,
	    .help = "Who is asked for the public address behind a router: two must agree; none: nobody is asked" },
	{ .key = "secret_ref", .type = CONF_T_TEXT, .flags = CONF_F_NULLABLE | CONF_F_READONLY | CONF_F_SECRET_REF,
	    AT(secret_ref), .def = "null", .min = 1, .max = 30, .check = conf_check_secret_ref,
	    .help = "The sealed credentials" },
	SECRET("totp_secret", CONF_F_TOLD, "pic_ngo: what proves that a name may be taken; null: that of this program"),
	SECRET("token", CONF_F_TOLD, "duckdns, freedns: the token of the account or host"),
	SECRET("api_token", 0, "cloudflare: a token that may edit the zone's DNS"),
	SECRET("password", 0, "noip: the password of username"),
	CONF_ROW_END
};
