/* Forwarding of the host (INS-4): on while the VPN runs and the firewall holds, put back at the stop. What it was before
 * stands in state/forwarding.json from before it is changed, so that a crash does not lose it. */
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
#include "role/vpn_set.h"
#include "sys/file.h"

#define FILE_NAME "forwarding.json"

enum { FILE_MAX = 1024, SWITCHES = 2 };

static const struct { const char *name, *path; } switches[SWITCHES] = {
	{ "ip_forward", "/proc/sys/net/ipv4/ip_forward" },
	{ "ip6_forward", "/proc/sys/net/ipv6/conf/all/forwarding" }
};

/* -1: there is none, as on a host without IPv6. */
static int
read_switch(size_t i)
{
	char c = '0';
	const int fd = open(switches[i].path, O_RDONLY | O_CLOEXEC);
	const ssize_t n = fd < 0 ? -1 : read(fd, &c, 1);

	if (fd >= 0)
		(void)close(fd);	/* it was only read */
	return n == 1 ? c != '0' : -1;
}

bool
vpn_forward_is_on(bool six)
{
	return read_switch(six) == 1;
}

bool
vpn_forward_drifts(const struct vpn *v)
{
	size_t i;

	for (i = 0; v->forwarding && i < SWITCHES; i++)
		if (read_switch(i) == 0)
			return true;
	return false;
}

static void
write_switch(size_t i, bool on)
{
	const int fd = open(switches[i].path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, on ? "1" : "0", 1) != 1)
		log_line(LOG_NETWORK, LOG_ERROR, "forwarding cannot be switched", "setting", switches[i].name, "err",
		    strerror(errno), NULL);
	if (fd >= 0)
		(void)close(fd);	/* the kernel has it */
}

static bool
remember(struct vpn *v)
{
	json_t *was = json_pack("{sbsb}", switches[0].name, read_switch(0) == 1, switches[1].name, read_switch(1) == 1);
	char *text = was == NULL ? NULL : json_dumps(was, JSON_COMPACT);
	struct err e;
	int rc = -ENOMEM;

	err_clear(&e);
	if (text != NULL)
		rc = file_create(v->core->state_sub_fd, FILE_NAME, text, strlen(text), 0600, &e);
	if (rc < 0 && rc != -EEXIST)	/* one that is there is older, and so is right */
		log_line(LOG_NETWORK, LOG_ERROR, "forwarding stays as it is: what it was cannot be kept", "err", e.detail, NULL);
	free(text);
	json_decref(was);
	return rc == 0 || rc == -EEXIST;
}

static void
put_back(struct vpn *v)
{
	char *text = NULL;
	json_t *was;
	size_t i, n;
	struct err e;

	err_clear(&e);
	if (file_read(v->core->state_sub_fd, FILE_NAME, FILE_MAX, &text, &n, &e) < 0)
		return;
	was = json_loadb(text, n, 0, NULL);
	free(text);
	for (i = 0; i < SWITCHES; i++)
		if (json_is_false(json_object_get(was, switches[i].name)) && read_switch(i) == 1)
			write_switch(i, false);
	json_decref(was);
	(void)file_remove(v->core->state_sub_fd, FILE_NAME, &e);	/* what stays says the same again */
}

void
vpn_forward_hold(struct vpn *v, bool on)
{
	size_t i;

	if (v->rtnl == NULL || (!on && !v->forwarding))
		return;
	if (!on) {
		put_back(v);
	} else if (v->forwarding || remember(v)) {
		for (i = 0; i < SWITCHES; i++)
			if (read_switch(i) == 0)
				write_switch(i, true);
	} else {
		return;
	}
	v->forwarding = on;
}

void
vpn_forward_recover(struct vpn *v)
{
	char *text = NULL;
	struct err e;
	size_t n;

	err_clear(&e);
	v->forwarding = v->rtnl != NULL && file_read(v->core->state_sub_fd, FILE_NAME, FILE_MAX, &text, &n, &e) == 0;
	free(text);
}
