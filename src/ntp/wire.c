/* Packets and time stamps; see wire.h. */
#include "ntp/wire.h"

#include "base/rd.h"
#include "base/wr.h"

enum {
	FIELD_MIN = 16,		/* an extension field, RFC 7822 section 3 */
	FIELD_LAST_MIN = 28,	/* the last one where no MAC follows */
	MAC_MAX = 24,		/* key id and 160 bits: less than this may be a MAC */
	MAC_MIN = 20,
	NAK = 4,		/* a key id alone: "crypto-NAK" */
	VERSION_FIELDS = 4	/* the first version that has extension fields */
};

static const int64_t NS = 1000000000;
static const int64_t EPOCH = 2208988800;	/* 1970-01-01 in seconds of era 0, which began in 1900 */

/* RFC 7822 section 3: as long as more is left than a MAC may have it is a field; what is left then is
 * nothing or a MAC. Each reading is tried in that order only, so that a packet has one meaning. */
static enum ntp_tail
read_fields(struct rd *r)
{
	size_t n = 0;

	while (rd_left(r) > MAC_MAX) {
		(void)rd_be16(r);	/* its type: we know none */
		n = rd_be16(r);
		if (n < FIELD_MIN || n % 4 != 0 || rd_left(r) < n - 4)
			return NTP_TAIL_BAD;
		rd_skip(r, n - 4);
	}
	if (rd_left(r) == 0)
		return n >= FIELD_LAST_MIN ? NTP_TAIL_FIELDS : NTP_TAIL_BAD;
	return rd_left(r) == MAC_MIN || rd_left(r) == MAC_MAX ? NTP_TAIL_MAC : NTP_TAIL_BAD;
}

static enum ntp_tail
read_tail(struct rd *r, uint8_t version)
{
	switch (rd_left(r)) {
	case 0:
		return NTP_TAIL_NONE;
	case NAK:
	case MAC_MIN:
	case MAC_MAX:
		return NTP_TAIL_MAC;
	default:
		return version >= VERSION_FIELDS ? read_fields(r) : NTP_TAIL_BAD;
	}
}

bool
ntp_packet_read(struct rd *r, struct ntp_packet *p, enum ntp_tail *tail)
{
	uint8_t b;

	if (rd_left(r) > NTP_PACKET_MAX)
		return rd_fail(r);
	b = rd_u8(r);
	p->leap = b >> 6;
	p->version = b >> 3 & 7;
	p->mode = b & 7;
	p->stratum = rd_u8(r);
	p->poll = (int8_t)rd_u8(r);
	p->precision = (int8_t)rd_u8(r);
	p->root_delay = rd_be32(r);
	p->root_dispersion = rd_be32(r);
	p->refid = rd_be32(r);
	p->reference = rd_be64(r);
	p->origin = rd_be64(r);
	p->receive = rd_be64(r);
	p->transmit = rd_be64(r);
	if (!rd_ok(r))
		return false;
	*tail = read_tail(r, p->version);
	return true;
}

void
ntp_packet_write(struct wr *w, const struct ntp_packet *p)
{
	wr_u8(w, (uint8_t)((p->leap & 3) << 6 | (p->version & 7) << 3 | (p->mode & 7)));
	wr_u8(w, p->stratum);
	wr_u8(w, (uint8_t)p->poll);
	wr_u8(w, (uint8_t)p->precision);
	wr_be32(w, p->root_delay);
	wr_be32(w, p->root_dispersion);
	wr_be32(w, p->refid);
	wr_be64(w, p->reference);
	wr_be64(w, p->origin);
	wr_be64(w, p->receive);
	wr_be64(w, p->transmit);
}

/* Whole seconds and the rest, which is never negative. */
static int64_t
split(int64_t ns, int64_t *rest)
{
	int64_t s = ns / NS;

	*rest = ns % NS;
	if (*rest < 0) {
		*rest += NS;
		s--;
	}
	return s;
}

uint64_t
ntp_stamp(int64_t unix_ns)
{
	int64_t rest, s = split(unix_ns, &rest);

	return (uint64_t)(uint32_t)(s + EPOCH) << 32 | ((uint64_t)rest << 32) / (uint64_t)NS;
}

int64_t
ntp_stamp_ns(uint64_t stamp, int64_t near)
{
	int64_t rest, s = split(near, &rest);
	/* from near to the stamp, by the shorter way round the era */
	int32_t ahead = (int32_t)((uint32_t)(stamp >> 32) - (uint32_t)(s + EPOCH));

	return (s + ahead) * NS + (int64_t)(((stamp & UINT32_MAX) * (uint64_t)NS + (UINT64_C(1) << 31)) >> 32);
}

uint32_t
ntp_short(int64_t ns)
{
	if (ns <= 0)
		return 0;
	if (ns >= NS << 16)
		return UINT32_MAX;
	return (uint32_t)(((uint64_t)ns / (uint64_t)NS << 16) + ((((uint64_t)ns % (uint64_t)NS) << 16) + (uint64_t)NS - 1) /
	    (uint64_t)NS);
}

int64_t
ntp_short_ns(uint32_t s)
{
	return (int64_t)((uint64_t)s * (uint64_t)NS >> 16);
}
