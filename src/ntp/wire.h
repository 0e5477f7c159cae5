/* NTP packets (RFC 5905 section 7.3) and their two forms of time. What a
 * packet says is not judged here: decide.h and source.h do that. */
#ifndef NTP_WIRE_H
#define NTP_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rd;
struct wr;

enum {
	NTP_PACKET = 48,		/* octets without extension fields and MAC */
	NTP_PACKET_MAX = 1280,		/* a longer one is no packet of ours, nor of an honest client */
	NTP_LEAP_UNKNOWN = 3,
	NTP_STRATUM_NONE = 16,
	NTP_PRECISION = -20		/* a microsecond: what reading the clock and scheduling leave */
};

enum ntp_mode { NTP_MODE_CLIENT = 3, NTP_MODE_SERVER = 4 };

struct ntp_packet {
	uint8_t leap, version, mode, stratum;
	int8_t poll, precision;			/* powers of two, seconds */
	uint32_t root_delay, root_dispersion;	/* short format: 16.16 seconds */
	uint32_t refid;
	uint64_t reference, origin, receive, transmit;	/* 32.32 seconds of an era; 0 = not known */
};

/* What stands behind the 48 octets (RFC 5905 section 7.5, RFC 7822). */
enum ntp_tail {
	NTP_TAIL_NONE,
	NTP_TAIL_FIELDS,	/* well-formed extension fields: ignored, as RFC 7822 asks of who knows none */
	NTP_TAIL_MAC,		/* a MAC: we have no key it could be made with */
	NTP_TAIL_BAD
};

/* The first 48 octets, and what follows them to the end of r. False: shorter, or longer than NTP_PACKET_MAX. */
bool ntp_packet_read(struct rd *r, struct ntp_packet *p, enum ntp_tail *tail);

/* Always NTP_PACKET octets. Fields are cut to their width, which the reader never exceeds. */
void ntp_packet_write(struct wr *w, const struct ntp_packet *p);

/* Unix time in nanoseconds, to and from an NTP time stamp. The era of a stamp is the one that brings it next to near. */
uint64_t ntp_stamp(int64_t unix_ns);
int64_t ntp_stamp_ns(uint64_t stamp, int64_t near);

/* Spans, to and from the short format: never less than what was given, at most 65,536 s. */
uint32_t ntp_short(int64_t ns);
int64_t ntp_short_ns(uint32_t s);

/* The four letters of a kiss code or of a reference at stratum 1. */
#define NTP_REFID(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

#endif /* NTP_WIRE_H */
