/* Authorization headers, scopes and paths: an accepted token has the one form,
 * a scope gives only what it says, writing includes reading. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "auth/token.h"
#include "auth/totp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct auth_scopes all = { UINT32_MAX, UINT32_MAX };
	struct auth_scopes one = { 0, 0 };
	struct str s = { (const char *)data, size }, text;
	char hex[65];

	if (auth_bearer_read(s, &text)) {
		assert(text.n == AUTH_TOKEN_TEXT - 1 && str_starts(text, STR("pic_")));
		assert(text.p >= s.p && text.p + text.n <= s.p + s.n);
	}
	if (auth_scopes_add(&one, s)) {
		assert(str_ends(s, STR(":read")) || str_ends(s, STR(":write")));
		assert((one.read & one.write) == one.write && one.read != 0);
		assert((one.write != 0) == str_ends(s, STR(":write")));
	}
	if (auth_scopes_allow(&all, s, true))
		assert(auth_scopes_allow(&all, s, false));
	if (!str_starts(s, STR("/api/")) && !str_starts(s, STR("/metrics")))
		assert(!auth_scopes_allow(&all, s, false) && !auth_token_barred(s));
	if (auth_recovery_hash(s, hex))
		assert(strlen(hex) == 64);
	return 0;
}
