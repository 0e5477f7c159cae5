/* What the jobs of dynamic DNS are told; see ddns_set.h. */
#include "role/ddns_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "conf/conf.h"
#include "conf/json.h"
#include "ddns/public.h"
#include "role/doors.h"

enum { CONTACT_MAX = 300 };

static const char *
public_name(const struct conf *conf)
{
	return conf->ddns.provider == CONF_PROVIDER_NOIP && conf->ddns.hostname != NULL ? conf->ddns.hostname :
	    conf->identity.domain_name;
}

/* No-IP wants to know whom to write to. */
static void
contact_of(const struct conf *conf, char out[CONTACT_MAX])
{
	const char *email = conf->certificates.acme_email;

	(void)snprintf(out, CONTACT_MAX, email != NULL ? "%s" : "hostmaster@%s",	/* fits */
	    email != NULL ? email : conf->identity.domain_name);
}

static json_t *
provider_json(const struct conf *conf, const json_t *secret)
{
	const struct conf_ddns *d = &conf->ddns;
	char contact[CONTACT_MAX];

	contact_of(conf, contact);
	return json_pack("{s:s, s:s, s:{s:s, s:s, s:s, s:s, s:s}, s:s, s:s?, s:s?, s:s?, s:s, s:o}",
	    "provider", conf_provider_name(d->provider), "api_base_url", d->api_base_url, "api_paths",
	    "register", d->api_paths.registration, "update", d->api_paths.update, "check", d->api_paths.check,
	    "challenge", d->api_paths.challenge, "release", d->api_paths.release,
	    "name", public_name(conf), "label", d->subdomain, "zone", d->zone, "username", d->username, "contact", contact,
	    "secret", secret == NULL ? json_object() : json_deep_copy(secret));
}

json_t *
ddns_secret(struct core *c, const struct conf *conf, struct err *e)
{
	json_t *secret = NULL;

	if (conf->ddns.secret_ref == NULL)
		return json_object();
	return vault_get(c->vault, conf->ddns.secret_ref, &secret, e) < 0 ? NULL : secret;
}

json_t *
ddns_document(struct core *c, const struct conf *conf, struct err *e)
{
	json_t *secret, *doc;

	if (conf->ddns.provider == CONF_PROVIDER_NONE) {
		(void)err_set(e, ERR_VALIDATION, "there is no dynamic DNS provider");	/* NULL says it */
		return NULL;
	}
	secret = ddns_secret(c, conf, e);
	if (secret == NULL)
		return NULL;
	doc = provider_json(conf, secret);
	json_decref(secret);
	if (doc == NULL)
		(void)err_set(e, ERR_INTERNAL, "out of memory");	/* likewise */
	return doc;
}

/* --- addresses ----------------------------------------------------------------------------- */

static bool
is_uplink(const struct core *c, const struct conf *conf, const struct net_ifaddr *i, const struct addr *v4)
{
	size_t k;

	if (!i->up || i->loopback)
		return false;
	if (strcmp(conf->network.uplink, "auto") != 0)
		return strcmp(conf->network.uplink, i->name) == 0;
	for (k = 0; k < c->nifs; k++)
		if (c->ifs[k].ifindex == i->ifindex && addr_eq(&c->ifs[k].prefix.addr, v4))
			return true;
	return v4->len != 4;
}

/* The uplink's own public address of that length. The one that was told last stays as long as it is there: beside it
 * may be addresses that change every day. */
static struct addr
own_address(const struct core *c, const struct conf *conf, uint8_t len, const struct addr *told)
{
	struct addr v4 = { 0 }, found = { 0 };
	const struct net_ifaddr *i;

	(void)net_uplink(&v4);	/* none: any interface will do */
	for (i = c->ifs; i < c->ifs + c->nifs; i++) {
		const struct addr *a = &i->prefix.addr;

		if (a->len != len || !ddns_is_public(a) || !is_uplink(c, conf, i, &v4))
			continue;
		if (found.len == 0 || addr_eq(a, told))
			found = *a;
	}
	return found;
}

static json_t *
texts(const struct conf_texts *t)
{
	json_t *v = json_array();
	size_t i;

	for (i = 0; i < t->n; i++)
		(void)json_array_append_new(v, json_string(t->v[i]));	/* fewer sources agree less easily, no more */
	return v;
}

json_t *
ddns_input(struct core *c, const struct conf *conf, json_t *provider)
{
	const struct ddns_past *p = &c->ddns->past;
	struct addr_port resolver = doors_resolver(c->doors);
	struct addr v4 = own_address(c, conf, 4, &p->told.v4), v6 = own_address(c, conf, 16, &p->told.v6);
	char name[ADDR_TEXT_MAX], text4[ADDR_TEXT_MAX], text6[ADDR_TEXT_MAX];

	return json_pack("{s:o*, s:s, s:i, s:s?, s:s?, s:b, s:b, s:o}", "provider", provider,
	    "resolver", addr_text(&resolver.addr, name), "port", resolver.port,
	    "uplink", v4.len == 0 ? NULL : addr_text(&v4, text4), "uplink6", v6.len == 0 ? NULL : addr_text(&v6, text6),
	    "ipv4", conf->ddns.ipv4, "ipv6", conf->ddns.ipv6, "sources", texts(&conf->ddns.ip_sources));
}

/* --- which settings ------------------------------------------------------------------------ */

void
ddns_about(const struct conf *conf, char out[DDNS_ABOUT])
{
	json_t *j = provider_json(conf, NULL);
	char *text;
	uint8_t digest[crypto_generichash_BYTES];

	out[0] = '\0';
	if (j == NULL)
		return;
	(void)json_object_set_new(j, "secret", conf->ddns.secret_ref == NULL ? json_null() : json_string(conf->ddns.secret_ref));
	text = conf_json_canonical(j);
	json_decref(j);
	if (text == NULL)
		return;
	(void)crypto_generichash(digest, sizeof(digest), (const uint8_t *)text, strlen(text), NULL, 0);	/* cannot fail */
	sodium_bin2hex(out, DDNS_ABOUT, digest, sizeof(digest));
	out[DDNS_ABOUT_ACCOUNT] = (char)('0' + conf->ddns.ipv4 + 2 * conf->ddns.ipv6);
	out[DDNS_ABOUT_ACCOUNT + 1] = '\0';
	free(text);
}
