/* What the files of the core share: the cell's parts, in the order in which
 * they start. core.c owns them all; each other file tends to one concern.
 *
 *   core.c      options, start order, signals, stop
 *   apply.c     configuration and host → snapshot and doors; the conf part "edges"
 *   live.c      what the API starts: questions to the edges, new tables, new tokens
 *   facts.c     what the API shows
 *   accounts.c  auth's callbacks: vault, hash jobs, saving
 *   state.c     sessions.json and observed.json
 *   sweep.c     secrets that nobody names any more
 *   welcome.c   the setup address on the terminal
 *   unattended.c  setup from PIC_INIT_*
 */
#ifndef ROLE_CORE_H
#define ROLE_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/login.h"
#include "auth/time.h"
#include "dns/plan.h"
#include "sys/net.h"
#include "sys/paths.h"

struct api;
struct apply;
struct auth_enrol;
struct auth_tokens;
struct cell_cert;
struct conf_store;
struct conf_txn;
struct doors;
struct edges;
struct err;
struct io_child_set;
struct io_listen;
struct io_loop;
struct io_netlink;
struct io_signal;
struct io_timer;
struct jobs;
struct live;
struct setup_token;
struct setup_wizard;
struct vault;

enum { CORE_API_LISTENERS = 3, CORE_HOST_LABEL = 64 };

struct core_options {
	const char *state;		/* --state, or NULL */
	bool user_mode;			/* asked for, or nothing else is possible */
};

struct core {
	struct core_options options;
	struct paths paths;
	int state_fd, state_sub_fd, lock_fd;	/* state directory, its "state" folder, its lock */
	int64_t started_at;
	bool ready, stopping;
	bool bad_answers;		/* unattended setup was refused: exit status 2 */

	/* the machine */
	struct net_ifaddr ifs[NET_IFADDRS_MAX];
	size_t nifs;
	struct dns_host dns_host;
	char host_label[CORE_HOST_LABEL];
	struct io_netlink *netlink;

	/* configuration */
	struct vault *vault;
	struct conf_store *store;
	struct conf_txn *txn;
	struct cell_cert *cert;

	/* processes */
	struct io_loop *loop;
	struct io_child_set *children;
	struct doors *doors;
	struct edges *edges;
	struct apply *apply;
	struct live *live;
	struct jobs *jobs;

	/* accounts */
	struct auth_time time;
	struct auth_env auth;
	struct auth_enrol *enrol;
	struct auth_tokens *tokens;

	/* setup: both NULL once it is complete */
	struct setup_token *setup_token;
	struct setup_wizard *wizard;

	/* API */
	struct api *api;
	struct io_listen *api_listen[CORE_API_LISTENERS];
	int api_fds[CORE_API_LISTENERS];

	/* saving */
	struct io_timer *save, *sweep;
	bool sessions_dirty, observed_dirty;

	struct io_signal *sigterm, *sigint, *sighup;
};

/* --- apply.c --- */

/* The snapshot and the doors follow the configuration in force from now on. */
int apply_start(struct core *c, struct err *e);
void apply_stop(struct core *c);

/* The host's addresses may have changed: look, and hand out new tables if they did. */
void apply_host_changed(struct core *c);

/* Hand out tables anew in any case. done once, when every edge has them; false: too many wait. */
bool apply_again(struct core *c, void (*done)(void *arg, const struct err *e), void *arg);

void core_host_read(struct core *c);

/* --- live.c --- */

struct api_live;
int live_start(struct core *c);			/* 0 or -ENOMEM */
void live_fill(struct core *c, struct api_live *out);
void live_answered(struct core *c, uint32_t id, const uint8_t *json, size_t n);
void live_flushed(struct core *c, uint32_t id, uint32_t count);
void live_stop(struct core *c);			/* questions under way end without an answer */

/* --- facts.c --- */

void facts_fill(struct api_live *out);
void facts_changed(struct core *c);		/* a part came or went: tell the event streams */

/* --- accounts.c --- */

int accounts_start(struct core *c, struct err *e);
void accounts_follow(struct core *c);		/* after a commit */
void accounts_stop(struct core *c);

/* --- state.c --- */

void state_load(struct core *c);
void state_dirty_sessions(void *core);
void state_dirty_observed(void *core);
void state_save(struct core *c);		/* what is unsaved, now */

/* --- welcome.c --- */

int welcome_start(struct core *c, struct err *e);	/* before setup: wizard, token, unattended answers */
struct api_setup_token;
void welcome_token(struct core *c, bool print, struct api_setup_token *out);	/* a new token; the old one ends */
void welcome_finished(struct core *c);

/* --- sweep.c, unattended.c --- */

void sweep_soon(struct core *c);
int unattended_start(struct core *c, struct err *e);

/* The address people type: an address of the home network, else of the uplink, else loopback. */
void welcome_address(const struct core *c, struct addr *out);
uint16_t core_https_port(const struct core *c);

#endif /* ROLE_CORE_H */
