/* Questions and orders to the kernel over one netlink socket. Nobody waits: the kernel works on a message while it is
 * sent, so what it says is there when the call returns; only the parts of a long dump are fetched one by one. */
#ifndef SYS_NETLINK_H
#define SYS_NETLINK_H

#include <stddef.h>

struct netlink;
struct nlm;		/* base/nla.h */

/* One message of an answer. Not 0 ends the call with that. */
typedef int netlink_cb(void *arg, const struct nlm *m);

/* protocol as NETLINK_NETFILTER. 0 and *out, or a negative errno. */
int netlink_open(struct netlink **out, int protocol);
void netlink_close(struct netlink *n);		/* NULL is allowed */

/* Send messages, which may be one long transaction, and hear all that the kernel has to say to them. 0 when it said
 * something and none of it was an error; else the first error. cb (may be NULL) gets what is neither. */
int netlink_do(struct netlink *n, const void *messages, size_t len, netlink_cb *cb, void *arg);

/* One question with NLM_F_DUMP. -EINTR when what is dumped changed meanwhile; what cb got is then no consistent picture. */
int netlink_dump(struct netlink *n, const void *message, size_t len, netlink_cb *cb, void *arg);

/* For a socket that the kernel tells of things unasked: what there is to wait for, and one read of it. -EAGAIN: nothing
 * is there; -ENOBUFS: some was lost, for nobody read it in time. */
int netlink_fd(const struct netlink *n);
int netlink_hear(struct netlink *n, netlink_cb *cb, void *arg);

#endif /* SYS_NETLINK_H */
