/* The messages of core and edge; see message.h. Every reader wants the whole
 * message and nothing behind it. */
#include "role/message.h"

#include <string.h>

#include "base/log.h"
#include "base/rd.h"
#include "base/wr.h"
#include "conf/conf.h"
#include "dns/transfer.h"

static bool
at_end(struct rd *r)
{
	return rd_ok(r) && rd_left(r) == 0;
}

static void
put_addr(struct wr *w, const struct addr *a)
{
	wr_u8(w, a->len);
	wr_bytes(w, a->b, a->len);
}

/* len 0 stands for "none" where the sender has no address. */
static void
get_addr(struct rd *r, struct addr *a)
{
	memset(a, 0, sizeof(*a));
	a->len = rd_u8(r);
	if (a->len != 0 && a->len != 4 && a->len != 16) {
		a->len = 0;
		(void)rd_fail(r);	/* sticky: the caller's check sees it */
		return;
	}
	rd_copy(r, a->b, a->len);
}

static void
put_addr_port(struct wr *w, const struct addr_port *a)
{
	put_addr(w, &a->addr);
	wr_be16(w, a->port);
	wr_be32(w, a->scope);
}

static void
get_addr_port(struct rd *r, struct addr_port *a)
{
	get_addr(r, &a->addr);
	a->port = rd_be16(r);
	a->scope = rd_be32(r);
}

static void
put_short(struct wr *w, const uint8_t *p, uint8_t n)
{
	wr_u8(w, n);
	wr_bytes(w, p, n);
}

static void
get_name(struct rd *r, uint8_t *name, uint8_t *n)
{
	*n = rd_u8(r);
	rd_copy(r, name, *n);	/* 255 is the most a byte can say and the most a name has */
}

static bool
get_zone(struct rd *r, uint8_t *zone)
{
	*zone = rd_u8(r);
	return conf_zone_name((enum conf_zone)*zone) != NULL || rd_fail(r);
}

static void
put_log(struct wr *w, const struct message_log *m)
{
	wr_u8(w, m->level);
	wr_u8(w, m->json);
}

static void
get_log(struct rd *r, struct message_log *m)
{
	m->level = rd_u8(r);
	m->json = rd_bool(r);
	if (m->level > LOG_CRITICAL)
		(void)rd_fail(r);	/* sticky: the caller's check sees it */
}

void
message_hello_write(struct wr *w, const struct message_hello *m)
{
	wr_u8(w, m->edges);
	put_log(w, &m->log);
}

bool
message_hello_read(struct rd *r, struct message_hello *m)
{
	m->edges = rd_u8(r);
	get_log(r, &m->log);
	return at_end(r) && m->edges > 0;
}

void
message_log_write(struct wr *w, const struct message_log *m)
{
	put_log(w, m);
}

bool
message_log_read(struct rd *r, struct message_log *m)
{
	get_log(r, m);
	return at_end(r);
}

void
message_door_write(struct wr *w, const struct message_door *m)
{
	wr_be16(w, m->id);
	wr_u8(w, m->kind);
	wr_u8(w, m->edge);
}

bool
message_door_read(struct rd *r, struct message_door *m)
{
	m->id = rd_be16(r);
	m->kind = rd_u8(r);
	m->edge = rd_u8(r);
	return at_end(r) && m->kind < DOOR_EDGE_KINDS;
}

void
message_snapshot_write(struct wr *w, const struct message_snapshot *m)
{
	size_t i;

	wr_be64(w, m->serial);
	wr_be64(w, m->generation);
	wr_u8(w, m->npieces);
	for (i = 0; i < m->npieces; i++)
		wr_be64(w, m->pieces[i]);
}

bool
message_snapshot_read(struct rd *r, struct message_snapshot *m)
{
	size_t i;

	m->serial = rd_be64(r);
	m->generation = rd_be64(r);
	m->npieces = rd_u8(r);
	if (m->npieces > SEALED_LIST_MAX)
		return rd_fail(r);
	for (i = 0; i < m->npieces; i++)
		m->pieces[i] = rd_be64(r);
	return at_end(r);
}

static void
put_text(struct wr *w, const char *s, size_t size)
{
	put_short(w, (const uint8_t *)s, (uint8_t)strnlen(s, size - 1));
}

/* size of at most 256. */
static void
get_text(struct rd *r, char *s, size_t size)
{
	uint8_t n = rd_u8(r);

	if (n >= size) {
		(void)rd_fail(r);	/* sticky: the caller's check sees it */
		return;
	}
	rd_copy(r, s, n);
	s[n] = '\0';
	if (strlen(s) != n)
		(void)rd_fail(r);	/* likewise */
}

void
message_secondary_write(struct wr *w, const struct message_secondary *m)
{
	wr_u8(w, m->kind);
	put_text(w, m->id, sizeof(m->id));
	put_text(w, m->zone, sizeof(m->zone));
	wr_be32(w, m->serial);
	put_text(w, m->fault, sizeof(m->fault));
}

bool
message_secondary_read(struct rd *r, struct message_secondary *m)
{
	m->kind = rd_u8(r);
	get_text(r, m->id, sizeof(m->id));
	get_text(r, m->zone, sizeof(m->zone));
	m->serial = rd_be32(r);
	get_text(r, m->fault, sizeof(m->fault));
	return at_end(r) && m->kind < DNS_NEWS_KINDS;
}

void
message_probe_write(struct wr *w, const struct message_probe *m)
{
	wr_be32(w, m->id);
	wr_u8(w, m->verify);
	put_text(w, m->target, sizeof(m->target));
	put_text(w, m->host, sizeof(m->host));
	put_text(w, m->path, sizeof(m->path));
}

bool
message_probe_read(struct rd *r, struct message_probe *m)
{
	m->id = rd_be32(r);
	m->verify = rd_bool(r);
	get_text(r, m->target, sizeof(m->target));
	get_text(r, m->host, sizeof(m->host));
	get_text(r, m->path, sizeof(m->path));
	return at_end(r) && m->path[0] == '/';
}

void
message_redeem_write(struct wr *w, const struct message_redeem *m)
{
	wr_be32(w, m->id);
	put_addr(w, &m->vpn);
	put_text(w, m->host, sizeof(m->host));
	put_text(w, m->code, sizeof(m->code));
	put_text(w, m->value, sizeof(m->value));
}

bool
message_redeem_read(struct rd *r, struct message_redeem *m)
{
	m->id = rd_be32(r);
	get_addr(r, &m->vpn);
	get_text(r, m->host, sizeof(m->host));
	get_text(r, m->code, sizeof(m->code));
	get_text(r, m->value, sizeof(m->value));
	return at_end(r);
}

void
message_redeemed_write(struct wr *w, const struct message_redeemed *m)
{
	const size_t n = strnlen(m->path, sizeof(m->path) - 1);

	wr_be32(w, m->id);
	put_text(w, m->ticket, sizeof(m->ticket));
	wr_be16(w, (uint16_t)n);
	wr_bytes(w, m->path, n);
}

bool
message_redeemed_read(struct rd *r, struct message_redeemed *m)
{
	size_t n;

	m->id = rd_be32(r);
	get_text(r, m->ticket, sizeof(m->ticket));
	n = rd_be16(r);
	if (n >= sizeof(m->path))
		return rd_fail(r);
	rd_copy(r, m->path, n);
	m->path[n] = '\0';
	return at_end(r) && strlen(m->path) == n && (n == 0 || m->path[0] == '/');
}

void
message_used_write(struct wr *w, const struct message_used *m)
{
	wr_bytes(w, m->digest, sizeof(m->digest));
}

bool
message_used_read(struct rd *r, struct message_used *m)
{
	rd_copy(r, m->digest, sizeof(m->digest));
	return at_end(r);
}

void
message_ack_write(struct wr *w, const struct message_ack *m)
{
	wr_be64(w, m->serial);
	wr_u8(w, m->ok);
	put_text(w, m->text, sizeof(m->text));
}

bool
message_ack_read(struct rd *r, struct message_ack *m)
{
	m->serial = rd_be64(r);
	m->ok = rd_bool(r);
	get_text(r, m->text, sizeof(m->text));
	return at_end(r);
}

void
message_api_write(struct wr *w, const struct message_api *m)
{
	put_addr_port(w, &m->peer);
	put_addr(w, &m->local);
	wr_u8(w, m->zone);
	wr_u8(w, m->tls);
}

bool
message_api_read(struct rd *r, struct message_api *m)
{
	get_addr_port(r, &m->peer);
	get_addr(r, &m->local);
	if (!get_zone(r, &m->zone) || m->peer.addr.len == 0)
		return false;
	m->tls = rd_bool(r);
	return at_end(r);
}

void
message_ask_write(struct wr *w, const struct message_ask *m)
{
	wr_be32(w, m->id);
	wr_u8(w, m->zone);
	put_addr(w, &m->local);
	put_addr(w, &m->peer);
	wr_be16(w, m->type);
	put_short(w, m->name, m->namelen);
}

bool
message_ask_read(struct rd *r, struct message_ask *m)
{
	m->id = rd_be32(r);
	if (!get_zone(r, &m->zone))
		return false;
	get_addr(r, &m->local);
	get_addr(r, &m->peer);
	m->type = rd_be16(r);
	get_name(r, m->name, &m->namelen);
	return at_end(r) && m->namelen > 0;
}

void
message_answer_write(struct wr *w, const struct message_answer *m)
{
	wr_be32(w, m->id);
	wr_be16(w, m->n);
	wr_bytes(w, m->json, m->n);
}

bool
message_answer_read(struct rd *r, struct message_answer *m)
{
	m->id = rd_be32(r);
	m->n = rd_be16(r);
	m->json = rd_bytes(r, m->n);
	return at_end(r) && m->n <= MESSAGE_BODY_MAX;
}

void
message_flush_write(struct wr *w, const struct message_flush *m)
{
	wr_be32(w, m->id);
	put_short(w, m->name, m->namelen);
}

bool
message_flush_read(struct rd *r, struct message_flush *m)
{
	m->id = rd_be32(r);
	get_name(r, m->name, &m->namelen);
	return at_end(r);
}

void
message_flushed_write(struct wr *w, const struct message_flushed *m)
{
	wr_be32(w, m->id);
	wr_be32(w, m->count);
}

bool
message_flushed_read(struct rd *r, struct message_flushed *m)
{
	m->id = rd_be32(r);
	m->count = rd_be32(r);
	return at_end(r);
}

void
message_upstreams_write(struct wr *w, const struct message_upstreams *m)
{
	size_t i;

	wr_u8(w, m->n);
	for (i = 0; i < m->n; i++) {
		put_addr_port(w, &m->v[i].at);
		wr_u8(w, m->v[i].transport);
		wr_u8(w, m->v[i].up);
		wr_u8(w, m->v[i].fallback);
		wr_be32(w, m->v[i].rtt_ms);
		wr_be64(w, m->v[i].heard_ms);
	}
}

bool
message_upstreams_read(struct rd *r, struct message_upstreams *m)
{
	size_t i;

	m->n = rd_u8(r);
	if (m->n > MESSAGE_UPSTREAMS_MAX)
		return rd_fail(r);
	for (i = 0; i < m->n; i++) {
		get_addr_port(r, &m->v[i].at);
		m->v[i].transport = rd_u8(r);
		if (m->v[i].transport > CONF_TRANSPORT_DOT)
			return rd_fail(r);
		m->v[i].up = rd_bool(r);
		m->v[i].fallback = rd_bool(r);
		m->v[i].rtt_ms = rd_be32(r);
		m->v[i].heard_ms = rd_be64(r);
	}
	return at_end(r);
}
