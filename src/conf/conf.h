/* The configuration as the program reads it: one immutable snapshot of one
 * generation (CFG-1). Every struct here is filled from the schema's rows
 * (conf/schema.h); strings live in the snapshot's arena and are NUL-terminated.
 * A capability gets a const pointer to its own part and never asks a global. */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/addr.h"
#include "base/wgkey.h"

struct arena;
struct err;

enum {
	CONF_SCHEMA_VERSION = 1,
	CONF_FILE_MAX = 8 << 20,	/* data.md 3.1 */
	CONF_ADMINS_MAX = 16,
	CONF_USERS_MAX = 1024,
	CONF_TOKENS_MAX = 64,
	CONF_RECORDS_MAX = 4096,
	CONF_UPSTREAMS_MAX = 8,
	CONF_FORWARDS_MAX = 64,
	CONF_TIME_SOURCES_MAX = 8,
	CONF_EXTRA_ZONES_MAX = 64,
	CONF_SECONDARIES_MAX = 8,
	CONF_ROUTES_MAX = 512,
	CONF_PROXIES_MAX = 16,
	CONF_TRUST_MAX = 64,
	CONF_TRUST_PEM_MAX = 8192,
	CONF_LISTEN_MAX = 16,
	CONF_BLOCKLISTS_MAX = 32,
	CONF_BLOCK_NAMES_MAX = 10000,	/* allow, deny */
	CONF_APPLY_MAX = 1024,		/* peers or groups of one list */
	CONF_IP_SOURCES_MAX = 8,
	CONF_GROUPS_MAX = 64,
	CONF_PEERS_MAX = 16384, CONF_PEERS_FEW = 8,
	CONF_PEER_GROUPS_MAX = 16,
	CONF_PEER_SUBNETS_MAX = 8,
	CONF_PEER_ACCESS_MAX = CONF_ROUTES_MAX + 64,
	CONF_CLIENT_DNS_MAX = 4,
	CONF_SPLIT_MAX = 32,
	CONF_FW_RULES_MAX = 256,
	CONF_FW_PORTS_MAX = 16,
	CONF_FW_FORWARDS_MAX = 128,
	CONF_FW_ASSERTIONS_MAX = 128,
	CONF_STATIC_ROUTES_MAX = 128
};

/* Zones of askers (product.md 1.2), as bits so that a set is one byte. */
enum conf_zone {
	CONF_ZONE_LOCAL = 1 << 0, CONF_ZONE_VPN = 1 << 1, CONF_ZONE_CELL = 1 << 2,
	CONF_ZONE_CONTAINER = 1 << 3, CONF_ZONE_LAN = 1 << 4, CONF_ZONE_PUBLIC = 1 << 5
};

enum conf_domain_mode {
	CONF_MODE_LAN, CONF_MODE_PIC_NGO, CONF_MODE_CLOUDFLARE, CONF_MODE_DUCKDNS, CONF_MODE_HTTP01
};

struct conf_texts { const char **v; size_t n; };
struct conf_prefixes { struct addr_prefix *v; size_t n; };

struct conf_identity {			/* data.md 4.1 */
	uint64_t rev;
	const char *cell_name;
	enum conf_domain_mode domain_mode;
	const char *domain;		/* internal: "myhome.cell" */
	const char *domain_name;	/* effective: "myhome.home.arpa" */
	const char *timezone;
	struct addr_prefix ip_range;
	struct addr_prefix ula_prefix;
};

struct conf_ports { uint16_t dns, dot, http, https, ntp, api; };

struct conf_network {			/* data.md 4.2 */
	uint64_t rev;
	struct conf_texts listen_addresses;	/* "*" or addresses */
	struct conf_ports ports;	/* as configured: role/ maps the defaults to those of user mode (PRC-9) */
	struct conf_texts lan_interfaces;
	struct conf_prefixes lan_cidrs;
	const char *uplink;
	bool ipv6;
};

struct conf_admin_access {
	uint64_t rev;
	unsigned zones;			/* set of enum conf_zone; local always in it */
	bool require_totp;
};

struct conf_auth {
	uint64_t rev;
	int64_t session_idle_s, session_max_s, lockout_s, address_window_s;
	int lockout_failures, address_failures, admin_password_min, peer_password_min;
	bool vpn_login;
};

enum conf_role { CONF_ROLE_ADMIN, CONF_ROLE_PEER };

struct conf_user {			/* data.md 4.3 */
	uint64_t rev;
	const char *username;
	enum conf_role role;
	const char *display_name, *email /* NULL = none */;
	bool enabled, must_change_password, totp_enabled;
	int64_t created_at;
	const char *secret_ref;
};

struct conf_token {
	uint64_t rev;
	const char *id, *name;
	struct conf_texts scopes;
	const char *created_by;
	int64_t created_at, expires_at;
	const char *secret_ref;
};

enum conf_backend { CONF_BACKEND_AUTO, CONF_BACKEND_KERNEL, CONF_BACKEND_USERSPACE };
enum conf_client_keys { CONF_CLIENT_KEYS_FIRST_HANDSHAKE, CONF_CLIENT_KEYS_SEALED };

struct conf_wireguard {			/* data.md 4.4 */
	uint64_t rev;
	bool enabled;
	const char *interface;
	enum conf_backend backend;
	struct addr_prefix address;
	struct addr_prefix address6;	/* addr.len 0 = off */
	uint16_t port;
	int mtu;
	const char *public_key;		/* NULL before setup */
	const char *endpoint_host;
	int keepalive_s;
	bool preshared_keys;		/* new peers get one */
	struct conf_texts client_dns;	/* "auto" alone: the cell's addresses in the VPN; or addresses */
	struct conf_prefixes split_prefixes;
	enum conf_client_keys client_keys;
	const char *secret_ref;		/* {"private_key"}; NULL before setup */
};

struct conf_group {			/* data.md 4.5 */
	uint64_t rev;
	const char *name, *description;
};

struct conf_peer {			/* a device in the VPN */
	uint64_t rev;
	const char *name, *description;
	const char *owner;		/* a user of role peer; NULL: nobody's */
	bool enabled;
	struct addr ip, ip6;		/* ip6.len 0 = none */
	const char *public_key;		/* base64 */
	uint8_t key[WGKEY];		/* that, read; zeros where it is none */
	bool internet_access, peer_access, lan_access;
	struct conf_texts service_access;	/* access names: conf/access.h */
	struct conf_prefixes subnets;	/* behind it */
	struct conf_texts groups;
	const char *exit_via;		/* "default"; there are no others yet */
	int64_t expires_at;		/* 0 = never */
	int64_t created_at;
	const char *installed;		/* SHA-256 of the client file that it has; NULL: none was handed out */
	const char *secret_ref;		/* {"preshared_key"}; NULL: none */
};

enum conf_transport { CONF_TRANSPORT_UDP, CONF_TRANSPORT_TCP, CONF_TRANSPORT_DOT };

struct conf_upstream {
	struct addr_port at;
	enum conf_transport transport;
	const char *tls_name;		/* NULL unless dot */
};

struct conf_record {			/* data.md 4.6 */
	uint64_t rev;
	const char *id, *zone, *name, *type, *value;
	uint32_t ttl;
	unsigned views;			/* set of enum conf_zone */
};

struct conf_extra_zone {		/* its text is zones/<sha256>.zone in the state directory */
	uint64_t rev;
	const char *name, *sha256;
	unsigned views;			/* set of enum conf_zone */
};

struct conf_forward {
	uint64_t rev;
	const char *zone;
	struct addr servers[4];
	size_t nservers;
};

enum conf_tsig { CONF_TSIG_SHA256, CONF_TSIG_SHA512 };

struct conf_secondary {			/* a name server of somebody else that serves our public records (DNS-18) */
	uint64_t rev;
	const char *id;
	const char *name;		/* its host name: one label is below the effective domain */
	struct addr_port at;
	const char *key_name;
	enum conf_tsig algorithm;
	const char *secret_ref;		/* {"tsig_secret"} */
};

struct conf_dns_cache {
	uint32_t max_entries, max_bytes, min_ttl_s, max_ttl_s, negative_max_ttl_s;
	bool serve_stale;
	uint32_t stale_max_s, stale_ttl_s;
};

enum conf_query_log { CONF_LOG_OFF, CONF_LOG_ERRORS, CONF_LOG_ALL };
enum conf_upstream_policy { CONF_UPSTREAM_STRICT, CONF_UPSTREAM_OPPORTUNISTIC };

struct conf_dns {
	uint64_t rev;
	struct conf_upstream *upstreams;
	size_t nupstreams;
	enum conf_upstream_policy upstream_policy;
	unsigned serve_zones;		/* set of enum conf_zone; local always in it */
	struct conf_record *records;
	size_t nrecords;
	struct conf_extra_zone *zones;
	size_t nzones;
	struct conf_forward *forwards;
	size_t nforwards;
	struct conf_secondary *secondaries;
	size_t nsecondaries;
	struct conf_dns_cache cache;
	bool rebind_protection;
	struct conf_texts rebind_allow;	/* domains whose names may have private addresses */
	bool dot, doh;			/* served */
	uint16_t edns_size;
	uint32_t client_qps;
	enum conf_query_log query_log;
	uint32_t query_log_entries;	/* over all edges */
};

/* Who a list is for: names of groups and peers. */
struct conf_apply_to {
	bool all;
	struct conf_texts groups, peers;
};

enum conf_list_format { CONF_LIST_AUTO, CONF_LIST_HOSTS, CONF_LIST_DOMAINS, CONF_LIST_ADBLOCK };

struct conf_blocklist {
	uint64_t rev;
	const char *id, *name, *url;
	enum conf_list_format format;
	bool enabled;
	struct conf_apply_to apply_to;
	uint32_t refresh_s;
};

enum conf_block_response { CONF_BLOCK_ZERO, CONF_BLOCK_NXDOMAIN };

struct conf_blocklists {
	uint64_t rev;
	struct conf_blocklist *lists;
	size_t nlists;
	struct conf_texts allow, deny;	/* names in lower case */
	enum conf_block_response response;
};

enum conf_action { CONF_DROP, CONF_ACCEPT, CONF_REJECT };
enum conf_proto { CONF_PROTO_TCP, CONF_PROTO_UDP, CONF_PROTO_ANY, CONF_PROTO_ICMP };
enum conf_switch { CONF_OFF, CONF_ON };
enum conf_expect { CONF_EXPECT_DENY, CONF_EXPECT_ALLOW };

/* One side of a rule: exactly one member is set, conf_end_kind() tells which. */
struct conf_end {			/* data.md 4.7 */
	const char *peer, *group, *service;	/* names; a service is an access name that is not a route's */
	unsigned zone;			/* one enum conf_zone */
	struct addr_prefix cidr;
	const char *target;		/* "admin", "internet", "dns" */
};

enum conf_end_kind {
	CONF_END_NONE,			/* only where a rule is wrong */
	CONF_END_PEER, CONF_END_GROUP, CONF_END_SERVICE, CONF_END_ZONE, CONF_END_CIDR, CONF_END_TARGET
};

struct conf_fw_rule {
	uint64_t rev;
	const char *id, *name;
	bool enabled;
	enum conf_action action;
	struct conf_end from, to;	/* from: peer, group, zone, cidr; to: all but group */
	enum conf_proto proto;
	struct conf_texts ports;	/* "631", "8000-8010": conf_ports_read(); with TCP and UDP only */
};

struct conf_fw_forward {
	uint64_t rev;
	const char *id, *name;
	bool enabled;
	unsigned zone;			/* whose packets: one enum conf_zone of vpn, lan, public */
	enum conf_proto proto;		/* TCP or UDP */
	uint16_t port;
	struct addr to_ip;
	uint16_t to_port;
};

struct conf_fw_assertion {
	uint64_t rev;
	const char *id, *name;
	struct conf_end from, to;	/* as in a rule */
	enum conf_expect expect;
};

struct conf_firewall {
	uint64_t rev;
	enum conf_action vpn_default, forward_default;	/* CONF_DROP or CONF_ACCEPT */
	enum conf_switch host_guard;
	bool log_drops;
	struct conf_fw_rule *rules;	/* in the order in which they are looked at */
	size_t nrules;
	struct conf_fw_forward *forwards;
	size_t nforwards;
	struct conf_fw_assertion *assertions;
	size_t nassertions;
};

struct conf_static_route {		/* of the host, kept by the cell */
	uint64_t rev;
	const char *id;
	struct addr_prefix destination;
	struct addr via;		/* len 0: on the interface itself */
	const char *interface;		/* NULL: the one that via is on */
	uint32_t metric;
};

struct conf_routing {
	uint64_t rev;
	struct conf_static_route *static_routes;
	size_t nstatic_routes;
};

enum conf_discipline { CONF_DISCIPLINE_AUTO, CONF_DISCIPLINE_ALWAYS, CONF_DISCIPLINE_NEVER };

struct conf_ntp {			/* data.md 4.6 */
	uint64_t rev;
	bool enabled;
	struct conf_texts sources;	/* host names and addresses */
	unsigned serve_zones;		/* set of enum conf_zone; local always in it */
	enum conf_discipline discipline;
};

enum conf_provider {			/* of dynamic DNS */
	CONF_PROVIDER_NONE, CONF_PROVIDER_PIC_NGO, CONF_PROVIDER_CLOUDFLARE, CONF_PROVIDER_DUCKDNS,
	CONF_PROVIDER_NOIP, CONF_PROVIDER_FREEDNS
};

/* Where the service of pic_ngo has its calls (data.md 12.1), below api_base_url. */
struct conf_ddns_paths { const char *registration, *update, *check, *challenge, *release; };

struct conf_ddns {			/* data.md 4.10 */
	uint64_t rev;
	enum conf_provider provider;	/* in every mode but http01 that of the mode */
	const char *api_base_url;	/* "https://host[:port][/path]", no final '/'; by default the provider's own */
	struct conf_ddns_paths api_paths;
	const char *subdomain;		/* label: pic_ngo: the cell's name; duckdns: chosen; else without meaning, or NULL */
	const char *zone;		/* cloudflare; NULL: the one that holds domain_name */
	const char *hostname;		/* noip; NULL: domain_name */
	const char *username;		/* noip */
	uint32_t interval_s;
	bool ipv4, ipv6;
	struct conf_texts ip_sources;	/* URLs: none, or at least two */
	const char *secret_ref;		/* {"totp_secret"?, "token"?, "api_token"?, "password"?}; NULL: none of them */
};

enum conf_key_type { CONF_KEY_EC_P256, CONF_KEY_RSA_2048 };

struct conf_certificates {		/* data.md 4.11 */
	uint64_t rev;
	const char *acme_directory;
	const char *acme_email;		/* NULL: none */
	bool tos_agreed;
	enum conf_key_type key_type;
	int renew_fraction_pct;		/* renewed when so much of its life is left */
	uint32_t internal_leaf_s;	/* life of the own authority's certificate for the cell */
};

enum conf_login { CONF_LOGIN_NONE, CONF_LOGIN_USER, CONF_LOGIN_ADMIN };

struct conf_route {			/* data.md 4.11; conf/route.h takes names and target apart */
	uint64_t rev;
	const char *id, *name, *host, *path, *target;
	unsigned access;		/* set of enum conf_zone; local is not named and always may */
	enum conf_login login;
	bool tls_verify, preserve_host, websocket, enabled;
	struct conf_texts request_headers, response_headers;	/* rules of conf/header.h */
	uint64_t max_body_bytes;	/* 0 = as for all */
};

struct conf_proxy {			/* as far as it applies */
	uint64_t rev;
	unsigned default_access;
	struct conf_prefixes trusted_proxies;
	uint64_t max_body_bytes;
	uint32_t idle_s;
	bool hsts;
	struct conf_route *routes;
	size_t nroutes;
};

enum conf_trust_kind { CONF_TRUST_CA, CONF_TRUST_WIREGUARD, CONF_TRUST_AGE };

struct conf_trust {			/* data.md 4.11; conf/trust.h */
	uint64_t rev;
	const char *id, *name;
	enum conf_trust_kind kind;
	const char *pem;		/* or the text of the key */
	const char *sha256;
	int64_t added_at;
};

struct conf_vault {			/* as far as it applies */
	uint64_t rev;
	struct conf_trust *trust;
	size_t ntrust;
};

struct conf_logging {			/* data.md 4.13 */
	uint64_t rev;
	const char *root;
	const char *format;
};

struct conf {
	uint64_t generation;		/* 0 = before setup */
	int64_t written_at;
	const char *written_by, *summary;
	bool setup_complete;
	struct conf_identity identity;
	struct conf_network network;
	struct conf_admin_access admin_access;
	struct conf_auth auth;
	struct conf_user *users;
	size_t nusers;
	struct conf_token *tokens;
	size_t ntokens;
	struct conf_wireguard wireguard;
	struct conf_group *groups;
	size_t ngroups;
	struct conf_peer *peers;
	size_t npeers;
	const struct conf_peer **peers_by_name;	/* without regard to case; conf_peer_find() is quick */
	const struct conf_peer *peers_new[CONF_PEERS_FEW];	/* by number, if they are not more: what conf_build_draft() did */
	size_t npeers_new;					/* not share with the configuration before */
	struct conf_dns dns;
	struct conf_blocklists blocklists;
	struct conf_ntp ntp;
	struct conf_firewall firewall;
	struct conf_routing routing;
	struct conf_ddns ddns;
	struct conf_certificates certificates;
	struct conf_vault vault;
	struct conf_proxy proxy;
	struct conf_logging logging;

	const json_t *doc; /* the same as a complete document, defaults filled in, no secrets; read only. Has the texts */
	struct arena *arena;
	unsigned refs;
};

/* Check a whole document and build its snapshot. doc is not kept (a completed deep copy is).
 * Missing members get their defaults; unknown members, wrong types, ranges (400, all at once), then
 * conflicts (409). 0 and *out with one reference, or a negative errno. */
int conf_build(struct conf **out, const json_t *doc, struct err *e);

/* The same for a document that conf_complete() has just made; the reference is taken over. */
int conf_build_complete(struct conf **out, json_t *doc, struct err *e);

/* And for a draft (conf/draft.h) of the document of base. */
int conf_build_draft(struct conf **out, json_t *draft, const struct conf *base, struct err *e);

/* The document before setup: generation 0, every default, setup incomplete. cell_name: the host's label or "mycell". */
struct conf *conf_default(const char *cell_name);

struct conf *conf_ref(struct conf *c);
void conf_unref(struct conf *c);	/* NULL is allowed */

/* Is that section of both documents the same? Records that a draft shares are so at a glance (conf/draft.h). */
bool conf_same(const struct conf *a, const struct conf *b, const char *section);

/* "vpn" … for one zone bit; NULL if unknown. And back; 0 if unknown. */
const char *conf_zone_name(enum conf_zone z);
unsigned conf_zone_read(const char *s);

const char *conf_mode_name(enum conf_domain_mode m);
const char *conf_provider_name(enum conf_provider p);

const struct conf_user *conf_user_find(const struct conf *c, const char *username);	/* case-insensitive */
const struct conf_peer *conf_peer_find(const struct conf *c, const char *name);		/* case-insensitive */
/* Among the first n of peers_by_name, which is the first one that is not before name? n: none. */
size_t conf_peer_place(const struct conf *c, size_t n, const char *name);
const struct conf_group *conf_group_find(const struct conf *c, const char *name);	/* case-insensitive */
const struct conf_record *conf_record_find(const struct conf *c, const char *id);

enum conf_end_kind conf_end_kind(const struct conf_end *end);

/* "631" or "8000-8010". */
bool conf_ports_read(const char *text, uint16_t *lo, uint16_t *hi);

#endif /* CONF_CONF_H */
