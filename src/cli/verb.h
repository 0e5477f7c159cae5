/* One row per verb: its words, its options, its help, its function. Matching,
 * usage, `pic help`, shell completion and the manual page all hold to the row.
 * A verb that is longer by words wins: "setup token" before "setup". */
#ifndef CLI_VERB_H
#define CLI_VERB_H

#include <stdbool.h>
#include <stddef.h>

struct cli;

enum cli_exit {			/* CLI-3 */
	CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_DEGRADED = 3, CLI_NOT_RUNNING = 4
};

enum { CLI_ARGS_MAX = 8, CLI_OPTIONS_MAX = 14 };

/* In usages, "a|b" stands for a choice: completion offers it. */
struct cli_option {
	const char *name;	/* "--ttl" */
	const char *value;	/* what stands behind it in the usage, NULL = a switch */
};

struct cli_verb {
	const char *words;	/* "dns records add" */
	const char *args;	/* usage of the arguments, "" = none: "NAME TYPE VALUE" */
	size_t min, max;	/* how many arguments */
	struct cli_option options[CLI_OPTIONS_MAX];
	const char *help;
	int (*run)(struct cli *c);	/* NULL: another role of the program, pic.c takes it before */
	const char *loss;	/* what is gone afterwards: asks first, or --yes (CLI-4); NULL = nothing */
};

/* What one call of the program is about. */
struct cli {
	const struct cli_verb *verb;
	const char *args[CLI_ARGS_MAX];
	size_t nargs;
	const char *values[CLI_OPTIONS_MAX];	/* by option row; "" for a given switch */
	bool json, yes, no_wait, help;
	bool color;		/* standard output may be coloured (CLI-2) */
	const char *state, *sock;	/* --state, --socket, or NULL */
};

/* All verbs, ended by words NULL; options that every verb has, ended by name NULL. */
extern const struct cli_verb cli_verbs[];
extern const struct cli_option cli_common[];

/* The verb that the words in v begin with and how many of them are its own; NULL. */
const struct cli_verb *cli_verb_find(const char *const *v, size_t n, size_t *used);

/* Does v begin with these words: "dns records add" with "dns"? */
bool cli_verb_is_under(const struct cli_verb *v, const char *words);

/* "usage: pic dns records add NAME TYPE VALUE [--ttl N]" and the help, to a FILE. */
void cli_verb_usage(const struct cli_verb *v, void *stream);

/* The value of an option of this verb, or NULL. */
const char *cli_opt(const struct cli *c, const char *name);

/* The verbs, one file per noun. */
int cli_status(struct cli *c);
int cli_doctor(struct cli *c);
int cli_setup(struct cli *c);
int cli_setup_token(struct cli *c);
int cli_config_get(struct cli *c);
int cli_config_set(struct cli *c);
int cli_config_edit(struct cli *c);
int cli_config_diff(struct cli *c);
int cli_config_history(struct cli *c);
int cli_config_rollback(struct cli *c);
int cli_config_pending(struct cli *c);
int cli_config_confirm(struct cli *c);
int cli_config_discard(struct cli *c);
int cli_config_export(struct cli *c);
int cli_config_import(struct cli *c);
int cli_dns_records_list(struct cli *c);
int cli_dns_records_add(struct cli *c);
int cli_dns_records_set(struct cli *c);
int cli_dns_records_remove(struct cli *c);
int cli_dns_zones_list(struct cli *c);
int cli_dns_zones_import(struct cli *c);
int cli_dns_zones_export(struct cli *c);
int cli_dns_zones_remove(struct cli *c);
int cli_dns_forwards_list(struct cli *c);
int cli_dns_forwards_add(struct cli *c);
int cli_dns_forwards_remove(struct cli *c);
int cli_dns_secondaries_list(struct cli *c);
int cli_dns_secondaries_add(struct cli *c);
int cli_dns_secondaries_set(struct cli *c);
int cli_dns_secondaries_remove(struct cli *c);
int cli_dns_query(struct cli *c);
int cli_dns_flush(struct cli *c);
int cli_dns_status(struct cli *c);
int cli_dns_reload(struct cli *c);
int cli_dns_log(struct cli *c);
int cli_blocklist_list(struct cli *c);
int cli_blocklist_add(struct cli *c);
int cli_blocklist_remove(struct cli *c);
int cli_blocklist_refresh(struct cli *c);
int cli_blocklist_check(struct cli *c);
int cli_blocklist_allow(struct cli *c);
int cli_blocklist_deny(struct cli *c);
int cli_ddns_status(struct cli *c);
int cli_ddns_update(struct cli *c);
int cli_ddns_register(struct cli *c);
int cli_ddns_release(struct cli *c);
int cli_ddns_check(struct cli *c);
int cli_ntp_status(struct cli *c);
int cli_ntp_sync(struct cli *c);
int cli_cert_import(struct cli *c);
int cli_cert_remove(struct cli *c);
int cli_trust_list(struct cli *c);
int cli_trust_add(struct cli *c);
int cli_trust_remove(struct cli *c);
int cli_vpn_status(struct cli *c);
int cli_vpn_config(struct cli *c);
int cli_vpn_port(struct cli *c);
int cli_vpn_key(struct cli *c);
int cli_vpn_key_rotate(struct cli *c);
int cli_peer_list(struct cli *c);
int cli_peer_show(struct cli *c);
int cli_peer_add(struct cli *c);
int cli_peer_set(struct cli *c);
int cli_peer_qr(struct cli *c);
int cli_peer_conf(struct cli *c);
int cli_peer_link(struct cli *c);
int cli_peer_rekey(struct cli *c);
int cli_peer_pause(struct cli *c);
int cli_peer_resume(struct cli *c);
int cli_peer_remove(struct cli *c);
int cli_group_list(struct cli *c);
int cli_group_add(struct cli *c);
int cli_group_set(struct cli *c);
int cli_group_remove(struct cli *c);
int cli_firewall_rules_list(struct cli *c);
int cli_firewall_rules_add(struct cli *c);
int cli_firewall_rules_set(struct cli *c);
int cli_firewall_rules_remove(struct cli *c);
int cli_firewall_forwards_list(struct cli *c);
int cli_firewall_forwards_add(struct cli *c);
int cli_firewall_forwards_set(struct cli *c);
int cli_firewall_forwards_remove(struct cli *c);
int cli_firewall_assertions_list(struct cli *c);
int cli_firewall_assertions_add(struct cli *c);
int cli_firewall_assertions_remove(struct cli *c);
int cli_firewall_status(struct cli *c);
int cli_firewall_show(struct cli *c);
int cli_firewall_drops(struct cli *c);
int cli_route_list(struct cli *c);
int cli_route_add(struct cli *c);
int cli_route_remove(struct cli *c);
int cli_proxy_list(struct cli *c);
int cli_proxy_add(struct cli *c);
int cli_proxy_set(struct cli *c);
int cli_proxy_remove(struct cli *c);
int cli_proxy_test(struct cli *c);
int cli_proxy_status(struct cli *c);
int cli_explain(struct cli *c);
int cli_reach(struct cli *c);
int cli_ca_show(struct cli *c);
int cli_ca_export(struct cli *c);
int cli_ca_rotate(struct cli *c);
int cli_cert_status(struct cli *c);
int cli_cert_list(struct cli *c);
int cli_cert_renew(struct cli *c);
int cli_cert_issue(struct cli *c);
int cli_cert_revoke(struct cli *c);
int cli_user_list(struct cli *c);
int cli_user_add(struct cli *c);
int cli_user_passwd(struct cli *c);
int cli_user_enable(struct cli *c);
int cli_user_disable(struct cli *c);
int cli_user_unlock(struct cli *c);
int cli_user_remove(struct cli *c);
int cli_user_totp_off(struct cli *c);
int cli_token_list(struct cli *c);
int cli_token_new(struct cli *c);
int cli_token_revoke(struct cli *c);
int cli_session_list(struct cli *c);
int cli_session_revoke(struct cli *c);
int cli_jobs_list(struct cli *c);
int cli_jobs_show(struct cli *c);
int cli_jobs_cancel(struct cli *c);
int cli_events(struct cli *c);
int cli_help(struct cli *c);
int cli_version(struct cli *c);
int cli_completion(struct cli *c);

#endif /* CLI_VERB_H */
