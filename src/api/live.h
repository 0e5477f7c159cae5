/* What the API shows and starts but does not own: callbacks into the role that
 * runs the cell. Each may be called at any time between api_new() and
 * api_stop(). Text is borrowed until the next turn of the loop. */
#ifndef API_LIVE_H
#define API_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <jansson.h>

#include "api/reach.h"
#include "base/addr.h"
#include "base/str.h"
#include "dns/filter.h"
#include "dns/log.h"
#include "dns/server.h"		/* struct dns_upstream_state */
#include "dns/stats.h"
#include "ntp/apply.h"
#include "ntp/reference.h"
#include "ntp/report.h"
#include "ntp/stats.h"
#include "setup/token.h"

struct api_claim;	/* of whoever gives it */
struct api_zone_put;	/* likewise */
struct conf_route;	/* conf/conf.h */
struct conf;
struct dns_host;	/* dns/plan.h */
struct err;
struct fw_judged;	/* fw/input.h */

enum {
	API_PARTS_MAX = 32, API_LISTENERS_MAX = 256, API_INTERFACES_MAX = 64, API_IF_ADDRS_MAX = 16,
	API_TEXT_MAX = 160, API_ZONE_MAX = 256, API_EDGES_MAX = 4,
	API_IF_NAME_MAX = 16, API_ID_TEXT_MAX = 40, API_PEER_NAME_MAX = 65
};

/* A part of the program: an edge, a door, the API itself. */
struct api_part {
	char name[32];			/* "edge-0", "dns" */
	bool running;
	char state[16];			/* "running", "starting", "failed" */
	char detail[API_TEXT_MAX];	/* "" = nothing to say */
	int64_t since;			/* Unix time of the last change of state */
};

struct api_listener {			/* an open door, or one that should be; or a port that leads to a host inside */
	const char *role, *protocol;	/* "edge", "dns/udp"; "kernel", "wireguard/udp"; "firewall", "forward/udp" */
	struct addr_port at;
	unsigned zones;			/* set of enum conf_zone that are served there */
	const char *reason;		/* why it is there: "network.ports.dns" */
	bool open;
	char error[API_TEXT_MAX];	/* "" = none */
};

struct api_interface {
	char name[16];
	bool up;
	unsigned zone;			/* one bit of enum conf_zone */
	size_t n;
	struct addr_prefix addresses[API_IF_ADDRS_MAX];
};

struct api_secondary {			/* what is known of one since start */
	int64_t fetched_at;		/* Unix time, 0 = not yet */
	uint32_t fetched, notified;	/* serials; 0 = none yet */
	char fetched_zone[API_ZONE_MAX], notified_zone[API_ZONE_MAX];	/* that they are of */
	char fault[API_TEXT_MAX];	/* since the last success with that zone; "" = none */
	char fault_zone[API_ZONE_MAX];	/* "" = none in particular */
};

struct api_zone_kept {			/* the text of a zone, read and kept */
	char sha256[65];
	bool stays;			/* secondaries stay with the text in force: the serial is not higher than */
	uint32_t serial, before;	/* that one */
};

struct api_setup_token {
	char token[SETUP_TOKEN_TEXT];
	char url[SETUP_URL_MAX];
	int64_t expires_at;
};

/* asked: the document that an edge made of struct dns_asked; NULL: no edge could be asked. Borrowed. */
typedef void api_asked_cb(void *arg, const json_t *asked);
typedef void api_counted_cb(void *arg, uint64_t n);
typedef void api_ended_cb(void *arg, const struct err *e);	/* e NULL = done */

/* k: of the text that was kept; e: why it was not, a fault in it with its line. One of the two is NULL. */
typedef void api_kept_cb(void *arg, const struct api_zone_kept *k, const struct err *e);

struct api_dns_ask {
	unsigned zone;			/* the asker's */
	struct addr local;		/* the address asked; len 0 = any */
	struct addr peer;		/* the asker's own; len 0 = nobody in particular */
	uint32_t number;		/* of the peer that it is, in the configuration in force; 0 = none (ingress/who.h) */
	uint16_t type;
	uint8_t namelen;
	const uint8_t *name;		/* wire form */
};

struct api_ntp {
	bool running;			/* a door is open */
	enum ntp_control control;
	struct ntp_reference reference;
	struct ntp_report report;
	struct ntp_stats stats;
	const char *lacks;		/* why the clock is not trusted; NULL: it is */
};

struct api_filtered {
	enum dns_filter_by by;
	char list[DNS_LIST_ID_MAX];	/* its id; "" unless by a list */
};

enum { API_CERT_ID_SIZE = 33 };

/* What is to be certified; text is borrowed. */
struct api_cert_ask {
	const char *const *names;	/* DNS names and addresses; none: those of csr */
	size_t n;
	const char *csr;		/* PEM; NULL: a key is made */
	const char *actor;
	int days;
};

struct api_cert_renew {
	const char *id;			/* NULL: that of the domain, if it is due or ordered elsewhere */
	bool staging;			/* a trial, of which nothing is served */
	const char *actor;
};

/* What is known of a block list. */
struct api_list_state {
	uint32_t names;			/* of the copy in use, 0 = there is none */
	uint64_t skipped;		/* lines of it that are no names */
	int64_t refreshed_at, next_at;	/* 0 = never; next_at 0 = at once, or it is off */
	unsigned failures;		/* in a row */
	bool busy;			/* being refreshed */
	char error[API_TEXT_MAX];	/* of the last try; "" = none */
};

/* What the target of a route did when it was asked last. */
struct api_proxy_health {
	int64_t checked_at;		/* Unix time, 0 = not yet */
	bool healthy;
	char error[API_TEXT_MAX];	/* "" = none */
};

/* What is known of dynamic DNS. */
struct api_ddns {
	bool registered;		/* pic_ngo: the name is ours */
	struct addr ip, ip6;		/* that the provider was told last; len 0 = none */
	int64_t updated_at, next_at;	/* Unix time; updated_at 0 = never, next_at 0 = not before something changes */
	char error[API_TEXT_MAX];	/* of the last try, or why there is none; "" = none */
	bool has_token;
};

enum api_name {
	API_NAME_UNKNOWN,		/* nobody could be asked */
	API_NAME_FREE,			/* it was taken for us, if that was asked */
	API_NAME_TAKEN
};

struct api_name_ask {
	const char *name;
	const json_t *secret;
	bool take;
};

/* token: of a name that was taken for us, else NULL. why: nobody could be asked. */
typedef void api_claimed_cb(void *arg, enum api_name n, const char *token, const char *why);

struct api_firewall {
	bool enforced;			/* the kernel has the rules; false in developer mode, before setup, and with a fault */
	char fault[API_TEXT_MAX];	/* why they are not enforced; "" = nobody tried */
	bool drift;			/* they are not as they should be, and could not be repaired */
	size_t rules, sets;
	int64_t committed_at, drift_at;	/* Unix time of the last change of them, and of the last repair; 0 = never */
	char repaired[API_TEXT_MAX];	/* what was, then; "" = nothing */
	uint64_t drops;			/* packets that were dropped and told of, since start */
};

struct api_drop {			/* a packet that the firewall dropped */
	uint64_t seq;
	int64_t at_ms;			/* Unix time */
	struct addr from, to;
	uint8_t proto;
	uint16_t port;			/* 0 where there is none */
	char in[API_IF_NAME_MAX], out[API_IF_NAME_MAX];	/* interfaces; "" = the cell itself */
	char rule[API_ID_TEXT_MAX];	/* id of the rule that did it; "" = none of the owner's */
	char peer[API_PEER_NAME_MAX];	/* whose packet, or for whom; "" = no peer's */
	char reason[API_TEXT_MAX];	/* "" = it would be let through by now */
};

struct api_proxy_stats { uint64_t connections, requests, tls_errors; };

/* What the data plane knows of a peer. */
struct api_peer_facts {
	bool known;			/* it is in the data plane */
	struct addr_port endpoint;	/* where its last packet came from; addr.len 0 = none yet */
	int64_t handshake_at;		/* Unix time, 0 = never */
	uint64_t rx, tx;		/* octets */
};

/* The VPN as it runs. */
struct api_vpn {
	bool running;
	const char *data_plane;		/* "kernel", "userspace", "none" */
	bool port_bound;
	char reason[API_TEXT_MAX];	/* why it does not run; "" = nothing to say */
	size_t online;			/* peers with a handshake in the last three minutes */
	int64_t heard_public_at;	/* Unix time of the last handshake from a public address; 0 = none since start */
};

/* Where the cell is, as far as is known; len 0 = not. */
struct api_places {
	struct addr ip, ip6;		/* its public addresses */
	struct addr lan;		/* its own, in the home network, else of the uplink */
};

/* p: as it is now; e: why the public addresses could not be found out. One of the two is NULL. */
typedef void api_placed_cb(void *arg, const struct api_places *p, const struct err *e);

struct api_live {
	void *arg;

	const char *version;
	bool root_mode;
	uid_t own_uid;			/* the account the core runs as */
	int64_t started_at;

	/* What was observed of accounts is on disk when it returns, as far as the disk is willing. */
	void (*save_observed)(void *arg);

	/* Is the cell neither starting nor stopping? /health says 503 otherwise. */
	bool (*ready)(void *arg);
	/* The parts and how they are; the count. */
	size_t (*parts)(void *arg, struct api_part *out, size_t max);
	size_t (*listeners)(void *arg, struct api_listener *out, size_t max);
	size_t (*interfaces)(void *arg, struct api_interface *out, size_t max);

	/* SHA-256 of the certificate served now, "AB:CD:…"; NULL: none. */
	const char *(*fingerprint)(void *arg);

	/* The cell's own authority; NULL: there is none yet. New reference; role/authority.h has the members. */
	json_t *(*ca)(void *arg);
	const char *(*ca_fault)(void *arg);	/* why it cannot be read; NULL: it can, or there is none */
	bool (*ca_root)(void *arg, const uint8_t **der, size_t *n);	/* its certificate; false: none yet */
	json_t *(*certs_issued)(void *arg);		/* records, newest last; new reference */
	/* The certificates that are served or wanted: {id, names, source, issuer, not_before, not_after, due, state, last_error,
	 * used_by}. due: Unix time, 0 = not said; state: "provisional", "pending", "failed", or "" = it is there; without one
	 * issuer and times are null. cert_main: what is served under the domain, with waiting_for_time; NULL: nothing yet.
	 * New references. */
	json_t *(*certs)(void *arg);
	json_t *(*cert_main)(void *arg);
	/* Change it, durably. The edges have it with the next tables (dns_reload). 0, or a negative errno with e. */
	int (*cert_issue)(void *arg, const struct api_cert_ask *ask, json_t **made, struct err *e);
	int (*cert_revoke)(void *arg, const char *id, const char *reason, struct err *e);
	/* *job: the one that orders it, a new reference; NULL: it was renewed at once. */
	int (*cert_renew)(void *arg, const struct api_cert_renew *ask, json_t **job, struct err *e);
	int (*ca_rotate)(void *arg, bool root, struct err *e);
	/* Serve a certificate of the owner's: chain and key in PEM. Its id. */
	int (*cert_import)(void *arg, const char *chain, const char *key, char id[API_CERT_ID_SIZE], struct err *e);
	int (*cert_forget)(void *arg, const char *id, struct err *e);	/* an imported one */
	bool (*cert_new_root)(void *arg, const struct conf *next);	/* would next need another root (TLS-7)? */

	/* Sum over the edges since start. */
	void (*dns_stats)(void *arg, struct dns_stats *out);
	/* Who is asked for everything that no forwarded zone holds. */
	size_t (*dns_upstreams)(void *arg, struct dns_upstream_state *out, size_t max);
	void (*dns_secondary)(void *arg, const char *id, struct api_secondary *out);
	const struct dns_host *(*dns_host)(void *arg);
	/* Check the text of an extra zone, borrowed until done or cancel, and keep it, before a change names it by its
	 * hash. done exactly once, never from within, never after cancel. NULL with e: cannot be started. */
	struct api_zone_put *(*zone_put)(void *arg, const char *zone, struct str text, api_kept_cb *done,
	    void *done_arg, struct err *e);
	void (*zone_cancel)(struct api_zone_put *p);
	int (*zone_text)(void *arg, const char *sha256, char **out /* free() */, size_t *n, struct err *e);
	/* done exactly once, never from within, also when the cell stops. False: cannot be started. */
	bool (*dns_ask)(void *arg, const struct api_dns_ask *q, api_asked_cb *done, void *done_arg);
	bool (*dns_flush)(void *arg, const uint8_t *name, uint8_t namelen /* 0 = all */,
	    api_counted_cb *done, void *done_arg);
	/* What the filters in force say to q's name, asked by the peer with q's number. */
	void (*dns_filter)(void *arg, const struct api_dns_ask *q, struct api_filtered *out);
	/* The log of questions (dns/log.h), one ring an edge: the newest number, one entry of it, and forgetting all. */
	uint64_t (*dns_log_newest)(void *arg, size_t edge);
	bool (*dns_log_get)(void *arg, size_t edge, uint64_t seq, struct dns_log_entry *out);
	void (*dns_log_clear)(void *arg);
	void (*list_state)(void *arg, const char *id, struct api_list_state *out);
	/* Start the job that refreshes a list, by hand. *job: new reference. */
	int (*list_refresh)(void *arg, const char *id, const char *actor, json_t **job, struct err *e);
	/* Make the tables anew from the configuration in force and hand them to the edges. */
	bool (*dns_reload)(void *arg, api_ended_cb *done, void *done_arg);

	void (*ddns_state)(void *arg, struct api_ddns *out);
	/* Start the job that tells the provider, or registers the name anew, by hand. *job: new reference. ERR_VALIDATION:
	 * there is no such provider; ERR_RATE_LIMITED; ERR_CONFLICT: it runs; ERR_UNAVAILABLE with retry_after 0: time. */
	int (*ddns_start)(void *arg, bool registers, const char *actor, json_t **job, struct err *e);
	/* Give the registered name back; done exactly once, never from within. 0, or as above. */
	int (*ddns_release)(void *arg, api_ended_cb *done, void *done_arg, struct err *e);
	/* Ask the service of pic_ngo, where conf says that it is, whether a name is free; with take: register it for us
	 * (secret: conf/credential.h, NULL: none). All borrowed during the call. done exactly once, never from within,
	 * never after cancel, within 20 s. NULL: cannot be started. */
	struct api_claim *(*name_claim)(void *arg, const struct conf *conf, const struct api_name_ask *ask,
	    api_claimed_cb *done, void *done_arg);
	void (*name_cancel)(struct api_claim *c);
	/* Give back what was just taken, because its change failed: in the background, as well as it goes. */
	void (*name_release)(void *arg, const struct conf *conf, const char *name, const char *token);

	void (*ntp_status)(void *arg, struct api_ntp *out);
	/* Ask all sources now; done exactly once, never from within, at most 10 s later. False: cannot be started. */
	bool (*ntp_round)(void *arg, void (*done)(void *arg), void *done_arg);

	void (*firewall)(void *arg, struct api_firewall *out);
	/* The rules of a generation, in the words of nft; 0 = the one in force. *out: free(). */
	int (*firewall_text)(void *arg, uint64_t generation, char **out, struct err *e);
	/* Drops by number: the newest (0 = none), and one of them; false: it is not kept any more. */
	uint64_t (*firewall_drop_newest)(void *arg);
	bool (*firewall_drop)(void *arg, uint64_t seq, struct api_drop *out);
	/* How the assertion with that id stands now; borrowed until the next change. NULL: not known. */
	const struct fw_judged *(*firewall_judged)(void *arg, const char *id);

	/* What the lines of a "rule" or "forward" with that id have counted, a second ago at most; false: nothing counts now. */
	bool (*firewall_counted)(void *arg, const char *kind, const char *id, uint64_t *packets, uint64_t *bytes);

	uint16_t (*https_port)(void *arg);	/* the one in use: developer mode has another than the configuration */
	void (*proxy_health)(void *arg, const char *id, struct api_proxy_health *out);
	void (*proxy_stats)(void *arg, struct api_proxy_stats *out);
	/* Ask the target of r (borrowed) through an edge; asked is the reply of the API. As dns_ask. */
	bool (*proxy_test)(void *arg, const struct conf_route *r, api_asked_cb *done, void *done_arg);

	void (*peer_facts)(void *arg, const char *public_key, struct api_peer_facts *out);
	void (*vpn)(void *arg, struct api_vpn *out);
	/* What a peer moved: {points:[{ts, rx_bytes, tx_bytes}]}, the oldest first: of 24 hours ("day"), 168 hours ("week") or
	 * 30 days ("month"). The host's routes: array of {destination, via, interface, table, metric, protocol, owned}, of
	 * that table, or (-1) of all but the local one; and {ip_forward, ip6_forward, tables, rules, drift}. New references. */
	json_t *(*peer_traffic)(void *arg, const char *name, const char *range);
	json_t *(*routes)(void *arg, int64_t table);
	json_t *(*routing)(void *arg);
	void (*places)(void *arg, struct api_places *out);
	/* Find the public addresses out now; done exactly once, never from within, within 30 s. False: cannot be started. */
	bool (*places_find)(void *arg, api_placed_cb *done, void *done_arg);

	/* Who may reach what under conf, in force or not, on this host as it is. conf and other outlive it. NULL when out of
	 * memory. */
	struct api_reach *(*reach_open)(void *arg, const struct conf *conf, const struct api_reach_want *want);
	void (*reach_close)(struct api_reach *r);	/* NULL is allowed */
	/* Follow one connection, within 5 s. q is borrowed during the call. done exactly once, never from within. 0, or a
	 * negative errno with e. */
	int (*explain)(void *arg, const struct api_explain_ask *q, api_explained_cb *done, void *done_arg, struct err *e);

	/* Array of checks of what core sees without asking others (diag_checks()). New reference. */
	json_t *(*checks)(void *arg);

	/* A new setup token; the old one ends. announce: print it, because too many wrong ones wore the old one out. */
	void (*setup_token_renew)(void *arg, bool announce, struct api_setup_token *out /* may be NULL */);
	/* Setup is complete; generation 1 is in force. */
	void (*setup_finished)(void *arg);
};

#endif /* API_LIVE_H */
