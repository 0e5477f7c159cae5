/* A WireGuard interface of the Linux kernel: what it has, and changes in it, by generic netlink. The interface itself
 * is made, given addresses and taken away by sys/rtnl. Nothing is kept from call to call: what the kernel has is asked.
 * The process needs the capability to administer the network. */
#ifndef WG_KERNEL_H
#define WG_KERNEL_H

#include <stdbool.h>

struct wg_change;
struct wg_have;

/* Whether this kernel has WireGuard; it loads its module if it must. */
bool wg_kernel_is_there(void);

/* The whole device, as of one moment; the caller frees *out. -EPROTONOSUPPORT: the kernel has no WireGuard; -ENODEV: no
 * such interface; -EOPNOTSUPP: it is none of WireGuard; -EPERM; -EINTR: others change it without pause. */
int wg_kernel_read(const char *ifname, struct wg_have **out);

/* Make the change; sessions of peers that are not in it, or only have other addresses or another keepalive, go on. Errors
 * as above: then what stands before it in the change may be done, and another try begins with reading. */
int wg_kernel_write(const char *ifname, const struct wg_change *c);

#endif /* WG_KERNEL_H */
