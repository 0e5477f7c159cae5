/* Messages with packets in them; see data.h. */
#include "wg/data.h"

#include <string.h>

#include "base/addr.h"
#include "wg/aead.h"

enum { TO = 4, COUNTER = 8 };

static void
put_le(uint8_t *p, uint64_t v, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static uint64_t
get_le(const uint8_t *p, unsigned n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

bool
wg_data_read(const uint8_t *datagram, size_t n, struct wg_data *out)
{
	if (n < WG_DATA_OVERHEAD || get_le(datagram, 4) != WG_MESSAGE_DATA)
		return false;
	out->to = (uint32_t)get_le(datagram + TO, 4);
	out->counter = get_le(datagram + COUNTER, 8);
	return true;
}

size_t
wg_data_padded(size_t n, size_t mtu)
{
	const size_t padded = (n + WG_DATA_PAD - 1) / WG_DATA_PAD * WG_DATA_PAD;

	return padded <= mtu || n > mtu ? padded : mtu;
}

static void
nonce_of(uint64_t counter, uint8_t nonce[WG_AEAD_NONCE])
{
	put_le(nonce, 0, 4);
	put_le(nonce + 4, counter, 8);
}

void
wg_data_seal(uint8_t *datagram, size_t n, const struct wg_data *head, const uint8_t key[WG_KEY])
{
	uint8_t nonce[WG_AEAD_NONCE];

	put_le(datagram, WG_MESSAGE_DATA, 4);
	put_le(datagram + TO, head->to, 4);
	put_le(datagram + COUNTER, head->counter, 8);
	nonce_of(head->counter, nonce);
	wg_aead_seal(datagram + WG_DATA_HEAD, n, nonce, key);
}

bool
wg_data_open(uint8_t *datagram, size_t n, uint64_t counter, const uint8_t key[WG_KEY])
{
	uint8_t nonce[WG_AEAD_NONCE];

	nonce_of(counter, nonce);
	return wg_aead_open(datagram + WG_DATA_HEAD, n - WG_DATA_HEAD, nonce, key);
}

/* --- the packet inside ------------------------------------------------------------------- */

static void
take_addr(struct addr *a, const uint8_t *p, uint8_t len)
{
	memset(a, 0, sizeof(*a));
	a->len = len;
	memcpy(a->b, p, len);
}

/* RFC 791 3.1, RFC 8200 3 */
bool
wg_packet_read(const uint8_t *p, size_t n, struct addr *from, struct addr *to, size_t *len)
{
	if (n >= 20 && p[0] >> 4 == 4) {
		*len = (size_t)p[2] << 8 | p[3];
		take_addr(from, p + 12, 4);
		take_addr(to, p + 16, 4);
		return *len >= 20 && *len <= n;
	}
	if (n < 40 || p[0] >> 4 != 6)
		return false;
	*len = 40 + ((size_t)p[4] << 8 | p[5]);
	take_addr(from, p + 8, 16);
	take_addr(to, p + 24, 16);
	return *len <= n;
}
