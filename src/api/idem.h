/* Answers to POSTs that carried an Idempotency-Key (api.md 1.4): the first one
 * is repeated for a day. Bounded: at most API_IDEM_MAX keys and
 * API_IDEM_BYTES of answers, the oldest out. One that shows a secret is for who
 * lost it on the way: it is repeated for a minute and wiped in the next one, and
 * of its key is known from then on that it was used. */
#ifndef API_IDEM_H
#define API_IDEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct api_idem;

enum {
	API_IDEM_KEY_MAX = 64,
	API_IDEM_MAX = 256,
	API_IDEM_BYTES = 1 << 20,
	API_IDEM_ANSWER_MAX = 64 << 10,	/* a longer one is not kept: its key may be used again */
	API_IDEM_S = 86400,
	API_IDEM_ONCE_S = 60,
	API_IDEM_DIGEST = 32
};

/* A kept answer. extra: header lines that belong to it, "Location: …\r\n", in the form of its maker. */
struct api_idem_answer {
	int status;
	struct str extra, body;
	bool once;		/* it shows a secret */
};

enum api_idem_found {
	API_IDEM_NEW,		/* reserved: end it with put or drop */
	API_IDEM_REPEAT,	/* *out is the first answer */
	API_IDEM_WIPED,		/* it was answered, with a secret */
	API_IDEM_RUNNING,	/* the first request is not answered yet */
	API_IDEM_OTHER		/* the key stands for another request */
};

struct api_idem *api_idem_new(void);
void api_idem_free(struct api_idem *s);		/* NULL is allowed */

/* 1–64 printable ASCII characters. */
bool api_idem_key_ok(struct str key);

/* owner: who asks (keys of two callers never meet). Digest of method, target and body.
 * *out is valid until the next call. A full table drops its oldest key, also one still running. */
enum api_idem_found api_idem_begin(struct api_idem *s, const char *owner, struct str key,
    const uint8_t digest[API_IDEM_DIGEST], int64_t now, struct api_idem_answer *out);

/* Keep the answer of a reserved key, or give the key free. Unknown keys are ignored. */
void api_idem_put(struct api_idem *s, const char *owner, struct str key, const struct api_idem_answer *a);
void api_idem_drop(struct api_idem *s, const char *owner, struct str key);

/* Wipe what is not to be kept any longer. As often as once a minute. */
void api_idem_expire(struct api_idem *s, int64_t now);

size_t api_idem_count(const struct api_idem *s);

/* The digest of a request. */
void api_idem_digest(uint8_t out[API_IDEM_DIGEST], const char *method, struct str target, struct str body);

#endif /* API_IDEM_H */
