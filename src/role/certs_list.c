/* The certificates of a cell, one row each, for the API: its own one, those that are wanted of an ACME server, whether they
 * are there or not, and what else is kept. */
#include <stdio.h>
#include <string.h>

#include "conf/conf.h"
#include "conf/route.h"
#include "conf/txn.h"
#include "role/acme.h"
#include "role/authority.h"
#include "role/cert.h"
#include "role/core.h"
#include "role/sites.h"
#include "sys/clk.h"

struct listing {
	const struct core *core;
	const struct conf *conf;
	int64_t now;
	json_t *rows;
};

/* --- who uses it ------------------------------------------------------------------------ */

/* Does c serve this name; NULL: does the cell's own one? */
static bool
serves(const struct listing *l, const struct cell_cert *c, const char *name)
{
	return sites_for(l->core->sites, l->conf, name, l->now) == c;
}

static void
add_text(json_t *list, const char *text)
{
	(void)json_array_append_new(list, json_string(text));	/* out of memory: the shape of the row is refused */
}

static void
add_routes(const struct listing *l, const struct cell_cert *c, json_t *list)
{
	char names[CONF_ROUTE_NAMES][CONF_ROUTE_NAME_SIZE], text[CONF_ROUTE_NAME_SIZE + 8];
	size_t i, k, n;

	for (i = 0; i < l->conf->proxy.nroutes; i++) {
		const struct conf_route *r = &l->conf->proxy.routes[i];
		bool any = false;

		n = r->enabled ? conf_route_names(l->conf, r, names) : 0;
		for (k = 0; k < n; k++)
			any |= serves(l, c, names[k]);
		(void)snprintf(text, sizeof(text), "route:%s", r->name);	/* a slug fits */
		if (any)
			add_text(list, text);
	}
}

/* The cell's own one always has the addresses. */
static json_t *
users(const struct listing *l, const struct cell_cert *site)
{
	json_t *list = json_array();

	if (site == NULL || serves(l, site, l->conf->identity.domain_name)) {
		add_text(list, "web");
		add_text(list, "dns-over-tls");
		add_text(list, "dns-over-https");
	}
	add_routes(l, site, list);
	return list;
}

/* --- rows --------------------------------------------------------------------------------- */

static json_t *
text_or_null(const char *s)
{
	return s == NULL || s[0] == '\0' ? json_null() : json_string(s);
}

static json_t *
row(const struct listing *l, const struct cell_cert *c, const struct cell_cert *site, int64_t due, const char *state)
{
	const struct ca_span span = cell_cert_span(c);
	char from[CLK_TEXT_MAX], until[CLK_TEXT_MAX];

	return json_pack("{ss, sO, ss, so, ss, ss, sI, ss, sn, so}", "id", cell_cert_id(c),
	    "names", (json_t *)(uintptr_t)cell_cert_names(c) /* counted, not changed */, "source", cell_cert_source_text(c),
	    "issuer", text_or_null(cell_cert_issuer(c)), "not_before", clk_text(span.from_s, from),
	    "not_after", clk_text(span.until_s, until), "due", (json_int_t)due, "state", state, "last_error",
	    "used_by", users(l, site));
}

static void
add_row(struct listing *l, json_t *row)
{
	(void)json_array_append_new(l->rows, row);	/* out of memory: the list is shorter */
}

static bool
is_provisional(const struct cell_cert *c)
{
	return strcmp(cell_cert_id(c), CERT_PROVISIONAL) == 0;
}

static const char *
state_of(const struct cell_cert *cert, const struct acme_look *k)
{
	if (k != NULL && k->cert == NULL)
		return k->error[0] != '\0' && !k->running ? "failed" : "pending";
	return is_provisional(cert) ? "provisional" : "";
}

static int64_t
due_of(const struct cell_cert *cert, const struct acme_look *k)
{
	const struct ca_span span = cell_cert_span(cert);

	if (k != NULL)
		return k->next_at;
	return cell_cert_source(cert) == CERT_INTERNAL ? ca_due_s(&span) : 0;
}

static void
add_own(struct listing *l)
{
	const struct cell_cert *c = certs_served(l->core, NULL);

	if (c != NULL)
		add_row(l, row(l, c, NULL, due_of(c, NULL), state_of(c, NULL)));
}

static json_t *
awaited(const struct acme_look *k)
{
	return json_pack("{ss, s[s], ss, sn, sn, sn, sI, ss, s[]}", "id", k->name, "names", k->name, "source", "acme", "issuer",
	    "not_before", "not_after", "due", (json_int_t)k->next_at, "state", state_of(NULL, k),
	    "used_by");
}

/* It has a row already: it is wanted. */
static bool
is_listed(const struct listing *l, const struct cell_cert *c)
{
	const json_t *row;
	size_t i;

	json_array_foreach(l->rows, i, row)
		if (strcmp(json_string_value(json_object_get(row, "id")), cell_cert_id(c)) == 0)
			return true;
	return false;
}

static void
add_wanted(struct listing *l)
{
	struct acme_look k;
	json_t *o;
	size_t i;

	for (i = 0; acme_look(l->core, i, &k); i++) {
		o = k.cert == NULL ? awaited(&k) : row(l, k.cert, k.cert, k.next_at, "");
		(void)json_object_set_new(o, "last_error", text_or_null(k.error));	/* the same */
		add_row(l, o);
	}
}

static void
add_others(struct listing *l)
{
	size_t i;

	for (i = 0; i < sites_count(l->core->sites); i++) {
		const struct cell_cert *c = sites_at(l->core->sites, i);

		if (!is_listed(l, c))
			add_row(l, row(l, c, c, 0, ""));
	}
}

json_t *
certs_list(const struct core *c)
{
	struct listing l = { c, conf_txn_current(c->txn), clk_system.wall_s(&clk_system), json_array() };

	add_own(&l);
	add_wanted(&l);
	add_others(&l);
	return l.rows;
}

/* --- the one of the domain ------------------------------------------------------------------ */

/* What is served under the domain now. An imported one is as good as one that is still to come. */
json_t *
certs_main(const struct core *c)
{
	struct listing l = { c, conf_txn_current(c->txn), clk_system.wall_s(&clk_system), NULL };
	const struct cell_cert *site = sites_for(c->sites, l.conf, l.conf->identity.domain_name, l.now);
	const struct cell_cert *own = certs_served(c, NULL), *cert = site == NULL ? own : site;
	struct acme_look k;
	const bool wanted = acme_look(c, 0, &k) && (site == NULL || cell_cert_source(site) == CERT_ACME);
	json_t *o;

	if (cert == NULL)
		return NULL;
	o = row(&l, cert, site, due_of(cert, wanted ? &k : NULL), state_of(cert, wanted ? &k : NULL));
	if (wanted)
		(void)json_object_set_new(o, "last_error", text_or_null(k.error));	/* out of memory: the shape is refused */
	(void)json_object_set_new(o, "waiting_for_time", json_boolean(wanted ? k.waits_for_time :
	    l.conf->setup_complete && is_provisional(cert)));	/* the same */
	return o;
}
