/* The five modes: what each derives, needs and refuses (data.md 4.1, 4.10; TLS-1, TLS-11, DDN). */
#include "conf/domain.h"

#include "conf/follow.h"

#include "sample.h"

/* A cell in this mode, with more members over it (JSON, NULL: none); as an edit of the sample, complete. */
static json_t *
cell_in(const char *mode, const char *more)
{
	json_t *old = sample_new(), *draft = json_deep_copy(old), *v;
	json_t *over = more != NULL ? sample_json(more) : json_object();
	const char *section;

	sample_set(draft, "identity.domain_mode", json_string(mode));
	json_object_foreach(over, section, v)
		assert_int_equal(json_object_update(json_object_get(draft, section), v), 0);
	assert_int_equal(conf_follow(old, draft, NULL), 0);
	assert_int_equal(conf_complete(draft), 0);
	json_decref(over);
	json_decref(old);
	return draft;
}

/* field NULL: accepted; else refused for it alone, with rule, as this kind. */
static void
assert_is(const char *mode, const char *more, const char *field, enum err_kind kind, const char *rule)
{
	json_t *doc = cell_in(mode, more);
	struct conf *c = NULL;
	struct err e;

	if (conf_build(&c, doc, &e) == 0)
		err_clear(&e);
	json_decref(doc);
	conf_unref(c);
	if (field == NULL) {
		if (e.kind != ERR_NONE)
			fail_msg("%s %s: %s", mode, more, e.detail);
		return;
	}
	assert_int_equal(e.kind, kind);
	assert_int_equal(e.nfields, 1);
	if (strcmp(e.fields[0].field, field) != 0 || strcmp(e.fields[0].message, rule) != 0)
		fail_msg("%s %s: said %s \"%s\"", mode, more, e.fields[0].field, e.fields[0].message);
}

#define REFUSED(mode, more, field, rule) assert_is(mode, more, field, ERR_VALIDATION, rule)
#define CONFLICT(mode, more, field, rule) assert_is(mode, more, field, ERR_CONFLICT, rule)
#define FINE(mode, more) assert_is(mode, more, NULL, ERR_NONE, NULL)
#define EXAMPLE "\"identity\":{\"domain_name\":\"home.example.org\"}"

static void
a_mode_needs_its_name(void **state)
{
	static const char name[] = "identity.domain_name";

	(void)state;
	FINE("lan", NULL);
	FINE("pic_ngo", NULL);
	REFUSED("cloudflare", NULL, name, "is required in mode cloudflare");
	REFUSED("http01", NULL, name, "is required in mode http01");
	REFUSED("duckdns", NULL, "ddns.subdomain", "is required for provider duckdns");
	FINE("cloudflare", "{" EXAMPLE "}");
	FINE("http01", "{" EXAMPLE "}");
	FINE("duckdns", "{\"ddns\":{\"subdomain\":\"attic\"}}");
	REFUSED("pic_ngo", "{\"identity\":{\"domain_name\":\"other.pic.ngo\"}}", name,
	    "is always myhome.pic.ngo in mode pic_ngo");
	REFUSED("pic_ngo", "{\"identity\":{\"domain_name\":\"a.myhome.pic.ngo\"}}", name,
	    "is always myhome.pic.ngo in mode pic_ngo");
	REFUSED("duckdns", "{\"ddns\":{\"subdomain\":\"attic\"},\"identity\":{\"domain_name\":\"a.attic.duckdns.org\"}}", name,
	    "is always attic.duckdns.org in mode duckdns");
}

static void
a_mode_brings_its_provider(void **state)
{
	(void)state;
	CONFLICT("lan", "{\"ddns\":{\"provider\":\"duckdns\",\"subdomain\":\"attic\"}}", "ddns.provider",
	    "is always none in mode lan");
	CONFLICT("pic_ngo", "{\"ddns\":{\"provider\":\"freedns\"}}", "ddns.provider", "is always pic_ngo in mode pic_ngo");
	CONFLICT("cloudflare", "{" EXAMPLE ",\"ddns\":{\"provider\":\"freedns\"}}", "ddns.provider",
	    "is always cloudflare in mode cloudflare");
	CONFLICT("duckdns", "{\"ddns\":{\"provider\":\"noip\",\"username\":\"anna\",\"subdomain\":\"attic\"}}", "ddns.provider",
	    "is always duckdns in mode duckdns");
	FINE("http01", "{" EXAMPLE ",\"ddns\":{\"provider\":\"freedns\"}}");
	FINE("http01", "{" EXAMPLE ",\"ddns\":{\"provider\":\"pic_ngo\"}}");
	FINE("http01", "{" EXAMPLE ",\"ddns\":{\"provider\":\"cloudflare\"}}");
	FINE("http01", "{" EXAMPLE ",\"ddns\":{\"provider\":\"noip\",\"username\":\"anna\"}}");
}

static void
a_provider_needs_its_members(void **state)
{
	(void)state;
	REFUSED("pic_ngo", "{\"ddns\":{\"subdomain\":\"other\"}}", "ddns.subdomain",
	    "is always myhome, the name of the cell, for provider pic_ngo");
	REFUSED("http01", "{" EXAMPLE ",\"ddns\":{\"provider\":\"noip\"}}", "ddns.username", "is required for provider noip");
	REFUSED("cloudflare", "{" EXAMPLE ",\"ddns\":{\"zone\":\"example.net\"}}", "ddns.zone",
	    "must be home.example.org or a domain above it");
	FINE("cloudflare", "{" EXAMPLE ",\"ddns\":{\"zone\":\"example.org\"}}");
	FINE("cloudflare", "{" EXAMPLE ",\"ddns\":{\"zone\":\"home.example.org\"}}");
	REFUSED("pic_ngo", "{\"ddns\":{\"ipv4\":false,\"ipv6\":false}}", "ddns.ipv6",
	    "one of ipv4 and ipv6 must be true, or the provider none");
	FINE("lan", "{\"ddns\":{\"ipv4\":false,\"ipv6\":false}}");
	FINE("pic_ngo", "{\"ddns\":{\"ipv6\":false}}");
	/* DDN-2: one source alone cannot agree with anybody. */
	REFUSED("pic_ngo", "{\"ddns\":{\"ip_sources\":[\"https://ip.example.org\"]}}", "ddns.ip_sources",
	    "needs a second one that agrees, or none at all");
	FINE("pic_ngo", "{\"ddns\":{\"ip_sources\":[]}}");
	REFUSED("pic_ngo", "{\"ddns\":{\"ip_sources\":[\"https://a.example.org\",\"http://b.example.org\"]}}",
	    "ddns.ip_sources[1]", "must begin with https://");
}

static void
places_are_addresses(void **state)
{
	static const char rule[] = "must not have a query, nor a '/' at its end";

	(void)state;
	FINE("pic_ngo", "{\"ddns\":{\"api_base_url\":\"https://ddns.example.org:8443/pic\"}}");
	REFUSED("pic_ngo", "{\"ddns\":{\"api_base_url\":\"http://ddns.example.org\"}}", "ddns.api_base_url",
	    "must begin with https://");
	REFUSED("pic_ngo", "{\"ddns\":{\"api_base_url\":\"https://ddns.example.org/\"}}", "ddns.api_base_url", rule);
	REFUSED("pic_ngo", "{\"ddns\":{\"api_base_url\":\"https://ddns.example.org/?a\"}}", "ddns.api_base_url", rule);
	FINE("pic_ngo", "{\"ddns\":{\"api_paths\":{\"update\":\"/v2/here\"}}}");
	REFUSED("pic_ngo", "{\"ddns\":{\"api_paths\":{\"update\":\"v2\"}}}", "ddns.api_paths.update",
	    "must be a path, for example /api/v1/update");
	REFUSED("pic_ngo", "{\"ddns\":{\"api_paths\":{\"check\":\"/a?b\"}}}", "ddns.api_paths.check",
	    "must be a path, for example /api/v1/update");
	REFUSED("lan", "{\"certificates\":{\"acme_directory\":\"https://192.0.2.1/dir\"}}", "certificates.acme_directory",
	    "must have a name for its host: a certificate proves names, not addresses");
	FINE("lan", "{\"certificates\":{\"key_type\":\"rsa-2048\"}}");
	REFUSED("lan", "{\"certificates\":{\"renew_fraction_pct\":51}}", "certificates.renew_fraction_pct",
	    "must be from 20 to 50");
}

/* --- one mode after another (TLS-11) --------------------------------------------------- */

static const char *
text_at(json_t *doc, const char *path)
{
	const char *s = json_string_value(sample_get(doc, path));

	return s == NULL ? "(none)" : s;
}

/* now with the edit (JSON: {"identity":{…},"ddns":{…}}) followed and complete; accepted. now goes. */
static json_t *
after(json_t *now, const char *edit)
{
	json_t *draft = json_deep_copy(now), *over = sample_json(edit), *v;
	struct conf *c;
	struct err e;
	const char *section;

	json_object_foreach(over, section, v)
		assert_int_equal(json_object_update(json_object_get(draft, section), v), 0);
	assert_int_equal(conf_follow(now, draft, NULL), 0);
	assert_int_equal(conf_complete(draft), 0);
	if (conf_build(&c, draft, &e) < 0)
		fail_msg("%s: %s", edit, e.detail);
	conf_unref(c);
	json_decref(over);
	json_decref(now);
	return draft;
}

static void
assert_names(json_t *doc, const char *domain, const char *provider, const char *sub, const char *base)
{
	assert_string_equal(text_at(doc, "identity.domain_name"), domain);
	assert_string_equal(text_at(doc, "dns.records.0.zone"), domain);
	assert_string_equal(text_at(doc, "ddns.provider"), provider);
	assert_string_equal(text_at(doc, "ddns.subdomain"), sub);
	assert_string_equal(text_at(doc, "ddns.api_base_url"), base);
}

static void
every_mode_follows_every_other(void **state)
{
	static const struct { const char *mode, *edit, *domain, *provider, *sub, *base; } modes[] = {
		{ "lan", "{\"identity\":{\"domain_mode\":\"lan\"}}", "myhome.home.arpa", "none", NULL, "https://ddns.pic.ngo" },
		{ "pic_ngo", "{\"identity\":{\"domain_mode\":\"pic_ngo\"}}", "myhome.pic.ngo", "pic_ngo", "myhome",
		    "https://ddns.pic.ngo" },
		{ "cloudflare", "{\"identity\":{\"domain_mode\":\"cloudflare\",\"domain_name\":\"home.example.org\"}}",
		    "home.example.org", "cloudflare", NULL, "https://api.cloudflare.com/client/v4" },
		{ "duckdns", "{\"identity\":{\"domain_mode\":\"duckdns\"},\"ddns\":{\"subdomain\":\"attic\"}}",
		    "attic.duckdns.org", "duckdns", "attic", "https://www.duckdns.org" },
		{ "http01", "{\"identity\":{\"domain_mode\":\"http01\",\"domain_name\":\"www.example.net\"}}", "www.example.net",
		    "none", NULL, "https://ddns.pic.ngo" } };
	size_t i, k, n = sizeof(modes) / sizeof(modes[0]);
	json_t *doc = sample_new();

	(void)state;
	for (i = 0; i < n; i++)
		for (k = 0; k < n; k++) {
			doc = after(after(doc, modes[i].edit), modes[k].edit);
			assert_string_equal(text_at(doc, "identity.domain_mode"), modes[k].mode);
			assert_names(doc, modes[k].domain, modes[k].provider,
			    modes[k].sub != NULL ? modes[k].sub : text_at(doc, "ddns.subdomain"), modes[k].base);
		}
	json_decref(doc);
}

static void
duckdns_follows_its_label(void **state)
{
	json_t *doc = after(sample_new(), "{\"identity\":{\"domain_mode\":\"duckdns\"},\"ddns\":{\"subdomain\":\"attic\"}}");

	(void)state;
	doc = after(doc, "{\"identity\":{\"cell_name\":\"other\"}}");
	assert_string_equal(text_at(doc, "identity.domain_name"), "attic.duckdns.org");
	doc = after(doc, "{\"identity\":{\"domain_mode\":\"pic_ngo\"}}");
	/* the cell's label is taken at its word, too */
	doc = after(doc, "{\"identity\":{\"domain_mode\":\"duckdns\"},\"ddns\":{\"subdomain\":\"other\"}}");
	assert_string_equal(text_at(doc, "identity.domain_name"), "other.duckdns.org");
	doc = after(doc, "{\"ddns\":{\"subdomain\":\"cellar\"}}");
	assert_string_equal(text_at(doc, "identity.domain_name"), "cellar.duckdns.org");
	assert_string_equal(text_at(doc, "dns.records.0.zone"), "cellar.duckdns.org");
	json_decref(doc);
}

/* A place that somebody chose is that of one provider. */
static void
a_place_stays_with_its_provider(void **state)
{
	json_t *doc = after(sample_new(), "{\"identity\":{\"domain_mode\":\"pic_ngo\"},"
	    "\"ddns\":{\"api_base_url\":\"https://ddns.example.org\"}}");

	(void)state;
	doc = after(doc, "{\"identity\":{\"cell_name\":\"other\"}}");
	assert_string_equal(text_at(doc, "ddns.api_base_url"), "https://ddns.example.org");
	doc = after(doc, "{\"identity\":{\"domain_mode\":\"cloudflare\",\"domain_name\":\"home.example.org\"}}");
	assert_string_equal(text_at(doc, "ddns.api_base_url"), "https://api.cloudflare.com/client/v4");
	json_decref(doc);
}

#define MINE "sec_abcdefghijklmnopqrstuvwx23"
#define NEXT "sec_abcdefghijklmnopqrstuvwx24"

/* SEC-2: what one was told in confidence no other hears. */
static void
credentials_stay_with_their_provider(void **state)
{
	static const char duck[] = "{\"identity\":{\"domain_mode\":\"duckdns\"},\"ddns\":{\"subdomain\":\"attic\","
	    "\"secret_ref\":\"" MINE "\"}}";
	static const struct { const char *edit, *left; } cases[] = {
		{ "{\"ddns\":{\"subdomain\":\"cellar\",\"interval_s\":600}}", MINE },	/* one token for all names of an account */
		{ "{\"identity\":{\"cell_name\":\"other\"}}", MINE },
		{ "{\"ddns\":{\"api_base_url\":\"https://evil.example.org\"}}", "(none)" },
		{ "{\"identity\":{\"domain_mode\":\"pic_ngo\"}}", "(none)" },
		{ "{\"identity\":{\"domain_mode\":\"lan\"}}", "(none)" },
		{ "{\"identity\":{\"domain_mode\":\"pic_ngo\"},\"ddns\":{\"secret_ref\":\"" NEXT "\"}}", NEXT } };
	size_t i;
	json_t *doc;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		doc = after(after(sample_new(), duck), cases[i].edit);
		assert_string_equal(text_at(doc, "ddns.secret_ref"), cases[i].left);
		json_decref(doc);
	}
	/* pic_ngo gave its token for one name. */
	doc = after(sample_new(), "{\"identity\":{\"domain_mode\":\"pic_ngo\"},\"ddns\":{\"secret_ref\":\"" MINE "\"}}");
	doc = after(doc, "{\"identity\":{\"timezone\":\"UTC\"}}");
	assert_string_equal(text_at(doc, "ddns.secret_ref"), MINE);
	doc = after(doc, "{\"identity\":{\"cell_name\":\"other\"}}");
	assert_string_equal(text_at(doc, "ddns.secret_ref"), "(none)");
	json_decref(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mode_needs_its_name), cmocka_unit_test(a_mode_brings_its_provider),
		cmocka_unit_test(a_provider_needs_its_members), cmocka_unit_test(places_are_addresses),
		cmocka_unit_test(every_mode_follows_every_other), cmocka_unit_test(duckdns_follows_its_label),
		cmocka_unit_test(a_place_stays_with_its_provider), cmocka_unit_test(credentials_stay_with_their_provider),
	};

	return cmocka_run_group_tests_name("conf/domain", tests, NULL, NULL);
}
