/* What an edge says to core; see edge_set.h. */
#include "role/edge_set.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/wr.h"
#include "dns/transfer.h"
#include "io/channel.h"
#include "role/wall.h"

void
edge_send(struct edge *d, enum message_type type, const struct wr *w)
{
	(void)io_channel_send(d->channel, (uint16_t)type, w->start, wr_len(w), NULL, 0);
}

void
edge_send_ack(struct edge *d, uint64_t serial, const struct err *e)
{
	struct message_ack m = { .serial = serial, .ok = e == NULL };
	uint8_t buf[512];
	struct wr w;

	if (e != NULL)
		(void)snprintf(m.text, sizeof(m.text), "%.*s", (int)sizeof(m.text) - 1, e->detail);	/* cut is fine */
	wr_init(&w, buf, sizeof(buf));
	message_ack_write(&w, &m);
	edge_send(d, MESSAGE_ACK, &w);
}

int
edge_send_api(void *arg, int fd, const struct message_api *m)
{
	struct edge *d = arg;
	uint8_t buf[128];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_api_write(&w, m);
	return io_channel_send(d->channel, MESSAGE_API, buf, wr_len(&w), &fd, 1);
}

static bool
send_redeem(void *arg, const struct message_redeem *m)
{
	struct edge *d = arg;
	uint8_t buf[sizeof(*m) + 16];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_redeem_write(&w, m);
	return io_channel_send(d->channel, MESSAGE_REDEEM, buf, wr_len(&w), NULL, 0) == 0;
}

static void
send_used(void *arg, const uint8_t digest[32])
{
	struct message_used m;
	uint8_t buf[sizeof(m)];
	struct wr w;

	memcpy(m.digest, digest, sizeof(m.digest));
	wr_init(&w, buf, sizeof(buf));
	message_used_write(&w, &m);
	edge_send(arg, MESSAGE_USED, &w);
}

const struct wall_ops edge_wall_ops = { send_redeem, send_used };

void
edge_send_upstreams(void *arg)
{
	struct edge *d = arg;
	struct dns_upstream_state states[MESSAGE_UPSTREAMS_MAX];
	struct message_upstreams m = { 0 };
	uint8_t buf[4096];
	struct wr w;

	if (d->dns == NULL)
		return;
	m.n = (uint8_t)dns_server_upstreams(d->dns, states, MESSAGE_UPSTREAMS_MAX);
	for (size_t i = 0; i < m.n; i++)
		m.v[i] = (struct message_upstream){ states[i].at, states[i].transport,
		    states[i].up != 0, states[i].fallback != 0, states[i].rtt_ms, states[i].heard_ms };
	wr_init(&w, buf, sizeof(buf));
	message_upstreams_write(&w, &m);
	if (wr_ok(&w))
		edge_send(d, MESSAGE_UPSTREAMS, &w);
}

void
edge_send_news(void *arg, const struct dns_news *news)
{
	struct edge *d = arg;
	struct message_secondary m = { .kind = (uint8_t)news->kind };
	char zone[DNS_NAME_TEXT_MAX];
	uint8_t buf[1024];
	struct wr w;

	if (news->zone != NULL) {
		m.serial = news->zone->serial;
		(void)snprintf(m.zone, sizeof(m.zone), "%s",
		    dns_name_text(news->zone->name, news->zone->namelen, zone));	/* the configuration has the bound */
	}
	(void)snprintf(m.id, sizeof(m.id), "%s", news->id);	/* a uuid fits */
	(void)snprintf(m.fault, sizeof(m.fault), "%s", news->fault);	/* cut is fine */
	wr_init(&w, buf, sizeof(buf));
	message_secondary_write(&w, &m);
	edge_send(d, MESSAGE_SECONDARY, &w);
}

void
edge_send_answer(void *arg, uint32_t id, const char *json)
{
	struct message_answer m = { .id = id, .n = json == NULL ? 0 : (uint16_t)strlen(json),
	    .json = (const uint8_t *)json };
	uint8_t buf[IO_CHANNEL_MAX];
	struct edge *d = arg;
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_answer_write(&w, &m);
	edge_send(d, MESSAGE_ANSWER, &w);
}

void
edge_send_time(void *arg, const struct ntp_report *r)
{
	const struct message_time m = { *r };
	uint8_t buf[4096];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_time_write(&w, &m);
	edge_send(arg, MESSAGE_TIME, &w);
}
