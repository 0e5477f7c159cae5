/* Links as JSON; see link_json.h. */
#include "auth/link_json.h"

#include <string.h>

#include <sodium.h>

#include "auth/link.h"
#include "conf/check.h"
#include "sys/clk.h"

enum { HEX = 65 };

json_t *
auth_link_to_json(const struct auth_link *l)
{
	char digest[HEX], opener[HEX], made[CLK_TEXT_MAX], until[CLK_TEXT_MAX];

	sodium_bin2hex(digest, sizeof(digest), l->digest, sizeof(l->digest));
	sodium_bin2hex(opener, sizeof(opener), l->opener, sizeof(l->opener));
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s?}", "id", l->id, "digest", digest, "peer", l->peer,
	    "public_key", l->public_key, "created_at", clk_text(l->created_at, made),
	    "expires_at", clk_text(l->expires_at, until), "opener", l->opened ? opener : NULL);
}

static bool
text(const json_t *j, const char *key, char *dst, size_t size)
{
	const json_t *v = json_object_get(j, key);
	struct str s = { json_string_value(v), json_string_length(v) };

	return s.p != NULL && str_printable(s) && str_copy(s, dst, size);
}

static bool
digest(const json_t *j, const char *key, uint8_t out[32])
{
	char hex[HEX];
	size_t n;

	return text(j, key, hex, sizeof(hex)) && sodium_hex2bin(out, 32, hex, strlen(hex), NULL, &n, NULL) == 0 && n == 32;
}

static bool
moment(const json_t *j, const char *key, int64_t *out)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s != NULL && clk_read(s, out) == 0;
}

bool
auth_link_from_json(const json_t *j, struct auth_link *l)
{
	memset(l, 0, sizeof(*l));
	if (!digest(j, "digest", l->digest) || !text(j, "peer", l->peer, sizeof(l->peer)) ||
	    !conf_is_name64(str_of(l->peer)) || !text(j, "public_key", l->public_key, sizeof(l->public_key)) ||
	    !moment(j, "created_at", &l->created_at) || !moment(j, "expires_at", &l->expires_at))
		return false;
	sodium_bin2hex(l->id, sizeof(l->id), l->digest, (sizeof(l->id) - 1) / 2);
	l->opened = json_is_string(json_object_get(j, "opener"));
	return !l->opened || digest(j, "opener", l->opener);
}
