/* Notices from the kernel that links, addresses or routes changed, or rules of nftables. The
 * content is not looked at: whoever listens reads the state again and applies
 * the difference (design.md 2: apply is idempotent). */
#ifndef IO_NETLINK_H
#define IO_NETLINK_H

struct io_loop;
struct io_netlink;

typedef void io_netlink_cb(void *arg);

/* cb runs once per burst of notices, 200 ms after its first one. NULL on failure. */
struct io_netlink *io_netlink_watch(struct io_loop *l, io_netlink_cb *cb, void *arg);

/* The same for any rule of any table, our own changes included. NULL also where the kernel has no nftables. */
struct io_netlink *io_netlink_watch_rules(struct io_loop *l, io_netlink_cb *cb, void *arg);
void io_netlink_free(struct io_netlink *n);	/* NULL is allowed */

#endif /* IO_NETLINK_H */
