/* Certificates from elsewhere; see sites.h. */
#include "role/sites.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "conf/conf.h"
#include "role/cert.h"
#include "role/snapshot.h"
#include "sys/clk.h"

enum { FORGET_S = 30 * CA_DAY_S };

struct sites {
	size_t n;
	struct cell_cert *v[SITES_MAX + 1];	/* imported ones first, then the later end; one more while another is replaced */
};

/* --- order ----------------------------------------------------------------------------- */

static bool
goes_before(const struct cell_cert *a, const struct cell_cert *b)
{
	const int64_t ends_a = cell_cert_span(a).until_s, ends_b = cell_cert_span(b).until_s;

	if (cell_cert_source(a) != cell_cert_source(b))
		return cell_cert_source(a) == CERT_IMPORTED;
	return ends_a != ends_b ? ends_a > ends_b : strcmp(cell_cert_id(a), cell_cert_id(b)) < 0;
}

/* There is room. */
static void
insert(struct sites *s, struct cell_cert *c)
{
	size_t at = s->n++;

	for (; at > 0 && goes_before(c, s->v[at - 1]); at--)
		s->v[at] = s->v[at - 1];
	s->v[at] = c;
}

static void
take_out(struct sites *s, size_t i)
{
	cell_cert_free(s->v[i]);
	memmove(&s->v[i], &s->v[i + 1], (--s->n - i) * sizeof(s->v[0]));
}

/* --- names ------------------------------------------------------------------------------- */

/* Does list have the name, to the letter? */
static bool
lists(const json_t *list, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (strcmp(json_string_value(one), name) == 0)
			return true;
	return false;
}

enum cover { NOT_COVERED, BY_STAR, BY_NAME };

static enum cover
cover_of(const struct cell_cert *c, const char *name)
{
	const json_t *names = cell_cert_names(c), *one;
	const char *rest = strchr(name, '.');
	enum cover by = NOT_COVERED;
	size_t i;

	json_array_foreach(names, i, one) {
		const char *pattern = json_string_value(one);

		if (strcmp(pattern, name) == 0)
			return BY_NAME;
		if (rest != NULL && rest != name && pattern[0] == '*' && strcmp(pattern + 1, rest) == 0)
			by = BY_STAR;
	}
	return by;
}

bool
sites_covers(const struct cell_cert *c, const char *name)
{
	return cover_of(c, name) != NOT_COVERED;
}

/* Has b all names of a? Then a is not needed beside it. */
static bool
replaces(const struct cell_cert *b, const struct cell_cert *a)
{
	const json_t *one;
	size_t i;

	json_array_foreach(cell_cert_names(a), i, one)
		if (!lists(cell_cert_names(b), json_string_value(one)))
			return false;
	return cell_cert_source(a) == cell_cert_source(b);
}

static bool
is_below(const char *name, const char *domain)
{
	const size_t n = strlen(name), d = domain == NULL ? 0 : strlen(domain);

	return d > 0 && n >= d && strcmp(name + n - d, domain) == 0 && (n == d || name[n - d - 1] == '.');
}

/* A domain that the cell had before is none of its names (WEB-2). */
static bool
is_own(const struct conf *conf, const char *name)
{
	return is_below(name, conf->identity.domain_name) || is_below(name, conf->identity.domain);
}

static bool
is_valid(const struct cell_cert *c, int64_t now)
{
	const struct ca_span s = cell_cert_span(c);

	return now >= s.from_s && now < s.until_s;
}

/* --- on disk ------------------------------------------------------------------------------- */

struct loading {
	struct sites *sites;
	int state_fd;
	struct vault *vault;
};

static bool
on_id(void *arg, const char *id)
{
	struct loading *l = arg;
	struct cell_cert *c = strcmp(id, CERT_PROVISIONAL) == 0 ? NULL : cell_cert_load(l->state_fd, id, l->vault);

	if (c != NULL && cell_cert_source(c) != CERT_INTERNAL)
		insert(l->sites, c);
	else
		cell_cert_free(c);
	return l->sites->n <= SITES_MAX;
}

/* What by, which is stored, makes needless. A crash before this leaves it for the next load. */
static void
drop_replaced(struct sites *s, size_t by, int state_fd)
{
	size_t i = s->n;
	const struct cell_cert *c = s->v[by];

	while (i-- > 0)
		if (s->v[i] != c && replaces(c, s->v[i])) {
			(void)cell_cert_drop(state_fd, cell_cert_id(s->v[i]), NULL);	/* what stays is swept */
			take_out(s, i);
		}
}

struct sites *
sites_load(int state_fd, struct vault *v)
{
	struct sites *s = calloc(1, sizeof(*s));
	size_t i;

	if (s == NULL)
		return NULL;
	cell_cert_list(state_fd, on_id, &(struct loading){ s, state_fd, v });
	for (i = 0; i < s->n; i++)
		drop_replaced(s, i, state_fd);	/* what ends later stands first, so none that i counts goes */
	return s;
}

void
sites_free(struct sites *s)
{
	size_t i;

	for (i = 0; s != NULL && i < s->n; i++)
		cell_cert_free(s->v[i]);
	free(s);
}

static size_t
replaced_by(const struct sites *s, const struct cell_cert *c)
{
	size_t i, n = 0;

	for (i = 0; i < s->n; i++)
		n += replaces(c, s->v[i]);
	return n;
}

static size_t
index_of(const struct sites *s, const char *id)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(cell_cert_id(s->v[i]), id) == 0)
			break;
	return i;
}

int
sites_add(struct sites *s, struct cell_cert *c, int state_fd, struct vault *v, struct err *e)
{
	int error;

	if (s->n - replaced_by(s, c) >= SITES_MAX)
		error = err_set(e, ERR_CONFLICT, "%d certificates are kept, which is all there may be", SITES_MAX);
	else
		error = cell_cert_store(c, state_fd, v, e);
	if (error < 0) {
		cell_cert_free(c);
		return error;
	}
	insert(s, c);
	drop_replaced(s, index_of(s, cell_cert_id(c)), state_fd);
	return 0;
}

int
sites_remove(struct sites *s, const char *id, int state_fd, struct err *e)
{
	const size_t i = index_of(s, id);
	int error = i == s->n ? err_set(e, ERR_NOT_FOUND, "there is no such certificate") : cell_cert_drop(state_fd, id, e);

	if (error == 0)
		take_out(s, i);
	return error;
}

bool
sites_forget(struct sites *s, int64_t now, int state_fd)
{
	const size_t had = s->n;
	size_t i = s->n;

	while (i-- > 0) {
		const char *id = cell_cert_id(s->v[i]);

		if (cell_cert_span(s->v[i]).until_s > now - FORGET_S || cell_cert_drop(state_fd, id, NULL) < 0)
			continue;	/* what the disk keeps is met again */
		log_line(LOG_TLS, LOG_INFO, "a certificate that has run out is forgotten", "id", id, NULL);
		take_out(s, i);
	}
	return s->n < had;
}

/* --- looking -------------------------------------------------------------------------------- */

size_t
sites_count(const struct sites *s)
{
	return s->n;
}

const struct cell_cert *
sites_at(const struct sites *s, size_t i)
{
	return s->v[i];
}

const struct cell_cert *
sites_find(const struct sites *s, const char *id)
{
	const size_t i = index_of(s, id);

	return i == s->n ? NULL : s->v[i];
}

bool
sites_needs_secret(const struct sites *s, const char *ref)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(cell_cert_secret_ref(s->v[i]), ref) == 0)
			return true;
	return false;
}

/* --- serving --------------------------------------------------------------------------------- */

/* As io/tls.h chooses: an exact name goes before "*.x", then the order counts. */
const struct cell_cert *
sites_for(const struct sites *s, const struct conf *conf, const char *name, int64_t now)
{
	const struct cell_cert *by_star = NULL;
	const size_t n = is_own(conf, name) ? s->n : 0;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct cell_cert *c = s->v[i];
		const enum cover by = is_valid(c, now) ? cover_of(c, name) : NOT_COVERED;

		if (by == BY_NAME)
			return c;
		if (by_star == NULL && by == BY_STAR)
			by_star = c;
	}
	return by_star;
}

/* With the names that are the cell's; false: there is none. */
static bool
serve(const struct conf *conf, const struct cell_cert *c, struct snapshot_cert *out)
{
	size_t i, n = 0;

	cell_cert_snapshot(c, out);
	for (i = 0; i < out->nnames; i++)
		if (is_own(conf, out->names[i]))
			out->names[n++] = out->names[i];
	out->nnames = n;
	return n > 0;
}

bool
sites_serves(const struct conf *conf, const struct cell_cert *c)
{
	const json_t *one;
	size_t i;

	json_array_foreach(cell_cert_names(c), i, one)
		if (is_own(conf, json_string_value(one)))
			return true;
	return false;
}

/* Its exact names would go before "*.x" of others. */
static void
leave_names(const struct sites *s, const struct conf *conf, int64_t now, struct snapshot_cert *own)
{
	size_t i, n = 0;

	for (i = 0; i < own->nnames; i++)
		if (sites_for(s, conf, own->names[i], now) == NULL)
			own->names[n++] = own->names[i];
	own->nnames = n;
}

size_t
sites_serve(const struct sites *s, const struct conf *conf, int64_t now, struct snapshot_cert *out)
{
	size_t i, n = 1;

	for (i = 0; i < s->n; i++)
		if (is_valid(s->v[i], now) && serve(conf, s->v[i], &out[n]))
			n++;
	leave_names(s, conf, now, &out[0]);
	return n;
}

bool
sites_turned(const struct sites *s, int64_t before, int64_t now)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (is_valid(s->v[i], before) != is_valid(s->v[i], now))
			return true;
	return false;
}
