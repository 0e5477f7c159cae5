/* The tunnel role, supervised; see vpn_tunnel.h. */
#include "role/vpn_tunnel.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "conf/conf.h"
#include "io/child.h"
#include "io/listen.h"
#include "io/loop.h"
#include "io/timer.h"
#include "role/core.h"

#define ASK_FOLDER "/var/run/wireguard"

static void on_again(void *arg);
static void on_gone(void *arg, int status);

static const struct io_child_ops child_ops = { .on_exit = on_gone };

/* --- where others ask ------------------------------------------------------------------------- */

static void
close_ask(struct vpn_tunnel *t)
{
	if (t->ask_fd < 0)
		return;
	(void)close(t->ask_fd);		/* nobody is told */
	(void)unlink(t->ask_path);	/* it may be gone */
	t->ask_fd = -1;
}

/* Without it `wg` does not see the interface, and that is all. */
static void
open_ask(struct vpn_tunnel *t)
{
	if (t->v->link.plane != VPN_PLANE_USERSPACE || t->ask_fd >= 0)
		return;
	(void)snprintf(t->ask_path, sizeof(t->ask_path), ASK_FOLDER "/%s.sock", t->v->link.is.name);	/* fits */
	(void)mkdir(ASK_FOLDER, 0700);	/* it may be there */
	t->ask_fd = io_listen_unix(t->ask_path, 0600, (gid_t)-1);
	if (t->ask_fd < 0)
		log_line(LOG_WIREGUARD, LOG_WARNING, "the tools of WireGuard will not see the interface", "socket", t->ask_path,
		    NULL);
}

/* --- end ------------------------------------------------------------------------------------------ */

void
vpn_tunnel_kill(struct vpn_tunnel *t, const char *why)
{
	if (t->talk.stream == NULL)
		return;
	log_fmt(LOG_WIREGUARD, LOG_ERROR, "the tunnel %s: it is replaced", why);
	vpn_talk_close(t);
	if (t->child != NULL)
		io_child_kill(t->child, SIGKILL);
}

static void
log_death(const struct vpn_tunnel *t, int status, uint64_t wait)
{
	char how[64];

	if (WIFSIGNALED(status))
		(void)snprintf(how, sizeof(how), "signal %d", WTERMSIG(status));
	else
		(void)snprintf(how, sizeof(how), "exit status %d", WEXITSTATUS(status));	/* both fit */
	log_fmt(LOG_WIREGUARD, t->restart.failed ? LOG_CRITICAL : LOG_ERROR,
	    "the tunnel died (%s)%s, the next start is in %llu.%llu s", how, t->restart.failed ? " too often" : "",
	    (unsigned long long)wait / 1000, (unsigned long long)wait % 1000 / 100);
}

static void
wait_again(struct vpn_tunnel *t, uint64_t ms)
{
	t->waiting = true;
	io_timer_once(t->again, ms);
}

/* Nobody waits for a data plane that is not there: what it is to have it gets when it is. */
static void
died(struct vpn_tunnel *t, int status)
{
	const uint64_t wait = restart_died(&t->restart, io_loop_now_ms(t->v->core->loop), true);

	log_death(t, status, wait);
	t->restarts++;
	wait_again(t, wait);
	vpn_set_state(t->v, t->restart.failed ? VPN_FAILED : VPN_STARTING,
	    t->restart.failed ? "the tunnel dies again and again; it is tried every minute" : "");
	vpn_applied(t->v);
}

static void
on_gone(void *arg, int status)
{
	struct vpn_tunnel *t = arg;
	const bool leaving = t->leaving;

	t->child = NULL;
	t->leaving = false;
	vpn_talk_close(t);
	if (!leaving)
		died(t, status);
	else if (!t->v->core->stopping)
		vpn_look(t->v);		/* its port is free now */
}

/* --- start ------------------------------------------------------------------------------------------ */

static struct io_child *
spawn(struct vpn_tunnel *t, int fd)
{
	const int null = t->v->link.tun_fd < 0 ? open("/dev/null", O_RDWR | O_CLOEXEC) : -1;
	const int fds[] = { fd, null < 0 ? t->v->link.tun_fd : null, t->ask_fd };
	char mtu[16];
	const char *argv[] = { "pic: tunnel", "tunnel", t->v->conf->wireguard.interface, mtu, NULL };
	struct io_child_conf c = { .argv = argv, .fds = fds, .nfds = t->ask_fd < 0 ? 2 : 3 };
	struct io_child *child;

	(void)snprintf(mtu, sizeof(mtu), "%u", (unsigned)t->v->conf->wireguard.mtu);	/* fits */
	child = fds[1] < 0 ? NULL : io_child_start(t->v->core->children, &c, &child_ops, t);
	if (null >= 0)
		(void)close(null);	/* the child has its own */
	return child;
}

static bool
start(struct vpn_tunnel *t)
{
	int fds[2];

	open_ask(t);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0)
		return false;
	t->child = spawn(t, fds[1]);
	(void)close(fds[1]);		/* the child has its own */
	if (t->child == NULL || vpn_talk_open(t, fds[0]) < 0) {
		(void)close(fds[0]);	/* and then the child ends */
		return false;
	}
	t->index = t->v->link.is.index;
	t->mtu = (uint32_t)t->v->conf->wireguard.mtu;
	vpn_live_restarted(t->v);
	vpn_set_state(t->v, VPN_STARTING, "");
	vpn_talk_go_on(t);
	return true;
}

static void
try_start(struct vpn_tunnel *t)
{
	if (t->child == NULL && !start(t)) {
		vpn_set_state(t->v, VPN_FAILED, "the tunnel cannot be started");
		vpn_applied(t->v);
		wait_again(t, RESTART_MAX_MS);
	}
}

static void
on_again(void *arg)
{
	struct vpn_tunnel *t = arg;

	t->waiting = false;
	if (t->v->plan != NULL)
		try_start(t);
}

void
vpn_tunnel_works(struct vpn_tunnel *t)
{
	restart_up(&t->restart, io_loop_now_ms(t->v->core->loop));
	if (!t->v->port_failed)
		vpn_set_state(t->v, VPN_RUNNING, "");
	if (t->talk.applied == t->v->plan)
		vpn_applied(t->v);
}

void
vpn_tunnel_hold(struct vpn_tunnel *t)
{
	if (t->child != NULL && !t->leaving && (t->index != t->v->link.is.index || t->mtu != (uint32_t)t->v->conf->wireguard.mtu))
		vpn_tunnel_drop(t);
	if (t->leaving)
		return;			/* on_gone() looks again */
	if (t->child == NULL && !t->waiting)
		try_start(t);
	else if (t->child == NULL || t->talk.applied == t->v->plan)
		vpn_applied(t->v);
	else
		vpn_talk_go_on(t);
}

bool
vpn_tunnel_is_gone(const struct vpn_tunnel *t)
{
	return t->child == NULL;
}

void
vpn_tunnel_drop(struct vpn_tunnel *t)
{
	if (t == NULL)
		return;
	if (t->child != NULL && !t->leaving)
		io_child_kill(t->child, SIGKILL);	/* it keeps nothing that is worth an end of its own */
	t->leaving = t->child != NULL;
	vpn_talk_close(t);
	close_ask(t);
	io_timer_stop(t->again);
	t->waiting = false;
}

/* A port that is taken is asked for again every ten seconds (PRC-10). */
void
vpn_tunnel_poll(struct vpn_tunnel *t)
{
	t->talk.port_due = t->v->port_failed && t->v->ticks % 10 == 0;
	vpn_talk_tick(t);
}

/* --- life ----------------------------------------------------------------------------------------------- */

struct vpn_tunnel *
vpn_tunnel_new(struct vpn *v)
{
	struct vpn_tunnel *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->v = v;
	t->ask_fd = -1;
	t->again = io_timer_new(v->core->loop, on_again, t);
	if (t->again != NULL)
		return t;
	free(t);
	return NULL;
}

void
vpn_tunnel_free(struct vpn_tunnel *t)
{
	if (t == NULL)
		return;
	vpn_tunnel_drop(t);
	if (t->child != NULL)
		io_child_abandon(t->child);
	io_timer_free(t->again);
	free(t);
}
