/* Secrets of the VPN as the plan needs them: read from the vault once, for a secret never changes under its reference. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/wgkey.h"
#include "conf/conf.h"
#include "role/core.h"
#include "role/vpn_set.h"
#include "vault/vault.h"
#include "wg/plan.h"
#include "wg/want.h"

enum { KEYS_MAX = 2 * 16384 + 64 };	/* of the plan in force and of one that is prepared */

struct entry {
	uint8_t key[WG_KEY];
	bool used;
};

struct vpn_keys { struct map *by_ref; };

static void
entry_free(struct entry *k)
{
	sodium_memzero(k, sizeof(*k));
	free(k);
}

struct vpn_keys *
vpn_keys_new(void)
{
	struct vpn_keys *k = calloc(1, sizeof(*k));

	if (k == NULL)
		return NULL;
	k->by_ref = map_new(KEYS_MAX);
	if (k->by_ref != NULL)
		return k;
	free(k);
	return NULL;
}

void
vpn_keys_free(struct vpn_keys *k)
{
	const void *key;
	void *value;
	size_t it = 0, n;

	if (k == NULL)
		return;
	while (map_next(k->by_ref, &it, &key, &n, &value))
		entry_free(value);
	map_free(k->by_ref);
	free(k);
}

static bool
fetch(struct vpn *v, const char *ref, const char *member, uint8_t out[WG_KEY])
{
	json_t *secret = NULL;
	struct err e;
	bool ok;

	err_clear(&e);
	if (vault_get(v->core->vault, ref, &secret, &e) < 0) {
		log_line(LOG_WIREGUARD, LOG_ERROR, "a key of the VPN cannot be read", "ref", ref, "err", e.detail, NULL);
		return false;
	}
	ok = wgkey_read(json_string_value(json_object_get(secret, member)), out);
	json_decref(secret);	/* wiped: see vault.h */
	if (!ok)
		log_line(LOG_WIREGUARD, LOG_ERROR, "a key of the VPN is none", "ref", ref, NULL);
	return ok;
}

static const uint8_t *
get(struct vpn *v, const char *ref, const char *member)
{
	struct entry *k = map_get(v->keys->by_ref, ref, strlen(ref));

	if (k != NULL)
		return k->key;
	k = calloc(1, sizeof(*k));
	if (k == NULL)
		return NULL;
	if (fetch(v, ref, member, k->key) && map_put(v->keys->by_ref, ref, strlen(ref), k, NULL) == 0)
		return k->key;
	entry_free(k);
	return NULL;
}

static const uint8_t *
psk(void *arg, const char *ref)
{
	return get(arg, ref, "preshared_key");
}

int
vpn_keys_plan(struct vpn *v, const struct conf *conf, struct wg_plan **out, struct err *e)
{
	struct wg_plan_secrets s = { .psk = psk, .arg = v };

	*out = NULL;
	if (!conf->setup_complete || !conf->wireguard.enabled || conf->wireguard.secret_ref == NULL)
		return 0;
	s.key = get(v, conf->wireguard.secret_ref, "private_key");
	if (s.key == NULL)
		return err_set(e, ERR_INTERNAL, "the key of the VPN cannot be read");
	return wg_plan_new(out, conf, &s, e);
}

static void
mark(struct vpn_keys *k, const char *ref)
{
	struct entry *x = ref == NULL ? NULL : map_get(k->by_ref, ref, strlen(ref));

	if (x != NULL)
		x->used = true;
}

void
vpn_keys_follow(struct vpn *v)
{
	struct map *m = v->keys->by_ref;
	const void *key;
	void *value;
	size_t i, it = 0, n;

	if (map_count(m) <= v->conf->npeers + 1)	/* few are left over, and they are no harm */
		return;
	mark(v->keys, v->conf->wireguard.secret_ref);
	for (i = 0; i < v->conf->npeers; i++)
		mark(v->keys, v->conf->peers[i].secret_ref);
	while (map_next(m, &it, &key, &n, &value)) {
		struct entry *x = value;

		if (x->used) {
			x->used = false;
			continue;
		}
		(void)map_del(m, key, n);	/* it is there */
		entry_free(x);
	}
}
