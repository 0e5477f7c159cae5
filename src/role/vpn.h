/* The VPN: core holds the interface, its addresses and routes; the data plane is the kernel's or a tunnel role's.
 * Everything follows from the configuration by one idempotent look (vpn_look()), at start, after each change and
 * whenever the host has changed. All calls on the loop thread.
 *
 * Life of a change: part "vpn" of the transaction: prepare makes the plan (wg/plan.h), narrow takes away the peers that are in it
 * no more, commit looks, and it is done when the data plane has the difference (wg/diff.h). */
#ifndef ROLE_VPN_H
#define ROLE_VPN_H

#include <stdbool.h>
#include <stddef.h>

struct api_listener;
struct api_live;
struct api_part;
struct api_peer_facts;
struct api_vpn;
struct conf;
struct core;
struct err;

int vpn_start(struct core *c, struct err *e);
bool vpn_leave(struct core *c);		/* remove what it made (PRC-8); true: no process of it is left, else ask again */
void vpn_stop(struct core *c);

void vpn_follow(struct core *c);	/* after a commit: who is no longer a peer is forgotten */
void vpn_host_changed(struct core *c);	/* links, addresses or routes of the host changed */
void vpn_quiet(struct core *c);		/* carry nothing until the next look: other rules come first */
void vpn_firewall(struct core *c);	/* the firewall holds now, or does no longer (FWL-11) */

/* Is there an interface of the name that conf gives the VPN, which is not ours (VPN-3)? */
bool vpn_foreign(const struct core *c, const struct conf *conf);

/* False: no peer has that key, or none is known. *out is set in any case. */
bool vpn_peer(const struct core *c, const char *public_key, struct api_peer_facts *out);
void vpn_facts(const struct core *c, struct api_vpn *out);
bool vpn_part(const struct core *c, struct api_part *out);	/* as it is shown; false: it is off */
size_t vpn_doors(const struct core *c, struct api_listener *out, size_t max);	/* where it listens, or should (FWL-15) */
void vpn_fill(struct api_live *out);

#endif /* ROLE_VPN_H */
