/* One server that is asked for the time: what it is asked and when, which
 * answers count, and the best of the last eight (RFC 5905 sections 8 to 10,
 * RFC 8633). Pure: time, chance and datagrams are given. Spans in nanoseconds;
 * "mono" is of a clock that only goes on.
 *
 * A question says nothing about us: its transmit stamp is a random number that
 * the answer must repeat, every other field is zero but mode and version. */
#ifndef NTP_SOURCE_H
#define NTP_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ntp/select.h"
#include "ntp/wire.h"

enum {
	NTP_QUICK = 4, NTP_QUICK_S = 2,		/* questions at start, and between them */
	NTP_POLL_MIN = 6, NTP_POLL_MAX = 10,	/* 64 to 1,024 s (NTP-3) */
	NTP_SAMPLES = 8
};

struct ntp_sample { int64_t offset, delay, dispersion, mono; };

enum ntp_source_state {
	NTP_SOURCE_NEW,		/* has not answered yet */
	NTP_SOURCE_GOOD,
	NTP_SOURCE_LOST,	/* eight questions in a row without an answer */
	NTP_SOURCE_UNFIT,	/* answers that it is not synchronised itself */
	NTP_SOURCE_DENIED	/* told us to go away (RFC 5905 section 7.4): it is not asked any more */
};

struct ntp_source {
	enum ntp_source_state state;
	uint8_t reach;			/* the last eight questions, newest last: 1 = answered */
	unsigned asked;			/* so often */
	unsigned quick;			/* that many quick ones are left */
	uint8_t poll_min;		/* it asked us to be slower */
	struct { uint64_t cookie; int64_t wall, mono; } open;	/* cookie 0: no question is open */

	struct ntp_packet said;		/* the last good answer */
	int64_t heard;			/* mono, 0 = never */
	int64_t heard_wall;
	size_t n, next;
	struct ntp_sample samples[NTP_SAMPLES];
};

enum ntp_reply {
	NTP_REPLY_GOOD,
	NTP_REPLY_KISS,		/* obeyed */
	NTP_REPLY_UNFIT,
	NTP_REPLY_FOREIGN	/* not an answer to the open question: forged, late, twice */
};

/* Nothing is known of it. */
void ntp_source_init(struct ntp_source *s);

/* Ask quickly again. */
void ntp_source_hurry(struct ntp_source *s);

/* Seconds from one question to the next; poll: what the client would like, a power of two. */
unsigned ntp_source_wait(const struct ntp_source *s, unsigned poll);

/* The next question; one that is open counts as lost. cookie: random. */
void ntp_source_ask(struct ntp_source *s, uint64_t cookie, int64_t wall, int64_t mono, uint8_t out[NTP_PACKET]);

/* A datagram from its address; wall: the kernel's receive stamp. */
enum ntp_reply ntp_source_hear(struct ntp_source *s, const uint8_t *p, size_t n, int64_t wall, int64_t mono);

/* Our clock was moved by so much: what was measured before is another number now. */
void ntp_source_shift(struct ntp_source *s, int64_t by);

/* What it has to say at mono. False: nothing that can be used. */
bool ntp_source_candidate(const struct ntp_source *s, int64_t mono, struct ntp_candidate *out);

const char *ntp_source_state_name(enum ntp_source_state s);

#endif /* NTP_SOURCE_H */
