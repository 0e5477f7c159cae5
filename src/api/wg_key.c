/* The server's key in changes; see wg_key.h. */
#include "api/wg_key.h"

#include <string.h>

#include "api/request.h"
#include "base/wgkey.h"
#include "vault/vault.h"

/* False: text is no key. */
static bool
make(struct wgkey_pair *p, const char *text)
{
	if (strcmp(text, "generate") == 0) {
		wgkey_pair_make(p);
		return true;
	}
	return wgkey_public(text, p->public_key) && str_copy(str_of(text), p->private_key, sizeof(p->private_key));
}

bool
api_wg_key_take(struct api_req *rq, json_t *wireguard)
{
	const json_t *v = json_object_get(wireguard, "private_key");
	const char *text = json_string_value(v);
	struct wgkey_pair pair;
	struct err e = { 0 };
	bool ok;

	if (v == NULL || (text != NULL && text[0] == '\0')) {
		(void)json_object_del(wireguard, "private_key");	/* it may be absent */
		return true;
	}
	ok = text != NULL && make(&pair, text);
	if (ok)
		rq->keys = json_pack("{s:s, s:s}", "private_key", pair.private_key, "public_key", pair.public_key);
	wgkey_pair_wipe(&pair);
	(void)json_object_del(wireguard, "private_key");	/* it is there */
	if (ok && rq->keys != NULL)
		return true;
	(void)err_field(&e, ERR_VALIDATION, "wireguard.private_key", "must be \"generate\", or base64 of 32 bytes");
	if (ok)
		api_no_memory(rq);
	else
		api_fail(rq, &e);
	return false;
}

int
api_wg_key_put(struct api_req *rq, json_t *draft, struct err *e)
{
	json_t *section = json_object_get(draft, "wireguard"), *secret;
	char ref[VAULT_REF_SIZE];
	int r;

	if (rq->keys == NULL)
		return 0;
	if (json_object_set(section, "public_key", json_object_get(rq->keys, "public_key")) < 0)
		return err_set(e, ERR_INTERNAL, "out of memory");
	if (rq->dry_run)
		return 0;
	secret = json_pack("{s:O}", "private_key", json_object_get(rq->keys, "private_key"));
	r = secret == NULL ? err_set(e, ERR_INTERNAL, "out of memory") : vault_put(rq->deps->vault, secret, ref, e);
	json_decref(secret);
	if (r < 0)
		return r;
	return json_object_set_new(section, "secret_ref", json_string(ref)) < 0 ?
	    err_set(e, ERR_INTERNAL, "out of memory") : 0;
}
