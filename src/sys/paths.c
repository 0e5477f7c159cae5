/* Where a cell lives; see paths.h. */
#include "sys/paths.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* NULL and "" are the same here: an empty variable is not a choice. */
static const char *
first(const char *flag, const char *env)
{
	const char *v = flag != NULL && flag[0] != '\0' ? flag : getenv(env);

	return v != NULL && v[0] != '\0' ? v : NULL;
}

static int
join(char *buf, size_t size, const char *dir, const char *tail)
{
	int n = snprintf(buf, size, "%s%s", dir, tail);

	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

/* The XDG directory named by env, else home with its usual tail. */
static int
xdg(char *buf, size_t size, const char *env, const char *home_tail, const char *tail)
{
	const char *dir = getenv(env), *home = getenv("HOME");
	char base[PATHS_MAX];

	if (dir != NULL && dir[0] == '/')
		return join(buf, size, dir, tail);
	if (home == NULL || home[0] != '/')
		return -ENOENT;
	if (join(base, sizeof(base), home, home_tail) < 0)
		return -ENAMETOOLONG;
	return join(buf, size, base, tail);
}

static int
find_socket(struct paths *p, const char *sock, bool own_state, bool root)
{
	p->default_runtime = sock == NULL && !own_state;
	if (sock != NULL)
		return join(p->socket, sizeof(p->socket), sock, "");
	if (own_state)
		return join(p->socket, sizeof(p->socket), p->state, "/pic.sock");
	if (root)
		return join(p->socket, sizeof(p->socket), "/run/pic/pic.sock", "");
	return xdg(p->socket, sizeof(p->socket), "XDG_RUNTIME_DIR",
	    "/.local/state/pic", "/pic/pic.sock");
}

int
paths_find(struct paths *p, const char *state, const char *sock, bool root)
{
	int r;

	state = first(state, "PIC_STATE_DIR");
	if (state != NULL)
		r = join(p->state, sizeof(p->state), state, "");
	else if (root)
		r = join(p->state, sizeof(p->state), "/var/lib/pic", "");
	else
		r = xdg(p->state, sizeof(p->state), "XDG_STATE_HOME", "/.local/state", "/pic");
	if (r < 0)
		return r;
	return find_socket(p, first(sock, "PIC_SOCKET"), state != NULL, root);
}
