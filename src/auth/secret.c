/* The sealed document of a user; see secret.h. */
#include "auth/secret.h"

#include "auth/totp.h"

const char *
auth_secret_hash(const json_t *doc)
{
	return json_string_value(json_object_get(doc, "password_hash"));
}

const char *
auth_secret_totp(const json_t *doc)
{
	return json_string_value(json_object_get(doc, "totp_secret"));
}

/* A copy of doc with key set to value (the reference is taken), or NULL. */
static json_t *
copy_with(const json_t *doc, const char *key, json_t *value)
{
	json_t *d = doc == NULL ? json_object() : json_deep_copy(doc);

	if (d != NULL && json_object_set_new(d, key, value) == 0)
		return d;
	if (d == NULL)
		json_decref(value);
	json_decref(d);
	return NULL;
}

json_t *
auth_secret_with_hash(const json_t *doc, const char *password_hash)
{
	return copy_with(doc, "password_hash", json_string(password_hash));
}

json_t *
auth_secret_with_totp(const json_t *doc, const char *totp_secret, const json_t *recovery_hashes)
{
	json_t *d = copy_with(doc, "totp_secret", json_string(totp_secret));

	if (d != NULL && json_object_set_new(d, "recovery_hashes", json_deep_copy(recovery_hashes)) < 0) {
		json_decref(d);
		return NULL;
	}
	return d;
}

json_t *
auth_secret_without_totp(const json_t *doc)
{
	json_t *d = json_deep_copy(doc);

	if (d == NULL)
		return NULL;
	(void)json_object_del(d, "totp_secret");	/* absent is as good */
	(void)json_object_del(d, "recovery_hashes");
	return d;
}

json_t *
auth_secret_use_recovery(const json_t *doc, struct str code)
{
	char hex[65];
	json_t *d, *hashes;
	size_t i;

	if (!auth_recovery_hash(code, hex))
		return NULL;
	d = json_deep_copy(doc);
	hashes = json_object_get(d, "recovery_hashes");
	for (i = 0; i < json_array_size(hashes); i++) {
		const json_t *h = json_array_get(hashes, i);

		/* Digests of random codes: their comparison has no secret to leak. */
		if (json_is_string(h) && strcmp(json_string_value(h), hex) == 0 &&
		    json_array_remove(hashes, i) == 0)
			return d;
	}
	json_decref(d);
	return NULL;
}
