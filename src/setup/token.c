/* The setup token; see token.h. */
#include "setup/token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/addr.h"
#include "base/err.h"
#include "sys/clk.h"

enum { RAW = 16, WINDOW_MS = 60 * 1000 };

/* Wrong tokens of one address. */
struct guesser {
	struct addr key;	/* len 0: free */
	uint64_t since_ms;	/* of the first that counts */
	unsigned n;
};

struct setup_token {
	const struct clk *clk;
	bool valid;
	uint8_t digest[crypto_hash_sha256_BYTES];
	int64_t expires_at;	/* wall clock, to be shown */
	uint64_t expires_ms;	/* monotonic, to be judged by: a set clock moves nothing */
	unsigned wrong;
	struct guesser guessers[SETUP_TOKEN_ADDRESSES];
};

struct setup_token *
setup_token_new(const struct clk *clk)
{
	struct setup_token *t = calloc(1, sizeof(*t));

	if (t != NULL)
		t->clk = clk;
	return t;
}

void
setup_token_free(struct setup_token *t)
{
	free(t);
}

static void
digest_of(struct str text, uint8_t digest[crypto_hash_sha256_BYTES])
{
	(void)crypto_hash_sha256(digest, (const uint8_t *)text.p, text.n);	/* cannot fail */
}

void
setup_token_renew(struct setup_token *t, char text[SETUP_TOKEN_TEXT], int64_t *expires_at)
{
	uint8_t raw[RAW];
	size_t i;

	randombytes_buf(raw, sizeof(raw));
	if (!str_base32(raw, sizeof(raw), text, SETUP_TOKEN_TEXT))
		abort();	/* 16 bytes are 26 characters */
	for (i = 0; i < SETUP_TOKEN_TEXT; i++)
		text[i] = (char)(text[i] | (text[i] >= 'A' && text[i] <= 'Z' ? 0x20 : 0));
	sodium_memzero(raw, sizeof(raw));
	digest_of((struct str){ text, SETUP_TOKEN_TEXT - 1 }, t->digest);
	t->valid = true;
	t->wrong = 0;
	t->expires_at = t->clk->wall_s(t->clk) + SETUP_TOKEN_VALID_S;
	t->expires_ms = t->clk->mono_ms(t->clk) + (uint64_t)SETUP_TOKEN_VALID_S * 1000;
	if (expires_at != NULL)
		*expires_at = t->expires_at;
}

/* --- guessers ------------------------------------------------------------------- */

static struct guesser *
guesser_find(struct setup_token *t, const struct addr *key)
{
	size_t i;

	for (i = 0; i < SETUP_TOKEN_ADDRESSES; i++)
		if (t->guessers[i].key.len != 0 && addr_eq(&t->guessers[i].key, key))
			return &t->guessers[i];
	return NULL;
}

static struct guesser *
guesser_oldest(struct setup_token *t)
{
	struct guesser *g = &t->guessers[0];
	size_t i;

	for (i = 0; i < SETUP_TOKEN_ADDRESSES; i++) {
		if (t->guessers[i].key.len == 0)
			return &t->guessers[i];
		if (t->guessers[i].since_ms < g->since_ms)
			g = &t->guessers[i];
	}
	return g;
}

static int
wait_s(const struct guesser *g, uint64_t now)
{
	if (g == NULL || g->n < SETUP_TOKEN_WRONG_MINUTE || now - g->since_ms >= WINDOW_MS)
		return 0;
	return (int)((g->since_ms + WINDOW_MS - now + 999) / 1000);
}

static void
guesser_count(struct setup_token *t, const struct addr *key, uint64_t now)
{
	struct guesser *g = guesser_find(t, key);

	if (g == NULL) {
		g = guesser_oldest(t);
		*g = (struct guesser){ .key = *key, .since_ms = now };
	} else if (now - g->since_ms >= WINDOW_MS) {
		g->since_ms = now;
		g->n = 0;
	}
	g->n++;
}

/* --- check ---------------------------------------------------------------------- */

/* People type capitals. */
static bool
is_right(const struct setup_token *t, struct str given)
{
	char text[SETUP_TOKEN_TEXT];
	uint8_t digest[crypto_hash_sha256_BYTES];
	size_t i;

	if (!t->valid || given.n != SETUP_TOKEN_TEXT - 1)
		return false;
	for (i = 0; i < given.n; i++)
		text[i] = (char)(given.p[i] | (given.p[i] >= 'A' && given.p[i] <= 'Z' ? 0x20 : 0));
	digest_of((struct str){ text, given.n }, digest);
	sodium_memzero(text, sizeof(text));
	return sodium_memcmp(digest, t->digest, sizeof(digest)) == 0;
}

static int
wrong(struct setup_token *t, const struct addr *key, bool *worn, struct err *e)
{
	guesser_count(t, key, t->clk->mono_ms(t->clk));
	t->wrong++;
	if (t->valid && t->wrong >= SETUP_TOKEN_WRONG_MAX) {
		t->valid = false;
		*worn = true;
	}
	return err_set(e, ERR_UNAUTHENTICATED, "wrong setup token; \"pic setup token\" on the host prints a new one");
}

int
setup_token_check(struct setup_token *t, struct str given, const struct addr *address, bool *worn, struct err *e)
{
	struct addr key = addr_limit_key(address);
	uint64_t now = t->clk->mono_ms(t->clk);
	int wait = wait_s(guesser_find(t, &key), now);

	*worn = false;
	if (wait > 0) {
		(void)err_set(e, ERR_RATE_LIMITED, "too many wrong setup tokens from this address");
		if (e != NULL)
			e->retry_after = wait;
		return err_errno(ERR_RATE_LIMITED);
	}
	if (given.n == 0)
		return err_set(e, ERR_UNAUTHENTICATED, "the setup token is missing");
	if (!is_right(t, given))
		return wrong(t, &key, worn, e);
	if (now >= t->expires_ms)
		return err_set(e, ERR_UNAUTHENTICATED,
		    "the setup token has expired; \"pic setup token\" on the host prints a new one");
	return 0;
}

const char *
setup_url(char buf[SETUP_URL_MAX], const struct addr *lan, uint16_t port, const char *token)
{
	char host[ADDR_TEXT_MAX], at[8] = "";
	bool v6 = lan->len == 16;

	if (port != 443)
		(void)snprintf(at, sizeof(at), ":%u", (unsigned)port);
	(void)snprintf(buf, SETUP_URL_MAX, "https://%s%s%s%s/setup#t=%s",	/* the size is right */
	    v6 ? "[" : "", addr_text(lan, host), v6 ? "]" : "", at, token);
	return buf;
}
