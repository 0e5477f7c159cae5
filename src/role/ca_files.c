/* The files at /ca; see ca_files.h. */
#include "role/ca_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/pem.h"
#include "base/wr.h"
#include "ca/page.h"
#include "ca/profile.h"
#include "ca/scope.h"
#include "conf/conf.h"
#include "http/reply.h"
#include "http/server.h"
#include "role/authority.h"

_Static_assert((int)SNAPSHOT_LISTS_MAX == (int)AUTHORITY_LISTS_MAX, "all lists are handed out");

/* --- making, in core ------------------------------------------------------------- */

static bool
write_file(struct snapshot_file *out, void (*write)(struct wr *w, const struct ca_page_facts *f),
    const struct ca_page_facts *f)
{
	uint8_t *p = malloc(CA_PAGE_MAX);
	struct wr w;

	if (p == NULL)
		return false;
	wr_init(&w, p, CA_PAGE_MAX);
	write(&w, f);
	*out = (struct snapshot_file){ p, wr_len(&w) };
	return wr_ok(&w);
}

static bool
copy_file(struct snapshot_file *out, const void *p, size_t n)
{
	uint8_t *copy = malloc(n + 1);

	if (copy == NULL)
		return false;
	memcpy(copy, p, n);
	out->p = copy;
	out->n = n;
	return true;
}

static size_t
scope_names(const json_t *about, const char **names)
{
	const json_t *one;
	size_t i, n = 0;

	json_array_foreach(json_object_get(about, "permitted_names"), i, one)
		if (n < CA_SCOPE_NAMES_MAX)
			names[n++] = json_string_value(one);
	return n;
}

static bool
make_pages(struct ca_files *out, const struct authority *a, const struct conf *conf, const json_t *about)
{
	const struct authority_bytes root = authority_root(a);
	const char *names[CA_SCOPE_NAMES_MAX];
	char url[300], until[11];
	struct ca_page_facts f = { .cell = conf->identity.cell_name, .url = url, .until = until, .names = names,
	    .subject = json_string_value(json_object_get(about, "subject")),
	    .fingerprint = json_string_value(json_object_get(about, "fingerprint")), .root = root.p, .root_n = root.n };

	f.nnames = scope_names(about, names);
	(void)snprintf(url, sizeof(url), "https://%s", conf->identity.domain_name);	/* a name fits */
	(void)snprintf(until, sizeof(until), "%.10s", json_string_value(json_object_get(about, "not_after")));	/* the day */
	return write_file(&out->file[SNAPSHOT_CA_PAGE], ca_page_write, &f) &&
	    write_file(&out->file[SNAPSHOT_CA_PROFILE], ca_profile_write, &f);
}

static bool
make_lists(struct ca_files *out, const struct authority *a)
{
	struct authority_bytes list;
	const char *id;
	size_t i;

	for (i = 0; i < SNAPSHOT_LISTS_MAX && (list = authority_list(a, i, &id)).p != NULL; i++)
		if (!str_copy(str_of(id), out->list[i].id, sizeof(out->list[i].id)) ||
		    !copy_file(&out->list[i].file, list.p, list.n))
			return false;
	return true;
}

bool
ca_files_make(struct ca_files *out, const struct authority *a, const struct conf *conf)
{
	const struct authority_bytes root = authority_root(a);
	json_t *about = authority_about(a);
	char *pem = NULL;
	size_t n = 0;
	bool ok;

	memset(out, 0, sizeof(*out));
	ok = about != NULL && make_pages(out, a, conf, about) && pem_add(&pem, &n, "CERTIFICATE", root.p, root.n);
	if (ok)
		out->file[SNAPSHOT_CA_ROOT] = (struct snapshot_file){ pem, n };
	json_decref(about);
	return ok && make_lists(out, a);
}

void
ca_files_clear(struct ca_files *f)
{
	size_t i;

	for (i = 0; i < SNAPSHOT_CA_FILES; i++)
		free((void *)(uintptr_t)f->file[i].p);	/* made above */
	for (i = 0; i < SNAPSHOT_LISTS_MAX; i++)
		free((void *)(uintptr_t)f->list[i].file.p);	/* the same */
	memset(f, 0, sizeof(*f));
}

/* --- answering, in an edge ------------------------------------------------------------ */

struct kind {
	const char *path, *type;
	enum snapshot_ca which;		/* SNAPSHOT_CA_FILES: the style, which is the same in every cell */
};

static const struct kind kinds[] = {
	{ "/ca", "text/html; charset=utf-8", SNAPSHOT_CA_PAGE },
	{ "/ca/", "text/html; charset=utf-8", SNAPSHOT_CA_PAGE },
	{ "/ca/root.crt", "application/x-x509-ca-cert", SNAPSHOT_CA_ROOT },
	{ "/ca/root.mobileconfig", "application/x-apple-aspen-config", SNAPSHOT_CA_PROFILE },
	{ "/ca/style.css", "text/css; charset=utf-8", SNAPSHOT_CA_FILES },
};

static struct str
find_file(const struct snapshot *s, struct str path, const char **type)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_eqz(path, kinds[i].path)) {
			*type = kinds[i].type;
			return kinds[i].which == SNAPSHOT_CA_FILES ? str_of(ca_page_style) :
			    (struct str){ s->ca[kinds[i].which].p, s->ca[kinds[i].which].n };
		}
	return (struct str){ NULL, 0 };
}

/* "/ca/crl-1A2B3C.der"; "/ca/crl.der" is that of today's intermediate. */
static struct str
find_list(const struct snapshot *s, struct str path)
{
	char name[32];
	size_t i;

	for (i = 0; i < SNAPSHOT_LISTS_MAX; i++) {
		const struct snapshot_list *l = &s->lists[i];

		(void)snprintf(name, sizeof(name), "/ca/crl-%s.der", l->id);	/* it fits */
		if (l->file.n > 0 && (str_eqz(path, name) || (i == 0 && str_eqz(path, "/ca/crl.der"))))
			return (struct str){ l->file.p, l->file.n };
	}
	return (struct str){ NULL, 0 };
}

static void
send_file(struct http_req *rq, const char *type, struct str body)
{
	const struct http_header headers[] = {
		{ STR("Content-Type"), str_of(type) },
		{ STR("Cache-Control"), STR("no-cache") },
		{ STR("X-Content-Type-Options"), STR("nosniff") },
		{ STR("Content-Security-Policy"), STR("default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
		    "frame-ancestors 'none'") },
		{ STR("Referrer-Policy"), STR("no-referrer") },
	};
	const struct http_answer a = { .status = 200, .headers = headers, .body = body,
	    .nheaders = sizeof(headers) / sizeof(headers[0]) };

	http_reply(rq, &a);
}

void
ca_files_answer(struct http_req *rq, const struct snapshot *s, struct str path, unsigned zone)
{
	const unsigned zones = CONF_ZONE_LOCAL | CONF_ZONE_LAN | CONF_ZONE_VPN;
	const char *type = "application/pkix-crl";
	struct str body = { NULL, 0 };

	if ((zone & zones) != 0 && (body = find_file(s, path, &type)).n == 0)
		body = find_list(s, path);
	if (body.n == 0)
		http_reply_problem(rq, 404, "there is no such file");
	else
		send_file(rq, type, body);
}
