/* The first configuration; see document.h. */
#include "setup/document.h"

#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "setup/field.h"
#include "sys/clk.h"

static void
make_ula(struct addr_prefix *p)
{
	*p = (struct addr_prefix){ .addr = { .len = 16 }, .bits = 48 };
	randombytes_buf(p->addr.b, 6);
	p->addr.b[0] = 0xfd;	/* RFC 4193 3.1: locally assigned, 40 random bits */
}

void
setup_keys_make(struct setup_keys *k)
{
	memset(k, 0, sizeof(*k));
	wgkey_pair_make(&k->wg);
	wgkey_pair_make(&k->peer);
	wgkey_shared_make(k->shared);
	make_ula(&k->ula);
}

void
setup_keys_wipe(struct setup_keys *k)
{
	sodium_memzero(k, sizeof(*k));
}

json_t *
setup_keys_secret(const struct setup_keys *k)
{
	return json_pack("{s:s}", "private_key", k->wg.private_key);
}

const char *
setup_document_peer(const json_t *answers)
{
	return json_string_value(json_object_get(answers, "first_peer"));
}

json_t *
setup_keys_peer(const struct setup_keys *k)
{
	return json_pack("{s:s, s:s, s:s}", "public_key", k->peer.public_key, "private_key", k->peer.private_key,
	    "preshared_key", k->shared);
}

json_t *
setup_document_credentials(const json_t *answers)
{
	const struct setup_field *f;
	json_t *out = NULL, *v;

	for (f = setup_fields; f->name != NULL; f++) {
		v = f->type == SETUP_SECRET && f->section != NULL ? json_object_get(answers, f->name) : NULL;
		if (v == NULL)
			continue;
		if (out == NULL)
			out = json_object();
		(void)json_object_set(out, f->key, v);	/* out of memory: missing, which is told */
	}
	return out;
}

/* --- edit ----------------------------------------------------------------------- */

/* The section, made if the draft has none. Borrowed. */
static json_t *
section(json_t *draft, const char *name)
{
	json_t *s = json_object_get(draft, name);

	if (!json_is_object(s)) {
		(void)json_object_set_new(draft, name, json_object());	/* seen below */
		s = json_object_get(draft, name);
	}
	return s;
}

static bool
put(json_t *obj, const char *key, json_t *value)
{
	return obj != NULL && json_object_set_new(obj, key, value) == 0;
}

/* Answers that are members of the configuration as they are. What derives from
 * them is dropped, so that it is derived anew. */
static bool
put_answers(json_t *draft, const json_t *answers)
{
	const struct setup_field *f;
	json_t *v;

	(void)json_object_del(section(draft, "identity"), "domain");	/* absent is as good */
	(void)json_object_del(section(draft, "identity"), "domain_name");
	(void)json_object_del(section(draft, "wireguard"), "address6");
	(void)json_object_del(section(draft, "ddns"), "provider");
	(void)json_object_del(section(draft, "ddns"), "api_base_url");
	(void)json_object_del(section(draft, "ddns"), "subdomain");
	for (f = setup_fields; f->name != NULL; f++) {
		v = json_object_get(answers, f->name);
		if (v == NULL || f->section == NULL || f->type == SETUP_SECRET || strchr(f->section, '[') != NULL)
			continue;
		if (!put(section(draft, f->section), f->key, json_incref(v)))
			return false;
	}
	return true;
}

static bool
put_reach(json_t *draft, const json_t *answers)
{
	const char *reach = json_string_value(json_object_get(answers, "reach"));

	if (reach == NULL || strcmp(reach, "public") != 0)
		return true;
	return put(section(draft, "proxy"), "default_access", json_pack("[s,s,s]", "vpn", "lan", "public"));
}

static bool
put_admin(json_t *draft, const struct setup_document *d)
{
	char now[CLK_TEXT_MAX];
	json_t *name = json_object_get(d->answers, "username");
	json_t *user = json_pack("{s:O, s:s, s:s, s:s?}", "username", name, "role", "admin",
	    "created_at", clk_text(d->now, now), "secret_ref", d->user_secret_ref);

	return put(draft, "users", json_pack("[o]", user));
}

/* All access names, full tunnel (SET-9). A check needs no key of its own: any that is one will do. */
static bool
put_peer(json_t *draft, const struct setup_document *d)
{
	static const char any[] = "CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";	/* RFC 7748 4.1: the base point */
	json_t *name = json_object_get(d->answers, "first_peer"), *peer;
	char now[CLK_TEXT_MAX];

	if (name == NULL)
		return true;
	peer = json_pack("{s:O, s:s, s:[s, s, s, s], s:s, s:s?}", "name", name,
	    "public_key", d->keys != NULL ? d->keys->peer.public_key : any,
	    "service_access", "calendar", "files", "mail", "webdav", "created_at", clk_text(d->now, now),
	    "secret_ref", d->peer_secret_ref);
	return put(draft, "peers", json_pack("[o]", peer));
}

static bool
put_keys(json_t *draft, const struct setup_document *d)
{
	char ula[ADDR_TEXT_MAX];

	if (d->keys == NULL)
		return true;
	return put(section(draft, "identity"), "ula_prefix", json_string(addr_prefix_text(&d->keys->ula, ula))) &&
	    put(section(draft, "wireguard"), "public_key", json_string(d->keys->wg.public_key)) &&
	    put(section(draft, "wireguard"), "secret_ref", json_string(d->wg_secret_ref));
}

int
setup_document_edit(const struct setup_document *d, json_t *draft, struct err *e)
{
	char now[CLK_TEXT_MAX];

	if (put_answers(draft, d->answers) && put_reach(draft, d->answers) &&
	    put_admin(draft, d) && put_keys(draft, d) && put_peer(draft, d) &&
	    (d->ddns_secret_ref == NULL || put(section(draft, "ddns"), "secret_ref", json_string(d->ddns_secret_ref))) &&
	    put(draft, "setup", json_pack("{s:b, s:s}", "complete", 1, "completed_at", clk_text(d->now, now))))
		return 0;
	return err_set(e, ERR_INTERNAL, "out of memory");
}
