/* A WireGuard device of the Linux kernel as messages of generic netlink (linux/genetlink.h, linux/wireguard.h), both
 * ways. Pure: wg/kernel.h has the socket. What is written and read holds keys: buffers are wiped by their owner. */
#ifndef WG_KERNEL_WIRE_H
#define WG_KERNEL_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nlm;
struct wg_change;
struct wg_have;
struct wr;

/* Octets that are enough for a question; and for a message of a change, of which a nest may have 64 KiB less one. */
enum { WG_KERNEL_WIRE_QUESTION = 128, WG_KERNEL_WIRE_CHANGE = 1 << 15 };

/* The number that the kernel gave WireGuard; and whether a message says it. */
void wg_kernel_wire_ask_family(struct wr *w);
bool wg_kernel_wire_read_family(const struct nlm *m, uint16_t *family);

struct wg_kernel_name { uint16_t family; const char *ifname; };

void wg_kernel_wire_ask(struct wr *w, const struct wg_kernel_name *name);

/* One message of the answer into h: peers go on where the last message stopped. False: malformed, or past a bound of h. */
bool wg_kernel_wire_read(struct wg_have *h, const struct nlm *m);

/* How far a change is written; all zeros to begin with. */
struct wg_kernel_cut {
	bool begun;			/* what is of the device itself */
	size_t peer, allowed;		/* the next one, and the next of what it is allowed */
	bool inside;			/* of peer a part is written */
};

bool wg_kernel_wire_is_over(const struct wg_change *c, const struct wg_kernel_cut *at);

/* The next message, as long as w has room for; with none for a single peer w fails. */
void wg_kernel_wire_change(struct wr *w, const struct wg_kernel_name *name, const struct wg_change *c, struct wg_kernel_cut *at);

#endif /* WG_KERNEL_WIRE_H */
