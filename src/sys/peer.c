/* Whose process is at the other end; see peer.h. The kernel's own table of
 * sockets says it, as of the network namespace that we are in. */
#include "sys/peer.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/addr.h"

enum { LINE_ROOM = 512, END_MAX = 48 };

/* An end of a connection as /proc/net/tcp writes it: words of four octets in the order of the
 * machine, then the port. */
static void
end_text(const struct addr_port *a, char buf[END_MAX])
{
	size_t i, n = 0;
	uint32_t word;

	for (i = 0; i + 4 <= a->addr.len; i += 4) {
		memcpy(&word, a->addr.b + i, sizeof(word));
		n += (size_t)snprintf(buf + n, END_MAX - n, "%08X", word);	/* 32 digits at most */
	}
	(void)snprintf(buf + n, END_MAX - n, ":%04X", a->port);
}

/* "sl: local remote st tx:rx tr:when retrnsmt uid timeout inode …" */
static bool
line_uid(const char *line, const char *from, const char *to, uid_t *uid)
{
	char local[END_MAX], remote[END_MAX];
	unsigned owner;
	unsigned long long inode;

	if (sscanf(line, " %*d: %47s %47s %*x %*x:%*x %*x:%*x %*x %u %*u %llu",
	    local, remote, &owner, &inode) != 4)
		return false;
	if (inode == 0 ||	/* its process has let go of it: nobody */
	    strcmp(local, from) != 0 || strcmp(remote, to) != 0)
		return false;
	*uid = owner;
	return true;
}

int
peer_uid(const struct addr_port *peer, const struct addr_port *local, uid_t *uid)
{
	char from[END_MAX], to[END_MAX], line[LINE_ROOM];
	FILE *f = fopen(peer->addr.len == 4 ? "/proc/net/tcp" : "/proc/net/tcp6", "re");
	bool found = false;

	if (f == NULL)
		return -ENOENT;
	end_text(peer, from);
	end_text(local, to);
	while (!found && fgets(line, sizeof(line), f) != NULL)
		found = line_uid(line, from, to, uid);
	(void)fclose(f);	/* was only read */
	return found ? 0 : -ENOENT;
}
