/* Certificates of a TLS server and for which names they answer; see tls.h. One
 * certificate is tls_site.c, the handshake itself tls_server.c. */
#include "io/tls.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "io/tls_cache.h"
#include "io/tls_config.h"

/* --- names --------------------------------------------------------------------------- */

static char *
lower(const char *name)
{
	char *s = strdup(name);
	size_t i;

	for (i = 0; s != NULL && s[i] != '\0'; i++)
		s[i] = (char)tolower((unsigned char)s[i]);
	return s;
}

/* By name; the certificate that was given first goes first. */
static int
compare_names(const void *a, const void *b)
{
	const struct io_tls_name *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order != 0 ? order : (x->rank > y->rank) - (x->rank < y->rank);
}

static bool
add_names(struct io_tls_config *c, const struct io_tls_cert *cert, size_t rank)
{
	struct io_tls_name *n;
	size_t i;

	for (i = 0; i < cert->nnames; i++) {
		n = &c->names[c->nnames];
		*n = (struct io_tls_name){ lower(cert->names[i]), c->sites[rank], rank };
		if (n->name == NULL)
			return false;
		c->nnames++;
	}
	c->has_public |= c->sites[rank]->is_public;
	if (cert->any_name && c->any == NULL)
		c->any = c->sites[rank];
	return true;
}

static bool
take_names(struct io_tls_config *c, const struct io_tls_cert *certs)
{
	size_t i, n = 0;

	for (i = 0; i < c->n; i++)
		n += certs[i].nnames;
	c->names = calloc(n + 1, sizeof(*c->names));
	for (i = 0; c->names != NULL && i < c->n; i++)
		if (!add_names(c, &certs[i], i))
			return false;
	if (c->names != NULL)
		qsort(c->names, c->nnames, sizeof(*c->names), compare_names);
	return c->names != NULL;
}

/* The first of those that are called so. */
static const struct io_tls_site *
find(const struct io_tls_config *c, const char *name)
{
	size_t lo = 0, hi = c->nnames, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (strcmp(c->names[mid].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < c->nnames && strcmp(c->names[lo].name, name) == 0 ? c->names[lo].site : NULL;
}

/* "*.x" stands for exactly one label (RFC 6125 6.4.3). */
static const struct io_tls_site *
find_wildcard(const struct io_tls_config *c, const char *name)
{
	const char *rest = strchr(name, '.');
	char pattern[IO_TLS_NAME_MAX + 1] = "*";
	size_t n = rest == NULL ? 0 : strlen(rest);

	if (rest == NULL || rest == name || n + 2 > sizeof(pattern))
		return NULL;
	memcpy(pattern + 1, rest, n + 1);
	return find(c, pattern);
}

const struct io_tls_site *
io_tls_site_find(const struct io_tls_config *c, const char *name)
{
	const struct io_tls_site *s = NULL;

	if (name[0] == '\0')
		return c->sites[0];
	if (name[0] != '*') {	/* nobody is called so */
		s = find(c, name);
		if (s == NULL)
			s = find_wildcard(c, name);
	}
	return s == NULL ? c->any : s;
}

bool
io_tls_config_is_public(const struct io_tls_config *c, struct str name)
{
	const struct io_tls_site *s;
	char lower[IO_TLS_NAME_MAX];
	size_t i;

	if (name.n > 1 && name.p[name.n - 1] == '.')
		name.n--;
	if (!c->has_public || !str_copy(name, lower, sizeof(lower)))
		return false;
	for (i = 0; lower[i] != '\0'; i++)
		if (lower[i] >= 'A' && lower[i] <= 'Z')
			lower[i] = (char)(lower[i] | 0x20);
	s = io_tls_site_find(c, lower);
	return s != NULL && s->is_public;
}

/* --- the configuration ---------------------------------------------------------------- */

static struct io_tls_site *
site_of(const struct io_tls_config *c, const uint8_t id[IO_TLS_SITE_ID])
{
	size_t i;

	for (i = 0; c != NULL && i < c->n; i++)
		if (memcmp(c->sites[i]->id, id, IO_TLS_SITE_ID) == 0)
			return c->sites[i];
	return NULL;
}

/* A check costs as much as half a handshake: what is known is not checked again. */
static struct io_tls_site *
share_or_new(const struct io_tls_cert *cert, const struct io_tls_config *like)
{
	uint8_t id[IO_TLS_SITE_ID];
	struct io_tls_site *s;

	io_tls_site_digest(cert, id);
	s = site_of(like, id);
	if (s == NULL)
		s = io_tls_site_new(cert);
	if (s != NULL && s->refs == 0)
		s->is_public = cert->is_public;
	if (s != NULL)
		s->refs++;
	return s;
}

static bool
take_sites(struct io_tls_config *c, const struct io_tls_cert *certs, size_t n, const struct io_tls_config *like)
{
	c->sites = calloc(n, sizeof(struct io_tls_site *));
	for (; c->sites != NULL && c->n < n; c->n++) {
		c->sites[c->n] = share_or_new(&certs[c->n], like);
		if (c->sites[c->n] == NULL)
			return false;
	}
	return c->sites != NULL;
}

struct io_tls_config *
io_tls_config_new(const struct io_tls_cert *certs, size_t n, const struct io_tls_config *like)
{
	struct io_tls_config *c;

	if (n == 0 || sodium_init() < 0)
		return NULL;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return NULL;
	c->refs = 1;
	io_tls_config_speaks(c, "http/1.1", NULL);
	c->cache = io_tls_cache_new();
	if (c->cache != NULL && take_sites(c, certs, n, like) && take_names(c, certs))
		return c;
	io_tls_config_unref(c);
	return NULL;
}

static bool
has_site(const void *config, const uint8_t id[IO_TLS_SITE_ID])
{
	return site_of(config, id) != NULL;
}

void
io_tls_config_resume(struct io_tls_config *c, const struct io_tls_config *old)
{
	io_tls_cache_copy(c->cache, old->cache, has_site, c);
}

void
io_tls_config_speaks(struct io_tls_config *c, const char *name, const char *or)
{
	c->protocols[0] = name;
	c->protocols[1] = or;
	c->nprotocols = or == NULL ? 1 : 2;
}

/* Counting users does not change what the configuration says. */
struct io_tls_config *
io_tls_config_ref(const struct io_tls_config *c)
{
	struct io_tls_config *m = (struct io_tls_config *)(uintptr_t)c;

	m->refs++;
	return m;
}

void
io_tls_config_unref(struct io_tls_config *c)
{
	size_t i;

	if (c == NULL || --c->refs > 0)
		return;
	for (i = 0; i < c->n; i++)
		io_tls_site_unref(c->sites[i]);
	for (i = 0; i < c->nnames; i++)
		free(c->names[i].name);
	io_tls_cache_free(c->cache);
	free(c->names);
	free(c->sites);
	free(c);
}
