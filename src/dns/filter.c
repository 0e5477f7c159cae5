/* Which names are not answered; see filter.h. Head, lists, what each peer gets, rules. */
#include "dns/filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "conf/conf.h"
#include "dns/name.h"

enum { ALLOW = 1, DENY = 2, NAME_MAX_ = 64 };

struct head {
	uint32_t size, nlists, npeers, all, nxdomain, rules;	/* rules: octets of the set */
};

struct dns_filter_list {
	char id[DNS_LIST_ID_MAX];
	char name[DNS_FILTER_NAME_MAX];
};

_Static_assert(sizeof(struct head) % 8 == 0 && sizeof(struct dns_filter_list) % 8 == 0, "the rules are aligned");

/* --- building --------------------------------------------------------------------- */

/* Names of peers and groups count without case. */
static size_t
name_key(const char *name, char key[NAME_MAX_ + 1])
{
	size_t i;

	for (i = 0; i < NAME_MAX_ && name[i] != '\0'; i++)
		key[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 0x20 : name[i]);
	key[i] = '\0';
	return i;
}

static void
text_put(char *dst, size_t size, const char *s)
{
	size_t n = strlen(s);

	memcpy(dst, s, n < size ? n : size - 1);
}

/* --- who gets which list */

struct gather {
	struct map *peers, *groups;	/* lower-case name → number of the peer; the group's lists */
	uint32_t *of_peer;
	uint32_t all;
	int error;
};

static void
give_name(struct map *m, const char *name, uintptr_t set, int *error)
{
	char key[NAME_MAX_ + 1];
	const size_t n = name_key(name, key);
	const uintptr_t had = (uintptr_t)map_get(m, key, n);

	if (map_put(m, key, n, (void *)(had | set), NULL) < 0)
		*error = -ENOMEM;
}

static uintptr_t
get_name(const struct map *m, const char *name)
{
	char key[NAME_MAX_ + 1];

	return (uintptr_t)map_get(m, key, name_key(name, key));
}

static void
plan_list(struct gather *g, const struct conf_apply_to *to, uint32_t set)
{
	uintptr_t number;
	size_t i;

	if (to->all)
		g->all |= set;
	for (i = 0; i < to->groups.n; i++)
		give_name(g->groups, to->groups.v[i], set, &g->error);
	for (i = 0; i < to->peers.n; i++)
		if ((number = get_name(g->peers, to->peers.v[i])) != 0)
			g->of_peer[number - 1] |= set;
}

/* What a peer gets because of its groups, and because everybody does. */
static void
add_groups(struct gather *g, const struct conf *c)
{
	size_t i, k;

	for (i = 0; i < c->npeers; i++) {
		g->of_peer[i] |= g->all;
		for (k = 0; k < c->peers[i].groups.n; k++)
			g->of_peer[i] |= (uint32_t)get_name(g->groups, c->peers[i].groups.v[k]);
	}
}

bool
dns_filter_is_personal(const struct conf_blocklists *b)
{
	size_t i;

	for (i = 0; i < b->nlists; i++)
		if (b->lists[i].enabled && (b->lists[i].apply_to.groups.n > 0 || b->lists[i].apply_to.peers.n > 0))
			return true;
	return false;
}

static void
plan_peers(struct gather *g, const struct conf *c)
{
	uint32_t number = 0;
	size_t i;

	for (i = 0; i < c->npeers; i++)
		give_name(g->peers, c->peers[i].name, i + 1, &g->error);
	for (i = 0; i < c->blocklists.nlists && number < DNS_LISTS_MAX; i++)
		if (c->blocklists.lists[i].enabled)
			plan_list(g, &c->blocklists.lists[i].apply_to, 1u << number++);
	add_groups(g, c);
}

static uint32_t
lists_for_all(const struct conf_blocklists *b)
{
	uint32_t number = 0, all = 0;
	size_t i;

	for (i = 0; i < b->nlists && number < DNS_LISTS_MAX; i++)
		if (b->lists[i].enabled) {
			all |= b->lists[i].apply_to.all ? 1u << number : 0;
			number++;
		}
	return all;
}

/* *out NULL: everybody gets the same. 0 or -ENOMEM. */
static int
gather(uint32_t **out, const struct conf *c)
{
	struct gather g = { 0 };

	*out = NULL;
	if (c->npeers == 0 || !dns_filter_is_personal(&c->blocklists))
		return 0;
	g.peers = map_new(c->npeers);
	g.groups = map_new(DNS_LISTS_MAX * (size_t)CONF_APPLY_MAX);
	g.of_peer = calloc(c->npeers + 1, sizeof(*g.of_peer));
	if (g.peers == NULL || g.groups == NULL || g.of_peer == NULL)
		g.error = -ENOMEM;
	else
		plan_peers(&g, c);
	map_free(g.peers);
	map_free(g.groups);
	if (g.error == 0)
		*out = g.of_peer;
	else
		free(g.of_peer);
	return g.error;
}

/* --- all */

static void
add_rules(void *set, const struct conf_texts *t, uint32_t mark)
{
	uint8_t name[DNS_NAME_MAX];
	size_t i, n;

	for (i = 0; i < t->n; i++)
		if (dns_name_read(str_of(t->v[i]), NULL, 0, name, &n))
			(void)dns_nameset_add(set, name, n, mark);	/* it was begun for all of them */
}

static uint8_t *
put_lists(uint8_t *at, const struct conf_blocklists *b)
{
	struct dns_filter_list *l = (struct dns_filter_list *)at;
	size_t i;

	for (i = 0; i < b->nlists && i < DNS_LISTS_MAX; i++) {
		if (!b->lists[i].enabled)
			continue;
		text_put(l->id, sizeof(l->id), b->lists[i].id);
		text_put(l->name, sizeof(l->name), b->lists[i].name);
		l++;
	}
	return (uint8_t *)l;
}

static void
put_rules(void *set, const struct conf_blocklists *b, size_t names)
{
	static const uint64_t key[2] = { 0 };	/* the owner's names meet nobody's by design */

	if (names > 0)
		dns_nameset_init(set, names, key);
	add_rules(set, &b->allow, ALLOW);
	add_rules(set, &b->deny, DENY);
}

/* Two to eight octets, so that the rules are aligned. */
static size_t
peers_room(size_t npeers)
{
	return (npeers + 1) / 2 * 2 * sizeof(uint32_t);
}

static uint8_t *
join(struct head *h, const struct conf_blocklists *b, const uint32_t *of_peer)
{
	const size_t names = b->allow.n + b->deny.n, set = names == 0 ? 0 : dns_nameset_size(names);
	uint8_t *p = calloc(1, sizeof(*h) + b->nlists * sizeof(struct dns_filter_list) + peers_room(h->npeers) + set), *at;

	if (p == NULL)
		return NULL;
	at = put_lists(p + sizeof(*h), b);
	if (h->npeers > 0)
		memcpy(at, of_peer, h->npeers * sizeof(*of_peer));
	at += peers_room(h->npeers);
	put_rules(at, b, names);
	h->rules = (uint32_t)set;
	h->size = (uint32_t)((size_t)(at - p) + set);
	memcpy(p, h, sizeof(*h));
	return p;
}

int
dns_filter_build(void **out, size_t *n, const struct conf *c)
{
	const struct conf_blocklists *b = &c->blocklists;
	struct head h = { .all = lists_for_all(b), .nxdomain = b->response == CONF_BLOCK_NXDOMAIN };
	uint32_t *of_peer;
	size_t i;

	*out = NULL;
	if (gather(&of_peer, c) < 0)
		return -ENOMEM;
	for (i = 0; i < b->nlists && h.nlists < DNS_LISTS_MAX; i++)
		h.nlists += b->lists[i].enabled;
	h.npeers = of_peer == NULL ? 0 : (uint32_t)c->npeers;
	*out = join(&h, b, of_peer);
	free(of_peer);
	*n = h.size;
	return *out == NULL ? -ENOMEM : 0;
}

/* --- use ---------------------------------------------------------------------------- */

static bool
lists_are_sound(const struct dns_filter *f)
{
	size_t i;

	for (i = 0; i < f->nlists; i++)
		if (memchr(f->lists[i].id, '\0', sizeof(f->lists[i].id)) == NULL ||
		    memchr(f->lists[i].name, '\0', sizeof(f->lists[i].name)) == NULL)
			return false;
	return true;
}

bool
dns_filter_open(struct dns_filter *f, const void *p, size_t n)
{
	const uint8_t *at = p;
	struct head h;

	memset(f, 0, sizeof(*f));
	if ((uintptr_t)p % 8 != 0 || n < sizeof(h))
		return false;
	memcpy(&h, p, sizeof(h));
	if (h.nlists > DNS_LISTS_MAX || h.npeers > CONF_PEERS_MAX || h.size != n ||
	    n != sizeof(h) + h.nlists * sizeof(*f->lists) + peers_room(h.npeers) + (uint64_t)h.rules)
		return false;
	f->lists = (const void *)(at + sizeof(h));
	f->nlists = h.nlists;
	f->of_peer = (const void *)(f->lists + h.nlists);
	f->npeers = h.npeers;
	f->all = h.all;
	f->nxdomain = h.nxdomain != 0;
	f->active = h.rules > 0;
	at = (const uint8_t *)f->of_peer + peers_room(h.npeers);
	return lists_are_sound(f) && (h.rules == 0 || dns_nameset_open(&f->rules, at, h.rules));
}

static uint32_t
list_of(const struct dns_filter *f, const char *id)
{
	size_t i;

	for (i = 0; i < f->nlists; i++)
		if (strcmp(f->lists[i].id, id) == 0)
			return 1u << i;
	return 0;
}

void
dns_filter_bind(struct dns_filter *f, const struct dns_lists *l)
{
	size_t i;

	memset(f->of, 0, sizeof(f->of));
	memset(&f->names, 0, sizeof(f->names));
	f->active = f->rules.lines != NULL;
	if (l == NULL || (f->all == 0 && f->npeers == 0))
		return;
	f->names = l->set;
	for (i = 0; i < l->n; i++)
		f->of[i] = list_of(f, l->ids[i]);
	f->active = true;
}

/* The lists that have a name. */
static uint32_t
lists_with(const struct dns_filter *f, const uint8_t *name, size_t len)
{
	uint32_t marks = dns_nameset_find(&f->names, name, len), lists = 0;

	for (; marks != 0; marks &= marks - 1)
		lists |= f->of[__builtin_ctz(marks)];
	return lists;
}

bool
dns_filter_judge(const struct dns_filter *f, uint32_t number, const uint8_t *name, size_t len, struct dns_filtered *out)
{
	uint32_t rules = dns_nameset_find(&f->rules, name, len), lists = 0, mine;

	*out = (struct dns_filtered){ DNS_FILTER_NOTHING, "", "" };
	if ((rules & ALLOW) != 0) {
		out->by = DNS_FILTER_ALLOW;
		return false;
	}
	if ((rules & DENY) != 0) {
		*out = (struct dns_filtered){ DNS_FILTER_DENY, "", "denied by this cell" };
		return true;
	}
	mine = number > 0 && number <= f->npeers ? f->of_peer[number - 1] : f->all;
	if (mine != 0)
		lists = mine & lists_with(f, name, len);
	if (lists == 0)
		return false;
	*out = (struct dns_filtered){ DNS_FILTER_LIST, f->lists[__builtin_ctz(lists)].id,
	    f->lists[__builtin_ctz(lists)].name };
	return true;
}
