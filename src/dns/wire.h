/* Numbers of the DNS message format (RFC 1035 4.1, 6891, 8914), and the two
 * moves every file here makes: big-endian 16 and 32 bits in place. */
#ifndef DNS_WIRE_H
#define DNS_WIRE_H

#include <stdint.h>

enum {
	DNS_HEADER = 12,
	DNS_MESSAGE_MAX = 65535,
	DNS_UDP_PLAIN = 512,		/* what an asker without EDNS takes */
	DNS_RR_FIXED = 10		/* type, class, TTL, length of the data */
};

/* Third octet of the header. */
enum {
	DNS_QR = 0x80, DNS_OPCODE = 0x78, DNS_AA = 0x04, DNS_TC = 0x02, DNS_RD = 0x01
};

/* Fourth octet. */
enum {
	DNS_RA = 0x80, DNS_AD = 0x20, DNS_CD = 0x10, DNS_RCODE = 0x0f
};

enum {
	DNS_NOERROR = 0, DNS_FORMERR = 1, DNS_SERVFAIL = 2, DNS_NXDOMAIN = 3,
	DNS_NOTIMP = 4, DNS_REFUSED = 5, DNS_YXDOMAIN = 6, DNS_NOTAUTH = 9, DNS_BADVERS = 16, DNS_BADCOOKIE = 23
};

enum {
	DNS_A = 1, DNS_NS = 2, DNS_CNAME = 5, DNS_SOA = 6, DNS_PTR = 12,
	DNS_HINFO = 13, DNS_MX = 15, DNS_TXT = 16, DNS_SIG = 24, DNS_KEY = 25,
	DNS_AAAA = 28, DNS_NXT = 30, DNS_SRV = 33, DNS_KX = 36, DNS_DNAME = 39,
	DNS_OPT = 41, DNS_DS = 43, DNS_RRSIG = 46, DNS_NSEC = 47, DNS_SVCB = 64,
	DNS_HTTPS = 65, DNS_TKEY = 249,
	DNS_TSIG = 250, DNS_IXFR = 251, DNS_AXFR = 252, DNS_MAILA = 254,
	DNS_ANY = 255, DNS_CAA = 257
};

enum { DNS_IN = 1, DNS_POINTER = 0xc0 };

enum dns_section { DNS_SECTION_ANSWER, DNS_SECTION_AUTHORITY, DNS_SECTION_ADDITIONAL };

/* EDNS: the record without options, its DO bit, options we know. */
enum {
	DNS_OPT_LEN = 11, DNS_DO = 0x80, DNS_OPTION_COOKIE = 10, DNS_OPTION_KEEPALIVE = 11,
	DNS_OPTION_PADDING = 12, DNS_OPTION_EDE = 15, DNS_OPTION_HEAD = 4
};

/* Extended errors (RFC 8914). */
enum {
	DNS_EDE_NONE = -1, DNS_EDE_OTHER = 0, DNS_EDE_STALE = 3, DNS_EDE_BLOCKED = 15, DNS_EDE_FILTERED = 17,
	DNS_EDE_PROHIBITED = 18, DNS_EDE_STALE_NXDOMAIN = 19,
	DNS_EDE_NOT_AUTHORITATIVE = 20, DNS_EDE_UNREACHABLE = 22, DNS_EDE_NETWORK = 23
};

static inline void
dns_put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline unsigned
dns_get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static inline void
dns_put32(uint8_t *p, uint32_t v)
{
	dns_put16(p, v >> 16);
	dns_put16(p + 2, v & 0xffff);
}

static inline uint32_t
dns_get32(const uint8_t *p)
{
	return (uint32_t)dns_get16(p) << 16 | dns_get16(p + 2);
}

#endif /* DNS_WIRE_H */
