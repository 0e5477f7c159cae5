/* IP addresses and prefixes as values. Text forms: dotted quad, RFC 5952. */
#ifndef BASE_ADDR_H
#define BASE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct sockaddr_storage;

enum {
	ADDR_TEXT_MAX = 64	/* any text form below with its NUL */
};

struct addr {
	uint8_t len;		/* 4, 16, or 0 = none */
	uint8_t b[16];		/* network order, unused bytes zero */
};

struct addr_prefix {
	struct addr addr;	/* host bits as given: addr_prefix_is_net() tells */
	uint8_t bits;
};

struct addr_port {
	struct addr addr;
	uint16_t port;
	uint32_t scope;		/* interface index of a link-local IPv6 address, else 0 */
};

/* Strict: no leading zeros in decimal numbers, no zone id, no brackets.
 * v4-mapped IPv6 becomes IPv4 only in addr_from_sockaddr(). */
bool addr_read(struct str s, struct addr *out);
bool addr_prefix_read(struct str s, struct addr_prefix *out);	/* needs "/bits" */
bool addr_port_read(struct str s, struct addr_port *out);	/* "1.2.3.4:53", "[::1]:53" */

/* Into buf of ADDR_TEXT_MAX; returns buf. The address "none" is "", a scope is not shown. */
const char *addr_text(const struct addr *a, char buf[ADDR_TEXT_MAX]);
const char *addr_prefix_text(const struct addr_prefix *p, char buf[ADDR_TEXT_MAX]);
const char *addr_port_text(const struct addr_port *p, char buf[ADDR_TEXT_MAX]);

bool addr_eq(const struct addr *a, const struct addr *b);
int addr_cmp(const struct addr *a, const struct addr *b);	/* IPv4 before IPv6 */
bool addr_in(const struct addr *a, const struct addr_prefix *p);
bool addr_prefix_eq(const struct addr_prefix *a, const struct addr_prefix *b);	/* host bits count */
bool addr_prefix_overlap(const struct addr_prefix *a, const struct addr_prefix *b);
bool addr_prefix_is_net(const struct addr_prefix *p);	/* no host bits set */
struct addr_prefix addr_prefix_net(const struct addr_prefix *p);	/* host bits cleared */

/* The address in the network of to with the host part that a has in that of from. False: a is not in from, or to has
 * no room for it: it does not fit, or would be the first or the last address there. */
bool addr_renumber(const struct addr *a, const struct addr_prefix *from, const struct addr_prefix *to, struct addr *out);

/* A v4-mapped IPv6 address counts as the IPv4 one here and in addr_limit_key(). */
bool addr_is_loopback(const struct addr *a);
bool addr_is_private(const struct addr *a);	/* RFC 1918, 100.64/10, ULA, link-local */
bool addr_is_linklocal(const struct addr *a);

/* The key that limits count by: the IPv4 address, or the /64 of an IPv6 one. */
struct addr addr_limit_key(const struct addr *a);

/* Sockets. v4-mapped IPv6 becomes IPv4. Return the sockaddr's size; 0 = unknown family. */
bool addr_from_sockaddr(const struct sockaddr_storage *ss, struct addr_port *out);
size_t addr_to_sockaddr(const struct addr_port *a, struct sockaddr_storage *ss);

/* Name of the reverse zone entry, without final dot: "1.0.0.10.in-addr.arpa". */
bool addr_reverse(const struct addr *a, char *buf, size_t size);

#endif /* BASE_ADDR_H */
