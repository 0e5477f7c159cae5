/* "Nobody is there": the ICMP message that tells a program of the host at once
 * what it would otherwise wait for in vain (RFC 792, RFC 4443 3.1). Pure. */
#ifndef WG_UNREACH_H
#define WG_UNREACH_H

#include <stddef.h>
#include <stdint.h>

enum { WG_UNREACH_MAX = 1280 };		/* octets of a message */

/* For a packet of n octets that cannot go on, as if from where it wanted to. The length of the message at out; 0: none is
 * allowed for it (RFC 1122 3.2.2, RFC 4443 2.4 e): it is one itself, a fragment, or from or to more than one. */
size_t wg_unreach(const uint8_t *packet, size_t n, uint8_t out[WG_UNREACH_MAX]);

#endif /* WG_UNREACH_H */
