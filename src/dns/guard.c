/* Guarded names; see guard.h. */
#include "dns/guard.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "dns/zones.h"

static struct dns_guard *
guard_of(struct dns_zones *z, struct dns_owner *o)
{
	if (o->guard != 0)
		return &z->guards[o->guard - 1];
	if (z->guards == NULL)
		z->guards = arena_array(z->arena, DNS_GUARDS_MAX, sizeof(*z->guards));
	if (z->guards == NULL || z->nguards == DNS_GUARDS_MAX)
		return NULL;
	o->guard = (uint16_t)++z->nguards;
	return &z->guards[o->guard - 1];
}

int
dns_guard_put(struct dns_zones *z, const uint8_t *name, size_t len, const struct conf_route *r, size_t n)
{
	static const struct conf_access none;
	struct dns_owner *o = dns_zones_owner(z, name, len);
	struct dns_guard *g = o == NULL ? NULL : guard_of(z, o);
	const bool open = (r->access & CONF_ZONE_VPN) != 0;

	if (o == NULL)
		return 0;	/* the name is a forward's to answer */
	if (g == NULL)
		return -ENOMEM;
	if (g->text[0] == '\0' || (open && memcmp(&g->words, &none, sizeof(none)) == 0))
		(void)snprintf(g->text, sizeof(g->text), open ? "no access to the page %s" : "the page %s is not open to the VPN",
		    r->name);	/* fits */
	if (open)
		conf_access_add(&g->words, (unsigned)n);
	return 0;
}

const char *
dns_guard_refuses(const struct dns_guards *g, unsigned guard, const struct dns_peers *peers, uint32_t number)
{
	if (guard > g->n)
		return "";
	return peers != NULL && peers->may(peers->arg, number, &g->v[guard - 1].words) ? NULL : g->v[guard - 1].text;
}

bool
dns_guards_check(const struct dns_guards *g)
{
	size_t i;

	for (i = 0; i < g->n; i++)
		if (memchr(g->v[i].text, '\0', sizeof(g->v[i].text)) == NULL)
			return false;
	return true;
}
