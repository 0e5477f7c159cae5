/* Rules of the five modes. Fields that have an error already are not told twice. */
#include "conf/domain.h"

#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "conf/check.h"
#include "conf/conf.h"
#include "conf/rules.h"

/* name is label below domain? */
static bool
is_label_of(const char *name, const char *label, const char *domain)
{
	struct str rest = str_of(name), first;

	(void)str_cut(&rest, '.', &first);	/* a name is never empty */
	return str_eqz(first, label) && str_eqz(rest, domain);
}

static void
rule_domain_name(const struct conf *c, struct err *e)
{
	const struct conf_identity *id = &c->identity;
	const char *sub = c->ddns.subdomain, *field = "identity.domain_name";

	if (id->domain_mode == CONF_MODE_CLOUDFLARE || id->domain_mode == CONF_MODE_HTTP01) {
		if (id->domain_name == NULL)
			conf_rules_bad(e, field, "is required in mode %s", conf_mode_name(id->domain_mode));
		return;
	}
	if (id->domain_name == NULL)
		return;		/* what it derives from is missing, and told there */
	if (id->domain_mode == CONF_MODE_PIC_NGO && id->cell_name != NULL &&
	    !is_label_of(id->domain_name, id->cell_name, "pic.ngo"))
		conf_rules_bad(e, field, "is always %s.pic.ngo in mode pic_ngo", id->cell_name);
	if (id->domain_mode == CONF_MODE_DUCKDNS && sub != NULL && !is_label_of(id->domain_name, sub, "duckdns.org"))
		conf_rules_bad(e, field, "is always %s.duckdns.org in mode duckdns", sub);
}

static void
rule_provider(const struct conf *c, struct err *e)
{
	const struct conf_ddns *d = &c->ddns;
	const char *cell = c->identity.cell_name, *name = c->identity.domain_name;

	if (d->provider == CONF_PROVIDER_PIC_NGO && cell != NULL && !err_has_field(e, "identity.cell_name") &&
	    (d->subdomain == NULL || strcmp(d->subdomain, cell) != 0))
		conf_rules_bad(e, "ddns.subdomain", "is always %s, the name of the cell, for provider pic_ngo", cell);
	if (d->provider == CONF_PROVIDER_DUCKDNS && d->subdomain == NULL)
		conf_rules_bad(e, "ddns.subdomain", "is required for provider duckdns");
	if (d->provider == CONF_PROVIDER_NOIP && d->username == NULL)
		conf_rules_bad(e, "ddns.username", "is required for provider noip");
	if (d->provider == CONF_PROVIDER_CLOUDFLARE && d->zone != NULL && name != NULL &&
	    !conf_is_below(str_of(name), str_of(d->zone)))
		conf_rules_bad(e, "ddns.zone", "must be %s or a domain above it", name);
}

void
conf_domain_rules(const struct conf *c, struct err *e)
{
	rule_domain_name(c, e);
	rule_provider(c, e);
	if (c->ddns.provider != CONF_PROVIDER_NONE && !c->ddns.ipv4 && !c->ddns.ipv6)
		conf_rules_bad(e, "ddns.ipv6", "one of ipv4 and ipv6 must be true, or the provider none");
	if (c->ddns.ip_sources.n == 1)
		conf_rules_bad(e, "ddns.ip_sources", "needs a second one that agrees, or none at all");
}

void
conf_domain_conflicts(const struct conf *c, struct err *e)
{
	const char *mode = conf_mode_name(c->identity.domain_mode), *want = conf_domain_provider(str_of(mode));

	if (c->identity.domain_mode != CONF_MODE_HTTP01 && strcmp(conf_provider_name(c->ddns.provider), want) != 0)
		(void)err_field(e, ERR_CONFLICT, "ddns.provider", "is always %s in mode %s", want, mode);	/* told in e */
}

/* --- defaults ---------------------------------------------------------------------- */

const char *
conf_domain_provider(struct str mode)
{
	static const struct { const char *mode, *provider; } known[] = { { "lan", "none" }, { "http01", "none" },
		{ "pic_ngo", "pic_ngo" }, { "cloudflare", "cloudflare" }, { "duckdns", "duckdns" } };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_eqz(mode, known[i].mode))
			return known[i].provider;
	return NULL;
}

/* Without a provider there is still the question whether a name is free (SET-6). */
const char *
conf_domain_base(struct str provider)
{
	static const struct { const char *provider, *base; } known[] = {
		{ "none", "https://ddns.pic.ngo" }, { "pic_ngo", "https://ddns.pic.ngo" },
		{ "cloudflare", "https://api.cloudflare.com/client/v4" }, { "duckdns", "https://www.duckdns.org" },
		{ "noip", "https://dynupdate.no-ip.com" }, { "freedns", "https://sync.afraid.org" } };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_eqz(provider, known[i].provider))
			return known[i].base;
	return NULL;
}

static struct str
member(const json_t *doc, const char *section, const char *key)
{
	const json_t *v = json_object_get(json_object_get(doc, section), key);

	return str_trim((struct str){ json_string_value(v), json_string_length(v) });
}

struct str
conf_domain_mode_of(const json_t *doc)
{
	return member(doc, "identity", "domain_mode");
}

struct str
conf_domain_provider_of(const json_t *doc)
{
	bool set = json_object_get(json_object_get(doc, "ddns"), "provider") != NULL;

	return set ? member(doc, "ddns", "provider") : str_of(conf_domain_provider(conf_domain_mode_of(doc)));
}
