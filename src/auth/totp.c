/* One-time passwords and recovery codes; see totp.h. */
#include "auth/totp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "auth/session.h"
#include "auth/time.h"
#include "base/err.h"
#include "base/otp.h"
#include "sys/clk.h"

enum { RECOVERY_BYTES = 10, RECOVERY_CHARS = 16 };

bool
auth_totp_check(const char *secret, struct str code, int64_t now, int64_t last_step, int64_t *step)
{
	uint8_t key[AUTH_TOTP_BYTES];
	uint64_t given;
	int64_t at, found = -1;
	int n = str_base32_read(str_of(secret), key, sizeof(key));

	if (n <= 0 || code.n != OTP_DIGITS || !str_u64(code, OTP_MODULUS - 1, &given))
		return false;
	for (at = now / OTP_STEP_S - 1; at <= now / OTP_STEP_S + 1; at++)
		if (at > last_step && otp_code(key, (size_t)n, at) == given && found < 0)
			found = at;
	sodium_memzero(key, sizeof(key));
	*step = found;
	return found >= 0;
}

void
auth_totp_secret(char out[AUTH_TOTP_TEXT])
{
	uint8_t key[AUTH_TOTP_BYTES];

	randombytes_buf(key, sizeof(key));
	if (!str_base32(key, sizeof(key), out, AUTH_TOTP_TEXT))
		abort();	/* 20 bytes are 32 characters */
	sodium_memzero(key, sizeof(key));
}

bool
auth_totp_uri(char out[AUTH_TOTP_URI_MAX], const char *secret, const char *cell, const char *username)
{
	/* Cell names and user names hold no character that a URI would have to escape. */
	int n = snprintf(out, AUTH_TOTP_URI_MAX,
	    "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=6&period=30",
	    cell, username, secret, cell);

	return n > 0 && n < AUTH_TOTP_URI_MAX;
}

bool
auth_recovery_hash(struct str code, char hex[65])
{
	char plain[RECOVERY_CHARS];
	uint8_t raw[RECOVERY_BYTES], digest[crypto_hash_sha256_BYTES];
	size_t i, n = 0;

	for (i = 0; i < code.n; i++) {
		if (code.p[i] == '-' || code.p[i] == ' ')
			continue;
		if (n == RECOVERY_CHARS)
			return false;
		plain[n++] = code.p[i];
	}
	if (n != RECOVERY_CHARS ||
	    str_base32_read((struct str){ plain, n }, raw, sizeof(raw)) != RECOVERY_BYTES)
		return false;
	(void)crypto_hash_sha256(digest, raw, sizeof(raw));	/* cannot fail */
	sodium_bin2hex(hex, 65, digest, sizeof(digest));
	sodium_memzero(raw, sizeof(raw));
	sodium_memzero(plain, sizeof(plain));
	return true;
}

/* "abcd-efgh-ijkl-mnop" of 80 random bits. */
static void
recovery_code(char out[AUTH_RECOVERY_TEXT])
{
	uint8_t raw[RECOVERY_BYTES];
	char text[RECOVERY_CHARS + 1];
	size_t i, n = 0;

	randombytes_buf(raw, sizeof(raw));
	if (!str_base32(raw, sizeof(raw), text, sizeof(text)))
		abort();	/* 10 bytes are 16 characters */
	for (i = 0; i < RECOVERY_CHARS; i++) {
		if (i > 0 && i % 4 == 0)
			out[n++] = '-';
		out[n++] = (char)(text[i] | (text[i] >= 'A' ? 0x20 : 0));
	}
	out[n] = '\0';
	sodium_memzero(raw, sizeof(raw));
	sodium_memzero(text, sizeof(text));
}

int
auth_recovery_make(char codes[AUTH_RECOVERY_CODES][AUTH_RECOVERY_TEXT], json_t **hashes)
{
	char hex[65];
	int i;

	*hashes = json_array();
	for (i = 0; i < AUTH_RECOVERY_CODES; i++) {
		recovery_code(codes[i]);
		if (!auth_recovery_hash(str_of(codes[i]), hex) ||
		    json_array_append_new(*hashes, json_string(hex)) < 0) {
			json_decref(*hashes);
			*hashes = NULL;
			return -ENOMEM;
		}
	}
	return 0;
}

/* --- shown, not confirmed --------------------------------------------------- */

struct pending {
	char username[AUTH_USERNAME_MAX + 1];	/* "" = free */
	char secret[AUTH_TOTP_TEXT];
	int64_t begun;
};

struct auth_enrol {
	struct auth_time *time;
	struct pending p[AUTH_ENROL_MAX];
};

struct auth_enrol *
auth_enrol_new(struct auth_time *time)
{
	struct auth_enrol *n = calloc(1, sizeof(*n));

	if (n != NULL)
		n->time = time;
	return n;
}

void
auth_enrol_free(struct auth_enrol *n)
{
	if (n == NULL)
		return;
	sodium_memzero(n, sizeof(*n));
	free(n);
}

static struct pending *
enrol_find(struct auth_enrol *n, const char *username)
{
	size_t i;

	for (i = 0; i < AUTH_ENROL_MAX; i++)
		if (n->p[i].username[0] != '\0' &&
		    str_ieq(str_of(n->p[i].username), str_of(username)))
			return &n->p[i];
	return NULL;
}

static struct pending *
enrol_oldest(struct auth_enrol *n)
{
	struct pending *p = &n->p[0];
	size_t i;

	for (i = 0; i < AUTH_ENROL_MAX; i++) {
		if (n->p[i].username[0] == '\0')
			return &n->p[i];
		if (n->p[i].begun < p->begun)
			p = &n->p[i];
	}
	return p;
}

void
auth_enrol_begin(struct auth_enrol *n, const char *username, char secret[AUTH_TOTP_TEXT])
{
	struct pending *p = enrol_find(n, username);

	if (p == NULL)
		p = enrol_oldest(n);
	if (!str_copy(str_of(username), p->username, sizeof(p->username)))
		p->username[0] = '\0';	/* no such user can exist */
	auth_totp_secret(p->secret);
	p->begun = auth_time_now(n->time);
	memcpy(secret, p->secret, sizeof(p->secret));
}

void
auth_enrol_drop(struct auth_enrol *n, const char *username)
{
	struct pending *p = enrol_find(n, username);

	if (p != NULL)
		sodium_memzero(p, sizeof(*p));
}

int
auth_enrol_confirm(struct auth_enrol *n, const char *username, struct str code, struct auth_enrolled *out,
    struct err *e)
{
	const struct clk *clk = n->time->clk;
	struct pending *p = enrol_find(n, username);

	err_clear(e);
	if (p == NULL || auth_time_now(n->time) - p->begun > AUTH_ENROL_S) {
		auth_enrol_drop(n, username);
		return err_set(e, ERR_CONFLICT, "no second factor is being set up: begin anew");
	}
	/* By the clock as it is: the app does not know what we saw before. */
	if (!auth_totp_check(p->secret, code, clk->wall_s(clk), 0, &out->step))
		return err_field(e, ERR_VALIDATION, "code", "is not the code that the app should show now");
	if (auth_recovery_make(out->codes, &out->hashes) < 0)
		return err_set(e, ERR_INTERNAL, "out of memory");
	memcpy(out->secret, p->secret, sizeof(out->secret));
	auth_enrol_drop(n, username);
	return 0;
}
