/* Password hashing in a child; see job_hash.h. */
#include "auth/job_hash.h"

#include "auth/password.h"
#include "base/err.h"

static struct str
text_of(const json_t *in, const char *key)
{
	const json_t *v = json_object_get(in, key);

	return (struct str){ json_string_value(v), json_string_length(v) };
}

static int
run_hash(struct str password, json_t **result, struct err *e)
{
	char hash[AUTH_HASH_MAX];

	if (auth_password_hash(password, hash) < 0)
		return err_set(e, ERR_UNAVAILABLE, "not enough memory to hash a password");
	*result = json_pack("{s:s}", "hash", hash);
	return 0;
}

static int
run_verify(struct str password, struct str hash, json_t **result)
{
	bool ok = auth_password_verify(password, hash.p);
	bool outdated = ok && auth_password_outdated(hash.p);

	*result = json_pack("{s:b,s:b}", "ok", ok, "outdated", outdated);
	return 0;
}

int
auth_job_hash(const json_t *in, void (*progress)(void *arg, int percent, const char *step),
    void *arg, json_t **result, struct err *e)
{
	struct str op = text_of(in, "op"), password = text_of(in, "password"), hash = text_of(in, "hash");

	(void)progress, (void)arg;	/* too short to be watched */
	if (password.p == NULL)
		return err_set(e, ERR_VALIDATION, "password is missing");
	if (str_eq(op, STR("hash")))
		return run_hash(password, result, e);
	if (str_eq(op, STR("verify")) && hash.p != NULL)
		return run_verify(password, hash, result);
	return err_set(e, ERR_VALIDATION, "op is hash, or verify with a hash");
}
