/* What the edge does with a request; see decide.h. */
#include "proxy/decide.h"

#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "base/rd.h"
#include "base/wr.h"
#include "conf/conf.h"

/* DNS-3: every generated name points at the cell. */
static const char *const own_labels[] = { "", "api.", "www.", "ns.", "ntp.", "vpn.", "ca." };

static void
add_name(struct proxy_site *s, const char *prefix, const char *name)
{
	int n;

	if (s->nnames == PROXY_NAMES_MAX || name == NULL || name[0] == '\0')
		return;
	n = snprintf(s->names[s->nnames], PROXY_NAME_MAX, "%s%s", prefix, name);
	if (n > 0 && n < PROXY_NAME_MAX)
		s->nnames++;
}

void
proxy_plan(struct proxy_site *s, const struct conf *c, const char *host_label, uint16_t https_port)
{
	char local[80];
	size_t i;

	memset(s, 0, sizeof(*s));
	s->setup_complete = c->setup_complete;
	s->doh = c->dns.doh;
	s->hsts = c->proxy.hsts;
	s->https_port = https_port;
	for (i = 0; i < sizeof(own_labels) / sizeof(own_labels[0]); i++) {
		add_name(s, own_labels[i], c->identity.domain_name);
		add_name(s, own_labels[i], c->identity.domain);
	}
	add_name(s, "", "localhost");
	add_name(s, "", host_label);
	(void)snprintf(local, sizeof(local), "%s.local", host_label);	/* a label is at most 63 bytes */
	if (host_label[0] != '\0')
		add_name(s, "", local);
}

static bool
is_local_literal(struct str host, const struct addr *local)
{
	struct addr a;

	if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = (struct str){ host.p + 1, host.n - 2 };
	return addr_read(host, &a) && (addr_eq(&a, local) ||
	    (addr_is_loopback(&a) && addr_is_loopback(local)));
}

bool
proxy_host_ok(const struct proxy_site *s, struct str host, const struct addr *local)
{
	size_t i;

	if (!s->setup_complete)
		return true;	/* api.md 1.1: during setup the edge takes any */
	if (host.n > 1 && host.p[host.n - 1] == '.')
		host.n--;
	for (i = 0; i < s->nnames; i++)
		if (str_ieq(host, str_of(s->names[i])))
			return true;
	return is_local_literal(host, local);
}

/* base64url, without padding. */
static bool
is_token(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", s.p[i]) == NULL || s.p[i] == '\0')
			return false;
	return s.n > 0 && s.n <= PROXY_TOKEN_MAX;
}

bool
proxy_challenge(const struct proxy_site *s, struct str path, struct str *token)
{
	const struct str prefix = STR("/.well-known/acme-challenge/");

	if (s->acme[0] == '\0' || !str_starts(path, prefix))
		return false;
	*token = (struct str){ path.p + prefix.n, path.n - prefix.n };
	return is_token(*token);
}

static bool
is_api(struct str path)
{
	return str_eq(path, STR("/api")) || str_starts(path, STR("/api/")) ||
	    str_eq(path, STR("/health"));
}

/* One-time links of core's, PEER-9. */
static bool
is_link(struct str path)
{
	return str_starts(path, STR("/p/"));
}

static bool
is_ca(struct str path)
{
	return str_eq(path, STR("/ca")) || str_starts(path, STR("/ca/"));
}

static bool
is_setup_page(struct str path)
{
	return str_eq(path, STR("/setup")) || str_starts(path, STR("/assets/")) ||
	    str_eq(path, STR("/favicon.svg")) || str_eq(path, STR("/robots.txt"));
}

enum proxy_action
proxy_decide(const struct proxy_site *s, const struct proxy_ask *a)
{
	if (!proxy_host_ok(s, a->host, a->local))
		return PROXY_MISDIRECTED;
	if (s->setup_complete && is_ca(a->path))
		return a->get ? PROXY_CA : PROXY_METHOD;
	if (!a->tls)
		return PROXY_HTTPS;
	if (is_api(a->path) || (s->setup_complete && is_link(a->path)))
		return PROXY_API;
	if (s->setup_complete && str_eq(a->path, STR("/dns-query")))
		return s->doh ? PROXY_DOH : PROXY_NOTHING;
	if (!a->get)
		return PROXY_METHOD;
	if (!s->setup_complete && !is_setup_page(a->path))
		return PROXY_SETUP;
	return PROXY_UI;
}

void
proxy_site_write(struct wr *w, const struct proxy_site *s)
{
	size_t i, n;

	wr_u8(w, s->setup_complete);
	wr_u8(w, s->doh);
	wr_u8(w, s->hsts);
	wr_be16(w, s->https_port);
	wr_u8(w, (uint8_t)strlen(s->acme));
	wr_text(w, s->acme);
	wr_be16(w, (uint16_t)s->nnames);
	for (i = 0; i < s->nnames; i++) {
		n = strlen(s->names[i]);
		wr_u8(w, (uint8_t)n);
		wr_bytes(w, s->names[i], n);
	}
}

/* A name as the writer has it: not empty, and without the end of a string in it. */
static bool
name_read(struct rd *r, char name[PROXY_NAME_MAX])
{
	size_t n = rd_u8(r);

	if (n == 0 || n >= PROXY_NAME_MAX)
		return rd_fail(r);
	rd_copy(r, name, n);
	return strlen(name) == n || rd_fail(r);
}

static bool
acme_read(struct rd *r, char acme[PROXY_ACME_MAX])
{
	size_t n = rd_u8(r);

	if (n >= PROXY_ACME_MAX)
		return rd_fail(r);
	rd_copy(r, acme, n);
	return n == 0 || is_token((struct str){ acme, n }) || rd_fail(r);
}

bool
proxy_site_read(struct rd *r, struct proxy_site *s)
{
	size_t i;

	memset(s, 0, sizeof(*s));
	s->setup_complete = rd_bool(r);
	s->doh = rd_bool(r);
	s->hsts = rd_bool(r);
	s->https_port = rd_be16(r);
	if (!acme_read(r, s->acme))
		return false;
	s->nnames = rd_be16(r);
	if (s->nnames > PROXY_NAMES_MAX)
		return rd_fail(r);
	for (i = 0; i < s->nnames; i++)
		if (!name_read(r, s->names[i]))
			return false;
	return rd_ok(r);
}
