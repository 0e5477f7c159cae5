/* Texts of extra zones: zones/<sha256>.zone in the state directory (data.md 2).
 * Written before the generation that names them, read once, deleted when no
 * kept generation names them. One that is missing or broken is reported once
 * and left out (DNL-11). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>
#include <sodium.h>

#include "api/live.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "dns/extra.h"
#include "role/core.h"
#include "sys/file.h"

enum {
	FILE_NAME_MAX = DNS_EXTRA_SHA256 + 8,
	YOUNG_S = 600	/* the change that wrote it may not be committed yet */
};

static void
file_name(char out[FILE_NAME_MAX], const char *sha256)
{
	(void)snprintf(out, FILE_NAME_MAX, "%s.zone", sha256);	/* fits */
}

static void
hash(char out[DNS_EXTRA_SHA256], struct str text)
{
	uint8_t digest[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(digest, (const uint8_t *)text.p, text.n);	/* cannot fail */
	(void)sodium_bin2hex(out, DNS_EXTRA_SHA256, digest, sizeof(digest));	/* fits */
}

int
texts_read(void *core, const char *sha256, char **out, size_t *n, struct err *e)
{
	const struct core *c = core;
	char name[FILE_NAME_MAX], found[DNS_EXTRA_SHA256];
	int error;

	file_name(name, sha256);
	error = file_read(c->texts_fd, name, DNS_EXTRA_TEXT_MAX, out, n, e);
	if (error < 0)
		return error;
	hash(found, (struct str){ *out, *n });
	if (strcmp(found, sha256) == 0)
		return 0;
	free(*out);
	*out = NULL;
	return err_set(e, ERR_VALIDATION, "%s does not hold what its name says", name);
}

/* --- what secondaries notice --------------------------------------------------------- */

/* The zone of that name, if it goes out; NULL: it does not. */
static const struct conf_extra_zone *
sent_zone(const struct conf *conf, const char *name)
{
	const struct conf_dns *d = &conf->dns;
	size_t i;

	for (i = 0; d->nsecondaries > 0 && i < d->nzones; i++)
		if (str_ieq(str_of(d->zones[i].name), str_of(name)))
			return (d->zones[i].views & CONF_ZONE_PUBLIC) != 0 ? &d->zones[i] : NULL;
	return NULL;
}

/* What secondaries stay with when the text becomes another one; NULL: they follow. */
static const struct dns_extra *
stuck_with(const struct core *c, const struct conf *was, const char *zone, const char *sha256)
{
	const struct conf_extra_zone *z = sent_zone(was, zone);
	const struct dns_extra *x = z == NULL ? NULL : dns_extras_find(c->extras, str_of(zone), z->sha256);

	return dns_extra_stays(x, dns_extras_find(c->extras, str_of(zone), sha256)) ? x : NULL;
}

void
texts_compare(const struct core *c, const struct conf *was, const struct conf *now)
{
	size_t i;

	for (i = 0; i < now->dns.nzones; i++) {
		const struct conf_extra_zone *z = &now->dns.zones[i];

		if (sent_zone(now, z->name) != NULL && stuck_with(c, was, z->name, z->sha256) != NULL)
			log_line(LOG_DNS, LOG_WARNING, "secondaries stay with the earlier text of a zone: its serial did not rise",
			    "zone", z->name, NULL);
	}
}

/* --- what was read -------------------------------------------------------------------- */

static bool
is_named(const struct conf *conf, const struct dns_extra *x)
{
	size_t i;

	for (i = 0; i < conf->dns.nzones; i++)
		if (strcmp(conf->dns.zones[i].sha256, x->sha256) == 0)
			return true;
	return false;
}

static bool
keep_extra(void *arg, const struct dns_extra *x)
{
	const struct core *c = arg;

	return is_named(conf_txn_current(c->txn), x);
}

static bool
keep_good(void *arg, const struct dns_extra *x)
{
	(void)arg;
	return x->table != NULL;
}

void
texts_retry(struct core *c)
{
	dns_extras_sweep(c->extras, keep_good, NULL);
}

static void
load(struct core *c, const struct conf_extra_zone *z)
{
	struct err e;
	char *text;
	size_t n;
	int error;

	err_clear(&e);
	error = texts_read(c, z->sha256, &text, &n, &e);
	if (error < 0)	/* an empty text is no zone either */
		(void)dns_extras_read(c->extras, str_of(z->name), z->sha256, STR(""), true, NULL);
	else
		error = dns_extras_read(c->extras, str_of(z->name), z->sha256, (struct str){ text, n }, true, &e);
	free(text);
	if (error < 0)
		log_line(LOG_DNS, LOG_CRITICAL, "a zone is left out", "zone", z->name, "err", e.detail, NULL);
}

void
texts_load(struct core *c, const struct conf *conf)
{
	size_t i;

	for (i = 0; i < conf->dns.nzones; i++) {
		const struct conf_extra_zone *z = &conf->dns.zones[i];

		if (dns_extras_find(c->extras, str_of(z->name), z->sha256) == NULL)
			load(c, z);
	}
}

int
texts_put(void *core, const char *zone, struct str text, struct api_zone_kept *out, struct err *e)
{
	struct core *c = core;
	const struct dns_extra *was;
	char name[FILE_NAME_MAX];
	int error;

	hash(out->sha256, text);
	file_name(name, out->sha256);
	error = dns_extras_read(c->extras, str_of(zone), out->sha256, text, false, e);
	if (error == -ENOSPC) {
		dns_extras_sweep(c->extras, keep_extra, c);
		error = dns_extras_read(c->extras, str_of(zone), out->sha256, text, false, e);
	}
	if (error < 0)
		return error;
	was = stuck_with(c, conf_txn_current(c->txn), zone, out->sha256);
	out->stays = was != NULL;
	out->before = was == NULL ? 0 : was->serial;
	out->serial = dns_extras_find(c->extras, str_of(zone), out->sha256)->serial;
	return file_write(c->texts_fd, name, text.p, text.n, 0600, e);
}

/* --- sweeping -------------------------------------------------------------------------- */

struct sweep {
	const struct core *core;
	const json_t *refs;
};

static bool
on_file(void *arg, const char *name)
{
	const struct sweep *s = arg;
	char sha256[DNS_EXTRA_SHA256];
	struct stat st;

	if (!str_copy((struct str){ name, strcspn(name, ".") }, sha256, sizeof(sha256)) ||
	    json_object_get(s->refs, sha256) != NULL || fstatat(s->core->texts_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    time(NULL) - st.st_mtime < YOUNG_S)
		return true;
	(void)file_remove(s->core->texts_fd, name, NULL);	/* it is tried again after the next change */
	return true;
}

void
texts_sweep(struct core *c, const json_t *refs)
{
	struct sweep s = { c, refs };

	dns_extras_sweep(c->extras, keep_extra, c);
	(void)file_list(c->texts_fd, on_file, &s);	/* as above */
}

int
texts_open(struct core *c, struct err *e)
{
	c->texts_fd = file_dir_sub(c->state_fd, "zones", e);
	if (c->texts_fd < 0)
		return c->texts_fd;
	file_sweep(c->texts_fd);
	c->extras = dns_extras_new();
	return c->extras == NULL ? err_sys(e, -ENOMEM, "read the zones") : 0;
}

void
texts_close(struct core *c)
{
	dns_extras_free(c->extras);
	if (c->texts_fd >= 0)
		(void)close(c->texts_fd);	/* a directory */
}
