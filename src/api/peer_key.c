/* Keys of peers on their way; see peer_key.h. */
#include "api/peer_key.h"

#include <string.h>

#include <sodium.h>

#include "api/request.h"
#include "base/log.h"
#include "base/wgkey.h"
#include "vault/client.h"
#include "vault/vault.h"

static bool
no_memory(struct api_req *rq)
{
	api_no_memory(rq);
	return false;
}

static bool
make(struct api_req *rq)
{
	struct wgkey_pair pair;

	wgkey_pair_make(&pair);
	rq->keys = json_pack("{s:s, s:s}", "public_key", pair.public_key, "private_key", pair.private_key);
	wgkey_pair_wipe(&pair);
	return rq->keys != NULL || no_memory(rq);
}

/* The private half came along: it must be that of the public one, if that did, too. */
static bool
given(struct api_req *rq, const char *public_key, const char *private_key)
{
	char own[WGKEY_TEXT];
	struct err e = { 0 };

	if (private_key != NULL && !wgkey_public(private_key, own))
		(void)err_field(&e, ERR_VALIDATION, "private_key", "must be base64 of 32 bytes");	/* answered */
	else if (private_key != NULL && public_key != NULL && strcmp(own, public_key) != 0)
		(void)err_field(&e, ERR_VALIDATION, "private_key", "is not that of public_key");	/* answered */
	if (e.kind != ERR_NONE) {
		api_fail(rq, &e);
		return false;
	}
	rq->keys = json_pack("{s:s, s:s*}", "public_key", private_key != NULL ? own : public_key, "private_key", private_key);
	return rq->keys != NULL || no_memory(rq);
}

bool
api_peer_keys_take(struct api_req *rq)
{
	const char *public_key = api_text(rq->body, "public_key"), *private_key = api_text(rq->body, "private_key");
	bool ok = public_key == NULL && private_key == NULL ? make(rq) : given(rq, public_key, private_key);

	if (!ok)
		return false;
	(void)json_object_del(rq->body, "public_key");	/* both may be absent */
	(void)json_object_del(rq->body, "private_key");
	return true;
}

/* --- sealing ------------------------------------------------------------------------------ */

static int
out_of_memory(struct err *e)
{
	return err_set(e, ERR_INTERNAL, "out of memory");
}

static int
seal_shared(struct api_req *rq, json_t *row, struct err *e)
{
	char text[WGKEY_TEXT], ref[VAULT_REF_SIZE];
	json_t *secret;
	int r;

	wgkey_shared_make(text);
	secret = json_pack("{s:s}", "preshared_key", text);
	r = secret == NULL || json_object_set_new(rq->keys, "preshared_key", json_string(text)) < 0 ? out_of_memory(e) :
	    vault_put_later(rq->deps->vault, secret, ref, e);
	json_decref(secret);
	sodium_memzero(text, sizeof(text));
	if (r < 0)
		return r;
	return json_object_set_new(row, "secret_ref", json_string(ref)) < 0 ? out_of_memory(e) : 0;
}

static int
seal_client(struct api_req *rq, struct err *e)
{
	const char *private_key = api_text(rq->keys, "private_key"), *public_key = api_text(rq->keys, "public_key");

	if (private_key == NULL)
		return 0;
	if (vault_client_has(rq->deps->vault, public_key))
		return err_field(e, ERR_CONFLICT, "public_key", "is that of another device");
	if (vault_client_put(rq->deps->vault, public_key, private_key, e) < 0)
		return err_errno(e->kind);
	return json_object_set_new(rq->keys, "sealed", json_true()) < 0 ? out_of_memory(e) : 0;
}

int
api_peer_keys_put(struct api_req *rq, const json_t *draft, json_t *row, struct err *e)
{
	bool shared = json_is_true(json_object_get(json_object_get(draft, "wireguard"), "preshared_keys"));
	int r = 0;

	if (json_object_set(row, "public_key", json_object_get(rq->keys, "public_key")) < 0 ||
	    json_object_set_new(row, "secret_ref", json_null()) < 0)
		return out_of_memory(e);
	if (rq->dry_run)
		return 0;
	if (shared)
		r = seal_shared(rq, row, e);
	return r < 0 ? r : seal_client(rq, e);
}

void
api_peer_keys_undo(struct api_req *rq)
{
	if (json_is_true(json_object_get(rq->keys, "sealed")))
		api_peer_key_drop(rq, api_text(rq->keys, "public_key"));
}

void
api_peer_key_drop(struct api_req *rq, const char *public_key)
{
	struct err e = { 0 };

	if (vault_client_drop(rq->deps->vault, public_key, &e) < 0)
		log_line(LOG_VAULT, LOG_ERROR, "a client's key is not destroyed, it is tried again", "err", e.detail, NULL);
}
