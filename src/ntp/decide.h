/* Is this datagram answered, and why not (NTP-1, NTP-2). Pure: the server asks
 * it for each datagram. */
#ifndef NTP_DECIDE_H
#define NTP_DECIDE_H

#include <stddef.h>
#include <stdint.h>

#include "ntp/wire.h"

struct ntp_plan;

enum ntp_verdict {
	NTP_SERVE,
	NTP_DROP_ZONE,		/* not served there, or nowhere */
	NTP_DROP_SIZE,		/* no packet: too short, too long */
	NTP_DROP_MODE,		/* no client's question: 6 and 7 among them, which amplify elsewhere */
	NTP_DROP_VERSION,
	NTP_DROP_TAIL		/* what follows the packet is malformed, or signed with a key that we do not have */
};

/* zone: of the asker, one bit of enum conf_zone, or 0 = nobody. q is filled when it is to be served. */
enum ntp_verdict ntp_decide(const struct ntp_plan *p, unsigned zone, const uint8_t *in, size_t n, struct ntp_packet *q);

#endif /* NTP_DECIDE_H */
