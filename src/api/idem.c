/* Kept answers: rows from the oldest to the newest, found by scanning. A
 * table of 256 that is asked once per POST needs nothing better. */
#include "api/idem.h"

#include <stdlib.h>

#include <sodium.h>

struct entry {
	uint8_t name[API_IDEM_DIGEST];	/* of owner and key */
	uint8_t digest[API_IDEM_DIGEST];
	int64_t at;
	int status;		/* 0 = reserved */
	bool once;
	size_t extra, body;	/* bytes at text, one after the other */
	char *text;		/* NULL: none yet, or wiped */
};

struct api_idem {
	struct entry v[API_IDEM_MAX];
	size_t n, bytes;
};

struct api_idem *
api_idem_new(void)
{
	return calloc(1, sizeof(struct api_idem));
}

static void
entry_wipe(struct api_idem *s, struct entry *x)
{
	s->bytes -= x->extra + x->body;
	if (x->text != NULL)
		sodium_memzero(x->text, x->extra + x->body);
	free(x->text);
	x->text = NULL;
	x->extra = x->body = 0;
}

static void
entry_drop(struct api_idem *s, struct entry *x)
{
	size_t i = (size_t)(x - s->v);

	entry_wipe(s, x);
	s->n--;
	memmove(x, x + 1, (s->n - i) * sizeof(*x));
}

void
api_idem_free(struct api_idem *s)
{
	if (s == NULL)
		return;
	while (s->n > 0)
		entry_drop(s, &s->v[s->n - 1]);
	free(s);
}

bool
api_idem_key_ok(struct str key)
{
	size_t i;

	for (i = 0; i < key.n; i++)
		if (key.p[i] < 0x20 || key.p[i] > 0x7e)
			return false;
	return key.n > 0 && key.n <= API_IDEM_KEY_MAX;
}

static void
hash_text(crypto_generichash_state *h, struct str s)
{
	uint64_t n = s.n;

	/* each text behind its length, so that no two lists of texts hash alike */
	crypto_generichash_update(h, (const uint8_t *)&n, sizeof(n));
	crypto_generichash_update(h, (const uint8_t *)s.p, s.n);
}

static void
name_make(uint8_t out[API_IDEM_DIGEST], const char *owner, struct str key)
{
	crypto_generichash_state h;

	crypto_generichash_init(&h, NULL, 0, API_IDEM_DIGEST);
	hash_text(&h, str_of(owner));
	hash_text(&h, key);
	crypto_generichash_final(&h, out, API_IDEM_DIGEST);
}

void
api_idem_digest(uint8_t out[API_IDEM_DIGEST], const char *method,
    struct str target, struct str body)
{
	crypto_generichash_state h;

	crypto_generichash_init(&h, NULL, 0, API_IDEM_DIGEST);
	hash_text(&h, str_of(method));
	hash_text(&h, target);
	hash_text(&h, body);
	crypto_generichash_final(&h, out, API_IDEM_DIGEST);
}

static struct entry *
entry_find(struct api_idem *s, const uint8_t name[API_IDEM_DIGEST])
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (memcmp(s->v[i].name, name, API_IDEM_DIGEST) == 0)
			return &s->v[i];
	return NULL;
}

void
api_idem_expire(struct api_idem *s, int64_t now)
{
	size_t i;

	while (s->n > 0 && now - s->v[0].at >= API_IDEM_S)
		entry_drop(s, &s->v[0]);
	for (i = 0; i < s->n; i++)
		if (s->v[i].once && now - s->v[i].at >= API_IDEM_ONCE_S)
			entry_wipe(s, &s->v[i]);
}

static void
reserve(struct api_idem *s, const uint8_t name[API_IDEM_DIGEST],
    const uint8_t digest[API_IDEM_DIGEST], int64_t now)
{
	struct entry *x;

	while (s->n >= API_IDEM_MAX || s->bytes > API_IDEM_BYTES)
		entry_drop(s, &s->v[0]);
	x = &s->v[s->n++];
	*x = (struct entry){ .at = now };
	memcpy(x->name, name, API_IDEM_DIGEST);
	memcpy(x->digest, digest, API_IDEM_DIGEST);
}

enum api_idem_found
api_idem_begin(struct api_idem *s, const char *owner, struct str key,
    const uint8_t digest[API_IDEM_DIGEST], int64_t now,
    struct api_idem_answer *out)
{
	uint8_t name[API_IDEM_DIGEST];
	struct entry *x;

	api_idem_expire(s, now);
	name_make(name, owner, key);
	x = entry_find(s, name);
	if (x == NULL) {
		reserve(s, name, digest, now);
		return API_IDEM_NEW;
	}
	if (memcmp(x->digest, digest, API_IDEM_DIGEST) != 0)
		return API_IDEM_OTHER;
	if (x->status == 0)
		return API_IDEM_RUNNING;
	if (x->text == NULL)
		return API_IDEM_WIPED;
	*out = (struct api_idem_answer){ x->status, { x->text, x->extra },
		{ x->text + x->extra, x->body }, x->once };
	return API_IDEM_REPEAT;
}

void
api_idem_put(struct api_idem *s, const char *owner, struct str key,
    const struct api_idem_answer *a)
{
	uint8_t name[API_IDEM_DIGEST];
	struct entry *x;

	name_make(name, owner, key);
	x = entry_find(s, name);
	if (x == NULL || x->status != 0)
		return;
	x->text = a->extra.n + a->body.n <= API_IDEM_ANSWER_MAX ?
	    malloc(a->extra.n + a->body.n + 1) : NULL;
	if (x->text == NULL) {
		entry_drop(s, x);
		return;
	}
	if (a->extra.n > 0)
		memcpy(x->text, a->extra.p, a->extra.n);
	if (a->body.n > 0)
		memcpy(x->text + a->extra.n, a->body.p, a->body.n);
	x->extra = a->extra.n;
	x->body = a->body.n;
	x->status = a->status;
	x->once = a->once;
	s->bytes += x->extra + x->body;
}

void
api_idem_drop(struct api_idem *s, const char *owner, struct str key)
{
	uint8_t name[API_IDEM_DIGEST];
	struct entry *x;

	name_make(name, owner, key);
	x = entry_find(s, name);
	if (x != NULL)
		entry_drop(s, x);
}

size_t
api_idem_count(const struct api_idem *s)
{
	return s->n;
}
