/* Who a source in the VPN is (design.md 3, product.md 1.2): addresses of enabled peers to peers, with what names them and
 * what they may use. WireGuard proves the address; whoever else comes in there is nobody and dropped.
 *
 * A peer is known by a number, its place in conf.peers and one more; 0 is nobody. It holds for one snapshot. A network
 * behind a peer counts as that peer where access, block lists and the log are concerned, but is not its owner: the
 * devices there are proven as a whole, none of them by itself.
 *
 * One relocatable piece, made by core, used in place by every edge: a question costs a hash and two places in memory, a
 * network behind a peer a search among those. Numbers are of this machine. Pure. */
#ifndef INGRESS_WHO_H
#define INGRESS_WHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "conf/access.h"

struct conf;
struct ingress;

enum {
	INGRESS_WHO_ALIGN = 8,
	INGRESS_WHO_MAX = 48 << 20	/* octets; 10,000 peers with two addresses need about 1.5 MB */
};

/* Where things are in a piece. Zeroed: nobody is known. */
struct ingress_who {
	const struct ingress_who_row *rows;
	const struct ingress_who_slot *slots;
	const struct ingress_who_net *nets;
	const struct conf_access *sets;
	const char *texts;
	uint32_t nrows, nslots, nnets, nsets, ntexts;
};

struct ingress_peer {
	const char *name;
	const char *owner, *email;		/* of an enabled user; "" = it has none */
	const char *title;			/* his name as shown, else his username */
	const char *groups;			/* "peer,kids": his role, then the peer's groups */
	const struct conf_access *access;
};

/* Malloc'd *out of *n octets. 0, -ENOMEM, or -E2BIG. */
int ingress_who_build(void **out, size_t *n, const struct conf *c);

/* Describe the n octets at p, aligned to INGRESS_WHO_ALIGN, which stay in use. False: they are no such piece. What is in it
 * is looked at when it is used: no time is lost here, and nothing in it can lead astray. */
bool ingress_who_open(struct ingress_who *w, const void *p, size_t n);

/* Whose address is it? 0: nobody's. */
uint32_t ingress_who_find(const struct ingress_who *w, const struct addr *a);

/* False: there is no such number. */
bool ingress_who_get(const struct ingress_who *w, uint32_t number, struct ingress_peer *out);
const char *ingress_who_name(const struct ingress_who *w, uint32_t number);	/* "" for nobody */
const struct conf_access *ingress_who_access(const struct ingress_who *w, uint32_t number);	/* NULL for nobody */

/* Is a the peer's own address, not one of a network behind it? */
bool ingress_who_is_own(const struct ingress_who *w, uint32_t number, const struct addr *a);

/* As ingress_zone(), with *number of the peer in zone vpn, else 0. In zone vpn who is nobody's is dropped: 0. */
unsigned ingress_identify(const struct ingress *in, const struct ingress_who *w, uint32_t ifindex, const struct addr *a,
    uint32_t *number);

#endif /* INGRESS_WHO_H */
