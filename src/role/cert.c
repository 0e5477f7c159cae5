/* Certificates that are served; see cert.h. */
#include "role/cert.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "base/err.h"
#include "ca/cert.h"
#include "ca/scope.h"
#include "conf/conf.h"
#include "proxy/decide.h"
#include "role/cert_kept.h"
#include "sys/net.h"

enum { NAMES_MAX = 60, ADDRS_MAX = 40, DAY_S = 86400 };

/* --- what it has to name --------------------------------------------------------------- */

static bool
is_served(const struct net_ifaddr *f)
{
	return f->up && !addr_is_linklocal(&f->prefix.addr);
}

static bool
has(const json_t *list, const json_t *text)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (json_equal(one, text))
			return true;
	return false;
}

/* Once each, and no more than there is room for. Takes text. */
static void
add(json_t *list, json_t *text, size_t max)
{
	if (text != NULL && json_array_size(list) < max && !has(list, text))
		(void)json_array_append(list, text);	/* out of memory: the next one notices */
	json_decref(text);
}

/* Names and addresses of the cell in a fixed order: the same host and
 * configuration give the same list. */
static json_t *
wanted_names(const struct cert_for *f)
{
	struct proxy_site site;
	char text[ADDR_TEXT_MAX];
	json_t *list = json_array();
	size_t i;

	proxy_plan(&site, f->conf, f->host_label, 0);
	for (i = 0; i < site.nnames; i++)
		add(list, json_string(site.names[i]), NAMES_MAX);
	for (i = 0; i < f->nifs; i++)
		if (is_served(&f->ifs[i]))
			add(list, json_string(addr_text(&f->ifs[i].prefix.addr, text)), NAMES_MAX + ADDRS_MAX);
	return list;
}

/* Nobody types a global IPv6 address. */
static bool
is_needed(const json_t *text)
{
	struct addr a;

	return !addr_read(str_of(json_string_value(text)), &a) || a.len == 4 || addr_is_private(&a) ||
	    addr_is_loopback(&a);
}

static bool
has_needed(const json_t *have, const json_t *want)
{
	const json_t *one;
	size_t i;

	json_array_foreach(want, i, one)
		if (is_needed(one) && !has(have, one))
			return false;
	return true;
}

bool
cell_cert_serves(const struct cell_cert *c, const struct cert_for *f)
{
	json_t *want;
	bool ok;

	if (c == NULL || f->now < c->not_before || f->now > c->not_after - CERT_RENEW_DAYS * DAY_S)
		return false;
	want = wanted_names(f);
	ok = want != NULL && has_needed(c->names, want);
	json_decref(want);
	return ok;
}

/* The addresses of the earlier certificate, behind those of today. */
static void
keep_addresses(json_t *list, const struct cell_cert *old)
{
	const json_t *one;
	struct addr a;
	size_t i;

	json_array_foreach(old == NULL ? NULL : old->names, i, one)
		if (addr_read(str_of(json_string_value(one)), &a))
			add(list, json_incref((json_t *)(uintptr_t)one), NAMES_MAX + ADDRS_MAX);	/* counted, not changed */
}

/* --- making ------------------------------------------------------------------------------ */

static void
split_names(const json_t *list, struct ca_cert_plan *plan, const char **names, struct addr *addrs)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		const char *text = json_string_value(one);

		if (addr_read(str_of(text), &addrs[plan->naddrs]))
			plan->naddrs++;
		else
			names[plan->nnames++] = text;
	}
	plan->names = names;
	plan->addrs = addrs;
}

/* A leaf with a key of its own, and after it the issuer's certificate, if there is one. */
static int
make(struct cell_cert *c, const struct ca_cert_plan *plan, const struct cert_by *by, struct err *e)
{
	struct ca_cert made;
	int error = ca_cert_make(plan, by == NULL ? NULL : &by->issuer, &made, e);

	if (error < 0)
		return error;
	if (!cell_cert_add(c, made.der, made.n) || (by != NULL && !cell_cert_add(c, by->der, by->n)) ||
	    !cell_cert_key(c, made.key, sizeof(made.key)))
		error = err_sys(e, -ENOMEM, "make a certificate");
	(void)sodium_bin2hex(c->serial, sizeof(c->serial), made.serial, CA_SERIAL);	/* returns its buffer */
	ca_cert_clear(&made);
	c->not_before = plan->from_s;
	c->not_after = plan->until_s;
	return error;
}

int
cell_cert_make(struct cell_cert **out, const struct cell_cert *old, const struct cert_for *f, struct err *e)
{
	struct ca_cert_plan plan = { .common_name = f->conf->identity.cell_name,
	    .from_s = f->now - CA_BACKDATE_S, .until_s = f->now + (int64_t)CERT_DAYS * DAY_S };
	const char *names[NAMES_MAX + ADDRS_MAX];
	struct addr addrs[NAMES_MAX + ADDRS_MAX];
	struct cell_cert *c = cell_cert_new();
	int error;

	*out = NULL;
	if (c == NULL || (c->names = wanted_names(f)) == NULL) {
		cell_cert_free(c);
		return err_sys(e, -ENOMEM, "make a certificate");
	}
	(void)snprintf(c->id, sizeof(c->id), "%s", CERT_PROVISIONAL);	/* it fits */
	keep_addresses(c->names, old);
	split_names(c->names, &plan, names, addrs);
	error = make(c, &plan, NULL, e);
	if (error == 0)
		*out = c;
	else
		cell_cert_free(c);
	return error;
}

/* Is there a name with "*" that stands for it? */
static bool
is_covered(const json_t *list, const char *host)
{
	const char *dot = strchr(host, '.'), *name;
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		name = json_string_value(one);
		if (dot != NULL && name[0] == '*' && strcmp(name + 1, dot) == 0)
			return true;
	}
	return false;
}

/* Hosts of routes that no name with "*" stands for, where there is room. */
static void
add_routes(json_t *list, const struct conf *conf, const struct ca_scope *scope)
{
	const struct conf_route *r = conf->proxy.routes, *end = r + conf->proxy.nroutes;

	for (; r < end; r++)
		if (r->enabled && strchr(r->host, '.') != NULL && !is_covered(list, r->host) &&
		    ca_dns_name(str_of(r->host)) && ca_scope_has_name(scope, str_of(r->host)))
			add(list, json_string(r->host), NAMES_MAX + ADDRS_MAX);
}

/* Own names, and one label below the domains, so that a new service needs no other certificate; private addresses. */
static json_t *
certified_names(const struct cert_for *f, const struct ca_scope *scope)
{
	const char *const domains[] = { f->conf->identity.domain_name, f->conf->identity.domain };
	json_t *all = wanted_names(f), *list = json_array();
	const json_t *one;
	char text[CA_NAME_SIZE];
	struct addr a;
	size_t i;

	for (i = 0; i < 2; i++)
		if (domains[i] != NULL && ca_scope_has_name(scope, str_of(domains[i])) &&
		    (size_t)snprintf(text, sizeof(text), "*.%s", domains[i]) < sizeof(text))
			add(list, json_string(text), NAMES_MAX);
	json_array_foreach(all, i, one) {
		const struct str s = str_of(json_string_value(one));

		if (addr_read(s, &a) ? ca_scope_has_addr(&a) : ca_dns_name(s) && ca_scope_has_name(scope, s))
			add(list, json_incref((json_t *)(uintptr_t)one), NAMES_MAX + ADDRS_MAX);	/* counted, not changed */
	}
	add_routes(list, f->conf, scope);
	json_decref(all);
	return list;
}

/* c has its list of names. */
static int
issue(struct cell_cert *c, const struct cert_for *f, const struct cert_by *by, struct err *e)
{
	struct ca_cert_plan plan = { .common_name = f->conf->identity.cell_name, .crl_url = by->crl_url,
	    .from_s = by->span.from_s, .until_s = by->span.until_s };
	const char *names[NAMES_MAX + ADDRS_MAX];
	struct addr addrs[NAMES_MAX + ADDRS_MAX];
	int error;

	split_names(c->names, &plan, names, addrs);
	error = make(c, &plan, by, e);
	(void)snprintf(c->id, sizeof(c->id), "%.32s", c->serial);
	(void)snprintf(c->issuer, sizeof(c->issuer), "%s", by->issuer.common_name);	/* 64 bytes at most */
	return error;
}

int
cell_cert_issue(struct cell_cert **out, const struct cert_for *f, const struct cert_by *by, struct err *e)
{
	struct cell_cert *c = cell_cert_new();
	int error = -ENOMEM;

	*out = NULL;
	if (c != NULL)
		c->names = certified_names(f, by->scope);
	if (c == NULL || c->names == NULL)
		(void)err_sys(e, error, "make a certificate");
	else
		error = issue(c, f, by, e);
	if (error == 0)
		*out = c;
	else
		cell_cert_free(c);
	return error;
}

bool
cell_cert_fits(const struct cell_cert *c, const struct cert_for *f, const struct cert_by *by)
{
	json_t *want;
	bool ok;

	if (c == NULL || c->nchain != 2 || c->chain_len[1] != by->n || memcmp(c->chain[1], by->der, by->n) != 0)
		return false;
	want = certified_names(f, by->scope);
	ok = want != NULL && has_needed(c->names, want);
	json_decref(want);
	return ok;
}
