/* pic run: the core. Opens the state, starts every part in order, serves the
 * API and watches over the rest until it is told to stop. */
#include "role/core.h"

#include <errno.h>
#include <grp.h>
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
#include "io/listen.h"
#include "io/loop.h"
#include "io/netlink.h"
#include "io/signal.h"
#include "io/timer.h"
#include "jobs/jobs.h"
#include "role/cert.h"
#include "role/edges.h"
#include "role/kinds.h"
#include "role/role.h"
#include "setup/token.h"
#include "setup/wizard.h"
#include "sys/clk.h"
#include "sys/file.h"
#include "sys/priv.h"
#include "vault/vault.h"

enum { CORE_NOFILE = 8192 };

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

static int
lock_state(struct core *c, struct err *e)
{
	pid_t holder = 0;

	c->lock_fd = file_lock(c->state_fd, "lock", &holder, e);
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
	error = vault_open(&c->vault, c->state_fd, conf_store_current(c->store) == NULL, e);
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

/* --- API doors -------------------------------------------------------------------------- */

static void
on_loopback(void *arg, int fd, const struct addr_port *peer, const struct addr_port *local)
{
	struct core *c = arg;
	const struct api_origin o = { .via = AUTH_VIA_LOOPBACK, .client = *peer, .local = local->addr,
	    .zone = CONF_ZONE_LOCAL };

	api_accept(c->api, fd, &o);
}

static void
on_socket(void *arg, int fd, const struct addr_port *peer, const struct addr_port *local)
{
	struct core *c = arg;
	struct api_origin o = { .via = AUTH_VIA_SOCKET, .zone = CONF_ZONE_LOCAL };
	gid_t gid;

	(void)peer;
	(void)local;
	if (io_peer_uid(fd, &o.uid, &gid) < 0)
		(void)close(fd);	/* nobody we know */
	else
		api_accept(c->api, fd, &o);
}

/* The socket's directory is ours to make only where the default puts it. */
static int
make_runtime(const struct core *c)
{
	char dir[PATHS_SOCKET_MAX];
	char *slash;

	if (!c->paths.default_runtime)
		return 0;
	memcpy(dir, c->paths.socket, sizeof(dir));
	slash = strrchr(dir, '/');
	*slash = '\0';
	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		return -errno;
	return 0;
}

/* Members of group pic administer the cell; without that group only root does. */
static gid_t
socket_group(const struct core *c)
{
	const struct group *g = c->options.user_mode ? NULL : getgrnam("pic");

	return g == NULL ? getegid() : g->gr_gid;
}

static int
open_api_fds(struct core *c)
{
	struct addr_port v4 = { .port = conf_txn_current(c->txn)->network.ports.api }, v6 = v4;

	(void)addr_read(STR("127.0.0.1"), &v4.addr);	/* our own constants */
	(void)addr_read(STR("::1"), &v6.addr);
	c->api_fds[0] = io_listen_tcp(&v4);
	c->api_fds[1] = io_listen_tcp(&v6);
	c->api_fds[2] = make_runtime(c);
	if (c->api_fds[2] == 0)
		c->api_fds[2] = io_listen_unix(c->paths.socket, 0660, socket_group(c));
	return c->api_fds[2];
}

/* Without the socket nobody could administer the cell from here: that one must
 * open. The TCP listeners are a convenience (PRC-10). */
static int
serve_api(struct core *c, struct err *e)
{
	int i, error = open_api_fds(c);

	if (error < 0)
		return err_sys(e, error, c->paths.socket);
	for (i = 0; i < CORE_API_LISTENERS; i++) {
		if (c->api_fds[i] < 0) {
			log_fmt(LOG_API, LOG_WARNING, "cannot listen on %s: %s",
			    i == 0 ? "127.0.0.1" : "::1", strerror(-c->api_fds[i]));
			continue;
		}
		c->api_listen[i] = io_listen_new(c->loop, c->api_fds[i], i == 2 ? on_socket : on_loopback, c);
		if (c->api_listen[i] == NULL)
			return err_sys(e, -ENOMEM, "serve the API");
	}
	return 0;
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

static void
on_committed(void *arg, const struct conf *now, const char *actor, const char *summary)
{
	struct core *c = arg;

	log_line(LOG_CONFIG, LOG_INFO, "configuration changed", "by", actor, "summary", summary, NULL);
	accounts_follow(c);
	sweep_soon(c);
	(void)now;
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
	    .jobs = c->jobs, .auth = c->auth, .enrol = c->enrol, .tokens = &c->tokens,
	    .setup_token = c->setup_token, .wizard = c->wizard };

	if (live_start(c) < 0)
		return err_sys(e, -ENOMEM, "start the API");
	live_fill(c, &d.live);
	c->api = api_new(&d);
	if (c->api == NULL)
		return err_sys(e, -ENOMEM, "start the API");
	conf_txn_watch(c->txn, on_committed, c);
	return serve_api(c, e);
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
}

static void on_stop(void *arg, int signum);

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
	c->children = io_child_set_new(c->loop);
	c->save = io_timer_new(c->loop, on_save, c);
	c->netlink = io_netlink_watch(c->loop, on_network, c);
	c->sigterm = io_signal_new(c->loop, SIGTERM, on_stop, c);
	c->sigint = io_signal_new(c->loop, SIGINT, on_stop, c);
	c->sighup = io_signal_new(c->loop, SIGHUP, on_hangup, c);
	if (c->netlink == NULL)
		log_line(LOG_NETWORK, LOG_WARNING, "changes of addresses are not noticed here", NULL);
	if (c->children == NULL || c->save == NULL || c->sigterm == NULL || c->sigint == NULL || c->sighup == NULL)
		return err_sys(e, -ENOMEM, "start");
	return 0;
}

/* The order matters: what a part needs stands above it. */
static int
start(struct core *c, struct err *e)
{
	static int (*const steps[])(struct core *, struct err *) = {
		open_loop, open_state, open_configuration, start_jobs, accounts_start, welcome_start, start_api, apply_start
	};
	size_t i;
	int error;

	core_host_read(c);
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		error = steps[i](c, e);
		if (error < 0)
			return error;
		if (steps[i] == accounts_start)
			state_load(c);
		if (steps[i] == open_configuration)
			c->cert = cell_cert_load(c->state_fd, c->vault);
	}
	return 0;
}

/* --- stop ----------------------------------------------------------------------------------- */

static void
on_edges_stopped(void *arg)
{
	struct core *c = arg;

	io_loop_stop(c->loop);
}

/* PRC-8: stop accepting, finish what runs, save, go. */
static void
on_stop(void *arg, int signum)
{
	struct core *c = arg;
	int i;

	if (c->stopping)
		return;
	c->stopping = true;
	log_fmt(LOG_CORE, LOG_INFO, "stopping (%s)", strsignal(signum));
	for (i = 0; i < CORE_API_LISTENERS; i++) {
		io_listen_free(c->api_listen[i]);
		c->api_listen[i] = NULL;
	}
	if (c->edges == NULL)
		io_loop_stop(c->loop);
	else
		edges_stop(c->edges, on_edges_stopped, c);
}

static void
close_api(struct core *c)
{
	int i;

	for (i = 0; i < CORE_API_LISTENERS; i++) {
		io_listen_free(c->api_listen[i]);
		if (c->api_fds[i] >= 0)
			(void)close(c->api_fds[i]);	/* a listener */
	}
	if (c->api_fds[2] >= 0)
		(void)unlink(c->paths.socket);	/* the next start replaces it anyway */
	if (c->api != NULL)
		api_stop(c->api);
}

static void
stop(struct core *c)
{
	close_api(c);
	if (c->auth.sessions != NULL)
		state_save(c);
	live_stop(c);
	apply_stop(c);
	jobs_free(c->jobs);
	conf_txn_free(c->txn);
	accounts_stop(c);
	api_free(c->api);
	setup_token_free(c->setup_token);
	setup_wizard_free(c->wizard);
	cell_cert_free(c->cert);
	conf_store_free(c->store);
	vault_close(c->vault);
	io_netlink_free(c->netlink);
	io_signal_free(c->sigterm);
	io_signal_free(c->sigint);
	io_signal_free(c->sighup);
	io_timer_free(c->save);
	io_timer_free(c->sweep);
	io_child_set_free(c->children);
	if (c->loop != NULL)
		io_loop_free(c->loop);
}

/* --- main ------------------------------------------------------------------------------------- */

/* PRC-9: said once, so that nobody looks for port 53 in vain. */
static void
print_mode(const struct core *c)
{
	if (c->options.user_mode)
		printf("Developer mode: DNS 5353, HTTP 8080, HTTPS 8443 instead of 53, 80, 443;"
		    " the host's network and clock are left alone.\n");
	(void)fflush(stdout);	/* nobody may be looking */
}

static void
say_ready(struct core *c)
{
	const struct conf *now = conf_txn_current(c->txn);
	struct api_setup_token t;

	c->ready = true;
	print_mode(c);
	if (!now->setup_complete) {
		welcome_token(c, true, &t);
		sodium_memzero(&t, sizeof(t));
	}
	log_fmt(LOG_CORE, LOG_INFO, "pic %s runs, generation %llu, state %s", PIC_VERSION,
	    (unsigned long long)now->generation, c->paths.state);
}

static enum log_level
level_from_environment(void)
{
	enum log_level level = LOG_INFO;
	const char *s = getenv("PIC_LOG_LEVEL");

	if (s != NULL && !log_level_read(s, &level))
		fprintf(stderr, "pic: PIC_LOG_LEVEL is one of DEBUG, INFO, WARNING, ERROR, CRITICAL\n");
	return level;
}

static void
print_error(const struct err *e)
{
	size_t i;

	fprintf(stderr, "pic: %s\n", e->detail);
	for (i = 1; i < e->nfields && i < ERR_FIELDS_MAX; i++)	/* the first one is the detail */
		fprintf(stderr, "  %s: %s\n", e->fields[i].field, e->fields[i].message);
}

static int
run(struct core *c)
{
	struct err e;
	int error;

	err_clear(&e);
	priv_raise_nofile(CORE_NOFILE);
	error = start(c, &e);
	/* only now: who holds a port can be read with the rights that go here, and nothing foreign was read yet */
	if (error == 0 && !c->options.user_mode)
		error = priv_core(&e);
	if (error == 0)
		error = unattended_start(c, &e);
	if (error < 0) {
		print_error(&e);
		stop(c);
		return c->bad_answers ? 2 : 1;
	}
	say_ready(c);
	io_loop_run(c->loop);
	stop(c);
	log_line(LOG_CORE, LOG_INFO, "stopped", NULL);
	return 0;
}

int
role_core_main(int argc, char **argv)
{
	struct core *c = calloc(1, sizeof(*c));
	int i, status;

	if (c == NULL || sodium_init() < 0)
		return 1;
	if (!read_options(&c->options, argc, argv))
		return usage();
	(void)umask(077);
	log_open("core", level_from_environment());
	json_object_seed(randombytes_random() | 1);
	c->options.user_mode |= !priv_is_root_mode();
	c->state_fd = c->state_sub_fd = c->lock_fd = -1;
	for (i = 0; i < CORE_API_LISTENERS; i++)
		c->api_fds[i] = -1;
	c->started_at = clk_system.wall_s(&clk_system);
	status = run(c);
	free(c);
	return status;
}
