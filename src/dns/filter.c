/* Which names are not answered; see filter.h. Head, lists, who, rules. */
#include "dns/filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "dns/name.h"

enum { ALLOW = 1, DENY = 2 };

struct head {
	uint32_t size, nlists, nwho, all, nxdomain, rules;	/* rules: octets of the set */
};

struct dns_filter_list {
	char id[DNS_LIST_ID_MAX];
	char name[DNS_FILTER_NAME_MAX];
};

struct dns_filter_who {
	struct addr addr;
	uint8_t zero[3];
	uint32_t lists;		/* all of what it gets */
};

_Static_assert(sizeof(struct head) % 8 == 0 && sizeof(struct dns_filter_list) % 8 == 0 &&
    sizeof(struct dns_filter_who) % 8 == 0, "the rules are aligned");

/* --- building --------------------------------------------------------------------- */

static void
text_put(char *dst, size_t size, const char *s)
{
	size_t n = strlen(s);

	memcpy(dst, s, n < size ? n : size - 1);
}

static int
compare_who(const void *a, const void *b)
{
	return addr_cmp(&((const struct dns_filter_who *)a)->addr, &((const struct dns_filter_who *)b)->addr);
}

/* One row per address that some list names, with everyone's lists, too. */
static size_t
plan_who(struct dns_filter_who *who, const struct conf_blocklists *b, uint32_t *all)
{
	uint32_t number = 0, set;
	size_t i, k, n = 0, kept = 0;

	for (i = 0; i < b->nlists && number < DNS_LISTS_MAX; i++) {
		if (!b->lists[i].enabled)
			continue;
		set = 1u << number++;
		if (b->lists[i].apply_to.all)
			*all |= set;
		for (k = 0; k < b->lists[i].apply_to.peers.n; k++) {
			struct dns_filter_who *w = &who[n];

			w->lists = set;
			n += addr_read(str_of(b->lists[i].apply_to.peers.v[k]), &w->addr);
		}
	}
	qsort(who, n, sizeof(*who), compare_who);
	for (i = 0; i < n; i++) {
		if (kept > 0 && addr_eq(&who[kept - 1].addr, &who[i].addr))
			who[kept - 1].lists |= who[i].lists;
		else
			who[kept++] = who[i];
	}
	for (i = 0; i < kept; i++)
		who[i].lists |= *all;
	return kept;
}

static void
add_rules(void *set, const struct conf_texts *t, uint32_t mark)
{
	uint8_t name[DNS_NAME_MAX];
	size_t i, n;

	for (i = 0; i < t->n; i++)
		if (dns_name_read(str_of(t->v[i]), NULL, 0, name, &n))
			(void)dns_nameset_add(set, name, n, mark);	/* it was begun for all of them */
}

static size_t
peers_of(const struct conf_blocklists *b)
{
	size_t i, n = 0;

	for (i = 0; i < b->nlists; i++)
		n += b->lists[i].apply_to.peers.n;
	return n;
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

int
dns_filter_build(void **out, size_t *n, const struct conf_blocklists *b)
{
	static const uint64_t key[2] = { 0 };	/* the owner's names meet nobody's by design */
	size_t names = b->allow.n + b->deny.n, set = names == 0 ? 0 : dns_nameset_size(names);
	struct dns_filter_who *who = calloc(peers_of(b) + 1, sizeof(*who));
	struct head h = { 0 };
	uint8_t *p, *at;
	size_t i;

	*out = NULL;
	if (who == NULL)
		return -ENOMEM;
	for (i = 0; i < b->nlists && h.nlists < DNS_LISTS_MAX; i++)
		h.nlists += b->lists[i].enabled;
	h.nwho = (uint32_t)plan_who(who, b, &h.all);
	p = calloc(1, sizeof(h) + b->nlists * sizeof(struct dns_filter_list) + h.nwho * sizeof(*who) + set);
	if (p != NULL) {
		at = put_lists(p + sizeof(h), b);
		memcpy(at, who, h.nwho * sizeof(*who));
		at += h.nwho * sizeof(*who);
		if (set > 0)
			dns_nameset_init(at, names, key);
		add_rules(at, &b->allow, ALLOW);
		add_rules(at, &b->deny, DENY);
		h.nxdomain = b->response == CONF_BLOCK_NXDOMAIN;
		h.rules = (uint32_t)set;
		h.size = (uint32_t)((size_t)(at - p) + set);
		memcpy(p, &h, sizeof(h));
	}
	free(who);
	*out = p;
	*n = h.size;
	return p == NULL ? -ENOMEM : 0;
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
	if (h.nlists > DNS_LISTS_MAX || h.nwho > DNS_LISTS_MAX * (size_t)CONF_APPLY_MAX || h.size != n ||
	    n != sizeof(h) + h.nlists * sizeof(*f->lists) + h.nwho * sizeof(*f->who) + (uint64_t)h.rules)
		return false;
	f->lists = (const void *)(at + sizeof(h));
	f->nlists = h.nlists;
	f->who = (const void *)(f->lists + h.nlists);
	f->nwho = h.nwho;
	f->all = h.all;
	f->nxdomain = h.nxdomain != 0;
	f->active = h.rules > 0;
	return lists_are_sound(f) && (h.rules == 0 || dns_nameset_open(&f->rules, f->who + h.nwho, h.rules));
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
	if (l == NULL || (f->all == 0 && f->nwho == 0))
		return;
	f->names = l->set;
	for (i = 0; i < l->n; i++)
		f->of[i] = list_of(f, l->ids[i]);
	f->active = true;
}

/* The lists that an asker gets. */
static uint32_t
lists_for(const struct dns_filter *f, unsigned zone, const struct addr *peer)
{
	size_t low = 0, high = zone == CONF_ZONE_VPN ? f->nwho : 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = addr_cmp(&f->who[mid].addr, peer);

		if (c == 0)
			return f->who[mid].lists;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return f->all;
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
dns_filter_judge(const struct dns_filter *f, unsigned zone, const struct addr *peer,
    const uint8_t *name, size_t len, struct dns_filtered *out)
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
	mine = lists_for(f, zone, peer);
	if (mine != 0)
		lists = mine & lists_with(f, name, len);
	if (lists == 0)
		return false;
	*out = (struct dns_filtered){ DNS_FILTER_LIST, f->lists[__builtin_ctz(lists)].id,
	    f->lists[__builtin_ctz(lists)].name };
	return true;
}
