/* Every table of routes, and finding a row in them. */
#include "api/route.h"

#include <stdio.h>
#include <string.h>

#include "api/blocklist.h"
#include "api/cert.h"
#include "api/cert_import.h"
#include "api/config.h"
#include "api/ddns.h"
#include "api/diagnosis.h"
#include "api/domain.h"
#include "api/dns.h"
#include "api/dns_log.h"
#include "api/filter.h"
#include "api/firewall.h"
#include "api/firewall_live.h"
#include "api/group.h"
#include "api/link.h"
#include "api/network.h"
#include "api/path.h"
#include "api/peer.h"
#include "api/peer_file.h"
#include "api/proxy.h"
#include "api/reach.h"
#include "api/record.h"
#include "api/routing.h"
#include "api/secondary.h"
#include "api/self.h"
#include "api/session.h"
#include "api/setup.h"
#include "api/ntp.h"
#include "api/shape.h"
#include "api/system.h"
#include "api/token.h"
#include "api/totp.h"
#include "api/trust.h"
#include "api/user.h"
#include "api/vault.h"
#include "api/wireguard.h"
#include "api/zone.h"

const struct api_table api_tables[] = {
	{ "system", api_system_routes },
	{ "setup", api_setup_routes },
	{ "auth", api_session_routes },
	{ "auth", api_totp_routes },
	{ "users", api_user_routes },
	{ "tokens", api_token_routes },
	{ "config", api_config_routes },
	{ "network", api_network_routes },
	{ "wireguard", api_wireguard_routes },
	{ "peers", api_peer_routes },
	{ "peers", api_peer_file_routes },
	{ "peers", api_link_routes },
	{ "peer", api_self_routes },
	{ "dns", api_dns_routes },
	{ "dns", api_record_routes },
	{ "dns", api_zone_routes },
	{ "dns", api_dns_log_routes },
	{ "dns", api_filter_routes },
	{ "dns", api_blocklist_routes },
	{ "dns", api_secondary_routes },
	{ "peers", api_group_routes },
	{ "firewall", api_firewall_routes },
	{ "firewall", api_firewall_live_routes },
	{ "routing", api_routing_routes },
	{ "ddns", api_domain_routes },
	{ "ntp", api_ntp_routes },
	{ "ddns", api_ddns_routes },
	{ "proxy", api_proxy_routes },
	{ "certificates", api_cert_routes },
	{ "certificates", api_cert_import_routes },
	{ "vault", api_vault_routes },
	{ "vault", api_trust_routes },
	{ "diagnosis", api_diagnosis_routes },
	{ "diagnosis", api_reach_routes },
	{ NULL, NULL }
};

enum { LEASE_MAX_S = 600 };

static const struct api_member change_query_members[] = {
	{ "dry_run", API_BOOL, API_OPT, .example = "true", .help = "Check and tell what would change; change nothing" },
	{ "lease_s", API_INT, API_OPT, 0, LEASE_MAX_S, .example = "120",
	    .help = "How long to confirm a protected change: 30 to 600; 0 = no lease, the host's own account only" },
	{ .name = NULL }
};
const struct api_shape api_change_query = { .type = API_OBJECT, .members = change_query_members };

/* From the most open to the most closed. */
static const enum auth_who openness[] = {
	AUTH_WHO_PUBLIC, AUTH_WHO_SETUP, AUTH_WHO_USER, AUTH_WHO_PEER, AUTH_WHO_ADMIN, AUTH_WHO_LOCAL
};

const char *
api_method_name(enum http_method m)
{
	switch (m) {
	case HTTP_GET:
		return "GET";
	case HTTP_HEAD:
		return "HEAD";
	case HTTP_POST:
		return "POST";
	case HTTP_PUT:
		return "PUT";
	case HTTP_PATCH:
		return "PATCH";
	case HTTP_DELETE:
		return "DELETE";
	case HTTP_OPTIONS:
		return "OPTIONS";
	default:
		return "OTHER";
	}
}

/* Step over all rows of all tables. */
static const struct api_route *
row_next(size_t *table, size_t *row)
{
	const struct api_route *r;

	while (api_tables[*table].routes != NULL) {
		r = &api_tables[*table].routes[(*row)++];
		if (r->path != NULL)
			return r;
		++*table;
		*row = 0;
	}
	return NULL;
}

/* The best rank that a pattern has for the path; false: none matches. Words beat parameters for every method:
 * what /api/dns/query does not know is not asked of /api/dns/<name>. */
static bool
best_rank(const struct api_path *p, unsigned *best)
{
	const struct api_route *r;
	size_t table = 0, row = 0;
	unsigned rank;
	bool found = false;

	*best = 0;
	while ((r = row_next(&table, &row)) != NULL)
		if (api_path_match(p, r->path, &rank) && (!found || rank > *best)) {
			*best = rank;
			found = true;
		}
	return found;
}

static void
allow_add(char allow[API_ALLOW_MAX], enum http_method m)
{
	size_t n = strlen(allow);

	snprintf(allow + n, API_ALLOW_MAX - n, "%s%s%s", n > 0 ? ", " : "", api_method_name(m),
	    m == HTTP_GET ? ", HEAD" : "");
}

const struct api_route *
api_route_find(enum http_method m, const struct api_path *p, bool *known, char allow[API_ALLOW_MAX])
{
	const struct api_route *r, *found = NULL;
	size_t table = 0, row = 0;
	unsigned best, rank;

	allow[0] = '\0';
	*known = best_rank(p, &best);
	while (*known && (r = row_next(&table, &row)) != NULL) {
		if (!api_path_match(p, r->path, &rank) || rank != best)
			continue;
		allow_add(allow, r->method);
		if (r->method == m || (r->method == HTTP_GET && m == HTTP_HEAD))
			found = r;
	}
	return found;
}

static size_t
closedness(enum auth_who who)
{
	size_t i;

	for (i = 0; openness[i] != who; i++)
		continue;
	return i;
}

const struct api_route *
api_route_open(const struct api_path *p)
{
	const struct api_route *r, *open = NULL;
	size_t table = 0, row = 0;
	unsigned best, rank;

	if (!best_rank(p, &best))
		return NULL;
	while ((r = row_next(&table, &row)) != NULL)
		if (api_path_match(p, r->path, &rank) && rank == best &&
		    (open == NULL || closedness(r->who) < closedness(open->who)))
			open = r;
	return open;
}
