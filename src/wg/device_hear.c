/* Messages of handshakes: cheap looks first, a cookie instead of work while many
 * come, and no state for a stranger; see device.h. */
#include "wg/device_set.h"

#include <string.h>

#include <sodium.h>

#include "base/map.h"

enum { INITIATIONS_MS = 20 };	/* between two of one peer */

/* --- load ------------------------------------------------------------------------------ */

/* A flood is still one in the second after it: else the first WG_BUSY_PER_S of each would cost as much as all others. */
static bool
is_busy(struct wg_device *d, int64_t now_ms)
{
	const int64_t since_ms = now_ms - d->second_ms;

	if (since_ms >= 1000) {
		d->was_busy = since_ms < 2000 && d->handshakes > WG_BUSY_PER_S;
		d->second_ms = now_ms;
		d->handshakes = 0;
	}
	return ++d->handshakes > WG_BUSY_PER_S || d->was_busy;
}

static void
turn_gate(struct wg_device *d, int64_t now_ms)
{
	uint8_t random[WG_KEY];

	if (now_ms - d->gate_ms < WG_COOKIE_S * 1000)
		return;
	d->ops.random(d->ops.arg, random, sizeof(random));
	wg_gate_turn(&d->gate, random);
	sodium_memzero(random, sizeof(random));
	d->gate_ms = now_ms;
}

static void
send_cookie(struct wg_device *d, const uint8_t *p, size_t n, const struct wg_path *path)
{
	uint8_t reply[WG_COOKIE_REPLY];

	sodium_increment(d->nonce, sizeof(d->nonce));	/* to draw each would cost more than all else in a flood */
	wg_gate_reply(&d->gate, p, n, &path->to, d->nonce, reply);
	d->ops.send(d->ops.arg, path, reply, sizeof(reply));
}

/* Is it worth a Diffie-Hellman? */
static bool
may_pass(struct wg_device *d, const uint8_t *p, size_t n, const struct wg_path *path, int64_t now_ms)
{
	turn_gate(d, now_ms);
	if (!wg_gate_is_ours(&d->gate, p, n))
		return false;
	if (!is_busy(d, now_ms))
		return true;
	if (wg_gate_has_cookie(&d->gate, p, n, &path->to))
		return rate_take(d->limit, &path->to.addr, (uint64_t)now_ms);
	send_cookie(d, p, n, path);
	return false;
}

/* --- an initiation ------------------------------------------------------------------------ */

/* The peer whose initiation it is: known, proven, and not one that was heard before. */
static struct wg_peer *
prove(struct wg_device *d, struct wg_handshake *h, const uint8_t *message, int64_t now_ms)
{
	uint8_t who[WG_KEY], stamp[WG_STAMP];
	struct wg_peer *p;

	if (!wg_initiation_read(h, &d->id, message, who))
		return NULL;
	p = map_get(d->peers, who, sizeof(who));
	if (p == NULL || !wg_initiation_prove(h, &d->id, &p->other, message, stamp) ||
	    memcmp(stamp, p->stamp, WG_STAMP) <= 0 || (p->heard_ms != 0 && now_ms - p->heard_ms < INITIATIONS_MS))
		return NULL;
	memcpy(p->stamp, stamp, WG_STAMP);
	p->heard_ms = now_ms;
	return p;
}

static void
respond(struct wg_device *d, struct wg_peer *p, struct wg_handshake *h, const struct wg_path *path, int64_t now_ms)
{
	uint8_t message[WG_RESPONSE];
	struct wg_fresh fresh;
	bool good;

	good = wg_device_fresh(d, p, &fresh) && wg_response_make(h, &p->other, &fresh, message) &&
	    wg_peer_derive(d, p, h, now_ms);
	sodium_memzero(&fresh, sizeof(fresh));
	if (!good) {
		wg_index_del(d->index, h->ours);
		return;
	}
	p->path = *path;
	p->received += WG_INITIATION;
	p->sent += sizeof(message);
	wg_cookie_sign(&p->cookie, &p->other, message, sizeof(message), now_ms);
	wg_timers_any_received(&p->timers);
	wg_timers_any_sent(&p->timers);
	wg_timers_any_passed(&p->timers, now_ms);
	wg_peer_rearm(d, p);
	d->ops.send(d->ops.arg, path, message, sizeof(message));
}

static void
hear_initiation(struct wg_device *d, const uint8_t *message, const struct wg_path *path, int64_t now_ms)
{
	struct wg_handshake h;
	struct wg_peer *p = prove(d, &h, message, now_ms);

	if (p != NULL)
		respond(d, p, &h, path, now_ms);
	sodium_memzero(&h, sizeof(h));
}

/* --- answers to ours -------------------------------------------------------------------------- */

/* Whose handshake the number in a message is; NULL: of none that is under way. */
static struct wg_peer *
asked(const struct wg_device *d, const uint8_t *number)
{
	const struct wg_named *named = wg_index_find(d->index, (uint32_t)number[0] | (uint32_t)number[1] << 8 |
	    (uint32_t)number[2] << 16 | (uint32_t)number[3] << 24);

	return named == NULL || named->session != NULL ? NULL : named->peer;
}

static void
hear_response(struct wg_device *d, const uint8_t *message, const struct wg_path *path, int64_t now_ms)
{
	struct wg_peer *p = asked(d, message + 8);

	if (p == NULL || !wg_response_read(&p->handshake, &d->id, &p->other, message) ||
	    !wg_peer_derive(d, p, &p->handshake, now_ms))
		return;
	p->path = *path;
	p->received += WG_RESPONSE;
	p->handshake_ms = now_ms;
	wg_timers_any_received(&p->timers);
	wg_timers_any_passed(&p->timers, now_ms);
	wg_timers_completed(&p->timers);
	wg_peer_rearm(d, p);
	wg_peer_send_empty(d, p, now_ms);	/* so that the responder has heard of the keys */
	d->ops.ready(d->ops.arg, p);
}

static void
hear_cookie(struct wg_device *d, const uint8_t *message, int64_t now_ms)
{
	const struct wg_named *named;
	uint32_t number = (uint32_t)message[4] | (uint32_t)message[5] << 8 | (uint32_t)message[6] << 16 |
	    (uint32_t)message[7] << 24;

	named = wg_index_find(d->index, number);
	if (named != NULL)
		(void)wg_cookie_hear(&named->peer->cookie, &named->peer->other, message, now_ms);	/* or it is not one */
}

void
wg_device_hear(struct wg_device *d, const uint8_t *p, size_t n, const struct wg_path *path, int64_t now_ms)
{
	if (!d->has_key || n < 4 || p[1] != 0 || p[2] != 0 || p[3] != 0)
		return;
	if (p[0] == WG_MESSAGE_INITIATION && n == WG_INITIATION && may_pass(d, p, n, path, now_ms))
		hear_initiation(d, p, path, now_ms);
	else if (p[0] == WG_MESSAGE_RESPONSE && n == WG_RESPONSE && may_pass(d, p, n, path, now_ms))
		hear_response(d, p, path, now_ms);
	else if (p[0] == WG_MESSAGE_COOKIE && n == WG_COOKIE_REPLY)
		hear_cookie(d, p, now_ms);
}
