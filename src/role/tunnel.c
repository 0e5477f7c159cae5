/* pic tunnel NAME MTU: WireGuard where the kernel has none (VPN-2). Parses what
 * strangers send, so it may nothing: it has a TUN device, UDP sockets, and who
 * configures it by wg/uapi.h.
 *
 *	descriptor 3: core's connection; when it ends, the tunnel does
 *	           4: the TUN device (io/tun.h), or /dev/null: then handshakes are all it does (PRC-9)
 *	           5: a listening socket for others who configure it; may be missing */
#include "role/tunnel_set.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "io/loop.h"
#include "io/poll.h"
#include "io/timer.h"
#include "role/role.h"
#include "role/tunnel_ask.h"
#include "sys/clk.h"
#include "sys/priv.h"
#include "wg/stage.h"

enum { CORE_FD = 3, TUN_FD = 4, ASK_FD = 5, MTU_MIN = 576, MTU_MAX = 65535 };

/* --- turns ------------------------------------------------------------------------------- */

void
tunnel_turn(struct tunnel *t)
{
	const int64_t now_ms = (int64_t)clk_system.mono_ms(&clk_system) + 1;	/* 0 means never */

	if (now_ms != t->now_ms)
		tunnel_hear_hellos(t);
	t->now_ms = now_ms;
}

void
tunnel_turned(struct tunnel *t)
{
	const int64_t due = t->resting ? t->now_ms + 1 : wg_device_due(t->device);

	tunnel_flush(t);
	if (due == t->timer_at)
		return;
	t->timer_at = due;
	if (due == 0)
		io_timer_stop(t->timer);
	else
		io_timer_once(t->timer, due > t->now_ms ? (uint64_t)(due - t->now_ms) : 0);
}

static void
on_timer(void *arg)
{
	struct tunnel *t = arg;

	tunnel_turn(t);
	t->timer_at = -1;		/* it is no longer running */
	wg_device_run(t->device, t->now_ms);
	tunnel_turned(t);
}

void
tunnel_hear_device(struct tunnel *t, bool on)
{
	if (t->tun != NULL)
		io_poll_set(t->tun, on ? IO_READABLE : 0);
}

static void
on_device(void *arg, int events)
{
	struct tunnel *t = arg;

	(void)events;			/* an error is read, too */
	tunnel_turn(t);
	tunnel_read_device(t);
	tunnel_turned(t);
}

/* --- what the engine wants ------------------------------------------------------------------ */

static void
on_random(void *arg, void *out, size_t n)
{
	(void)arg;
	randombytes_buf(out, n);
}

static void
on_stamp(void *arg, uint8_t out[WG_STAMP])
{
	const int64_t ns = clk_system.wall_ns(&clk_system);

	(void)arg;
	wg_stamp(out, ns / 1000000000, (uint32_t)(ns % 1000000000));
}

static void
on_send(void *arg, const struct wg_path *path, const uint8_t *p, size_t n)
{
	tunnel_send_message(arg, path, p, n);
}

struct waiting {
	struct tunnel *t;
	struct wg_peer *peer;
};

static void
on_waiting(void *arg, uint8_t *packet, size_t n)
{
	const struct waiting *w = arg;

	tunnel_send_packet(w->t, w->peer, packet, n);
}

static void
on_ready(void *arg, struct wg_peer *p)
{
	struct tunnel *t = arg;
	struct waiting w = { t, p };

	wg_stage_take(t->stage, p, on_waiting, &w);
}

static void
on_lost(void *arg, struct wg_peer *p)
{
	struct tunnel *t = arg;

	wg_stage_drop(t->stage, p);
}

/* --- who configures it ------------------------------------------------------------------------ */

static struct tunnel *
tunnel_of(struct wg_uapi *u)
{
	return (struct tunnel *)(void *)((char *)u - offsetof(struct tunnel, uapi));
}

static int
set_port(struct wg_uapi *u, uint16_t port)
{
	return port != 0 && port == u->port ? 0 : tunnel_listen(tunnel_of(u), port);
}

/* A role without privilege may not mark; it need not, where core routes by other means. */
static int
set_mark(struct wg_uapi *u, uint32_t mark)
{
	return mark == u->mark ? 0 : -EPERM;
}

static void
before_request(void *arg)
{
	struct tunnel *t = arg;

	tunnel_turn(t);
	t->uapi.now_ms = t->now_ms;
	t->uapi.wall_ms = clk_system.wall_ms(&clk_system);
}

static void
after_request(void *arg)
{
	tunnel_turned(arg);
}

static void
on_core_gone(void *arg)
{
	struct tunnel *t = arg;

	io_loop_stop(t->loop);
}

/* --- start ---------------------------------------------------------------------------------------- */

static bool
tunnel_open(struct tunnel *t)
{
	const struct wg_device_ops ops = { on_random, on_stamp, on_send, on_ready, on_lost, t };
	const struct tunnel_ask_ops asks = { before_request, after_request, on_core_gone, t };
	const int granted = io_tun_offload(TUN_FD);
	const int listening = fcntl(ASK_FD, F_GETFD) < 0 ? -1 : ASK_FD;	/* asked before the loop takes that number */

	t->four.data.fd = t->four.hello.fd = t->six.data.fd = t->six.hello.fd = -1;
	t->tun_fd = TUN_FD;
	t->loop = io_loop_new();
	t->device = wg_device_new(&ops);
	t->stage = wg_stage_new();
	if ((granted < 0 && granted != -ENOTTY) || t->loop == NULL || t->device == NULL || t->stage == NULL)
		return false;
	wg_merge_init(&t->merge, granted > 0 && (granted & IO_TUN_UDP) != 0);
	t->uapi = (struct wg_uapi){ .device = t->device, .set_port = set_port, .set_mark = set_mark };
	t->timer = io_timer_new(t->loop, on_timer, t);
	t->tun = granted < 0 ? NULL : io_poll_new(t->loop, TUN_FD, IO_READABLE, on_device, t);
	t->ask = tunnel_ask_new(t->loop, listening, &t->uapi, &asks);
	return t->timer != NULL && (t->tun != NULL || granted < 0) && t->ask != NULL && tunnel_ask_core(t->ask, CORE_FD) == 0 &&
	    tunnel_listen(t, 0) == 0;
}

static void
tunnel_close(struct tunnel *t)
{
	tunnel_ask_free(t->ask);
	wg_device_free(t->device);
	wg_stage_free(t->stage);
	tunnel_way_close(&t->four);
	tunnel_way_close(&t->six);
	io_poll_free(t->tun);
	io_timer_free(t->timer);
	io_loop_free(t->loop);
	sodium_memzero(t->packet, sizeof(t->packet));
}

int
role_tunnel_main(int argc, char **argv)
{
	struct tunnel *t = calloc(1, sizeof(*t));
	uint64_t mtu;
	struct err e;

	err_clear(&e);
	log_open("tunnel", LOG_INFO);
	(void)signal(SIGPIPE, SIG_IGN);	/* who asks may go */
	if (argc != 3 || !str_u64(str_of(argv[2]), MTU_MAX, &mtu) || mtu < MTU_MIN || t == NULL || sodium_init() < 0 ||
	    !tunnel_open(t)) {
		log_line(LOG_WIREGUARD, LOG_CRITICAL, "a tunnel is started by core only", NULL);
		return 1;
	}
	t->mtu = mtu;
	if (priv_become(PRIV_TUNNEL, &e) < 0) {
		log_line(LOG_WIREGUARD, LOG_CRITICAL, "cannot give up privileges", "err", e.detail, NULL);
		return 1;
	}
	io_loop_run(t->loop);
	tunnel_close(t);
	free(t);
	return 0;
}
