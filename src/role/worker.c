/* One edge; see worker.h. */
#include "role/worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/wr.h"
#include "io/channel.h"
#include "io/child.h"
#include "io/loop.h"
#include "io/timer.h"
#include "role/restart.h"
#include "role/page.h"
#include "role/stats.h"
#include "sys/clk.h"
#include "sys/memfd.h"

struct worker {
	struct worker_conf c;
	enum edge_state state;
	int64_t since;
	unsigned restarts;
	struct io_child *child;		/* NULL = not running */
	struct io_channel *channel;	/* NULL = not running, or given up and soon dead */
	struct io_timer *again;
	struct restart restart;
	unsigned silent_s;
	bool stopping;
	int stats_fd;
	struct edge_page *page;
};

static void on_again(void *arg);
static void on_channel(void *arg, struct io_channel_msg *msg, int error);
static void on_gone(void *arg, int status);

static const struct io_child_ops child_ops = { .on_exit = on_gone };

static void
set_state(struct worker *w, enum edge_state state)
{
	w->state = state;
	w->since = clk_system.wall_s(&clk_system);
	w->c.ops->on_change(w->c.arg);
}

/* --- end ---------------------------------------------------------------------------- */

/* Nothing that it may still have said counts. */
static void
give_up(struct worker *w)
{
	io_channel_free(w->channel);
	w->channel = NULL;
	if (w->child != NULL)
		io_child_kill(w->child, SIGKILL);
}

void
worker_kill(struct worker *w, const char *why)
{
	if (w->channel == NULL)
		return;
	log_fmt(LOG_CORE, LOG_ERROR, "edge %zu %s: it is replaced", w->c.index, why);
	give_up(w);
}

static void
log_death(const struct worker *w, int status, uint64_t wait)
{
	char how[64];

	if (WIFSIGNALED(status))
		(void)snprintf(how, sizeof(how), "signal %d, %s", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		(void)snprintf(how, sizeof(how), "exit status %d", WEXITSTATUS(status));	/* both fit, or may be cut */
	log_fmt(LOG_CORE, w->restart.failed ? LOG_CRITICAL : LOG_ERROR, "edge %zu died (%s)%s, the next start is in %llu.%llu s",
	    w->c.index, how, w->restart.failed ? " too often" : "", (unsigned long long)wait / 1000,
	    (unsigned long long)wait % 1000 / 100);
}

static void
on_gone(void *arg, int status)
{
	struct worker *w = arg;
	uint64_t wait;
	bool others;

	w->child = NULL;
	io_channel_free(w->channel);
	w->channel = NULL;
	if (w->stopping) {
		w->c.ops->on_stopped(w->c.arg);
		return;
	}
	others = w->c.ops->on_dead(w->c.arg);
	wait = restart_died(&w->restart, io_loop_now_ms(w->c.loop), !others);
	log_death(w, status, wait);
	w->restarts++;
	io_timer_once(w->again, wait);
	set_state(w, w->restart.failed ? EDGE_FAILED : EDGE_WAITING);
}

void
worker_tick(struct worker *w)
{
	/* Counted in ticks, not in time: when core itself was held up, what the edge said waits unread. */
	if (w->channel != NULL && ++w->silent_s > WORKER_SILENT_S)
		worker_kill(w, "hangs");
}

void
worker_stop(struct worker *w)
{
	uint8_t nothing[1];
	struct wr none;

	w->stopping = true;
	io_timer_stop(w->again);
	wr_init(&none, nothing, 0);
	worker_send(w, MESSAGE_STOP, &none, -1);
}

/* --- start --------------------------------------------------------------------------- */

static struct io_child *
spawn(struct worker *w, int fd)
{
	char title[32], index[8], count[8];
	const char *argv[] = { title, "edge", index, count, NULL };
	struct io_child_conf c = { .argv = argv, .fds = &fd, .nfds = 1 };

	(void)snprintf(title, sizeof(title), "pic: edge %zu", w->c.index);	/* they fit */
	(void)snprintf(index, sizeof(index), "%zu", w->c.index);
	(void)snprintf(count, sizeof(count), "%zu", w->c.count);
	return io_child_start(w->c.children, &c, &child_ops, w);
}

int
worker_start(struct worker *w)
{
	int fds[2], error = io_channel_pair(fds);

	if (error < 0)
		return error;
	w->channel = io_channel_new(w->c.loop, fds[0], on_channel, w);
	if (w->channel == NULL)
		(void)close(fds[0]);	/* nothing was said on it */
	else
		w->child = spawn(w, fds[1]);
	(void)close(fds[1]);	/* the child has its own copy */
	if (w->child == NULL) {
		io_channel_free(w->channel);
		w->channel = NULL;
		return -EAGAIN;
	}
	w->silent_s = 0;
	set_state(w, EDGE_STARTING);
	w->c.ops->on_born(w->c.arg);
	return 0;
}

static void
on_again(void *arg)
{
	struct worker *w = arg;

	if (w->child == NULL && worker_start(w) < 0)
		io_timer_once(w->again, RESTART_MAX_MS);
}

void
worker_wake(struct worker *w)
{
	if (w->child == NULL && !w->stopping)
		io_timer_once(w->again, 0);
}

bool
worker_ready(struct worker *w)
{
	if (w->state != EDGE_STARTING)
		return false;
	restart_up(&w->restart, io_loop_now_ms(w->c.loop));
	set_state(w, EDGE_RUNNING);
	return true;
}

/* --- messages --------------------------------------------------------------------------- */

void
worker_send(struct worker *w, enum message_type type, const struct wr *m, int fd)
{
	worker_send_fds(w, type, m, &fd, fd >= 0 ? 1 : 0);
}

void
worker_send_fds(struct worker *w, enum message_type type, const struct wr *m, const int *fds, size_t n)
{
	int error;

	if (w->channel == NULL)
		return;
	error = io_channel_send(w->channel, (uint16_t)type, m->start, wr_len(m), fds, n);
	if (error == -ENOBUFS)
		worker_kill(w, "does not read its messages");
	else if (error == -ENOMEM || error == -EMFILE)
		worker_kill(w, "has missed a message, for want of memory or descriptors");
	/* any other failure: it is dying already */
}

/* Closing a socket that somebody made linger would hold us up. */
static void
do_not_linger(struct io_channel_msg *msg)
{
	static const struct linger off = { 0, 0 };
	size_t i;

	for (i = 0; i < msg->nfds; i++)
		if (msg->fds[i] >= 0)
			(void)setsockopt(msg->fds[i], SOL_SOCKET, SO_LINGER, &off, sizeof(off));	/* not a socket: fine */
}

/* An edge that says something we cannot read has been taken over or is
 * broken; either way it goes. */
static void
on_channel(void *arg, struct io_channel_msg *msg, int error)
{
	struct worker *w = arg;

	if (msg != NULL) {
		w->silent_s = 0;
		if (!w->c.ops->on_message(w->c.arg, msg)) {
			do_not_linger(msg);
			worker_kill(w, "sent a message that is not one");
		}
	} else if (error < 0) {
		worker_kill(w, "broke its channel");
	} else if (!w->stopping) {
		give_up(w);	/* it ends: on_gone() says how */
	}
}

/* --- life ------------------------------------------------------------------------------- */

struct worker *
worker_new(const struct worker_conf *c)
{
	struct worker *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->c = *c;
	w->stats_fd = memfd_share("pic-edge-page", edge_page_size(c->count));
	if (w->stats_fd >= 0)
		w->page = memfd_share_map(w->stats_fd, edge_page_size(c->count));
	w->again = io_timer_new(c->loop, on_again, w);
	if (w->page != NULL && w->again != NULL)
		return w;
	worker_free(w);
	return NULL;
}

void
worker_free(struct worker *w)
{
	if (w == NULL)
		return;
	if (w->child != NULL)
		io_child_abandon(w->child);
	io_channel_free(w->channel);
	io_timer_free(w->again);
	if (w->page != NULL)
		memfd_unmap(w->page, edge_page_size(w->c.count));
	if (w->stats_fd >= 0)
		(void)close(w->stats_fd);	/* a memfd: nothing to flush */
	free(w);
}

bool
worker_is_alive(const struct worker *w)
{
	return w->child != NULL;
}

bool
worker_is_running(const struct worker *w)
{
	return w->channel != NULL && w->state == EDGE_RUNNING;
}

void
worker_info(const struct worker *w, struct edge_info *out)
{
	*out = (struct edge_info){ w->state, w->child == NULL ? 0 : io_child_pid(w->child), w->restarts, w->since };
}

int
worker_stats_fd(const struct worker *w)
{
	return w->stats_fd;
}

const struct edge_stats *
worker_stats(const struct worker *w)
{
	return &w->page->stats;
}

const struct dns_log *
worker_log(const struct worker *w)
{
	return &w->page->log;
}

void
worker_log_clear(struct worker *w)
{
	edge_page_forget(w->stats_fd, w->c.count);
}
