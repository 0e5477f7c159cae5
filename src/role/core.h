/* What the files of the core share: the cell's parts, in the order in which
 * they start. core.c owns them all; each other file tends to one concern.
 *
 *   core.c      options, start order, signals, stop
 *   local.c     the ways in on this host: socket and loopback
 *   serve.c     edges and doors, connected with each other and with the API
 *   tables.c    configuration and host → one snapshot
 *   certs.c     the certificate of the cell: provisional, then of its own authority
 *   certs_live.c  what the API does with certificates; certs_list.c  what it shows of them
 *   acme.c      public certificates (acme.h): what is due; acme_order.c  one order; acme_kept.c  what is on disk
 *   apply.c     who gets which snapshot when; the conf part "edges"
 *   answers.c   what DNS answers, for the edges, while it stays as it is (answers.h)
 *   who.c       peers for the edges, while they stay as they are (who.h)
 *   serials.c   SOA serials over restarts
 *   secondaries.c  keys and news of the name servers that fetch our zones
 *   live.c      what the API starts: questions to the edges, new tables, new tokens
 *   health.c    whether the targets of routes answer
 *   filter.c    block lists (filter.h); filter_known.c  what is known of each; filter_refresh.c, filter_table.c  files, jobs, table
 *   firewall.c  rules in the kernel (firewall.h); firewall_input.c  what they are to enforce; firewall_assert.c  what must hold;
 *               firewall_drops.c  what was dropped; firewall_live.c  what the API shows of it
 *   ddns.c      dynamic DNS (ddns.h); ddns_live.c  by hand; ddns_input.c  what jobs are told; ddns_secret.c  tokens;
 *               ddns_job.c  the jobs
 *   clients.c   devices of the VPN as their owners meet them (clients.h)
 *   vpn.c       the VPN (vpn.h); vpn_set.h has its files
 *   core_clock.c  timekeeping, connected with the edges, the accounts and the configuration
 *   facts.c     what the API shows
 *   accounts.c  auth's callbacks: vault, hash jobs, saving
 *   tickets.c   who is logged in at routes (tickets.h)
 *   state.c     sessions.json, links.json and observed.json
 *   upkeep.c    once a minute: what time undoes; space put by; memory given back
 *   texts.c     texts of extra zones
 *   sweep.c     secrets and texts that nobody names any more
 *   reach.c     who may reach what (reach.h); explain.c  what one connection meets
 *   welcome.c   the setup address on the terminal
 *   unattended.c  setup from PIC_INIT_*
 */
#ifndef ROLE_CORE_H
#define ROLE_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "auth/login.h"
#include "auth/time.h"
#include "base/log.h"
#include "dns/cookie.h"
#include "dns/extra.h"
#include "dns/plan.h"
#include "dns/serial.h"
#include "role/answers.h"
#include "role/who.h"
#include "sys/net.h"
#include "sys/paths.h"
#include "sys/sealed.h"

struct acme;
struct api;
struct api_live;
struct apply;
struct auth_enrol;
struct auth_links;
struct auth_tokens;
struct authority;
struct cell_cert;
struct clients;
struct conf_store;
struct conf_txn;
struct ddns;
struct doors;
struct edges;
struct err;
struct filter;
struct firewall;
struct health;
struct io_child_set;
struct io_loop;
struct io_netlink;
struct io_signal;
struct io_timer;
struct jobs;
struct live;
struct local;
struct secondaries;
struct setup_token;
struct setup_wizard;
struct sites;
struct unattended;
struct timekeeping;
struct vault;
struct vpn;

enum { CORE_HOST_LABEL = 64 };

struct core_options {
	const char *state;		/* --state, or NULL */
	bool user_mode;			/* asked for, or nothing else is possible */
};

struct core {
	struct core_options options;
	struct paths paths;
	int state_fd, state_sub_fd, lock_fd;	/* state directory, its "state" folder, its lock */
	int texts_fd;			/* its folder of zones' texts */
	int64_t started_at;
	bool ready, stopping;
	bool bad_answers;		/* unattended setup was refused: exit status 2 */
	bool log_forced;		/* the environment asks for a level: it wins over the configuration */
	enum log_level log_level;	/* that one */

	/* the machine */
	struct net_ifaddr ifs[NET_IFADDRS_MAX];
	size_t nifs;
	struct dns_host dns_host;
	struct dns_extras *extras;	/* zones' texts as they were read */
	unsigned putting;		/* texts that jobs are reading */
	struct dns_serials serials;	/* of the zones in force */
	uint64_t serials_of;		/* that generation, or the number that a start took (conf/store.h) */
	char host_label[CORE_HOST_LABEL];
	bool ifs_stale;			/* they could not be read when they changed */
	struct addr found_ip, found_ip6;	/* public addresses that somebody had found out; len 0 = none */
	struct io_netlink *netlink;

	/* configuration */
	struct vault *vault;
	struct conf_store *store;
	struct conf_txn *txn;
	struct authority *authority;	/* never NULL once it was opened */
	struct cell_cert *cert;		/* provisional; NULL once the authority has one for the cell */
	bool authority_unsaved;		/* the disk did not take it */
	struct sites *sites;		/* certificates from elsewhere; never NULL once opened */
	struct acme *acme;		/* the core's side of public certificates */
	int64_t certs_at;		/* when it was judged which of them are valid */
	struct dns_cookie_keys cookies;	/* of the edges' DNS */
	struct who_kept who;		/* peers as the edges have them */
	struct answers_kept answers;	/* and names */
	uint64_t cookies_ms;		/* drawn then, by the loop's clock; 0 = not yet */

	/* processes */
	struct io_loop *loop;
	struct io_child_set *children;
	struct doors *doors;
	struct edges *edges;
	struct apply *apply;
	struct live *live;
	struct filter *filter;
	struct firewall *firewall;
	struct ddns *ddns;
	struct clients *clients;
	struct health *health;
	struct secondaries *secondaries;
	struct vpn *vpn;
	struct jobs *jobs;

	/* accounts */
	struct auth_time time;		/* what expiry is judged by */
	struct timekeeping *timekeeping;
	struct auth_env auth;
	struct auth_enrol *enrol;
	struct auth_links *links;	/* one-time links to client files */
	struct auth_tokens *tokens;

	/* setup: all NULL when it was complete at start */
	struct setup_token *setup_token;
	struct setup_wizard *wizard;
	struct unattended *unattended;

	/* API */
	struct api *api;
	struct local *local;

	/* saving */
	struct io_timer *save, *sweep, *upkeep, *rest;
	bool sessions_dirty, observed_dirty, links_dirty, unwritable;

	/* stopping */
	bool edges_gone;
	struct io_signal *sigterm, *sigint, *sighup;
	struct io_timer *drain;
	uint64_t drain_until;		/* of the loop's clock */
};

/* --- local.c --- */

struct door;
int local_start(struct core *c, struct err *e);
void local_door_open(struct core *c, const struct door *d);
void local_door_close(struct core *c, const struct door *d);
void local_stop(struct core *c);		/* nobody new comes in */

/* --- serve.c --- */

struct doors_want;
int serve_start(struct core *c, struct err *e);	/* makes edges and doors; nothing runs or is open yet */
void serve_want(const struct core *c, const struct conf *conf, struct doors_want *out);
void serve_stop(struct core *c);

/* --- tables.c --- */

/* What comes with new tables and is used when they are. */
struct tables_new {
	struct authority *authority;	/* NULL: the one in use does */
	struct cell_cert *cert;		/* the same */
	int64_t at;			/* when it was judged which certificates are valid */
	struct dns_serials serials;
	struct sealed_list pieces;	/* that the tables refer to */
};

/* The sealed memfd of a snapshot for conf, or a negative errno with e set. */
int tables_make(struct core *c, const struct conf *conf, uint64_t serial, struct tables_new *out, struct err *e);

/* Draw a new secret for DNS cookies when the one in use is a day old; the one before stays good. True: the tables
 * have to be made anew. */
bool tables_cookies_renew(struct core *c);

/* Do the certificates in use still do? */
bool tables_cert_holds(struct core *c, const struct conf *conf);

/* --- certs.c --- */

int certs_open(struct core *c, struct err *e);
void certs_close(struct core *c);

/* For whom and when certificates are made; url is for crl_url. */
enum { CERTS_URL_MAX = 300 };
struct cert_for certs_for(struct core *c, const struct conf *conf, char url[CERTS_URL_MAX]);

/* What conf demands beyond what is in use. 0, or a negative errno with e. */
int certs_prepare(struct core *c, const struct conf *conf, struct tables_new *out, struct err *e);
void certs_drop(struct tables_new *t);
void certs_use(struct core *c, struct tables_new *t);	/* from now on */

/* Keep next, to be served with the next tables. 0, or a negative errno with e and nothing changed. */
int certs_change(struct core *c, struct authority *next, struct err *e);
bool certs_upkeep(struct core *c);	/* what the disk did not take or give; true: it needs other tables */

/* The callbacks of api/live.h that are about certificates. */
void certs_fill(struct api_live *out);
void certs_import_fill(struct api_live *out);	/* certs_import.c: those that the owner brings along */

/* Rows of api/live.h, certs and cert_main. New references. */
json_t *certs_list(const struct core *c);
json_t *certs_main(const struct core *c);	/* NULL: nothing is served yet */

/* What is served now, or with t; NULL: nothing yet. */
const struct cell_cert *certs_served(const struct core *c, const struct tables_new *t);

/* --- secondaries.c --- */

struct api_secondary;
struct dns_secrets;
struct message_secondary;
struct secondaries *secondaries_new(void);	/* NULL when out of memory */
void secondaries_free(struct secondaries *s);	/* NULL is allowed */

/* The secrets of conf's secondaries, freed with secondaries_wipe(). One that cannot be had is empty, and said. NULL when
 * out of memory. */
struct dns_secrets *secondaries_secrets(struct core *c, const struct conf *conf);
void secondaries_wipe(struct dns_secrets *s);	/* NULL is allowed */

void secondaries_hear(struct core *c, const struct message_secondary *m);
void secondaries_tell(const struct core *c, const char *id, struct api_secondary *out);

/* --- serials.c --- */

/* Serials of zones outlive the program, in observed.json. */
void serials_load(struct core *c, const json_t *observed);
json_t *serials_save(const struct core *c);	/* a new reference */
void serials_use(struct core *c, const struct dns_serials *s, uint64_t generation);	/* before they are told */

/* --- apply.c --- */

/* The snapshot and the doors follow the configuration in force from now on. */
int apply_start(struct core *c, struct err *e);
void apply_stop(struct core *c);

/* The host's addresses may have changed: look, and hand out new tables if they did. */
void apply_host_changed(struct core *c);

/* Hand out tables anew if something demands it: an earlier try failed, or the certificate runs out. */
void apply_upkeep(struct core *c);

/* Hand out tables anew in any case. Every edge has them when live_applied() says serial or more. False: cannot be made. */
bool apply_again(struct core *c, uint64_t *serial);

/* Every living edge serves serial, or e says what one of them has against it. */
void apply_done(struct core *c, uint64_t serial, const struct err *e);

/* Does every living edge know the interface of that index as the VPN's, or has it said that it cannot? */
bool apply_names(const struct core *c, uint32_t ifindex);

/* False: they could not be read, and stay as they were. */
bool core_host_read(struct core *c);

/* --- live.c --- */

int live_start(struct core *c, struct err *e);
void live_fill(struct core *c, struct api_live *out);
void live_answered(struct core *c, size_t edge, uint32_t id, const uint8_t *json, size_t n);
void live_flushed(struct core *c, uint32_t id, uint32_t count);
void live_applied(struct core *c, uint64_t serial, const struct err *e);
void live_edge_gone(struct core *c, size_t edge);	/* what it was asked ends without an answer */
/* Ask the target of a route; asked as api/live.h has it. False: cannot be started. */
struct conf_route;
bool live_probe(struct core *c, const struct conf_route *r, void (*asked)(void *arg, const json_t *asked), void *arg);
void live_stop(struct core *c);			/* everything under way ends without an answer */

/* --- health.c --- */

struct api_proxy_health;
int health_start(struct core *c, struct err *e);
void health_tell(const struct core *c, const char *id, struct api_proxy_health *out);	/* all zero: nothing is known */
void health_stop(struct core *c);		/* after live_stop() */

/* --- core_clock.c --- */

int clock_start(struct core *c, struct err *e);	/* before the state is loaded */
void clock_follow(struct core *c);		/* after a commit */
void clock_stop(struct core *c);		/* rounds under way end without more */

/* --- facts.c --- */

void facts_fill(struct api_live *out);
void facts_changed(struct core *c);		/* a part came or went: tell the event streams */

/* --- accounts.c --- */

int accounts_start(struct core *c, struct err *e);
void accounts_follow(struct core *c);		/* after a commit */
void accounts_upkeep(struct core *c);		/* sessions whose time is over end */
void accounts_cancel(struct core *c);		/* no hash is made any more */
void accounts_stop(struct core *c);

/* --- state.c --- */

int state_load(struct core *c, struct err *e);	/* never fails: it is history */
void state_dirty_sessions(void *core);
void state_dirty_observed(void *core);
void state_dirty_links(void *core);
void state_save(struct core *c);		/* what is unsaved, now */
void state_save_observed(void *core);

/* --- welcome.c --- */

int welcome_start(struct core *c, struct err *e);	/* before setup: wizard, token, unattended answers */
struct api_setup_token;
void welcome_token(struct core *c, bool print, struct api_setup_token *out);	/* a new token; the old one ends */
void welcome_finished(struct core *c);

/* --- texts.c --- */

int texts_open(struct core *c, struct err *e);
void texts_close(struct core *c);

/* Read what conf names and was not read yet; what cannot be used is logged, once. */
void texts_load(struct core *c, const struct conf *conf);
void texts_retry(struct core *c);		/* what could not be used may be, the next time */
void texts_compare(const struct core *c, const struct conf *was, const struct conf *now);	/* say what secondaries miss */
void texts_sweep(struct core *c, const json_t *refs);	/* conf_store_refs() */

/* As api/live.h has it: zone_put, zone_cancel, zone_text. */
struct api_zone_kept;
struct api_zone_put;
struct api_zone_put *texts_put(void *core, const char *zone, struct str text,
    void (*done)(void *arg, const struct api_zone_kept *k, const struct err *e), void *arg, struct err *e);
void texts_cancel(struct api_zone_put *p);
int texts_read(void *core, const char *sha256, char **out, size_t *n, struct err *e);

/* --- sweep.c, upkeep.c --- */

void sweep_soon(struct core *c);
void upkeep_start(struct core *c);
void rest_soon(struct core *c);		/* memory that a start or a change took goes back */

/* --- unattended.c --- */

int unattended_read(struct core *c, struct err *e);	/* judges the answers, before anything is served */
int unattended_begin(struct core *c, struct err *e);
void unattended_stop(struct core *c);

/* The address people type: an address of the home network, else of the uplink, else loopback. */
void welcome_address(const struct core *c, struct addr *out);
uint16_t core_https_port(const struct core *c);

#endif /* ROLE_CORE_H */
