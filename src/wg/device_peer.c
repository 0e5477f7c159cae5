/* One peer: its sessions, from a handshake to the end of their keys, and what its
 * timers want; see device.h. */
#include "wg/device_set.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

/* A key is good for so many messages (paper 6.1); the initiator looks for another one long before. */
#define REJECT_AFTER_MESSAGES (UINT64_MAX - (UINT64_C(1) << 13))
#define REKEY_AFTER_MESSAGES (UINT64_C(1) << 60)

uint32_t
wg_random32(struct wg_device *d)
{
	uint32_t x;

	d->ops.random(d->ops.arg, &x, sizeof(x));
	return x;
}

void
wg_peer_rearm(struct wg_device *d, struct wg_peer *p)
{
	(void)wg_agenda_set(&d->agenda, &p->entry, wg_timers_next(&p->timers));	/* out of memory: it is late, not wrong */
}

/* --- sessions ---------------------------------------------------------------------------- */

static void
end_session(struct wg_device *d, struct wg_session **s)
{
	if (*s == NULL)
		return;
	wg_index_del(d->index, (*s)->ours);
	sodium_memzero(*s, sizeof(**s));
	free(*s);
	*s = NULL;
}

static void
end_handshake(struct wg_device *d, struct wg_peer *p)
{
	wg_index_del(d->index, p->handshake.ours);
	sodium_memzero(&p->handshake, sizeof(p->handshake));
}

void
wg_peer_forget(struct wg_device *d, struct wg_peer *p)
{
	end_session(d, &p->current);
	end_session(d, &p->previous);
	end_session(d, &p->next);
	end_handshake(d, p);
}

/* The initiator uses its new keys at once; the responder waits until it hears something with them. */
static void
install(struct wg_device *d, struct wg_peer *p, struct wg_session *s)
{
	if (!s->initiator) {
		end_session(d, &p->next);
		p->next = s;
		return;
	}
	end_session(d, &p->previous);
	if (p->next != NULL) {
		end_session(d, &p->current);
		p->previous = p->next;
		p->next = NULL;
	} else
		p->previous = p->current;
	p->current = s;
}

bool
wg_peer_derive(struct wg_device *d, struct wg_peer *p, struct wg_handshake *h, int64_t now_ms)
{
	struct wg_session *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return false;
	s->named = (struct wg_named){ p, s };
	s->initiator = h->initiator;
	wg_handshake_keys(h, &s->keys);
	s->ours = h->ours;
	s->theirs = h->theirs;
	s->born_ms = now_ms;
	wg_index_move(d->index, s->ours, &s->named);
	h->ours = 0;			/* the number is the session's now */
	install(d, p, s);
	p->hurried = false;
	wg_timers_derived(&p->timers, now_ms);
	return true;
}

static bool
is_good(const struct wg_session *s, int64_t now_ms)
{
	return s != NULL && now_ms - s->born_ms < WG_REJECT_AFTER_MS && s->sent < REJECT_AFTER_MESSAGES;
}

/* --- handshakes --------------------------------------------------------------------------- */

bool
wg_device_fresh(struct wg_device *d, struct wg_peer *p, struct wg_fresh *out)
{
	out->ours = wg_index_put(d->index, &p->named, wg_random32(d));
	d->ops.random(d->ops.arg, out->random, sizeof(out->random));
	d->ops.stamp(d->ops.arg, out->stamp);
	return out->ours != 0;
}

void
wg_peer_initiate(struct wg_device *d, struct wg_peer *p, bool retry, int64_t now_ms)
{
	uint8_t message[WG_INITIATION];
	struct wg_fresh fresh;
	bool made;

	if (p->path.to.addr.len == 0 ||
	    (p->initiated_ms != 0 && now_ms - p->initiated_ms < WG_REKEY_TIMEOUT_MS))
		return;
	end_handshake(d, p);
	made = wg_device_fresh(d, p, &fresh) && wg_initiation_make(&p->handshake, &d->id, &p->other, &fresh, message);
	sodium_memzero(&fresh, sizeof(fresh));
	if (!made)
		return;			/* too many are under way */
	wg_cookie_sign(&p->cookie, &p->other, message, sizeof(message), now_ms);
	p->initiated_ms = now_ms;
	p->sent += sizeof(message);
	wg_timers_any_sent(&p->timers);
	wg_timers_any_passed(&p->timers, now_ms);
	wg_timers_initiated(&p->timers, now_ms, wg_random32(d), retry);
	wg_peer_rearm(d, p);
	d->ops.send(d->ops.arg, &p->path, message, sizeof(message));
}

/* --- packets --------------------------------------------------------------------------------- */

enum wg_out
wg_peer_out(struct wg_device *d, struct wg_peer *p, int64_t now_ms, struct wg_way *way)
{
	struct wg_session *s = p->current;

	if (p->path.to.addr.len == 0)
		return WG_OUT_NOWHERE;
	if (!is_good(s, now_ms)) {
		if (p->timers.retry == 0)
			wg_peer_initiate(d, p, false, now_ms);
		return WG_OUT_WAIT;
	}
	way->head = (struct wg_data){ s->theirs, s->sent++ };
	way->key = s->keys.send;
	way->path = p->path;
	return WG_OUT_SEND;
}

/* The initiator sees to it that there are always good keys. */
static void
renew_keys(struct wg_device *d, struct wg_peer *p, int64_t now_ms)
{
	const struct wg_session *s = p->current;

	if (s != NULL && (s->sent >= REKEY_AFTER_MESSAGES || (s->initiator && now_ms - s->born_ms >= WG_REKEY_AFTER_MS)))
		wg_peer_initiate(d, p, false, now_ms);
}

void
wg_peer_sent(struct wg_device *d, struct wg_peer *p, size_t n, bool empty, int64_t now_ms)
{
	p->sent += n;
	wg_timers_any_passed(&p->timers, now_ms);
	wg_timers_any_sent(&p->timers);
	if (!empty && p->timers.silence == 0)
		wg_timers_data_sent(&p->timers, now_ms, wg_random32(d));
	wg_peer_rearm(d, p);
	renew_keys(d, p, now_ms);
}

void
wg_peer_send_empty(struct wg_device *d, struct wg_peer *p, int64_t now_ms)
{
	uint8_t message[WG_DATA_OVERHEAD];
	struct wg_way way;

	if (wg_peer_out(d, p, now_ms, &way) != WG_OUT_SEND)
		return;
	wg_data_seal(message, 0, &way.head, way.key);
	d->ops.send(d->ops.arg, &way.path, message, sizeof(message));
	wg_peer_sent(d, p, sizeof(message), true, now_ms);
}

struct wg_session *
wg_device_session(const struct wg_device *d, uint32_t number, int64_t now_ms)
{
	const struct wg_named *named = wg_index_find(d->index, number);

	return named == NULL || !is_good(named->session, now_ms) ? NULL : named->session;
}

const uint8_t *
wg_session_key(const struct wg_session *s)
{
	return s->keys.receive;
}

struct wg_peer *
wg_session_peer(const struct wg_session *s)
{
	return s->named.peer;
}

/* The first message with keys that we answered with: the peer has them, too. */
static void
confirm(struct wg_device *d, struct wg_peer *p, int64_t now_ms)
{
	end_session(d, &p->previous);
	p->previous = p->current;
	p->current = p->next;
	p->next = NULL;
	p->handshake_ms = now_ms;
	wg_timers_completed(&p->timers);
	d->ops.ready(d->ops.arg, p);
}

/* It hears with keys that run out before it could answer to what it hears next. */
static void
hurry(struct wg_device *d, struct wg_peer *p, int64_t now_ms)
{
	const struct wg_session *s = p->current;

	if (p->hurried || s == NULL || !s->initiator || now_ms - s->born_ms < WG_REKEY_RECEIVED_MS)
		return;
	p->hurried = true;
	wg_peer_initiate(d, p, false, now_ms);
}

bool
wg_session_take(struct wg_device *d, struct wg_session *s, uint64_t counter, size_t n, const struct wg_path *path,
    int64_t now_ms)
{
	struct wg_peer *p = s->named.peer;

	if (!wg_replay_take(&s->seen, counter))
		return false;
	p->path = *path;
	p->received += n;
	wg_timers_any_received(&p->timers);
	wg_timers_any_passed(&p->timers, now_ms);
	if (n > WG_DATA_OVERHEAD)
		wg_timers_data_received(&p->timers, now_ms);
	if (s == p->next)
		confirm(d, p, now_ms);
	hurry(d, p, now_ms);
	wg_peer_rearm(d, p);
	return true;
}
