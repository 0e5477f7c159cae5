/* What was dropped of late; see firewall_drops.h. */
#include "role/firewall_drops.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netlink.h>

#include "api/live.h"
#include "base/log.h"
#include "base/rate.h"
#include "base/sparse.h"
#include "base/wr.h"
#include "fw/decide.h"
#include "fw/drop.h"
#include "fw/index.h"
#include "io/loop.h"
#include "io/poll.h"
#include "io/timer.h"
#include "role/core.h"
#include "role/firewall.h"
#include "role/firewall_input.h"
#include "sys/clk.h"
#include "sys/netlink.h"

enum {
	CLIENTS = 256, PER_1000S = 10000, BURST = 50,	/* of one address: 50 at once, 10 a second */
	READS = 16, PAUSE_MS = 100,			/* so much is read in so long */
	BIND_SIZE = 256
};

struct firewall_drops {
	struct core *core;
	struct netlink *socket;
	struct io_poll *poll;
	struct io_timer *pause;
	struct rate *rate;
	uint64_t count, newest;
	struct api_drop ring[FIREWALL_DROPS_MAX];
};

static void
name_of(uint32_t ifindex, char out[API_IF_NAME_MAX])
{
	if (ifindex == 0 || if_indextoname(ifindex, out) == NULL)
		out[0] = '\0';		/* the cell itself; or an interface that went */
}

/* Whose it is and why: as decide says of the very flow. */
static void
explain(const struct firewall_input *now, struct api_drop *d)
{
	struct fw_flow f = { .src = d->from, .dst = d->to, .proto = d->proto, .port = d->port };
	const struct fw_party *p = fw_index_party(now->index, &d->from);
	struct fw_verdict v;

	memcpy(f.iif, d->in, sizeof(f.iif));
	memcpy(f.oif, d->out, sizeof(f.oif));
	fw_decide(now->index, &f, &v);
	if (p == NULL)
		p = fw_index_party(now->index, &d->to);
	(void)snprintf(d->peer, sizeof(d->peer), "%s", p == NULL ? "" : p->name);	/* all three fit, or are cut */
	if (v.allow)
		return;			/* it is let through by now */
	(void)snprintf(d->rule, sizeof(d->rule), "%s", v.why == FW_BY_RULE ? v.subject : "");
	(void)fw_verdict_text(&v, d->reason, sizeof(d->reason));
}

static int
on_drop(void *arg, const struct nlm *m)
{
	struct firewall_drops *d = arg;
	const struct firewall_input *now = firewall_now(d->core);
	struct fw_drop packet;
	struct api_drop *e;

	if (!fw_drop_read(m, &packet))
		return 0;
	d->count++;
	if (!rate_take(d->rate, &packet.src, io_loop_now_ms(d->core->loop)))
		return 0;
	e = &d->ring[++d->newest % FIREWALL_DROPS_MAX];
	*e = (struct api_drop){ .seq = d->newest, .at_ms = clk_system.wall_ms(&clk_system), .from = packet.src,
	    .to = packet.dst, .proto = packet.proto, .port = packet.port };
	name_of(packet.iif, e->in);
	name_of(packet.oif, e->out);
	if (now != NULL)
		explain(now, e);
	return 0;
}

/* -ENOBUFS: some were lost, there are more. */
static void
on_readable(void *arg, int events)
{
	struct firewall_drops *d = arg;
	int i, rc = 0;

	(void)events;
	for (i = 0; i < READS && (rc == 0 || rc == -ENOBUFS); i++)
		rc = netlink_hear(d->socket, on_drop, d);
	if (i < READS)
		return;
	io_poll_set(d->poll, 0);
	io_timer_once(d->pause, PAUSE_MS);
}

static void
on_pause(void *arg)
{
	struct firewall_drops *d = arg;

	io_poll_set(d->poll, IO_READABLE);
}

static int
bind_group(struct firewall_drops *d)
{
	uint8_t buf[BIND_SIZE];
	struct wr w;
	int rc = netlink_open(&d->socket, NETLINK_NETFILTER);

	wr_init(&w, buf, sizeof(buf));
	fw_drop_write_bind(&w, FIREWALL_DROPS_GROUP);
	return rc < 0 ? rc : netlink_do(d->socket, buf, wr_len(&w), NULL, NULL);
}

struct firewall_drops *
firewall_drops_open(struct core *c)
{
	struct firewall_drops *d = sparse_new(sizeof(*d));
	int rc = d == NULL ? -ENOMEM : bind_group(d);

	if (rc == 0) {
		d->core = c;
		d->rate = rate_new(PER_1000S, BURST, CLIENTS);
		d->pause = io_timer_new(c->loop, on_pause, d);
		d->poll = io_poll_new(c->loop, netlink_fd(d->socket), IO_READABLE, on_readable, d);
		rc = d->rate == NULL || d->pause == NULL || d->poll == NULL ? -ENOMEM : 0;
	}
	if (rc == 0)
		return d;
	log_line(LOG_FIREWALL, LOG_WARNING, "what is dropped cannot be shown", "err", strerror(-rc), NULL);
	firewall_drops_close(d);
	return NULL;
}

void
firewall_drops_close(struct firewall_drops *d)
{
	if (d == NULL)
		return;
	io_poll_free(d->poll);
	io_timer_free(d->pause);
	rate_free(d->rate);
	netlink_close(d->socket);
	sparse_free(d, sizeof(*d));
}

uint64_t
firewall_drops_newest(const struct firewall_drops *d)
{
	return d->newest;
}

bool
firewall_drops_get(const struct firewall_drops *d, uint64_t seq, struct api_drop *out)
{
	const struct api_drop *e = &d->ring[seq % FIREWALL_DROPS_MAX];

	if (seq == 0 || e->seq != seq)
		return false;
	*out = *e;
	return true;
}

uint64_t
firewall_drops_count(const struct firewall_drops *d)
{
	return d->count;
}
