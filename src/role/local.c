/* The ways in that lead to core itself: the socket of the host, and the doors of
 * kind DOOR_API on loopback. Who comes by them is on this machine. */
#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/server.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "io/listen.h"
#include "role/core.h"
#include "role/doors.h"
#include "sys/peer.h"
#include "sys/priv.h"

enum { LOOPBACKS = 2 };	/* 127.0.0.1 and ::1; more for the moment in which a port changes */

struct loopback {
	uint16_t id;			/* of the door; 0 = free */
	struct io_listen *listen;
};

struct local {
	struct core *core;
	int fd;				/* the socket of the host */
	struct io_listen *listen;	/* on it */
	struct loopback doors[2 * LOOPBACKS];
};

/* Before setup a caller on loopback needs no token (SET-3), so it must be a
 * process of the host and none of our own confined ones: a taken-over edge
 * could connect here like anybody. In developer mode both have one account. */
static bool
is_role(const struct core *c, const struct addr_port *peer, const struct addr_port *local)
{
	uid_t uid;

	return !c->options.user_mode &&
	    (peer_uid(peer, local, &uid) < 0 || uid == priv_role_account().uid);
}

static void
on_loopback(void *arg, int fd, const struct addr_port *peer, const struct addr_port *local)
{
	struct local *s = arg;
	const struct api_origin o = { .via = AUTH_VIA_LOOPBACK, .client = *peer, .local = local->addr,
	    .zone = CONF_ZONE_LOCAL };

	if (is_role(s->core, peer, local))
		(void)close(fd);	/* nothing was said on it */
	else
		api_accept(s->core->api, fd, &o);
}

static void
on_socket(void *arg, int fd, const struct addr_port *peer, const struct addr_port *local)
{
	struct local *s = arg;
	struct api_origin o = { .via = AUTH_VIA_SOCKET, .zone = CONF_ZONE_LOCAL };
	gid_t gid;

	(void)peer;
	(void)local;
	if (io_peer_uid(fd, &o.uid, &gid) < 0)
		(void)close(fd);	/* nobody we know */
	else
		api_accept(s->core->api, fd, &o);
}

/* --- loopback ------------------------------------------------------------------------- */

static struct loopback *
loopback_find(struct local *s, uint16_t id)
{
	size_t i;

	for (i = 0; i < sizeof(s->doors) / sizeof(s->doors[0]); i++)
		if (s->doors[i].id == id)
			return &s->doors[i];
	return NULL;
}

void
local_door_open(struct core *c, const struct door *d)
{
	struct loopback *l = loopback_find(c->local, 0);
	struct io_listen *listen = l == NULL ? NULL : io_listen_new(c->loop, d->fds[0], on_loopback, c->local);

	if (listen == NULL)
		log_line(LOG_API, LOG_ERROR, "out of memory: the API is not served on loopback", NULL);
	else
		*l = (struct loopback){ d->id, listen };
}

void
local_door_close(struct core *c, const struct door *d)
{
	struct loopback *l = c->local == NULL ? NULL : loopback_find(c->local, d->id);

	if (l == NULL)
		return;		/* all of them are closed, or this one was never opened */
	io_listen_free(l->listen);
	*l = (struct loopback){ 0 };
}

/* --- the socket ------------------------------------------------------------------------- */

/* Its directory is ours to make only where the default puts it. */
static int
make_runtime(const struct core *c)
{
	char dir[PATHS_SOCKET_MAX];
	char *slash;

	if (!c->paths.default_runtime)
		return 0;
	memcpy(dir, c->paths.socket, sizeof(dir));
	slash = strrchr(dir, '/');
	*slash = '\0';
	if (mkdir(dir, 0755) < 0)
		return errno == EEXIST ? 0 : -errno;
	return chmod(dir, 0755) < 0 ? -errno : 0;	/* our umask lets nobody in */
}

/* Members of group pic administer the cell; without that group only root does. */
static gid_t
socket_group(const struct core *c)
{
	const struct group *g = c->options.user_mode ? NULL : getgrnam("pic");

	return g == NULL ? getegid() : g->gr_gid;
}

/* Without the socket nobody could administer the cell from here: it must open. */
int
local_start(struct core *c, struct err *e)
{
	struct local *s = calloc(1, sizeof(*s));
	int error = make_runtime(c);

	if (s == NULL)
		return err_sys(e, -ENOMEM, "serve the API");
	c->local = s;
	s->core = c;
	s->fd = error < 0 ? error : io_listen_unix(c->paths.socket, 0660, socket_group(c));
	if (s->fd < 0)
		return err_sys(e, s->fd, c->paths.socket);
	s->listen = io_listen_new(c->loop, s->fd, on_socket, s);
	return s->listen == NULL ? err_sys(e, -ENOMEM, "serve the API") : 0;
}

void
local_stop(struct core *c)
{
	struct local *s = c->local;
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < sizeof(s->doors) / sizeof(s->doors[0]); i++)
		io_listen_free(s->doors[i].listen);
	io_listen_free(s->listen);
	if (s->fd >= 0) {
		(void)close(s->fd);	/* a listener */
		(void)unlink(c->paths.socket);	/* the next start replaces it anyway */
	}
	free(s);
	c->local = NULL;
}
