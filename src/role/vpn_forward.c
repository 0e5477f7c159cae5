/* Forwarding of the host (INS-4): on while the VPN runs and the firewall holds, put back at the stop. What it was before
 * stands in state/forwarding.json from before it is changed, so that a crash does not lose it.
 *
 * A host that forwards IPv6 hears no router unless it is told to (accept_ra 2 instead of 1): each link that did goes on, and so
 * does each that comes later, by the default for new links. They are told before forwarding comes on, for the kernel then
 * drops the default routes of those that are not. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "role/core.h"
#include "role/vpn_set.h"
#include "sys/file.h"
#include "sys/setting.h"

#define FILE_NAME "forwarding.json"
#define ROUTERS "accept_ra"		/* in it: links with what was set there; 1: they hear routers because of us */
#define LINKS "net/ipv6/conf"

enum { FILE_MAX = 1 << 16, SWITCHES = 2, SIX = 1, LINK_PATH = 320, LINKS_MAX = 1024 };

static const struct { const char *name, *path; } switches[SWITCHES] = {
	{ "ip_forward", "net/ipv4/ip_forward" },
	{ "ip6_forward", "net/ipv6/conf/all/forwarding" }
};

/* --- settings of the host ---------------------------------------------------------------- */

/* The first figure; -1: there is none, as on a host without IPv6. */
static int
read_setting(const char *path)
{
	char text[2];

	return setting_read(path, text, sizeof(text)) > 0 ? text[0] - '0' : -1;
}

static void
write_setting(const char *path, char value)
{
	const int rc = setting_write(path, (char[]){ value, '\0' });

	if (rc < 0)
		log_line(LOG_NETWORK, LOG_ERROR, "a setting of the host cannot be changed", "setting", path, "err",
		    strerror(-rc), NULL);
}

static const char *
link_path(const char *link, const char *setting, char out[LINK_PATH])
{
	(void)snprintf(out, LINK_PATH, LINKS "/%s/%s", link, setting);	/* fits: a name has at most 255 octets */
	return out;
}

static int
accept_ra(const char *link)
{
	char path[LINK_PATH];

	return read_setting(link_path(link, "accept_ra", path));
}

static void
set_accept_ra(const char *link, char value)
{
	char path[LINK_PATH];

	write_setting(link_path(link, "accept_ra", path), value);
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

/* --- who hears routers --------------------------------------------------------------------- */

static bool
is_asked_about(const struct vpn *v, const char *link)
{
	return link[0] != '.' && strcmp(link, "all") != 0 && strcmp(link, "lo") != 0 &&
	    strcmp(link, v->conf->wireguard.interface) != 0;
}

static bool
forget_gone(json_t *links)
{
	const size_t had = json_object_size(links);
	const char *link;
	json_t *value;
	void *next;

	json_object_foreach_safe(links, next, link, value)
		if (accept_ra(link) < 0)
			(void)json_object_del(links, link);	/* it is there */
	return json_object_size(links) != had;
}

/* inherits: a link that nobody set has 2 by the default that is ours. One that heard nobody before has what somebody set. */
static bool
add_link(json_t *links, const char *link, bool inherits)
{
	const json_t *was = json_object_get(links, link);
	const bool new = was == NULL && json_object_size(links) < LINKS_MAX;
	const int is = new || (was != NULL && json_integer_value(was) == 0) ? accept_ra(link) : -1;

	return is >= 0 && (new || is > 0) &&
	    json_object_set_new(links, link, json_integer(new && is == 2 && inherits ? 1 : is)) == 0;
}

/* Links that are new, or hear routers now, into was. Whoever else has the host forward IPv6 has decided about them. */
static bool
add_links(const struct vpn *v, json_t *was)
{
	json_t *links = json_object_get(was, ROUTERS);
	DIR *d = json_is_false(json_object_get(was, switches[SIX].name)) ? opendir("/proc/sys/" LINKS) : NULL;
	const struct dirent *e;
	bool inherits, changed;

	if (d == NULL)
		return false;
	if (links == NULL && json_object_set_new(was, ROUTERS, json_object()) == 0)
		links = json_object_get(was, ROUTERS);
	inherits = json_integer_value(json_object_get(links, "default")) == 1;
	changed = forget_gone(links);
	while (links != NULL && (e = readdir(d)) != NULL)
		if (is_asked_about(v, e->d_name))
			changed = add_link(links, e->d_name, inherits) || changed;
	(void)closedir(d);		/* it was only read */
	return changed;
}

static void
tell_links(const json_t *was)
{
	const bool on = vpn_forward_is_on(true);
	char path[LINK_PATH];
	const char *link;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)json_object_get(was, ROUTERS), link, value)
		if (json_integer_value(value) == 1 && accept_ra(link) == 1 &&
		    (!on || read_setting(link_path(link, "forwarding", path)) == 1))
			set_accept_ra(link, '2');
}

static bool
make_ready(const struct vpn *v)
{
	bool fresh, added, kept;
	json_t *was = recall(v, &fresh);

	if (was == NULL)
		return v->forwarding;
	added = add_links(v, was);
	kept = (!fresh && !added) || keep(v, was);
	if (kept)
		tell_links(was);
	json_decref(was);
	return kept || !fresh;
}

/* False: it is tried again at the next look. */
static bool
put_back(const struct vpn *v)
{
	bool fresh;
	json_t *was = recall(v, &fresh), *value;
	const char *link;
	size_t i;
	struct err e;

	err_clear(&e);
	if (was == NULL)
		return false;
	for (i = 0; i < SWITCHES; i++)
		if (json_is_false(json_object_get(was, switches[i].name)) && vpn_forward_is_on(i == SIX))
			write_setting(switches[i].path, '0');
	(void)add_links(v, was);	/* those that came since the last look */
	json_object_foreach(json_object_get(was, ROUTERS), link, value)
		if (json_integer_value(value) == 1 && accept_ra(link) == 2)
			set_accept_ra(link, '1');
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
