/* Who a source in the VPN is: the piece is made of the configuration; see who.h, who_piece.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/map.h"
#include "conf/conf.h"
#include "ingress/who.h"
#include "ingress/who_piece.h"

const char ingress_who_magic[8] = { 'P', 'I', 'C', 'W', 'H', 'O', '0', '1' };

enum { SLOTS_MIN = 16, TEXTS_FIRST = 4096 };

/* What is told of an owner; owner 0: not looked for yet. */
struct owner { uint32_t owner, title, email; };

struct work {
	const struct conf *c;
	struct owner *owners;		/* by the place of the user */
	uint32_t plain;			/* groups of who is in none; 0: not there yet */
	uint32_t set;			/* of the peer before: mostly it is the next one's, too */
	struct conf_words *words;
	struct map *users;		/* lower-case username → struct conf_user, enabled ones of role peer */
	struct map *interned;		/* text → its place; never 0, where "" is */
	struct map *known;		/* set → its place and one more */
	struct ingress_who_head h;
	struct ingress_who_row *rows;
	struct ingress_who_slot *slots;
	struct ingress_who_net *nets;
	struct conf_access *sets;
	char *texts;
	size_t room;
	int error;			/* sticky */
};

static void
set_error(struct work *k, int error)
{
	if (k->error == 0)
		k->error = error;
}

/* --- texts ------------------------------------------------------------------------------ */

static uint32_t
text_put(struct work *k, const char *s)
{
	const size_t n = strlen(s) + 1, need = k->h.ntexts + n;
	size_t room = k->room == 0 ? TEXTS_FIRST : k->room;
	char *p;

	while (room < need)
		room *= 2;
	if (room > k->room) {
		p = room > INGRESS_WHO_MAX ? NULL : realloc(k->texts, room);
		if (p == NULL) {
			set_error(k, room > INGRESS_WHO_MAX ? -E2BIG : -ENOMEM);
			return 0;
		}
		k->texts = p;
		k->room = room;
	}
	memcpy(k->texts + k->h.ntexts, s, n);
	k->h.ntexts += (uint32_t)n;
	return k->h.ntexts - (uint32_t)n;
}

/* Once for all who have the same. */
static uint32_t
text_share(struct work *k, const char *s)
{
	uint32_t at = s == NULL || s[0] == '\0' ? 0 : (uint32_t)(uintptr_t)map_get(k->interned, s, strlen(s));

	if (at != 0 || s == NULL || s[0] == '\0')
		return at;
	at = text_put(k, s);
	if (at != 0 && map_put(k->interned, s, strlen(s), (void *)(uintptr_t)at, NULL) < 0)
		set_error(k, -ENOMEM);
	return at;
}

/* --- owners ------------------------------------------------------------------------------ */

static size_t
lower(const char *s, char out[UINT8_MAX + 1])
{
	size_t i;

	for (i = 0; i < UINT8_MAX && s[i] != '\0'; i++)
		out[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] | 0x20 : s[i]);
	out[i] = '\0';
	return i;
}

static void
put_users(struct work *k)
{
	char name[UINT8_MAX + 1];
	size_t i, n;

	for (i = 0; i < k->c->nusers; i++) {
		struct conf_user *u = &k->c->users[i];

		if (!u->enabled || u->role != CONF_ROLE_PEER)
			continue;
		n = lower(u->username, name);
		if (map_put(k->users, name, n, u, NULL) < 0)
			set_error(k, -ENOMEM);
	}
}

/* A group may have the name of a role, and must not give it. */
static bool
is_role(const char *group)
{
	return strcasecmp(group, "admin") == 0 || strcasecmp(group, "peer") == 0;
}

static uint32_t
put_groups(struct work *k, const struct conf_peer *p)
{
	char text[1024] = "peer";
	size_t i, n = 4, len;

	if (p->groups.n == 0 && k->plain != 0)
		return k->plain;
	for (i = 0; i < p->groups.n; i++) {
		len = strlen(p->groups.v[i]);
		if (is_role(p->groups.v[i]) || n + len + 2 > sizeof(text))
			continue;
		text[n++] = ',';
		memcpy(text + n, p->groups.v[i], len + 1);
		n += len;
	}
	if (p->groups.n == 0)
		return k->plain = text_share(k, text);
	return text_share(k, text);
}

static void
put_owner(struct work *k, struct ingress_who_row *r, const struct conf_peer *p)
{
	char name[UINT8_MAX + 1];
	const struct conf_user *u;
	struct owner *o;
	size_t n;

	if (p->owner == NULL)
		return;
	n = lower(p->owner, name);
	u = map_get(k->users, name, n);
	if (u == NULL)
		return;
	o = &k->owners[u - k->c->users];
	if (o->owner == 0) {
		o->owner = text_share(k, u->username);
		o->title = u->display_name != NULL && u->display_name[0] != '\0' ? text_share(k, u->display_name) : o->owner;
		o->email = text_share(k, u->email);
	}
	r->owner = o->owner;
	r->title = o->title;
	r->email = o->email;
}

/* --- rows -------------------------------------------------------------------------------- */

static uint32_t
put_set(struct work *k, const struct conf_peer *p)
{
	struct conf_access a;
	uintptr_t at;

	conf_words_access(k->words, &p->service_access, &a);
	if (k->h.nsets > 0 && memcmp(&a, &k->sets[k->set], sizeof(a)) == 0)
		return k->set;
	at = (uintptr_t)map_get(k->known, &a, sizeof(a));
	if (at != 0)
		return k->set = (uint32_t)at - 1;
	k->sets[k->h.nsets++] = a;
	if (map_put(k->known, &a, sizeof(a), (void *)(uintptr_t)k->h.nsets, NULL) < 0)
		set_error(k, -ENOMEM);
	return k->set = k->h.nsets - 1;
}

static void
put_slot(struct work *k, const struct addr *a, uint32_t number)
{
	const uint64_t hash = ingress_who_hash(a);
	uint64_t i = hash & (k->h.nslots - 1);

	while (k->slots[i].number != 0)
		i = (i + 1) & (k->h.nslots - 1);
	k->slots[i] = (struct ingress_who_slot){ (uint32_t)(hash >> 32), number };
}

static void
put_nets(struct work *k, const struct conf_peer *p, uint32_t number)
{
	size_t i;

	for (i = 0; i < p->subnets.n; i++) {
		const struct addr_prefix net = addr_prefix_net(&p->subnets.v[i]);
		struct ingress_who_net *n = &k->nets[k->h.nnets++];

		ingress_who_key(&net.addr, n->first);
		n->bits = net.bits + (net.addr.len == 4 ? 96u : 0u);
		n->number = number;
	}
}

static void
put_peer(struct work *k, const struct conf_peer *p, uint32_t number)
{
	struct ingress_who_row *r = &k->rows[number - 1];

	if (!p->enabled)
		return;
	r->enabled = 1;
	r->has4 = p->ip.len == 4;
	r->has6 = p->ip6.len == 16;
	memcpy(r->ip4, p->ip.b, 4);
	memcpy(r->ip6, p->ip6.b, 16);
	if (r->has4)
		put_slot(k, &p->ip, number);
	if (r->has6)
		put_slot(k, &p->ip6, number);
	r->name = text_put(k, p->name);
	put_owner(k, r, p);
	r->groups = put_groups(k, p);
	r->set = put_set(k, p);
	put_nets(k, p, number);
}

static int
compare_nets(const void *a, const void *b)
{
	return memcmp(((const struct ingress_who_net *)a)->first, ((const struct ingress_who_net *)b)->first, 16);
}

/* --- all ---------------------------------------------------------------------------------- */

static size_t
count_nets(const struct conf *c)
{
	size_t i, n = 0;

	for (i = 0; i < c->npeers; i++)
		n += c->peers[i].subnets.n;
	return n;
}

static bool
make_room(struct work *k)
{
	const size_t n = k->c->npeers;

	k->h.nrows = (uint32_t)n;
	for (k->h.nslots = SLOTS_MIN; k->h.nslots < 4 * n;)
		k->h.nslots *= 2;	/* two addresses each, and half of it free */
	k->rows = calloc(n + 1, sizeof(*k->rows));
	k->slots = calloc(k->h.nslots, sizeof(*k->slots));
	k->nets = calloc(count_nets(k->c) + 1, sizeof(*k->nets));
	k->sets = calloc(n + 1, sizeof(*k->sets));
	k->owners = calloc(k->c->nusers + 1, sizeof(*k->owners));
	k->words = conf_words_new(k->c);
	k->users = map_new(CONF_USERS_MAX);
	k->interned = map_new(3 * CONF_USERS_MAX + n + 1);
	k->known = map_new(n + 1);
	return k->rows != NULL && k->slots != NULL && k->nets != NULL && k->sets != NULL && k->owners != NULL && k->words != NULL &&
	    k->users != NULL && k->interned != NULL && k->known != NULL;
}

static void
work_clear(struct work *k)
{
	free(k->rows);
	free(k->slots);
	free(k->nets);
	free(k->sets);
	free(k->owners);
	free(k->texts);
	conf_words_free(k->words);
	map_free(k->users);
	map_free(k->interned);
	map_free(k->known);
}

static uint8_t *
append(uint8_t *at, const void *p, size_t n)
{
	if (n > 0)
		memcpy(at, p, n);
	return at + n;
}

static void *
join(struct work *k, size_t *n)
{
	const uint64_t size = ingress_who_size(&k->h);
	uint8_t *p = size > INGRESS_WHO_MAX ? NULL : malloc(size), *at = p;

	if (p == NULL) {
		set_error(k, size > INGRESS_WHO_MAX ? -E2BIG : -ENOMEM);
		return NULL;
	}
	memcpy(k->h.magic, ingress_who_magic, sizeof(k->h.magic));
	at = append(at, &k->h, sizeof(k->h));
	at = append(at, k->sets, k->h.nsets * sizeof(*k->sets));
	at = append(at, k->rows, k->h.nrows * sizeof(*k->rows));
	at = append(at, k->slots, k->h.nslots * sizeof(*k->slots));
	at = append(at, k->nets, k->h.nnets * sizeof(*k->nets));
	(void)append(at, k->texts, k->h.ntexts);	/* the end is not needed */
	*n = size;
	return p;
}

int
ingress_who_build(void **out, size_t *n, const struct conf *c)
{
	struct work k = { .c = c };
	uint32_t i;

	*out = NULL;
	*n = 0;
	if (!make_room(&k))
		set_error(&k, -ENOMEM);
	else
		put_users(&k);
	(void)text_put(&k, "");		/* at 0; failure is sticky */
	for (i = 0; i < c->npeers && k.error == 0; i++)
		put_peer(&k, &c->peers[i], i + 1);
	if (k.error == 0) {
		qsort(k.nets, k.h.nnets, sizeof(*k.nets), compare_nets);
		*out = join(&k, n);
	}
	work_clear(&k);
	return k.error;
}
