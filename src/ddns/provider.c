/* Who is told the public addresses; see provider.h. */
#include "ddns/provider.h"

#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "ddns/cloudflare.h"
#include "ddns/duckdns.h"
#include "ddns/freedns.h"
#include "ddns/noip.h"
#include "ddns/pic_ngo.h"

static const struct ddns_provider *const providers[] = {
	&ddns_pic_ngo, &ddns_cloudflare, &ddns_duckdns, &ddns_noip, &ddns_freedns
};

const struct ddns_provider *
ddns_provider_find(const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < sizeof(providers) / sizeof(providers[0]); i++)
		if (strcmp(providers[i]->name, name) == 0)
			return providers[i];
	return NULL;
}

static const char *
text(const json_t *j, const char *key)
{
	return json_string_value(json_object_get(j, key));
}

/* Which member of the secret is the credential of that provider. */
static const char *
credential(const struct ddns_provider *p, const json_t *secret)
{
	if (p == &ddns_cloudflare)
		return text(secret, "api_token");
	return text(secret, p == &ddns_noip ? "password" : "token");
}

/* The first thing that is missing; NULL: nothing. */
static const char *
lacking(const struct ddns_account *a)
{
	const struct ddns_provider *p = a->provider;

	if (a->base == NULL)
		return "address";
	if (a->name == NULL)
		return "name";
	if (a->label == NULL && (p == &ddns_pic_ngo || p == &ddns_duckdns))
		return "subdomain";
	if ((a->username == NULL || a->contact == NULL) && p == &ddns_noip)
		return "username";
	return a->token == NULL && p != &ddns_pic_ngo ? "token or password" : NULL;
}

int
ddns_account_read(struct ddns_account *a, const json_t *doc, const struct ddns_net *net, struct err *e)
{
	const json_t *secret = json_object_get(doc, "secret");
	const char *lacks;

	memset(a, 0, sizeof(*a));
	a->provider = ddns_provider_find(text(doc, "provider"));
	if (a->provider == NULL)
		return err_set(e, ERR_VALIDATION, "there is no dynamic DNS provider");
	a->net = *net;
	a->base = text(doc, "api_base_url");
	a->paths = json_object_get(doc, "api_paths");
	a->name = text(doc, "name");
	a->label = text(doc, "label");
	a->zone = text(doc, "zone");
	a->username = text(doc, "username");
	a->contact = text(doc, "contact");
	a->token = credential(a->provider, secret);
	a->otp_secret = text(secret, "totp_secret");
	lacks = lacking(a);
	if (lacks != NULL)
		return err_set(e, ERR_VALIDATION, "the %s for %s is not set", lacks, a->provider->name);
	if (a->token != NULL && (strlen(a->token) > DDNS_TOKEN_MAX || !str_printable(str_of(a->token))))
		return err_set(e, ERR_VALIDATION, "the token for %s is none", a->provider->name);
	return 0;
}

static int
cannot(const struct ddns_account *a, const char *what, struct err *e)
{
	return err_set(e, ERR_VALIDATION, "%s has no %s", a->provider->name, what);
}

int
ddns_enlist(const struct ddns_account *a, const struct ddns_addrs *at, char token[DDNS_TOKEN_MAX + 1], struct err *e)
{
	if (a->provider->enlist == NULL)
		return cannot(a, "registration", e);
	return a->provider->enlist(a, at, token, e);
}

int
ddns_check(const struct ddns_account *a, const char *label, bool *available, struct err *e)
{
	if (a->provider->check == NULL)
		return cannot(a, "names to be taken", e);
	return a->provider->check(a, label, available, e);
}

int
ddns_release(const struct ddns_account *a, struct err *e)
{
	if (a->provider->release == NULL)
		return cannot(a, "names to be released", e);
	return a->provider->release(a, e);
}

int
ddns_txt_set(const struct ddns_account *a, const char *name, const char *value, struct err *e)
{
	if (a->provider->txt_set == NULL)
		return cannot(a, "TXT records for certificate orders", e);
	return a->provider->txt_set(a, name, value, e);
}

int
ddns_txt_clear(const struct ddns_account *a, const char *name, const char *value, struct err *e)
{
	if (a->provider->txt_clear == NULL)
		return cannot(a, "TXT records for certificate orders", e);
	return a->provider->txt_clear(a, name, value, e);
}
