/* One-time links; see link.h. They are few and looked for rarely: one list, oldest first. */
#include "auth/link.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <sodium.h>

#include "auth/link_json.h"
#include "auth/time.h"
#include "base/err.h"
#include "conf/conf.h"

enum { RAW = 16, DIGEST = crypto_hash_sha256_BYTES };

struct node {
	struct auth_link l;	/* first */
	struct node *next;
};

struct auth_links {
	struct auth_time *time;
	void (*dirty)(void *arg);
	void *arg;
	struct node *first;
	size_t n;
};

struct auth_links *
auth_links_new(struct auth_time *time, void (*dirty)(void *arg), void *arg)
{
	struct auth_links *l = calloc(1, sizeof(*l));

	if (l != NULL)
		*l = (struct auth_links){ .time = time, .dirty = dirty, .arg = arg };
	return l;
}

void
auth_links_free(struct auth_links *l)
{
	struct node *n;

	if (l == NULL)
		return;
	while ((n = l->first) != NULL) {
		l->first = n->next;
		free(n);
	}
	free(l);
}

/* --- the list ---------------------------------------------------------------------------- */

static struct node *
cut(struct auth_links *l, struct node **at)
{
	struct node *n = *at;

	*at = n->next;
	l->n--;
	free(n);
	return *at;
}

static bool
append(struct auth_links *l, const struct auth_link *link)
{
	struct node *n = malloc(sizeof(*n)), **at = &l->first;

	if (n == NULL)
		return false;
	*n = (struct node){ *link, NULL };
	while (*at != NULL)
		at = &(*at)->next;
	*at = n;
	l->n++;
	return true;
}

/* End every link that is; the count. */
static size_t
end_where(struct auth_links *l, bool (*is)(const struct auth_link *link, const void *arg), const void *arg)
{
	struct node **at = &l->first;
	size_t ended = 0;

	while (*at != NULL) {
		if (is(&(*at)->l, arg)) {
			(void)cut(l, at);	/* at stands at the next one */
			ended++;
		} else {
			at = &(*at)->next;
		}
	}
	if (ended > 0)
		l->dirty(l->arg);
	return ended;
}

static bool
is_over(const struct auth_link *link, const void *now)
{
	return link->expires_at <= *(const int64_t *)now;
}

static void
expire(struct auth_links *l)
{
	const int64_t now = auth_time_now(l->time);

	(void)end_where(l, is_over, &now);	/* any number */
}

static bool
is_of(const struct auth_link *link, const void *peer)
{
	return strcasecmp(link->peer, peer) == 0;
}

size_t
auth_links_revoke(struct auth_links *l, const char *peer)
{
	return end_where(l, is_of, peer);
}

static bool
is_stale(const struct auth_link *link, const void *conf)
{
	const struct conf_peer *p = conf_peer_find(conf, link->peer);

	return p == NULL || !p->enabled || strcmp(p->public_key, link->public_key) != 0;
}

void
auth_links_follow(struct auth_links *l, const struct conf *c)
{
	(void)end_where(l, is_stale, c);	/* any number */
}

size_t
auth_links_count(struct auth_links *l)
{
	expire(l);
	return l->n;
}

/* --- tokens ------------------------------------------------------------------------------- */

/* Lower case, as it stands in addresses. */
static void
draw(char text[AUTH_LINK_TEXT], uint8_t digest[DIGEST])
{
	uint8_t raw[RAW];
	char *p;

	randombytes_buf(raw, sizeof(raw));
	(void)str_base32(raw, sizeof(raw), text, AUTH_LINK_TEXT);	/* 26 characters */
	for (p = text; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	(void)crypto_hash_sha256(digest, (const uint8_t *)text, AUTH_LINK_TEXT - 1);	/* cannot fail */
	sodium_memzero(raw, sizeof(raw));
}

static bool
is_token(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '2' && s.p[i] <= '7')))
			return false;
	return s.n == AUTH_LINK_TEXT - 1;
}

static bool
has_digest(struct str text, const uint8_t digest[DIGEST])
{
	uint8_t mine[DIGEST];

	if (!is_token(text))
		return false;
	(void)crypto_hash_sha256(mine, (const uint8_t *)text.p, text.n);	/* cannot fail */
	return sodium_memcmp(mine, digest, DIGEST) == 0;
}

static void
make_room(struct auth_links *l, const char *peer)
{
	struct node **at, **oldest = NULL;
	size_t n = 0;

	for (at = &l->first; *at != NULL; at = &(*at)->next)
		if (is_of(&(*at)->l, peer)) {
			oldest = n++ == 0 ? at : oldest;
		}
	if (n >= AUTH_LINKS_PER_PEER)
		(void)cut(l, oldest);
}

int
auth_link_make(struct auth_links *l, const struct auth_link_ask *a, char token[AUTH_LINK_TEXT], struct auth_link *out,
    struct err *e)
{
	expire(l);
	make_room(l, a->peer);
	if (l->n >= AUTH_LINKS_MAX)
		return err_set(e, ERR_UNAVAILABLE, "%d links are open: revoke some, or wait until they run out", AUTH_LINKS_MAX);
	*out = (struct auth_link){ .created_at = auth_time_now(l->time) };
	out->expires_at = out->created_at + a->seconds;
	draw(token, out->digest);
	sodium_bin2hex(out->id, sizeof(out->id), out->digest, (sizeof(out->id) - 1) / 2);
	if (!str_copy(str_of(a->peer), out->peer, sizeof(out->peer)) ||
	    !str_copy(str_of(a->public_key), out->public_key, sizeof(out->public_key)) || !append(l, out))
		return err_set(e, ERR_INTERNAL, "out of memory");
	l->dirty(l->arg);
	return 0;
}

static struct node *
find(struct auth_links *l, struct str token)
{
	struct node *n, *found = NULL;

	expire(l);
	for (n = l->first; n != NULL; n = n->next)
		if (has_digest(token, n->l.digest))
			found = n;
	return found;
}

const struct auth_link *
auth_link_find(struct auth_links *l, struct str token, struct str cookie)
{
	const struct node *n = find(l, token);

	return n != NULL && n->l.opened && has_digest(cookie, n->l.opener) ? &n->l : NULL;
}

const struct auth_link *
auth_link_peek(struct auth_links *l, struct str token, struct str cookie)
{
	const struct node *n = find(l, token);

	return n != NULL && !n->l.opened ? &n->l : auth_link_find(l, token, cookie);
}

const struct auth_link *
auth_link_open(struct auth_links *l, struct str token, struct str cookie, char new_cookie[AUTH_LINK_TEXT])
{
	struct node *n = find(l, token);

	new_cookie[0] = '\0';
	if (n == NULL || n->l.opened)
		return auth_link_find(l, token, cookie);
	draw(new_cookie, n->l.opener);
	n->l.opened = true;
	l->dirty(l->arg);
	return &n->l;
}

static bool
is_same(const struct auth_link *link, const void *other)
{
	return link == other;
}

void
auth_link_end(struct auth_links *l, const struct auth_link *link)
{
	(void)end_where(l, is_same, link);	/* one */
}

/* --- on disk ------------------------------------------------------------------------------- */

json_t *
auth_links_save(const struct auth_links *l)
{
	json_t *list = json_array();
	const struct node *n;

	for (n = l->first; n != NULL; n = n->next)
		if (json_array_append_new(list, auth_link_to_json(&n->l)) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

void
auth_links_load(struct auth_links *l, const json_t *j)
{
	struct auth_link link;
	const json_t *v;
	size_t i;

	json_array_foreach(j, i, v)
		if (l->n < AUTH_LINKS_MAX && auth_link_from_json(v, &link))
			(void)append(l, &link);	/* out of memory: a link less */
}
