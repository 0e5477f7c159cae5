/* Rows: dns (data.md 4.6), as far as this version acts on it. */
#include "conf/schema_rows.h"

#include "conf/check.h"
#include "conf/conf.h"
#include "conf/record.h"

static const char *const transports[] = { "udp", "tcp", "dot", NULL };
static const char *const policies[] = { "strict", "opportunistic", NULL };
static const char *const query_logs[] = { "off", "errors", "all", NULL };
static const char *const record_types[] = { "A", "AAAA", "CNAME", "TXT", "MX", "SRV", "CAA", "PTR", NULL };
static const char *const record_views[] = { "vpn", "cell", "lan", "container", "public", NULL };
static const char *const tsig_algorithms[] = { "hmac-sha256", "hmac-sha512", NULL };
static const char *const dns_zones[] = { "vpn", "cell", "container", "lan", NULL };

/* Servers that promise not to keep what they are asked; only an upstream sees all questions. */
#define UPSTREAMS \
	"[{\"address\":\"9.9.9.9\",\"port\":853,\"transport\":\"dot\",\"tls_name\":\"dns.quad9.net\"}," \
	"{\"address\":\"1.1.1.1\",\"port\":853,\"transport\":\"dot\",\"tls_name\":\"cloudflare-dns.com\"}]"

static const struct conf_row upstream[] = {
	{ .key = "address", .type = CONF_T_ADDR, .flags = CONF_F_REQUIRED,
	    .offset = offsetof(struct conf_upstream, at.addr), .check = conf_check_upstream,
	    .help = "Address of the server" },
	{ .key = "port", .type = CONF_T_INT, .offset = offsetof(struct conf_upstream, at.port),
	    .size = sizeof(uint16_t), .def = "53", .min = 1, .max = 65535,
	    .help = "Its port" },
	{ .key = "transport", .type = CONF_T_CHOICE, .offset = offsetof(struct conf_upstream, transport),
	    .def = "\"udp\"", .choices = transports,
	    .help = "udp (with tcp where an answer does not fit), tcp or dot (DNS over TLS)" },
	{ .key = "tls_name", .type = CONF_T_TEXT, .flags = CONF_F_LOWER | CONF_F_NULLABLE,
	    .offset = offsetof(struct conf_upstream, tls_name), .def = "null", .min = 1, .max = CONF_NAME_MAX,
	    .check = conf_check_domain2,
	    .help = "Name that its certificate must prove; needed for dot" },
	CONF_ROW_END
};

#define AT(member) .offset = offsetof(struct conf_record, member)

static const struct conf_row record[] = {
	CONF_ROW_REV(struct conf_record),
	{ .key = "id", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_READONLY | CONF_F_KEY, AT(id),
	    .min = 1, .max = 36, .check = conf_check_uuid,
	    .help = "Its number" },
	{ .key = "zone", .type = CONF_T_TEXT, .flags = CONF_F_LOWER, AT(zone), .min = 1, .max = CONF_NAME_MAX,
	    .check = conf_check_zone,
	    .help = "Zone that it stands in; default: the effective domain" },
	{ .key = "name", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_LOWER, AT(name),
	    .min = 1, .max = CONF_NAME_MAX, .check = conf_check_record_name,
	    .help = "Name relative to the zone; @: the zone itself" },
	{ .key = "type", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED, AT(type), .min = 1, .max = 5,
	    .choices = record_types,
	    .help = "Type" },
	{ .key = "value", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED, AT(value), .min = 1, .max = CONF_TXT_MAX,
	    .help = "Value, in the form that the type asks for" },
	{ .key = "ttl", .type = CONF_T_INT, AT(ttl), .size = sizeof(uint32_t), .def = "300", .max = 604800,
	    .help = "Seconds that others may keep it" },
	{ .key = "views", .type = CONF_T_ZONES, AT(views), .def = "[\"vpn\",\"lan\"]", .min = 1, .max = 5,
	    .choices = record_views,
	    .help = "Zones of askers that see it" },
	CONF_ROW_END
};

#undef AT

static const struct conf_row extra_zone[] = {
	CONF_ROW_REV(struct conf_extra_zone),
	{ .key = "name", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_LOWER | CONF_F_KEY,
	    .offset = offsetof(struct conf_extra_zone, name), .min = 1, .max = CONF_NAME_MAX, .check = conf_check_zone,
	    .help = "Its name, without final dot" },
	{ .key = "sha256", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_READONLY,
	    .offset = offsetof(struct conf_extra_zone, sha256), .min = 1, .max = 64, .check = conf_check_sha256,
	    .help = "Which text it has: zones/<sha256>.zone in the state directory" },
	{ .key = "views", .type = CONF_T_ZONES, .offset = offsetof(struct conf_extra_zone, views),
	    .def = "[\"vpn\",\"lan\"]", .min = 1, .max = 5, .choices = record_views,
	    .help = "Zones of askers that get answers; this host always does" },
	CONF_ROW_END
};

static const struct conf_row forward[] = {
	CONF_ROW_REV(struct conf_forward),
	{ .key = "zone", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_LOWER | CONF_F_KEY,
	    .offset = offsetof(struct conf_forward, zone), .min = 1, .max = CONF_NAME_MAX, .check = conf_check_zone,
	    .help = "Domain that is asked elsewhere" },
	{ .key = "servers", .type = CONF_T_ADDRS, .flags = CONF_F_REQUIRED,
	    .offset = offsetof(struct conf_forward, servers),
	    .count_offset = offsetof(struct conf_forward, nservers), .min = 1, .max = 4, .check = conf_check_upstream,
	    .help = "Addresses of its servers" },
	CONF_ROW_END
};

#define AT(member) .offset = offsetof(struct conf_secondary, member)

static const struct conf_row secondary[] = {
	CONF_ROW_REV(struct conf_secondary),
	{ .key = "id", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_READONLY | CONF_F_KEY, AT(id),
	    .min = 1, .max = 36, .check = conf_check_uuid,
	    .help = "Its number" },
	{ .key = "name", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_LOWER, AT(name),
	    .min = 1, .max = CONF_NAME_MAX, .check = conf_check_zone,
	    .help = "Its host name, as the world is told it; one label is below the effective domain" },
	{ .key = "address", .type = CONF_T_ADDR, .flags = CONF_F_REQUIRED, AT(at.addr), .check = conf_check_upstream,
	    .help = "The address that it asks from and is told at" },
	{ .key = "port", .type = CONF_T_INT, AT(at.port), .size = sizeof(uint16_t), .def = "53", .min = 1, .max = 65535,
	    .help = "The port that it is told at" },
	{ .key = "key_name", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_LOWER, AT(key_name),
	    .min = 1, .max = CONF_NAME_MAX, .check = conf_check_zone,
	    .help = "Name of the key that both sides sign with" },
	{ .key = "algorithm", .type = CONF_T_CHOICE, AT(algorithm), .def = "\"hmac-sha256\"",
	    .choices = tsig_algorithms,
	    .help = "How they sign" },
	{ .key = "secret_ref", .type = CONF_T_TEXT, .flags = CONF_F_NULLABLE | CONF_F_READONLY | CONF_F_SECRET_REF,
	    AT(secret_ref), .def = "null", .min = 1, .max = 30, .check = conf_check_secret_ref,
	    .help = "The sealed secret of the key" },
	CONF_ROW_END
};

#undef AT

#define INT(owner, name, number, low, high, text) { .key = #name, .type = CONF_T_INT, \
	.offset = offsetof(owner, name), .size = sizeof(((owner *)NULL)->name), .def = number, \
	.min = low, .max = high, .help = text }

static const struct conf_row cache[] = {
	INT(struct conf_dns_cache, max_entries, "20000", 1000, 200000, "Answers kept at most"),
	INT(struct conf_dns_cache, max_bytes, "16777216", 1 << 20, 256 << 20, "Memory used at most"),
	INT(struct conf_dns_cache, min_ttl_s, "0", 0, 3600, "Keep answers at least this long"),
	INT(struct conf_dns_cache, max_ttl_s, "86400", 60, 604800, "Keep answers at most this long"),
	INT(struct conf_dns_cache, negative_max_ttl_s, "3600", 0, 10800, "Keep the absence of a name at most this long"),
	{ .key = "serve_stale", .type = CONF_T_BOOL, .offset = offsetof(struct conf_dns_cache, serve_stale),
	    .def = "true", .help = "Answer with expired data while no upstream answers" },
	INT(struct conf_dns_cache, stale_max_s, "86400", 0, 259200, "Age after which expired data is not used"),
	INT(struct conf_dns_cache, stale_ttl_s, "30", 0, 3600, "Time to live of expired data in answers"),
	CONF_ROW_END
};

#define AT(member) .offset = offsetof(struct conf_dns, member)

const struct conf_row conf_rows_dns[] = {
	CONF_ROW_REV(struct conf_dns),
	{ .key = "upstreams", .type = CONF_T_RECORDS, AT(upstreams), .rows = upstream,
	    .size = sizeof(struct conf_upstream), .count_offset = offsetof(struct conf_dns, nupstreams),
	    .def = UPSTREAMS, .min = 1, .max = CONF_UPSTREAMS_MAX,
	    .help = "Servers that are asked for everything else" },
	{ .key = "upstream_policy", .type = CONF_T_CHOICE, AT(upstream_policy), .def = "\"opportunistic\"",
	    .choices = policies,
	    .help = "strict: only as configured" },
	{ .key = "serve_zones", .type = CONF_T_ZONES, .flags = CONF_F_LOCAL, AT(serve_zones),
	    .def = "[\"vpn\",\"cell\",\"container\",\"lan\"]", .max = 4, .choices = dns_zones,
	    .help = "Zones of askers that get answers; local always does" },
	{ .key = "records", .type = CONF_T_RECORDS, .flags = CONF_F_SHARED, AT(records), .rows = record, .size = sizeof(struct conf_record),
	    .count_offset = offsetof(struct conf_dns, nrecords), .def = "[]", .max = CONF_RECORDS_MAX,
	    .path = "/api/dns/records",
	    .help = "Custom records" },
	{ .key = "zones", .type = CONF_T_RECORDS, AT(zones), .rows = extra_zone, .size = sizeof(struct conf_extra_zone),
	    .count_offset = offsetof(struct conf_dns, nzones), .def = "[]", .max = CONF_EXTRA_ZONES_MAX,
	    .path = "/api/dns/zones",
	    .help = "Zones from master-file text" },
	{ .key = "forwards", .type = CONF_T_RECORDS, AT(forwards), .rows = forward,
	    .size = sizeof(struct conf_forward), .count_offset = offsetof(struct conf_dns, nforwards), .def = "[]",
	    .max = CONF_FORWARDS_MAX, .path = "/api/dns/forwards",
	    .help = "Domains that are asked elsewhere" },
	{ .key = "secondaries", .type = CONF_T_RECORDS, AT(secondaries), .rows = secondary,
	    .size = sizeof(struct conf_secondary), .count_offset = offsetof(struct conf_dns, nsecondaries), .def = "[]",
	    .max = CONF_SECONDARIES_MAX, .path = "/api/dns/secondaries",
	    .help = "Name servers of others that get the public records" },
	{ .key = "cache", .type = CONF_T_OBJECT, AT(cache), .def = "{}", .rows = cache,
	    .help = "Answers kept for the next asker" },
	{ .key = "rebind_protection", .type = CONF_T_BOOL, AT(rebind_protection), .def = "true",
	    .help = "Remove private addresses from answers about names of others" },
	{ .key = "rebind_allow", .type = CONF_T_TEXTS, .flags = CONF_F_LOWER, AT(rebind_allow), .def = "[]", .max = 64,
	    .check = conf_check_zone,
	    .help = "Domains whose names may have private addresses" },
	{ .key = "query_log", .type = CONF_T_CHOICE, AT(query_log), .def = "\"errors\"", .choices = query_logs,
	    .help = "Questions kept in memory for GET /api/dns/log: errors are SERVFAIL, REFUSED and blocked names, "
		"and all while logging.root is DEBUG" },
	INT(struct conf_dns, query_log_entries, "10000", 100, 100000, "How many of them"),
	{ .key = "dot", .type = CONF_T_BOOL, AT(dot), .def = "true",
	    .help = "Serve DNS over TLS" },
	{ .key = "doh", .type = CONF_T_BOOL, AT(doh), .def = "true",
	    .help = "Serve DNS over HTTPS at /dns-query" },
	INT(struct conf_dns, edns_size, "1232", 512, 4096, "Largest UDP answer"),
	INT(struct conf_dns, client_qps, "1000", 10, 100000, "Questions per second and client"),
	CONF_ROW_END
};
