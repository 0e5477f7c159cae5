/* Who configures a tunnel: connections on which the protocol of wg/uapi.h is
 * spoken, those that a socket accepts and one that core keeps. */
#ifndef ROLE_TUNNEL_ASK_H
#define ROLE_TUNNEL_ASK_H

struct io_loop;
struct tunnel_ask;
struct wg_uapi;

enum { TUNNEL_ASKERS = 16 };

/* listen_fd: a listening Unix socket, borrowed; -1: none. before: sets the clocks of u, is called before each request, and
 * after it is called when the request was done. NULL on failure. */
struct tunnel_ask_ops {
	void (*before)(void *arg);
	void (*after)(void *arg);
	void (*ended)(void *arg);	/* the connection of core has ended */
	void *arg;
};

struct tunnel_ask *tunnel_ask_new(struct io_loop *l, int listen_fd, struct wg_uapi *u, const struct tunnel_ask_ops *ops);
void tunnel_ask_free(struct tunnel_ask *a);	/* NULL is allowed */

/* The connection of core; fd is owned on success. 0 or -ENOMEM. */
int tunnel_ask_core(struct tunnel_ask *a, int fd);

#endif /* ROLE_TUNNEL_ASK_H */
