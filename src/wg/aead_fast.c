/* The calls into the assembler; see aead_fast.h. Its own names and shapes are
 * those of BoringSSL's crypto/cipher_extra/internal.h. */
#include "wg/aead_fast.h"

#include <assert.h>
#include <stdalign.h>
#include <string.h>

#include <sodium.h>

#if defined(__x86_64__)

/* In: key, counter, nonce; out: the tag at its beginning. Holds a key: wiped by who fills it. */
struct state {
	alignas(16) uint8_t key[WG_AEAD_KEY];
	uint32_t counter;
	uint8_t nonce[WG_AEAD_NONCE];
	const uint8_t *more;		/* sealing: what else the tag is over */
	size_t more_len;
};

_Static_assert(WG_AEAD_TAG == crypto_verify_16_BYTES, "a tag is compared at once");
_Static_assert(sizeof(struct state) == 64, "as the assembler reads it");

void chacha20_poly1305_seal(uint8_t *out, const uint8_t *in, size_t n, const uint8_t *ad, size_t ad_len, struct state *s);
void chacha20_poly1305_open(uint8_t *out, const uint8_t *in, size_t n, const uint8_t *ad, size_t ad_len, struct state *s);

/* What the assembler asks the machine for, of CPUID 7: EBX says AVX2 and BMI2. It is not called where that is not so. */
enum { EBX = 2, AVX2 = 1 << 5, BMI2 = 1 << 8 };

extern const uint32_t OPENSSL_ia32cap_P[4] __attribute__((visibility("hidden")));
const uint32_t OPENSSL_ia32cap_P[4] = { [EBX] = AVX2 | BMI2 };

bool
wg_aead_fast_can(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
}

static void
begin(struct state *s, const uint8_t nonce[WG_AEAD_NONCE], const uint8_t key[WG_AEAD_KEY])
{
	memcpy(s->key, key, WG_AEAD_KEY);
	memcpy(s->nonce, nonce, WG_AEAD_NONCE);
	s->counter = 0;
	s->more = NULL;
	s->more_len = 0;
}

void
wg_aead_fast_seal(uint8_t *p, size_t n, const uint8_t nonce[WG_AEAD_NONCE], const uint8_t key[WG_AEAD_KEY])
{
	struct state s;

	begin(&s, nonce, key);
	chacha20_poly1305_seal(p, p, n, NULL, 0, &s);
	memcpy(p + n, s.key, WG_AEAD_TAG);
	sodium_memzero(&s, sizeof(s));
}

bool
wg_aead_fast_open(uint8_t *p, size_t n, const uint8_t nonce[WG_AEAD_NONCE], const uint8_t key[WG_AEAD_KEY])
{
	struct state s;
	bool ok;

	begin(&s, nonce, key);
	chacha20_poly1305_open(p, p, n - WG_AEAD_TAG, NULL, 0, &s);
	ok = crypto_verify_16(p + n - WG_AEAD_TAG, s.key) == 0;
	sodium_memzero(&s, sizeof(s));
	return ok;
}

#else

bool
wg_aead_fast_can(void)
{
	return false;
}

void
wg_aead_fast_seal(uint8_t *p, size_t n, const uint8_t nonce[WG_AEAD_NONCE], const uint8_t key[WG_AEAD_KEY])
{
	(void)p;
	(void)n;
	(void)nonce;
	(void)key;
	assert(!"wg_aead_fast_can() says no");
}

bool
wg_aead_fast_open(uint8_t *p, size_t n, const uint8_t nonce[WG_AEAD_NONCE], const uint8_t key[WG_AEAD_KEY])
{
	wg_aead_fast_seal(p, n, nonce, key);
	return false;
}

#endif
