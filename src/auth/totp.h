/* Second factor (AUT-8): codes of base/otp.h, one step either
 * way, each step once; ten single-use recovery codes; and the secrets that
 * were shown but not confirmed yet. */
#ifndef AUTH_TOTP_H
#define AUTH_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/str.h"

struct auth_enrol;
struct auth_time;
struct err;

enum {
	AUTH_TOTP_BYTES = 20,
	AUTH_TOTP_TEXT = 33,		/* base32 and NUL */
	AUTH_TOTP_URI_MAX = 512,
	AUTH_RECOVERY_CODES = 10,
	AUTH_RECOVERY_TEXT = 20,	/* "abcd-efgh-ijkl-mnop" and NUL: 80 bits */
	AUTH_ENROL_MAX = 64,
	AUTH_ENROL_S = 900
};

/* Is code right at now, with a step later than last_step? *step gets it, to be remembered. */
bool auth_totp_check(const char *secret, struct str code, int64_t now, int64_t last_step, int64_t *step);

void auth_totp_secret(char out[AUTH_TOTP_TEXT]);

/* otpauth://totp/<cell>:<username>?secret=…&issuer=<cell>. False when it does not fit. */
bool auth_totp_uri(char out[AUTH_TOTP_URI_MAX], const char *secret, const char *cell, const char *username);

/* Ten new codes; hashes: new array of ten hex SHA-256. 0 or -ENOMEM. */
int auth_recovery_make(char codes[AUTH_RECOVERY_CODES][AUTH_RECOVERY_TEXT], json_t **hashes);

/* The hash under which a typed code is kept: case, spaces and hyphens do not matter. False: not a code. */
bool auth_recovery_hash(struct str code, char hex[65]);

/* Secrets shown and not confirmed: one per user, for AUTH_ENROL_S; oldest out. */
struct auth_enrol *auth_enrol_new(struct auth_time *time);
void auth_enrol_free(struct auth_enrol *n);	/* wipes */
void auth_enrol_begin(struct auth_enrol *n, const char *username, char secret[AUTH_TOTP_TEXT]);

/* What a confirmed enrolment gives. secret and hashes go into the user's document (auth_secret_with_totp()). */
struct auth_enrolled {
	char secret[AUTH_TOTP_TEXT];
	char codes[AUTH_RECOVERY_CODES][AUTH_RECOVERY_TEXT];	/* shown once */
	json_t *hashes;						/* of the codes; the reference is the caller's */
	int64_t step;						/* to be remembered: auth_facts_totp_used() */
};

/* Does code prove the secret that was shown to the user? 0; ERR_CONFLICT: nothing begun; ERR_VALIDATION: wrong code
 * (field "code"). e is cleared first. */
int auth_enrol_confirm(struct auth_enrol *n, const char *username, struct str code, struct auth_enrolled *out,
    struct err *e);
void auth_enrol_drop(struct auth_enrol *n, const char *username);

#endif /* AUTH_TOTP_H */
