/* The table of verbs. */
#include "cli/verb.h"

#include <stdio.h>
#include <string.h>

#define VALUE(name, value) { "--" name, value }
#define SWITCH(name) { "--" name, NULL }

const struct cli_verb cli_verbs[] = {
	{ "run", "", 0, 0, { VALUE("state", "DIR"), SWITCH("user-mode") },
	    "start the cell and stay in the foreground", NULL, NULL },
	{ "setup", "", 0, 0, { VALUE("file", "FILE") },
	    "set up a new cell: questions here, or answers from a JSON file (- = standard input)", cli_setup, NULL },
	{ "setup token", "", 0, 0, { { 0 } },
	    "a new one-time address for setting up in a browser; the old one ends", cli_setup_token, NULL },
	{ "status", "", 0, 0, { { 0 } }, "the cell and its parts", cli_status, NULL },
	{ "doctor", "", 0, 0, { { 0 } }, "examine the cell and say what to fix", cli_doctor, NULL },
	{ "events", "", 0, 0, { VALUE("types", "TYPE,...") }, "what happens, as it happens", cli_events, NULL },
	{ "jobs", "", 0, 0, { VALUE("only", "queued|running|waiting|succeeded|failed|cancelled") },
	    "long work, newest first", cli_jobs_list, NULL },
	{ "jobs show", "ID", 1, 1, { { 0 } }, "one job", cli_jobs_show, NULL },
	{ "jobs cancel", "ID", 1, 1, { { 0 } }, "stop a job", cli_jobs_cancel, NULL },
	{ "config get", "[PATH]", 0, 1, { { 0 } },
	    "the configuration, or one part of it (dns, dns.edns_size)", cli_config_get, NULL },
	{ "config set", "PATH VALUE", 2, 2, { SWITCH("dry-run") },
	    "change one value (dns.edns_size 1232; - reads it from standard input)", cli_config_set, NULL },
	{ "config edit", "SECTION", 1, 1, { SWITCH("dry-run") },
	    "change a section in your editor, or its JSON from standard input", cli_config_edit, NULL },
	{ "config diff", "[FROM TO]", 0, 2, { { 0 } }, "what differs between two generations, or what changed last",
	    cli_config_diff, NULL },
	{ "config history", "", 0, 0, { { 0 } }, "the kept generations", cli_config_history, NULL },
	{ "config rollback", "GENERATION", 1, 1, { SWITCH("dry-run") }, "return to an earlier generation",
	    cli_config_rollback, "what was set since that generation no longer counts" },
	{ "config pending", "", 0, 0, { { 0 } }, "is a change waiting to be confirmed?", cli_config_pending, NULL },
	{ "config confirm", "", 0, 0, { { 0 } }, "keep a change that is on trial", cli_config_confirm, NULL },
	{ "config discard", "", 0, 0, { { 0 } }, "take back a change that is on trial", cli_config_discard, NULL },
	{ "config export", "", 0, 0, { { 0 } }, "the document without secrets, to standard output",
	    cli_config_export, NULL },
	{ "config import", "FILE", 1, 1, { SWITCH("replace"), SWITCH("dry-run") },
	    "take settings and records from an exported document (- = standard input)",
	    cli_config_import, "settings, records and devices that the file names are overwritten" },
	{ "dns status", "", 0, 0, { { 0 } }, "counters, cache, upstreams", cli_dns_status, NULL },
	{ "dns records list", "", 0, 0, { SWITCH("all") }, "own records; --all: also those the cell makes",
	    cli_dns_records_list, NULL },
	{ "dns records add", "NAME TYPE VALUE", 3, 3,
	    { VALUE("ttl", "SECONDS"), VALUE("zone", "ZONE"), VALUE("views", "VIEW,...") },
	    "add a record", cli_dns_records_add, NULL },
	{ "dns records set", "ID", 1, 1, { VALUE("name", "NAME"), VALUE("type", "TYPE"), VALUE("value", "VALUE"),
	    VALUE("ttl", "SECONDS"), VALUE("zone", "ZONE"), VALUE("views", "VIEW,...") },
	    "change a record", cli_dns_records_set, NULL },
	{ "dns records remove", "NAME-OR-ID [TYPE]", 1, 2, { { 0 } }, "remove records",
	    cli_dns_records_remove, "all records of that name (and type) are removed" },
	{ "dns zones list", "", 0, 0, { { 0 } }, "zones served", cli_dns_zones_list, NULL },
	{ "dns zones import", "ZONE FILE", 2, 2, { VALUE("views", "VIEW,...") },
	    "serve a zone from master-file text (- = standard input)", cli_dns_zones_import, NULL },
	{ "dns zones export", "ZONE", 1, 1, { { 0 } }, "the text of a zone", cli_dns_zones_export, NULL },
	{ "dns zones remove", "ZONE", 1, 1, { { 0 } }, "no longer serve a zone", cli_dns_zones_remove,
	    "its names may no longer be found" },
	{ "dns forwards list", "", 0, 0, { { 0 } }, "zones asked elsewhere", cli_dns_forwards_list, NULL },
	{ "dns forwards add", "ZONE SERVER...", 2, CLI_ARGS_MAX, { { 0 } }, "ask these servers for a zone",
	    cli_dns_forwards_add, NULL },
	{ "dns forwards remove", "ZONE", 1, 1, { { 0 } }, "no longer forward a zone",
	    cli_dns_forwards_remove, "names of that zone may no longer be found" },
	{ "dns secondaries list", "", 0, 0, { { 0 } }, "name servers of others that fetch the public records",
	    cli_dns_secondaries_list, NULL },
	{ "dns secondaries add", "NAME ADDRESS KEY", 3, 3, { VALUE("port", "PORT"),
	    VALUE("algorithm", "hmac-sha256|hmac-sha512"), VALUE("secret-file", "FILE"), SWITCH("ask-secret") },
	    "let a name server fetch the public records; without a secret one is made and shown once",
	    cli_dns_secondaries_add, NULL },
	{ "dns secondaries set", "NAME", 1, 1, { VALUE("name", "NAME"), VALUE("address", "ADDRESS"), VALUE("port", "PORT"),
	    VALUE("key", "KEY"), VALUE("algorithm", "hmac-sha256|hmac-sha512"), VALUE("secret-file", "FILE"),
	    SWITCH("ask-secret") }, "change one", cli_dns_secondaries_set, NULL },
	{ "dns secondaries remove", "NAME", 1, 1, { { 0 } }, "it fetches nothing any more", cli_dns_secondaries_remove,
	    "its key is forgotten, and what it serves grows old" },
	{ "dns query", "NAME [TYPE]", 1, 2, { VALUE("zone", "local|vpn|lan|public"), VALUE("as", "ADDRESS") },
	    "ask the cell a question, as an asker of that zone or as a device of the VPN", cli_dns_query, NULL },
	{ "dns flush", "[NAME]", 0, 1, { { 0 } }, "forget cached answers", cli_dns_flush, NULL },
	{ "dns reload", "", 0, 0, { { 0 } }, "build the zones again", cli_dns_reload, NULL },
	{ "dns log", "", 0, 0, { VALUE("peer", "ADDRESS"), VALUE("name", "TEXT"), VALUE("rcode", "RCODE|BLOCKED"),
	    SWITCH("follow") },
	    "questions kept in memory, the newest first; --follow: as they come", cli_dns_log, NULL },
	{ "blocklist list", "", 0, 0, { { 0 } }, "lists of names that are not answered", cli_blocklist_list, NULL },
	{ "blocklist add", "NAME URL", 2, 2, { VALUE("format", "auto|hosts|domains|adblock"), VALUE("peer", "ADDRESS") },
	    "add a list, for everyone or for a device of the VPN", cli_blocklist_add, NULL },
	{ "blocklist remove", "LIST", 1, 1, { { 0 } }, "remove a list", cli_blocklist_remove, "its names are answered again" },
	{ "blocklist refresh", "LIST", 1, 1, { { 0 } }, "fetch a list now, even if it has become much shorter",
	    cli_blocklist_refresh, NULL },
	{ "blocklist check", "NAME", 1, 1, { VALUE("peer", "ADDRESS") }, "would this name be blocked?",
	    cli_blocklist_check, NULL },
	{ "blocklist allow", "NAME", 1, 1, { SWITCH("remove") }, "never block a name and what is below it; --remove: no longer so",
	    cli_blocklist_allow, NULL },
	{ "blocklist deny", "NAME", 1, 1, { SWITCH("remove") },
	    "block a name and what is below it, for everyone; --remove: no longer so", cli_blocklist_deny, NULL },
	{ "ntp status", "", 0, 0, { { 0 } }, "the clock, its sources, whether it is trusted", cli_ntp_status, NULL },
	{ "ntp sync", "", 0, 0, { { 0 } }, "ask all sources now", cli_ntp_sync, NULL },
	{ "ddns status", "", 0, 0, { { 0 } }, "the public name, its addresses, and when they were told", cli_ddns_status, NULL },
	{ "ddns update", "", 0, 0, { { 0 } }, "tell the provider the addresses now", cli_ddns_update, NULL },
	{ "ddns register", "", 0, 0, { { 0 } }, "register the name of the cell with pic.ngo", cli_ddns_register, NULL },
	{ "ddns release", "", 0, 0, { { 0 } }, "give the registered name back", cli_ddns_release,
	    "somebody else may take the name, and nobody finds the cell by it any more" },
	{ "ddns check", "NAME", 1, 1, { { 0 } }, "is this name free with pic.ngo?", cli_ddns_check, NULL },
	{ "vpn status", "", 0, 0, { { 0 } }, "the VPN, and who is in it", cli_vpn_status, NULL },
	{ "vpn config", "", 0, 0, { { 0 } }, "the side of the cell as a file, keys hidden", cli_vpn_config, NULL },
	{ "vpn port", "PORT", 1, 1, { { 0 } }, "listen at another port", cli_vpn_port,
	    "client files carry the old port" },
	{ "vpn key", "", 0, 0, { { 0 } }, "the public key of the cell", cli_vpn_key, NULL },
	{ "vpn key rotate", "", 0, 0, { { 0 } }, "give the cell another key", cli_vpn_key_rotate,
	    "no device gets in any more until it has a new client file" },
	{ "peer list", "", 0, 0, { VALUE("group", "GROUP"), VALUE("owner", "USER") }, "devices in the VPN", cli_peer_list, NULL },
	{ "peer show", "NAME", 1, 1, { { 0 } }, "one device, and what is known of it", cli_peer_show, NULL },
	{ "peer add", "NAME", 1, 1, { VALUE("description", "TEXT"), VALUE("owner", "USER|none"), VALUE("internet", "on|off"),
	    VALUE("access", "WORD,..."), VALUE("peers", "on|off"), VALUE("lan", "on|off"), VALUE("groups", "GROUP,..."),
	    VALUE("subnets", "NETWORK,..."), VALUE("ip", "ADDRESS"), VALUE("ip6", "ADDRESS|none"), VALUE("expires", "TIME|never"),
	    VALUE("public-key", "KEY"),
	    SWITCH("user"), VALUE("password-file", "FILE") },
	    "add a device and show its client file as a code; --user makes a user of the same name, whose it is",
	    cli_peer_add, NULL },
	{ "peer set", "NAME", 1, 1, { VALUE("description", "TEXT"), VALUE("owner", "USER|none"), VALUE("internet", "on|off"),
	    VALUE("access", "WORD,..."), VALUE("peers", "on|off"), VALUE("lan", "on|off"), VALUE("groups", "GROUP,..."),
	    VALUE("subnets", "NETWORK,..."), VALUE("ip", "ADDRESS"), VALUE("ip6", "ADDRESS|none"), VALUE("expires", "TIME|never"),
	    VALUE("public-key", "KEY") },
	    "change a device", cli_peer_set, NULL },
	{ "peer qr", "NAME", 1, 1, { { 0 } }, "its client file as a code for the app", cli_peer_qr, NULL },
	{ "peer conf", "NAME", 1, 1, { { 0 } }, "its client file", cli_peer_conf, NULL },
	{ "peer link", "NAME", 1, 1, { VALUE("expires", "TIME"), SWITCH("rekey"), SWITCH("revoke") },
	    "a link that shows its client file once; --revoke: those that are open end", cli_peer_link, NULL },
	{ "peer rekey", "NAME", 1, 1, { VALUE("public-key", "KEY") }, "new keys for a device", cli_peer_rekey,
	    "the device is cut off until it has the new client file" },
	{ "peer pause", "NAME", 1, 1, { { 0 } }, "switch a device off", cli_peer_pause, NULL },
	{ "peer resume", "NAME", 1, 1, { { 0 } }, "switch a device on again", cli_peer_resume, NULL },
	{ "peer remove", "NAME", 1, 1, { SWITCH("keep-user") }, "remove a device", cli_peer_remove,
	    "it can never connect again; rules and assertions about it go, and its user with his last device unless --keep-user" },
	{ "group list", "", 0, 0, { { 0 } }, "groups and their devices", cli_group_list, NULL },
	{ "group add", "NAME", 1, 1, { VALUE("description", "TEXT") }, "add a group", cli_group_add, NULL },
	{ "group set", "NAME", 1, 1, { VALUE("description", "TEXT") }, "describe a group", cli_group_set, NULL },
	{ "group remove", "NAME", 1, 1, { { 0 } }, "remove a group that nothing uses", cli_group_remove, NULL },
	{ "firewall rules list", "", 0, 0, { { 0 } }, "own rules, in the order in which they count",
	    cli_firewall_rules_list, NULL },
	{ "firewall rules add", "NAME FROM TO", 3, 3, { VALUE("action", "accept|drop|reject"),
	    VALUE("proto", "any|tcp|udp|icmp"), VALUE("ports", "PORT,..."), VALUE("position", "N"), VALUE("enabled", "on|off") },
	    "add a rule, accepting unless told otherwise; FROM and TO: peer:NAME, group:NAME, zone:NAME, a network, "
	    "admin, internet or dns", cli_firewall_rules_add, NULL },
	{ "firewall rules set", "NAME", 1, 1, { VALUE("name", "NAME"), VALUE("from", "FROM"), VALUE("to", "TO"),
	    VALUE("action", "accept|drop|reject"), VALUE("proto", "any|tcp|udp|icmp"), VALUE("ports", "PORT,..."),
	    VALUE("position", "N"), VALUE("enabled", "on|off") }, "change or move a rule", cli_firewall_rules_set, NULL },
	{ "firewall rules remove", "NAME", 1, 1, { { 0 } }, "remove a rule", cli_firewall_rules_remove,
	    "what it let through or stopped is up to the others then" },
	{ "firewall forwards list", "", 0, 0, { { 0 } }, "ports that lead to hosts inside", cli_firewall_forwards_list, NULL },
	{ "firewall forwards add", "NAME PROTO PORT TARGET", 4, 4, { VALUE("zone", "public|lan|vpn"),
	    VALUE("enabled", "on|off") },
	    "let a port of the cell (tcp or udp) lead to a host inside, TARGET: ADDRESS or ADDRESS:PORT",
	    cli_firewall_forwards_add, NULL },
	{ "firewall forwards set", "NAME", 1, 1, { VALUE("name", "NAME"), VALUE("zone", "public|lan|vpn"),
	    VALUE("proto", "tcp|udp"), VALUE("port", "PORT"), VALUE("target", "TARGET"), VALUE("enabled", "on|off") },
	    "change a forward", cli_firewall_forwards_set, NULL },
	{ "firewall forwards remove", "NAME", 1, 1, { { 0 } }, "close the port", cli_firewall_forwards_remove,
	    "nobody reaches that host by it any more" },
	{ "firewall assertions list", "", 0, 0, { { 0 } }, "what no change may break, and whether it is so",
	    cli_firewall_assertions_list, NULL },
	{ "firewall assertions add", "NAME FROM TO EXPECT", 4, 4, { { 0 } },
	    "say what no change may break (EXPECT: allow or deny)", cli_firewall_assertions_add, NULL },
	{ "firewall assertions remove", "NAME", 1, 1, { { 0 } }, "changes may break it", cli_firewall_assertions_remove,
	    "changes are no longer held to it" },
	{ "firewall status", "", 0, 0, { { 0 } }, "whether the rules are enforced", cli_firewall_status, NULL },
	{ "firewall show", "", 0, 0, { VALUE("generation", "N") }, "the rules as nft has them", cli_firewall_show, NULL },
	{ "firewall drops", "", 0, 0, { { 0 } }, "what was dropped of late, and why", cli_firewall_drops, NULL },
	{ "route list", "", 0, 0, { { 0 } }, "routes that the cell keeps for its host", cli_route_list, NULL },
	{ "route add", "NETWORK", 1, 1, { VALUE("via", "ADDRESS"), VALUE("interface", "NAME"), VALUE("metric", "N") },
	    "add a route", cli_route_add, NULL },
	{ "route remove", "ID", 1, 1, { { 0 } }, "remove a route", cli_route_remove, "what it led to is not found any more" },
	{ "proxy list", "", 0, 0, { { 0 } }, "host names that lead to web servers in your network", cli_proxy_list, NULL },
	{ "proxy add", "NAME TARGET", 2, 2, { VALUE("host", "HOST"), VALUE("path", "PATH"), VALUE("access", "ZONE,..."),
	    VALUE("login", "none|user|admin"), VALUE("request-headers", "LINES"), VALUE("response-headers", "LINES"),
	    VALUE("max-body", "BYTES"), VALUE("tls-verify", "on|off"), VALUE("preserve-host", "on|off"),
	    VALUE("websocket", "on|off"), VALUE("enabled", "on|off") },
	    "serve a web server (http://192.168.1.5:8123) under a name of the cell; the host is NAME unless told otherwise",
	    cli_proxy_add, NULL },
	{ "proxy set", "NAME", 1, 1, { VALUE("host", "HOST"), VALUE("path", "PATH"), VALUE("target", "TARGET"),
	    VALUE("access", "ZONE,..."), VALUE("login", "none|user|admin"), VALUE("request-headers", "LINES"),
	    VALUE("response-headers", "LINES"), VALUE("max-body", "BYTES"), VALUE("tls-verify", "on|off"),
	    VALUE("preserve-host", "on|off"), VALUE("websocket", "on|off"), VALUE("enabled", "on|off") },
	    "change a route", cli_proxy_set, NULL },
	{ "proxy remove", "NAME", 1, 1, { { 0 } }, "remove a route", cli_proxy_remove, "its name leads nowhere any more" },
	{ "proxy test", "NAME", 1, 1, { { 0 } }, "ask the target of a route now", cli_proxy_test, NULL },
	{ "proxy status", "", 0, 0, { { 0 } }, "what is served to browsers, and how it is", cli_proxy_status, NULL },
	{ "explain", "PEER HOST[:PORT]", 2, 2, { VALUE("proto", "tcp|udp") },
	    "what one connection would meet, and where it would end; zone:lan and its kind for PEER: somebody in that zone",
	    cli_explain, NULL },
	{ "reach", "", 0, 0, { VALUE("subject", "PEER|group:NAME|zone:NAME"), VALUE("target", "TARGET"), VALUE("diff", "FILE") },
	    "who may reach what; --diff: what the changes in FILE would change about it", cli_reach, NULL },
	{ "ca show", "", 0, 0, { { 0 } }, "the own authority: fingerprint, names, dates", cli_ca_show, NULL },
	{ "ca export", "", 0, 0, { { 0 } }, "the root certificate, for devices that are to trust the cell", cli_ca_export, NULL },
	{ "ca rotate", "", 0, 0, { SWITCH("root") }, "another intermediate; with --root another root, too", cli_ca_rotate,
	    "after --root every device has to install the new root, and what was issued before can no longer be revoked" },
	{ "cert status", "", 0, 0, { { 0 } }, "the certificate of the cell, and how long it lasts", cli_cert_status, NULL },
	{ "cert list", "", 0, 0, { SWITCH("issued") },
	    "what is served, what ends first at the top; with --issued what the own authority has issued", cli_cert_list, NULL },
	{ "cert renew", "[ID]", 0, 1, { SWITCH("staging") },
	    "order the certificate of the domain anew, or another one by its id or name; with --staging only try it",
	    cli_cert_renew, NULL },
	{ "cert issue", "[NAME...]", 0, CLI_ARGS_MAX, { VALUE("days", "DAYS"), VALUE("csr", "FILE") },
	    "a certificate for a machine of the home; printed with its chain and its key, this once", cli_cert_issue, NULL },
	{ "cert import", "CHAIN-FILE KEY-FILE", 2, 2, { { 0 } },
	    "serve a certificate of your own: PEM, its chain behind it, and its key", cli_cert_import, NULL },
	{ "cert remove", "ID", 1, 1, { { 0 } }, "forget an imported certificate", cli_cert_remove,
	    "another certificate is served for its names" },
	{ "cert revoke", "ID", 1, 1, { VALUE("reason", "unspecified|key_compromise|superseded|cessation") },
	    "put a certificate on the revocation list", cli_cert_revoke, "who shows it is no longer trusted" },
	{ "trust list", "", 0, 0, { { 0 } }, "keys of others that the cell trusts", cli_trust_list, NULL },
	{ "trust add", "NAME FILE", 2, 2, { VALUE("kind", "ca|wireguard|age") },
	    "trust the certificate in FILE for targets of routes, or the public key of that kind", cli_trust_add, NULL },
	{ "trust remove", "NAME", 1, 1, { { 0 } }, "trust it no more", cli_trust_remove,
	    "routes to servers with a certificate of it end" },
	{ "user list", "", 0, 0, { { 0 } }, "accounts", cli_user_list, NULL },
	{ "user add", "NAME", 1, 1, { VALUE("role", "peer|admin"), VALUE("password-file", "FILE") },
	    "add an account, of role peer unless told otherwise", cli_user_add, NULL },
	{ "user passwd", "NAME", 1, 1, { VALUE("password-file", "FILE") },
	    "set a new password, to be changed at the next login", cli_user_passwd, NULL },
	{ "user enable", "NAME", 1, 1, { { 0 } }, "let an account log in again", cli_user_enable, NULL },
	{ "user disable", "NAME", 1, 1, { { 0 } }, "stop an account and end its sessions", cli_user_disable, NULL },
	{ "user unlock", "NAME", 1, 1, { { 0 } }, "end a lock after wrong passwords", cli_user_unlock, NULL },
	{ "user remove", "NAME", 1, 1, { { 0 } }, "remove an account",
	    cli_user_remove, "the account is removed and its sessions end" },
	{ "user totp-off", "NAME", 1, 1, { { 0 } }, "switch the second factor off",
	    cli_user_totp_off, "the account is protected by its password alone" },
	{ "token list", "", 0, 0, { { 0 } }, "API tokens", cli_token_list, NULL },
	{ "token new", "NAME SCOPE...", 2, CLI_ARGS_MAX, { VALUE("expires", "TIME") },
	    "make a token, shown once; TIME: 3600, 12h, 90d", cli_token_new, NULL },
	{ "token revoke", "NAME-OR-ID", 1, 1, { { 0 } }, "end a token at once",
	    cli_token_revoke, "what uses this token stops working" },
	{ "session list", "", 0, 0, { { 0 } }, "who is logged in", cli_session_list, NULL },
	{ "session revoke", "ID", 1, 1, { { 0 } }, "end a session at once",
	    cli_session_revoke, "who uses this session is logged out" },
	{ "help", "[VERB...]", 0, CLI_ARGS_MAX, { { 0 } }, "this list, or one verb", cli_help, NULL },
	{ "version", "", 0, 0, { { 0 } }, "the version of this program", cli_version, NULL },
	{ "completion", "bash|zsh|fish", 1, 1, { { 0 } }, "completion script for a shell", cli_completion, NULL },
	{ .words = NULL }
};

const struct cli_option cli_common[] = {
	SWITCH("json"), SWITCH("yes"), SWITCH("no-wait"), SWITCH("help"),
	VALUE("state", "DIR"), VALUE("socket", "PATH"), { NULL, NULL }
};

const char *
cli_opt(const struct cli *c, const char *name)
{
	size_t i;

	for (i = 0; i < CLI_OPTIONS_MAX && c->verb->options[i].name != NULL; i++)
		if (strcmp(c->verb->options[i].name, name) == 0)
			return c->values[i];
	return NULL;
}

void
cli_verb_usage(const struct cli_verb *v, void *stream)
{
	FILE *f = stream;
	size_t i;

	fprintf(f, "usage: pic %s%s%s", v->words, v->args[0] == '\0' ? "" : " ", v->args);
	for (i = 0; i < CLI_OPTIONS_MAX && v->options[i].name != NULL; i++)
		fprintf(f, v->options[i].value == NULL ? " [%s]" : " [%s %s]",
		    v->options[i].name, v->options[i].value);
	fprintf(f, "\n  %s\n", v->help);
}

bool
cli_verb_is_under(const struct cli_verb *v, const char *words)
{
	size_t n = strlen(words);

	return strncmp(v->words, words, n) == 0 && (v->words[n] == '\0' || v->words[n] == ' ');
}

/* How many words of the verb's own stand at the front; 0 = another verb. */
static size_t
match(const char *words, const char *const *v, size_t n)
{
	size_t len, used = 0;

	while (words[0] != '\0') {
		len = strcspn(words, " ");
		if (used == n || strlen(v[used]) != len || strncmp(v[used], words, len) != 0)
			return 0;
		used++;
		words += len;
		words += words[0] == ' ';
	}
	return used;
}

const struct cli_verb *
cli_verb_find(const char *const *v, size_t n, size_t *used)
{
	const struct cli_verb *best = NULL, *row;
	size_t m;

	*used = 0;
	for (row = cli_verbs; row->words != NULL; row++) {
		m = match(row->words, v, n);
		if (m > *used) {
			*used = m;
			best = row;
		}
	}
	return best;
}
