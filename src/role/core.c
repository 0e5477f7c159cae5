/* pic run: the core. Opens the state, starts every part in order, serves the
 * API and watches over the rest until it is told to stop. */
#include "role/core.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>
#include <sodium.h>

#include "api/server.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/store.h"
#include "conf/txn.h"
#include "io/child.h"
#include "io/loop.h"
#include "io/netlink.h"
#include "io/signal.h"
#include "io/timer.h"
#include "io/tls_anchors.h"
#include "jobs/jobs.h"
#include "role/acme.h"
#include "role/clients.h"
#include "role/ddns.h"
#include "role/doors.h"
#include "role/doors_plan.h"
#include "role/edges.h"
#include "role/filter.h"
#include "role/firewall.h"
#include "role/kinds.h"
#include "role/role.h"
#include "role/vpn.h"
#include "setup/token.h"
#include "setup/wizard.h"
#include "sys/clk.h"
#include "sys/file.h"
#include "sys/priv.h"
#include "vault/part.h"
#include "vault/vault.h"

enum {
	LOCK_WAIT_MS = 10, LOCK_TRIES = 300,
	CORE_NOFILE = 2048,	/* connections to the API, doors, children; with four edges 16,384 (LIM) */
	STOP_MS = 6000,		/* edges end, or are ended, a second earlier */
	DRAIN_MS = 50
};

static int
usage(void)
{
	fprintf(stderr, "usage: pic run [--state DIR] [--user-mode]\n"
	    "  --state DIR   where the cell keeps everything (default /var/lib/pic, or PIC_STATE_DIR)\n"
	    "  --user-mode   use ports above 1024 and touch nothing that needs root\n");
	return 2;
}

static bool
read_options(struct core_options *o, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--user-mode") == 0)
			o->user_mode = true;
		else if (strcmp(argv[i], "--state") == 0 && i + 1 < argc)
			o->state = argv[++i];
		else if (strncmp(argv[i], "--state=", 8) == 0)
			o->state = argv[i] + 8;
		else
			return false;
	}
	return true;
}

/* --- state --------------------------------------------------------------------------- */

static bool
is_alive(pid_t pid)
{
	return pid > 0 && (kill(pid, 0) == 0 || errno != ESRCH);
}

/* A child that a killed core was about to start has its lock until it becomes another program. */
static int
lock_state(struct core *c, struct err *e)
{
	pid_t holder = 0;
	int i;

	c->lock_fd = -EWOULDBLOCK;
	for (i = 0; i < LOCK_TRIES && c->lock_fd == -EWOULDBLOCK && !is_alive(holder); i++) {
		if (i > 0)
			(void)poll(NULL, 0, LOCK_WAIT_MS);
		err_clear(e);
		c->lock_fd = file_lock(c->state_fd, "lock", &holder, e);
	}
	if (c->lock_fd == -EWOULDBLOCK)
		return err_set(e, ERR_CONFLICT, "another cell runs on %s (pid %d)", c->paths.state, (int)holder);
	return c->lock_fd < 0 ? c->lock_fd : 0;
}

static int
open_state(struct core *c, struct err *e)
{
	struct err why;
	int error = paths_find(&c->paths, c->options.state, NULL, geteuid() == 0);

	err_clear(&why);
	if (error == -ENAMETOOLONG)
		return err_set(e, ERR_VALIDATION, "the path of the state directory is too long: its socket may have %d bytes, "
		    "PIC_SOCKET can name another place", PATHS_SOCKET_MAX - 1);
	if (error < 0)
		return err_set(e, ERR_VALIDATION, "cannot tell where to keep the cell: set --state or PIC_STATE_DIR");
	c->state_fd = file_dir_open(c->paths.state, true, &why);
	if (c->state_fd < 0)
		return err_set(e, why.kind, "%s: %s", c->paths.state, why.detail);
	error = lock_state(c, e);
	if (error < 0)
		return error;
	c->state_sub_fd = file_dir_sub(c->state_fd, "state", e);
	if (c->state_sub_fd < 0)
		return c->state_sub_fd;
	file_sweep(c->state_sub_fd);
	return 0;
}

static int
open_configuration(struct core *c, struct err *e)
{
	const char *why;
	struct conf *now;
	int error = conf_store_open(&c->store, c->state_fd, e);

	if (error < 0)
		return error;
	if (conf_store_recovered(c->store, &why))
		log_line(LOG_CONFIG, LOG_CRITICAL, "config.recovered", "why", why, NULL);
	now = conf_store_current(c->store);
	now = now != NULL ? conf_ref(now) : conf_default(c->host_label[0] != '\0' ? c->host_label : "mycell");
	if (now == NULL)
		return err_sys(e, -ENOMEM, "read the configuration");
	c->txn = conf_txn_new(c->loop, c->store, &clk_system, now);
	conf_unref(now);
	return c->txn == NULL ? err_sys(e, -ENOMEM, "read the configuration") : 0;
}

/* --- parts -------------------------------------------------------------------------------- */

static void
on_job(void *arg, const json_t *job)
{
	struct core *c = arg;
	json_t *data = json_pack("{sO}", "job", (json_t *)(uintptr_t)job);	/* counted, not changed */

	if (c->api != NULL && data != NULL)
		api_event(c->api, "job", data);
	json_decref(data);
}

/* --- parts, in start order: what a part needs stands above it --------------------------- */

/* PIC_LOG_LEVEL is for whoever starts the cell by hand: it wins over the configuration. */
static void
follow_logging(struct core *c)
{
	const struct conf_logging *l = &conf_txn_current(c->txn)->logging;
	enum log_level level = c->log_level;
	struct message_log m;

	if (!c->log_forced && !log_level_read(l->root, &level))
		log_line(LOG_CORE, LOG_ERROR, "logging.root is no level", "root", l->root, NULL);
	m = (struct message_log){ (uint8_t)level, strcmp(l->format, "json") == 0 };
	log_set_root(level);
	log_set_json(m.json);
	if (c->edges != NULL)
		edges_log(c->edges, &m);
}

static void
on_committed(void *arg, const struct conf *now, const char *actor, const char *summary)
{
	struct core *c = arg;

	(void)now;
	log_line(LOG_CONFIG, LOG_INFO, "configuration changed", "by", actor, "summary", summary, NULL);
	follow_logging(c);
	clock_follow(c);
	clients_follow(c);	/* ends sessions: before whoever has one is looked at */
	accounts_follow(c);
	filter_follow(c);
	ddns_follow(c);
	acme_follow(c);
	vpn_follow(c);
	sweep_soon(c);
	rest_soon(c);
}

static void
on_save(void *arg)
{
	state_save(arg);
}

static void
on_network(void *arg)
{
	apply_host_changed(arg);
	firewall_host_changed(arg);
	ddns_moved_host(arg);
	vpn_host_changed(arg);
}

static void on_stop(void *arg, int signum);
static void on_drain(void *arg);

static void
on_hangup(void *arg, int signum)
{
	(void)arg;
	(void)signum;	/* PRC-8: SIGHUP reopens nothing */
}

static int
open_loop(struct core *c, struct err *e)
{
	c->loop = io_loop_new();
	if (c->loop == NULL)
		return err_sys(e, -ENOMEM, "start");
	/* first of all: a signal that comes while the rest starts waits for the loop */
	c->sigterm = io_signal_new(c->loop, SIGTERM, on_stop, c);
	c->sigint = io_signal_new(c->loop, SIGINT, on_stop, c);
	c->sighup = io_signal_new(c->loop, SIGHUP, on_hangup, c);
	c->children = io_child_set_new(c->loop);
	c->save = io_timer_new(c->loop, on_save, c);
	c->drain = io_timer_new(c->loop, on_drain, c);
	if (c->children == NULL || c->save == NULL || c->drain == NULL ||
	    c->sigterm == NULL || c->sigint == NULL || c->sighup == NULL)
		return err_sys(e, -ENOMEM, "start");
	return 0;
}

/* The watch begins before the first look, so that no change falls between. */
static int
open_host(struct core *c, struct err *e)
{
	(void)e;
	c->netlink = io_netlink_watch(c->loop, on_network, c);
	if (c->netlink == NULL)
		log_line(LOG_NETWORK, LOG_WARNING, "changes of addresses are not noticed here", NULL);
	(void)core_host_read(c);	/* has said so; upkeep reads again */
	return 0;
}

/* On a first run it makes the key: not before answers that are wrong have ended the start. */
static int
open_vault(struct core *c, struct err *e)
{
	return vault_open(&c->vault, c->state_fd, conf_store_current(c->store) == NULL, e);
}

static int
start_jobs(struct core *c, struct err *e)
{
	const struct jobs_conf j = { c->loop, c->children, &clk_system, role_kinds, c->state_sub_fd, on_job, c };

	c->jobs = jobs_new(&j);
	return c->jobs == NULL ? err_sys(e, -ENOMEM, "prepare jobs") : 0;
}

static int
start_api(struct core *c, struct err *e)
{
	struct api_deps d = { .loop = c->loop, .clk = &clk_system, .txn = c->txn, .vault = c->vault,
	    .jobs = c->jobs, .auth = c->auth, .enrol = c->enrol, .links = c->links, .tokens = &c->tokens,
	    .setup_token = c->setup_token, .wizard = c->wizard };

	live_fill(c, &d.live);
	c->api = api_new(&d);
	if (c->api == NULL)
		return err_sys(e, -ENOMEM, "start the API");
	conf_txn_watch(c->txn, on_committed, c);
	follow_logging(c);
	clock_follow(c);
	ddns_start(c);
	return 0;
}

/* Whose the interface of the VPN's name is, is known only now: about somebody else's nothing is to be said (VPN-3). */
static int
follow_vpn(struct core *c, struct err *e)
{
	(void)e;
	if (vpn_foreign(c, conf_txn_current(c->txn)))
		firewall_host_changed(c);
	return 0;
}

/* Behind all other parts. */
static int
follow_vault(struct core *c, struct err *e)
{
	return vault_part(c->vault, c->txn) < 0 ? err_sys(e, -ENOMEM, "open the vault") : 0;
}

/* Who holds a port can be read with the rights that go here; nothing foreign was read before. */
static int
drop_rights(struct core *c, struct err *e)
{
	return c->options.user_mode ? 0 : priv_core(e);
}

static int
start(struct core *c, struct err *e)
{
	static int (*const steps[])(struct core *, struct err *) = {
		open_loop, open_state, open_host, open_configuration, welcome_start, unattended_read, open_vault, texts_open,
		certs_open, acme_start, start_jobs, accounts_start, clock_start, filter_open, ddns_open, state_load, live_start,
		health_start, serve_start, filter_start, start_api, firewall_start, local_start, vpn_start, follow_vpn, apply_start,
		follow_vault, drop_rights, unattended_begin, clients_start
	};
	size_t i;
	int error = 0;

	for (i = 0; error == 0 && i < sizeof(steps) / sizeof(steps[0]); i++)
		error = steps[i](c, e);
	return error;
}

/* --- stop ----------------------------------------------------------------------------------- */

/* PRC-8: what runs is finished, or it has had its time. */
static void
check_drained(struct core *c)
{
	const bool late = io_loop_now_ms(c->loop) >= c->drain_until;

	/* the VPN last: what is finished may come through it */
	if (late || (c->edges_gone && api_is_idle(c->api)))
		if (vpn_leave(c) || late)
			io_loop_stop(c->loop);
}

static void
on_drain(void *arg)
{
	check_drained(arg);
}

static void
on_edges_stopped(void *arg)
{
	struct core *c = arg;

	c->edges_gone = true;
	check_drained(c);
}

/* PRC-8: stop accepting, finish what runs, save, go. */
static void
on_stop(void *arg, int signum)
{
	struct core *c = arg;

	if (c->stopping)
		return;
	c->stopping = true;
	log_fmt(LOG_CORE, LOG_INFO, "stopping (%s)", strsignal(signum));
	state_dirty_observed(c);	/* the time of the end is worth remembering (NTP-6) */
	c->drain_until = io_loop_now_ms(c->loop) + STOP_MS;
	io_timer_every(c->drain, DRAIN_MS);
	local_stop(c);
	edges_stop(c->edges, on_edges_stopped, c);
	doors_shut(c->doors);
	api_drain(c->api);
}

/* From any state of start(). Whoever waits is told off before what he waits for goes. */
static void
stop(struct core *c)
{
	local_stop(c);
	if (c->api != NULL)
		api_stop(c->api);
	if (c->auth.sessions != NULL)
		state_save(c);
	live_stop(c);
	health_stop(c);
	clock_stop(c);
	unattended_stop(c);
	apply_stop(c);
	vpn_stop(c);
	serve_stop(c);
	firewall_stop(c);
	accounts_cancel(c);	/* hashes are jobs */
	ddns_close(c);		/* likewise */
	acme_stop(c);
	jobs_free(c->jobs);
	filter_close(c);
	conf_txn_free(c->txn);
	clients_stop(c);
	accounts_stop(c);
	api_free(c->api);
	setup_token_free(c->setup_token);
	setup_wizard_free(c->wizard);
	certs_close(c);
	texts_close(c);
	conf_store_free(c->store);
	vault_close(c->vault);
	io_netlink_free(c->netlink);
	io_signal_free(c->sigterm);
	io_signal_free(c->sigint);
	io_signal_free(c->sighup);
	io_timer_free(c->save);
	io_timer_free(c->sweep);
	io_timer_free(c->upkeep);
	io_timer_free(c->rest);
	io_timer_free(c->drain);
	io_child_set_free(c->children);
	io_loop_free(c->loop);
}

/* --- main ------------------------------------------------------------------------------------- */

/* PRC-9: said once, so that nobody looks for port 53 in vain. */
static void
print_mode(const struct core *c)
{
	const struct conf_ports *p = &conf_txn_current(c->txn)->network.ports;

	if (c->options.user_mode)
		printf("Developer mode: DNS at port %u, HTTP at %u, HTTPS at %u;"
		    " the host's network and clock are left alone.\n",
		    doors_port(p->dns, true), doors_port(p->http, true), doors_port(p->https, true));
	(void)fflush(stdout);	/* nobody may be looking */
}

static void
say_ready(struct core *c)
{
	const struct conf *now = conf_txn_current(c->txn);
	struct api_setup_token t;

	c->ready = true;
	print_mode(c);
	if (!now->setup_complete && c->unattended == NULL) {	/* else nobody is to open anything */
		welcome_token(c, true, &t);
		sodium_memzero(&t, sizeof(t));
	}
	log_fmt(LOG_CORE, LOG_INFO, "pic %s runs, generation %llu, state %s", PIC_VERSION,
	    (unsigned long long)now->generation, c->paths.state);
}

static void
open_log(struct core *c)
{
	const char *s = getenv("PIC_LOG_LEVEL");

	c->log_level = LOG_INFO;
	c->log_forced = s != NULL && log_level_read(s, &c->log_level);
	if (s != NULL && !c->log_forced)
		fprintf(stderr, "pic: PIC_LOG_LEVEL is one of DEBUG, INFO, WARNING, ERROR, CRITICAL\n");
	log_open("core", c->log_level);
}

static void
print_error(const struct err *e)
{
	size_t i;

	fprintf(stderr, "pic: %s\n", e->detail);
	for (i = 1; i < e->nfields && i < ERR_FIELDS_MAX; i++)	/* the first one is the detail */
		fprintf(stderr, "  %s: %s\n", e->fields[i].field, e->fields[i].message);
}

/* Edges and jobs read it as they start; a person should hear of a fault now. */
static int
check_trust(struct err *e)
{
	struct io_tls_anchors *a = io_tls_anchors_load(e);

	io_tls_anchors_free(a);
	return a == NULL ? -EINVAL : 0;
}

static int
run(struct core *c)
{
	struct err e;
	int error;

	err_clear(&e);
	priv_raise_nofile(CORE_NOFILE);
	error = check_trust(&e);
	if (error == 0)
		error = start(c, &e);
	if (error < 0) {
		print_error(&e);
		stop(c);
		return c->bad_answers ? 2 : 1;
	}
	say_ready(c);
	upkeep_start(c);
	io_loop_run(c->loop);
	stop(c);
	log_line(LOG_CORE, LOG_INFO, "stopped", NULL);
	return 0;
}

int
role_core_main(int argc, char **argv)
{
	struct core *c = calloc(1, sizeof(*c));
	int status;

	if (c == NULL || sodium_init() < 0)
		return 1;
	if (!read_options(&c->options, argc, argv))
		return usage();
	(void)umask(077);
	(void)signal(SIGPIPE, SIG_IGN);	/* who reads our log or terminal may go; the cell stays */
	open_log(c);
	json_object_seed(randombytes_random() | 1);
	c->options.user_mode |= !priv_is_root_mode();
	c->state_fd = c->state_sub_fd = c->lock_fd = c->texts_fd = -1;
	c->started_at = clk_system.wall_s(&clk_system);
	status = run(c);
	free(c);
	return status;
}
