/* The conversation of core with the tunnel role, in the protocol of wg/uapi.h: one question at a time, each small, so that
 * neither of the two ever waits for the other; only who is to go does not wait for an answer either. Key and port go alone:
 * a port that is taken stops nothing else. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "base/log.h"
#include "base/wr.h"
#include "io/stream.h"
#include "role/core.h"
#include "role/vpn_tunnel.h"
#include "wg/diff.h"
#include "wg/plan.h"

enum { PATIENCE_S = 10, GREET_MAX = 256 };

static size_t on_data(void *arg, const uint8_t *p, size_t n);
static void on_event(void *arg, enum io_stream_event ev);

static const struct io_stream_ops ops = { on_data, on_event };

/* --- what it is to become -------------------------------------------------------------------- */

static void
drop_birth(struct vpn_talk *k)
{
	if (k->birth.peers != NULL)
		sodium_memzero(k->birth.peers, k->birth.npeers * sizeof(*k->birth.peers));
	free(k->birth.peers);
	sodium_memzero(&k->birth, sizeof(k->birth));
}

static void
end_change(struct vpn_talk *k)
{
	wg_change_free(k->change);
	wg_plan_unref(k->sending);
	k->change = NULL;
	k->sending = NULL;
	drop_birth(k);
}

/* A new one knows nobody's end: told the last ones, it need not wait until they speak. */
static const struct wg_want *
birth(struct vpn_tunnel *t, const struct wg_want *plan)
{
	struct wg_want *b = &t->talk.birth;
	const struct addr_port *end;
	size_t i;

	*b = *plan;
	b->peers = malloc((plan->npeers + 1) * sizeof(*b->peers));
	if (b->peers == NULL)
		return NULL;
	memcpy(b->peers, plan->peers, plan->npeers * sizeof(*b->peers));
	for (i = 0; i < b->npeers; i++) {
		end = vpn_live_endpoint(t->v, b->peers[i].key);
		if (end != NULL)
			b->peers[i].endpoint = *end;
	}
	return b;
}

static bool
begin_change(struct vpn_tunnel *t)
{
	static const struct wg_want nothing;
	struct vpn_talk *k = &t->talk;
	const struct wg_want *want = wg_plan_want(t->v->plan), *have = k->applied == NULL ? &nothing : wg_plan_want(k->applied);

	if (k->applied == NULL)
		want = birth(t, want);
	if (want == NULL || wg_diff(&k->change, have, want) < 0) {
		drop_birth(k);
		return false;		/* out of memory: the next tick tries again */
	}
	k->sending = wg_plan_ref(t->v->plan);
	k->next = 0;
	k->step = VPN_ASKED_KEY;
	return true;
}

static void
change_is_done(struct vpn_tunnel *t)
{
	struct vpn_talk *k = &t->talk;

	k->greet_due = k->greet_due || k->applied == NULL;
	wg_plan_unref(k->applied);
	k->applied = wg_plan_ref(k->sending);
	end_change(k);
	vpn_tunnel_works(t);
}

/* --- questions ----------------------------------------------------------------------------------- */

static void
ask(struct vpn_tunnel *t, enum vpn_asked what, struct wr *w)
{
	struct vpn_talk *k = &t->talk;
	int rc;

	assert(k->nowed < VPN_OWED_MAX);
	k->owed[k->nowed++] = what;
	if (k->nowed == 1)
		k->waits_s = 0;
	rc = wr_ok(w) ? io_stream_write(k->stream, w->start, wr_len(w)) : -EMSGSIZE;
	sodium_memzero(w->start, wr_len(w));
	if (rc < 0)
		vpn_tunnel_kill(t, "cannot be told");
}

/* What the change still has to say; false: nothing. */
static bool
ask_change(struct vpn_tunnel *t, struct wr *w)
{
	struct vpn_talk *k = &t->talk;

	if (k->step == VPN_ASKED_KEY) {
		k->step = VPN_ASKED_PORT;
		wg_uapi_write_key(w, k->change);
		if (wr_len(w) > 0) {
			ask(t, VPN_ASKED_KEY, w);
			return true;
		}
	}
	if (k->step == VPN_ASKED_PORT) {
		k->step = VPN_ASKED_PEERS;
		wg_uapi_write_port(w, k->change);
		if (wr_len(w) > 0) {
			ask(t, VPN_ASKED_PORT, w);
			return true;
		}
	}
	if (k->next == k->change->npeers)
		return false;
	k->next = wg_uapi_write_peers(w, k->change, k->next);
	ask(t, VPN_ASKED_PEERS, w);
	return true;
}

static void
ask_port_again(struct vpn_tunnel *t, struct wr *w)
{
	const struct wg_change c = { .want = wg_plan_want(t->talk.applied), .port = true };

	t->talk.port_due = false;
	wg_uapi_write_port(w, &c);
	ask(t, VPN_ASKED_PORT, w);
}

/* Peers that were there a moment ago hold keys of a tunnel that is dead, and would find out in a quarter of a minute. */
static void
ask_greet(struct vpn_tunnel *t, struct wr *w)
{
	const struct wg_want *want = wg_plan_want(t->talk.applied);
	size_t i, n = 0;

	t->talk.greet_due = false;
	wg_uapi_write_greet_open(w);
	for (i = 0; i < want->npeers && n < GREET_MAX; i++)
		n += vpn_live_is_online(t->v, want->peers[i].key) && wg_uapi_write_greet(w, want->peers[i].key);
	wg_uapi_write_greet_close(w);
	if (n > 0)
		ask(t, VPN_ASKED_GREET, w);
}

/* While fewer than most questions are not answered. */
static void
say(struct vpn_tunnel *t, size_t most)
{
	struct vpn_talk *k = &t->talk;
	struct wr w;

	while (k->stream != NULL && k->nowed < most) {
		wr_init(&w, k->request, sizeof(k->request));
		if (k->change == NULL && t->v->plan != k->applied && (t->v->plan == NULL || !begin_change(t)))
			return;
		if (k->change != NULL && ask_change(t, &w))
			continue;
		if (k->change != NULL) {
			change_is_done(t);
		} else if (k->greet_due) {
			ask_greet(t, &w);
		} else if (k->port_due && k->applied != NULL) {
			ask_port_again(t, &w);
		} else if (k->news_due) {
			k->news_due = false;
			wg_uapi_write_news(&w);
			ask(t, VPN_ASKED_NEWS, &w);
		} else {
			return;
		}
	}
}

void
vpn_talk_go_on(struct vpn_tunnel *t)
{
	say(t, 1);
}

void
vpn_talk_hurry(struct vpn_tunnel *t)
{
	say(t, VPN_OWED_MAX);
}

/* --- answers ---------------------------------------------------------------------------------------- */

static void
on_peer(void *arg, const struct wg_uapi_news *n)
{
	struct vpn_tunnel *t = arg;

	if (t->talk.owed[0] == VPN_ASKED_NEWS)
		vpn_live_hear(t->v, n);
}

static void
answered(struct vpn_tunnel *t)
{
	struct vpn_talk *k = &t->talk;
	const enum vpn_asked what = k->owed[0];
	const int code = k->answer.code;

	k->nowed--;
	memmove(k->owed, k->owed + 1, k->nowed * sizeof(k->owed[0]));
	k->waits_s = 0;
	memset(&k->answer, 0, sizeof(k->answer));
	if (what == VPN_ASKED_PORT) {
		k->greet_due = k->greet_due || code == 0;	/* from there they learn where we are now */
		vpn_port(t->v, code);
	}
	if (what != VPN_ASKED_PORT && code < 0)
		log_line(LOG_WIREGUARD, LOG_ERROR, "the tunnel refuses what it is told", "err", strerror(-code), NULL);
}

static size_t
on_data(void *arg, const uint8_t *p, size_t n)
{
	struct vpn_tunnel *t = arg;
	struct vpn_talk *k = &t->talk;
	enum wg_uapi_read state = WG_UAPI_WHOLE;
	size_t at = 0, used;

	while (at < n && state == WG_UAPI_WHOLE && k->nowed > 0) {
		state = wg_uapi_read(&k->answer, p + at, n - at, &used, on_peer, t);
		at += used;
		if (state == WG_UAPI_WHOLE)
			answered(t);
	}
	if (state == WG_UAPI_BAD || at < n)
		vpn_tunnel_kill(t, "says what is no answer");
	else
		vpn_talk_go_on(t);
	return n;
}

static void
on_event(void *arg, enum io_stream_event ev)
{
	struct vpn_tunnel *t = arg;

	if (ev == IO_STREAM_EOF || ev == IO_STREAM_ERROR)
		vpn_tunnel_kill(t, "has closed its connection");
}

void
vpn_talk_tick(struct vpn_tunnel *t)
{
	struct vpn_talk *k = &t->talk;

	if (k->stream != NULL && k->nowed > 0 && ++k->waits_s > PATIENCE_S) {
		vpn_tunnel_kill(t, "hangs");
		return;
	}
	k->news_due = true;
	vpn_talk_go_on(t);
}

/* --- life ---------------------------------------------------------------------------------------------- */

int
vpn_talk_open(struct vpn_tunnel *t, int fd)
{
	t->talk.stream = io_stream_new(t->v->core->loop, fd, NULL, &ops, t);
	return t->talk.stream == NULL ? -ENOMEM : 0;
}

void
vpn_talk_close(struct vpn_tunnel *t)
{
	struct vpn_talk *k = &t->talk;

	io_stream_free(k->stream);
	end_change(k);
	wg_plan_unref(k->applied);
	sodium_memzero(k, sizeof(*k));
}
