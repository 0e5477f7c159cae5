/* Where a cell lives: state directory and API socket (data.md 2, CLI-9).
 * Both ends, `pic run` and the command line, ask here, so they agree. */
#ifndef SYS_PATHS_H
#define SYS_PATHS_H

#include <stdbool.h>
#include <stddef.h>

enum { PATHS_MAX = 256, PATHS_SOCKET_MAX = 104 };

struct paths {
	char state[PATHS_MAX];
	char socket[PATHS_SOCKET_MAX];	/* fits sockaddr_un on every system */
	bool default_runtime;		/* the socket's directory is ours to make */
};

/* state, sock: from flags, or NULL. A flag beats PIC_STATE_DIR and PIC_SOCKET, which beat the defaults:
 * root /var/lib/pic and /run/pic/pic.sock, else the XDG directories. With a state directory of its own
 * choice and no socket given, the socket is <state>/pic.sock, so that several cells can live side by side.
 * 0, or -ENAMETOOLONG, or -ENOENT when there is no home directory to derive from. */
int paths_find(struct paths *p, const char *state, const char *sock, bool root);

#endif /* SYS_PATHS_H */
