/* Texts of extra zones: zones/<sha256>.zone in the state directory (data.md 2).
 * Written before the generation that names them, read once (by a job when
 * somebody puts them, else here), deleted when no kept generation names them. One that is missing or broken is reported once
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
#include "dns/parcel.h"
#include "jobs/jobs.h"
#include "role/core.h"
#include "sys/file.h"
#include "sys/memfd.h"

enum {
	FILE_NAME_MAX = DNS_EXTRA_SHA256 + 8,
	YOUNG_S = 600,	/* the change that wrote it may not be committed yet */
	PUTTING_MAX = 4,	/* texts read at a time, each by a job with a core of its own */
	RETRY_S = 1
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

/* --- putting ---------------------------------------------------------------------------- */

/* Life of a text that somebody puts
 *
 *   texts_put()	job zone.read gets the text and room for what it makes of it
 *   on_read()		sealed, checked, kept beside the others; the text goes on disk; done
 *   texts_cancel()	nobody waits any more
 */
struct api_zone_put {
	struct core *c;
	struct jobs_run *job;
	int parcel;			/* the memfd */
	const char *zone;		/* borrowed, as text */
	struct str text;
	api_kept_cb *done;
	void *arg;
};

static void
put_free(struct api_zone_put *p)
{
	p->c->putting--;
	(void)close(p->parcel);	/* what is wanted of it was copied */
	free(p);
}

void
texts_cancel(struct api_zone_put *p)
{
	if (p == NULL)
		return;
	jobs_run_cancel(p->job);
	put_free(p);
}

/* What the job made, if it is sound. */
static int
take_parcel(struct api_zone_put *p, const char *sha256, struct err *e)
{
	struct dns_extra x = { .n = 0 };
	const void *from;
	size_t n;
	bool ok;

	if (memfd_draft_seal(p->parcel) < 0 || memfd_map(p->parcel, DNS_PARCEL_MAX, &from, &n) < 0)
		return err_set(e, ERR_INTERNAL, "what was made of the zone cannot be read");
	ok = dns_name_read(str_of(p->zone), NULL, 0, x.name, &x.len) && dns_parcel_read(&x, from, n);
	memfd_unmap(from, n);
	return ok ? dns_extras_take(p->c->extras, sha256, &x, e) :
	    err_set(e, ERR_INTERNAL, "what was made of the zone does not check out");
}

static int
keep(struct api_zone_put *p, struct api_zone_kept *k, struct err *e)
{
	struct core *c = p->c;
	const struct dns_extra *was;
	char name[FILE_NAME_MAX];
	int error;

	hash(k->sha256, p->text);
	file_name(name, k->sha256);
	error = take_parcel(p, k->sha256, e);
	if (error == -ENOSPC) {
		dns_extras_sweep(c->extras, keep_extra, c);
		error = take_parcel(p, k->sha256, e);
	}
	if (error < 0)
		return error;
	answers_clear(&c->answers);	/* what could not be read before can be now */
	was = stuck_with(c, conf_txn_current(c->txn), p->zone, k->sha256);
	k->stays = was != NULL;
	k->before = was == NULL ? 0 : was->serial;
	k->serial = dns_extras_find(c->extras, str_of(p->zone), k->sha256)->serial;
	return file_write(c->texts_fd, name, p->text.p, p->text.n, 0600, e);
}

static void
on_read(void *arg, const json_t *result, const struct err *e)
{
	struct api_zone_put *p = arg;
	struct api_zone_kept k = { .serial = 0 };
	api_kept_cb *done = p->done;
	void *done_arg = p->arg;
	struct err mine;

	(void)result;
	p->job = NULL;
	err_clear(&mine);
	if (e == NULL && keep(p, &k, &mine) < 0)
		e = &mine;
	put_free(p);
	done(done_arg, e == NULL ? &k : NULL, e);
}

static int
run_job(struct api_zone_put *p)
{
	json_t *in = json_pack("{s:s, s:i}", "zone", p->zone, "size", DNS_PARCEL_MAX);
	int text = memfd_sealed("pic-zone", p->text.p, p->text.n);
	const int fds[2] = { text, p->parcel };

	if (in != NULL && text >= 0 && p->parcel >= 0)
		p->job = jobs_run_with(p->c->jobs, &(struct jobs_ask){ .kind = "zone.read", .in = in, .fds = fds, .nfds = 2,
		    .done = on_read, .arg = p });
	if (text >= 0)
		(void)close(text);	/* the job has its own */
	json_decref(in);
	return p->job == NULL ? -ENOMEM : 0;
}

struct api_zone_put *
texts_put(void *core, const char *zone, struct str text, api_kept_cb *done, void *arg, struct err *e)
{
	struct core *c = core;
	struct api_zone_put *p = c->putting < PUTTING_MAX ? calloc(1, sizeof(*p)) : NULL;

	if (p == NULL) {
		(void)err_set(e, ERR_UNAVAILABLE, "too many zones are being changed");	/* NULL tells */
		e->retry_after = RETRY_S;
		return NULL;
	}
	*p = (struct api_zone_put){ .c = c, .parcel = memfd_draft("pic-zone-table", DNS_PARCEL_MAX), .zone = zone,
		.text = text, .done = done, .arg = arg };
	c->putting++;
	if (run_job(p) == 0)
		return p;
	put_free(p);
	(void)err_set(e, ERR_UNAVAILABLE, "the zone cannot be read now");	/* as above */
	return NULL;
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
