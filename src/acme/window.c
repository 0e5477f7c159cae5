/* Suggested windows; see window.h. */
#include "acme/window.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "acme/header.h"
#include "acme/jws.h"
#include "base/x509.h"

enum { AGAIN_S = 6 * 3600, AGAIN_MIN_S = 60, AGAIN_MAX_S = 86400, MIX_A = 30, MIX_B = 27, MIX_C = 31 };

bool
acme_window_id(const struct x509 *cert, char id[ACME_WINDOW_ID_SIZE])
{
	char *key = acme_base64url(cert->authority_key_id.p, cert->authority_key_id.n);
	char *serial = acme_base64url(cert->serial.p, cert->serial.n);
	size_t n = key == NULL ? 0 : strlen(key), m = serial == NULL ? 0 : strlen(serial);
	bool ok = n > 0 && m > 0 && n + 1 + m < ACME_WINDOW_ID_SIZE;

	if (ok) {
		memcpy(id, key, n);
		id[n] = '.';
		memcpy(id + n + 1, serial, m + 1);
	}
	free(key);
	free(serial);
	return ok;
}

static bool
time_of(const json_t *j, const char *key, int64_t *out)
{
	const json_t *v = json_object_get(j, key);

	return json_is_string(v) && acme_time_read((struct str){ json_string_value(v), json_string_length(v) }, out);
}

bool
acme_window_read(struct str body, int64_t now, int64_t retry_after, struct acme_window *out)
{
	json_t *j = body.n > ACME_DOCUMENT_MAX ? NULL : json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	const json_t *w = json_object_get(j, "suggestedWindow");
	int64_t start = 0, end = 0, wait = retry_after > 0 ? retry_after : AGAIN_S;
	bool ok = time_of(w, "start", &start) && time_of(w, "end", &end) && start > 0 && start < end;

	json_decref(j);
	if (!ok)
		return false;
	wait = wait < AGAIN_MIN_S ? AGAIN_MIN_S : wait > AGAIN_MAX_S ? AGAIN_MAX_S : wait;
	*out = (struct acme_window){ start, end, now + wait };
	return true;
}

/* splitmix64: every bit of the seed counts in every bit of the result. */
static uint64_t
mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ x >> MIX_A) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> MIX_B) * 0x94d049bb133111eb;
	return x ^ x >> MIX_C;
}

int64_t
acme_window_pick(const struct acme_window *w, uint64_t seed)
{
	return w->start + (int64_t)(mix(seed ^ (uint64_t)w->start) % (uint64_t)(w->end - w->start));
}
