/* Once a minute: what time undoes (a certificate that runs out, a clock that
 * leapt over it), what could not be done when it should have been, and the space
 * put by for changes on a full disk (LIM-2). And memory: when work is over for a while, what it took is given back. */
#include "role/core.h"

#include "api/server.h"
#include "base/heap.h"
#include "base/log.h"
#include "conf/txn.h"
#include "role/acme.h"
#include "role/clients.h"
#include "role/filter.h"
#include "role/firewall.h"
#include "io/timer.h"
#include "sys/file.h"
#include "sys/reserve.h"

enum {
	FIRST_MS = 3000,	/* after the start, of which this is no part */
	UPKEEP_MS = 60000,
	REST_MS = CONF_TXN_SETTLE_MS + 500,	/* behind a change, and behind what the store then gives up */
	/* Space is put by while there is plenty: 50 MB is where the disk begins to count as full. */
	PLENTY = (50 << 20) + RESERVE_BYTES
};

static void
put_space_by(struct core *c)
{
	uint64_t left, total;
	int error;

	if (file_space(c->state_fd, &left, &total) < 0 || left < PLENTY)
		return;
	error = reserve_fill(c->state_fd, RESERVE_BYTES);
	if (error < 0)
		log_fmt(LOG_CORE, LOG_DEBUG, "no space is put by for a full disk: errno %d", -error);
}

static void
give_back(struct core *c)
{
	firewall_rest(c);
	heap_rest();
}

static void
on_upkeep(void *arg)
{
	struct core *c = arg;

	io_timer_once(c->upkeep, UPKEEP_MS);
	if (c->stopping)
		return;
	apply_upkeep(c);
	filter_upkeep(c);
	accounts_upkeep(c);
	api_upkeep(c->api);
	acme_upkeep(c);
	clients_upkeep(c);
	put_space_by(c);
	give_back(c);	/* of requests that changed nothing */
}

static void
on_rest(void *arg)
{
	give_back(arg);
}

void
rest_soon(struct core *c)
{
	if (c->rest == NULL)
		c->rest = io_timer_new(c->loop, on_rest, c);
	if (c->rest != NULL)
		io_timer_once(c->rest, REST_MS);
}

void
upkeep_start(struct core *c)
{
	c->upkeep = io_timer_new(c->loop, on_upkeep, c);
	if (c->upkeep != NULL)
		io_timer_once(c->upkeep, FIRST_MS);
	else
		log_line(LOG_CORE, LOG_ERROR, "out of memory: certificates will not be renewed", NULL);
	rest_soon(c);
}
