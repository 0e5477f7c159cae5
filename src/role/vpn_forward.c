/* Forwarding of the host (INS-4): on while the VPN runs and the firewall holds, put back at the stop. What it was before
 * stands in state/forwarding.json from before it is changed, so that a crash does not lose it.
 *
 * A host that forwards IPv6 hears no router unless it is told to (accept_ra 2 instead of 1): the uplink that did goes on. It is
 * told before forwarding comes on, for the kernel then drops the default routes of those that are not. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/err.h"
#include "base/log.h"
#include "role/core.h"
#include "role/firewall.h"
#include "role/firewall_input.h"
#include "role/vpn_set.h"
#include "sys/file.h"

#define FILE_NAME "forwarding.json"
#define ROUTERS "accept_ra"		/* in it: links that hear routers because of us, with what was set there */

enum { FILE_MAX = 1 << 16, SWITCHES = 2, SIX = 1, RA_PATH = 64 };

static const struct { const char *name, *path; } switches[SWITCHES] = {
	{ "ip_forward", "/proc/sys/net/ipv4/ip_forward" },
	{ "ip6_forward", "/proc/sys/net/ipv6/conf/all/forwarding" }
};

/* --- settings of the host ---------------------------------------------------------------- */

/* The first figure; -1: there is none, as on a host without IPv6. */
static int
read_setting(const char *path)
{
	char c = '0';
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	const ssize_t n = fd < 0 ? -1 : read(fd, &c, 1);

	if (fd >= 0)
		(void)close(fd);	/* it was only read */
	return n == 1 ? c - '0' : -1;
}

static void
write_setting(const char *path, char value)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, &value, 1) != 1)
		log_line(LOG_NETWORK, LOG_ERROR, "a setting of the host cannot be changed", "setting", path, "err",
		    strerror(errno), NULL);
	if (fd >= 0)
		(void)close(fd);	/* the kernel has it */
}

static const char *
ra_path(const char *link, char out[RA_PATH])
{
	(void)snprintf(out, RA_PATH, "/proc/sys/net/ipv6/conf/%s/accept_ra", link);	/* fits: names of links are short */
	return out;
}

bool
vpn_forward_is_on(bool six)
{
	return read_setting(switches[six ? SIX : 0].path) > 0;
}

bool
vpn_forward_drifts(const struct vpn *v)
{
	size_t i;

	for (i = 0; v->forwarding && i < SWITCHES; i++)
		if (read_setting(switches[i].path) == 0)
			return true;
	return false;
}

/* --- what they were ------------------------------------------------------------------------ */

/* As it is kept; fresh: nothing is, so as it is now. NULL: it cannot be told. */
static json_t *
recall(const struct vpn *v, bool *fresh)
{
	char *text = NULL;
	json_t *was = NULL;
	struct err e;
	size_t n;
	int rc;

	err_clear(&e);
	rc = file_read(v->core->state_sub_fd, FILE_NAME, FILE_MAX, &text, &n, &e);
	if (rc == 0)
		was = json_loadb(text, n, 0, NULL);
	free(text);
	*fresh = was == NULL && (rc == 0 || rc == -ENOENT);
	return !*fresh ? was : json_pack("{s:b, s:b}", switches[0].name, vpn_forward_is_on(false), switches[SIX].name,
	    vpn_forward_is_on(true));
}

static bool
keep(const struct vpn *v, const json_t *was)
{
	char *text = was == NULL ? NULL : json_dumps(was, JSON_COMPACT);
	struct err e;
	int rc = -ENOMEM;

	err_clear(&e);
	if (text != NULL)
		rc = file_write(v->core->state_sub_fd, FILE_NAME, text, strlen(text), 0600, &e);
	if (rc < 0)
		log_line(LOG_NETWORK, LOG_ERROR, "forwarding stays as it is: what it was cannot be kept", "err", e.detail, NULL);
	free(text);
	return rc == 0;
}

/* Adds the uplink to was if it has to be told. Whoever else has the host forward IPv6 has decided about routers. */
static bool
add_uplink(const struct vpn *v, json_t *was, char path[RA_PATH])
{
	const char *uplink = firewall_now(v->core)->in.uplink;
	json_t *more;
	bool added;

	if (uplink[0] == '\0' || read_setting(ra_path(uplink, path)) != 1 ||
	    !json_is_false(json_object_get(was, switches[SIX].name)))
		return false;
	more = json_pack("{s:{s:i}}", ROUTERS, uplink, 1);
	added = json_object_update_recursive(was, more) == 0;
	json_decref(more);
	return added;
}

static bool
make_ready(const struct vpn *v)
{
	bool fresh, kept;
	char path[RA_PATH];
	json_t *was = recall(v, &fresh);
	const bool deaf = was != NULL && add_uplink(v, was, path);

	if (was == NULL)
		return v->forwarding;
	kept = (!fresh && !deaf) || keep(v, was);
	json_decref(was);
	if (kept && deaf)
		write_setting(path, '2');
	return kept || !fresh;
}

/* False: it is tried again at the next look. */
static bool
put_back(const struct vpn *v)
{
	bool fresh;
	json_t *was = recall(v, &fresh), *value;
	char path[RA_PATH];
	const char *link;
	size_t i;
	struct err e;

	err_clear(&e);
	if (was == NULL)
		return false;
	for (i = 0; i < SWITCHES; i++)
		if (json_is_false(json_object_get(was, switches[i].name)) && vpn_forward_is_on(i == SIX))
			write_setting(switches[i].path, '0');
	json_object_foreach(json_object_get(was, ROUTERS), link, value)
		if (read_setting(ra_path(link, path)) == 2)
			write_setting(path, '1');
	json_decref(was);
	(void)file_remove(v->core->state_sub_fd, FILE_NAME, &e);	/* what stays says the same again */
	return true;
}

void
vpn_forward_hold(struct vpn *v, bool on)
{
	size_t i;

	if (v->rtnl == NULL || (on ? !make_ready(v) : !v->forwarding))
		return;
	if (!on && !put_back(v))
		return;
	for (i = 0; on && i < SWITCHES; i++)
		if (read_setting(switches[i].path) == 0)
			write_setting(switches[i].path, '1');
	v->forwarding = on;
}

void
vpn_forward_recover(struct vpn *v)
{
	bool fresh;

	if (v->rtnl == NULL)
		return;
	json_decref(recall(v, &fresh));
	v->forwarding = !fresh;
}
