/* Addresses of targets; see lookup.h. IPv4 is asked for first, IPv6 where
 * there is none. */
#include "role/lookup.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "conf/route.h"
#include "dns/guest.h"
#include "io/later.h"
#include "io/loop.h"
#include "io/resolve.h"

enum { TYPE_A = 1, TYPE_AAAA = 28, NAME_SIZE = 256 };

struct kept {
	char name[NAME_SIZE];	/* "" = free */
	struct addr addr;
	uint64_t until_ms;
};

struct lookups {
	struct io_loop *loop;
	struct dns_server *dns;
	size_t next;		/* the place that is taken next */
	struct kept kept[LOOKUP_KEPT];
};

struct lookup {
	struct lookups *all;
	struct dns_guest *guest;
	struct io_later later;		/* a result that was there at once */
	lookup_done *done;
	void *arg;
	bool foreign;			/* it has addresses, but none that may be used */
	bool found;
	struct addr addr;
	const char *why;
	size_t nquery;
	uint8_t query[IO_RESOLVE_QUERY_MAX];
	char name[NAME_SIZE];
};

struct lookups *
lookups_new(struct io_loop *l, struct dns_server *dns)
{
	struct lookups *all = calloc(1, sizeof(*all));

	if (all == NULL)
		return NULL;
	all->loop = l;
	all->dns = dns;
	return all;
}

void
lookups_free(struct lookups *all)
{
	free(all);
}

/* --- kept answers ---------------------------------------------------------------------- */

bool
lookup_kept(struct lookups *all, const char *name, struct addr *out)
{
	const uint64_t now = io_loop_now_ms(all->loop);
	size_t i;

	for (i = 0; i < LOOKUP_KEPT; i++)
		if (strcmp(all->kept[i].name, name) == 0 && now < all->kept[i].until_ms) {
			*out = all->kept[i].addr;
			return true;
		}
	return false;
}

static void
keep(struct lookup *k)
{
	struct lookups *all = k->all;
	struct kept *to = &all->kept[all->next++ % LOOKUP_KEPT];

	memcpy(to->name, k->name, sizeof(to->name));
	to->addr = k->addr;
	to->until_ms = io_loop_now_ms(all->loop) + LOOKUP_KEEP_MS;
}

/* --- asking -------------------------------------------------------------------------------- */

static void
finish(struct lookup *k)
{
	lookup_done *done = k->done;
	const struct addr a = k->addr;
	const char *why = k->why;
	void *arg = k->arg;
	bool found = k->found;

	if (found)
		keep(k);
	lookup_cancel(k);
	done(arg, found ? &a : NULL, why);
}

static void
on_finish(void *arg)
{
	finish(arg);
}

static void
fail(struct lookup *k, const char *why)
{
	k->why = why;
	io_later_call(&k->later, k->all->loop);
}

static void ask(struct lookup *k, uint16_t type);

/* From the loop or from within a question. */
static void
take_answer(struct lookup *k, const uint8_t *msg, size_t n)
{
	const bool four = k->query[k->nquery - 3] == TYPE_A;
	struct addr addrs[LOOKUP_ADDRS];
	int i, count = io_resolve_answer(k->query, k->nquery, msg, n, addrs, LOOKUP_ADDRS);

	for (i = 0; i < count && !k->found; i++) {
		k->found = conf_target_addr_ok(&addrs[i]);
		k->addr = addrs[i];
		k->foreign = true;
	}
	if (k->found)
		io_later_call(&k->later, k->all->loop);
	else if (four && count >= 0)
		ask(k, TYPE_AAAA);
	else
		fail(k, k->foreign ? "its name has no private address" : count < 0 && count != -ENOENT ?
		    "its name cannot be resolved now" : "its name does not exist");
}

static void
on_answer(void *arg, const uint8_t *msg, size_t n)
{
	struct lookup *k = arg;

	if (n == 0)
		fail(k, "the name service has stopped");
	else
		take_answer(k, msg, n);
}

static void
ask(struct lookup *k, uint16_t type)
{
	const uint8_t *msg;
	size_t n;

	k->nquery = io_resolve_query(k->query, (uint16_t)randombytes_random(), k->name, type);
	if (k->nquery == 0) {
		fail(k, "its name is none");
		return;
	}
	switch (dns_guest_ask(k->guest, k->query, k->nquery, &msg, &n)) {
	case DNS_GUEST_ANSWER:
		take_answer(k, msg, n);
		break;
	case DNS_GUEST_LATER:
		break;
	default:
		fail(k, "the name service does not run");
	}
}

struct lookup *
lookup_start(struct lookups *all, const char *name, lookup_done *done, void *arg)
{
	const struct addr self = { 4, { 127, 0, 0, 1 } };
	struct dns_guest_conf conf = { .local = self, .peer = { .addr = self }, .done = on_answer };
	struct lookup *k = calloc(1, sizeof(*k));

	if (k == NULL)
		return NULL;
	conf.arg = k;
	k->all = all;
	k->done = done;
	k->arg = arg;
	io_later_init(&k->later, on_finish, k);
	k->guest = all->dns == NULL ? NULL : dns_guest_new(all->dns, &conf);
	if (k->guest == NULL || !str_copy(str_of(name), k->name, sizeof(k->name)))
		fail(k, "the name service does not run");
	else
		ask(k, TYPE_A);
	return k;
}

void
lookup_cancel(struct lookup *k)
{
	if (k == NULL)
		return;
	io_later_cancel(&k->later);
	dns_guest_free(k->guest);
	free(k);
}
