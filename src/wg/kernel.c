/* WireGuard in the kernel; see kernel.h. */
#include "wg/kernel.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include <linux/netlink.h>
#include <sodium.h>

#include "base/nla.h"
#include "base/wr.h"
#include "sys/netlink.h"
#include "wg/have.h"
#include "wg/kernel_wire.h"

enum { TRIES = 16 };		/* others who change the device all the time must not keep us busy for ever */

static int
on_family(void *arg, const struct nlm *m)
{
	return wg_kernel_wire_read_family(m, arg) ? 0 : -EBADMSG;
}

/* A socket, and by what number WireGuard goes there. */
static int
begin(struct netlink **n, uint16_t *family)
{
	uint8_t buf[WG_KERNEL_WIRE_QUESTION];
	struct wr w;
	int rc = netlink_open(n, NETLINK_GENERIC);

	if (rc < 0)
		return rc;
	*family = 0;
	wr_init(&w, buf, sizeof(buf));
	wg_kernel_wire_ask_family(&w);
	rc = netlink_do(*n, buf, wr_len(&w), on_family, family);
	if (rc == 0 && *family == 0)
		rc = -EBADMSG;
	return rc == -ENOENT ? -EPROTONOSUPPORT : rc;
}

bool
wg_kernel_is_there(void)
{
	struct netlink *n = NULL;
	uint16_t family;
	int rc = begin(&n, &family);

	netlink_close(n);
	return rc == 0;
}

static int
on_part(void *arg, const struct nlm *m)
{
	return wg_kernel_wire_read(arg, m) ? 0 : -EBADMSG;
}

static int
read_once(struct netlink *n, const struct wg_kernel_name *name, struct wg_have **out)
{
	uint8_t buf[WG_KERNEL_WIRE_QUESTION];
	struct wg_have *h = wg_have_new();
	struct wr w;
	int rc;

	if (h == NULL)
		return -ENOMEM;
	wr_init(&w, buf, sizeof(buf));
	wg_kernel_wire_ask(&w, name);
	rc = wr_ok(&w) ? netlink_dump(n, buf, wr_len(&w), on_part, h) : -ENAMETOOLONG;
	if (rc < 0) {
		wg_have_free(h);
		return rc;
	}
	wg_have_close(h);
	*out = h;
	return 0;
}

int
wg_kernel_read(const char *ifname, struct wg_have **out)
{
	struct wg_kernel_name name = { .ifname = ifname };
	struct netlink *n = NULL;
	int rc = begin(&n, &name.family), i;

	*out = NULL;
	if (rc == 0)
		rc = -EINTR;
	for (i = 0; rc == -EINTR && i < TRIES; i++)
		rc = read_once(n, &name, out);
	netlink_close(n);
	return rc;
}

/* One message after the other: what follows a refused one is not said. */
static int
write_all(struct netlink *n, const struct wg_kernel_name *name, const struct wg_change *c, uint8_t *buf)
{
	struct wg_kernel_cut at = { 0 };
	struct wr w;
	int rc = 0;

	while (rc == 0 && !wg_kernel_wire_is_over(c, &at)) {
		wr_init(&w, buf, WG_KERNEL_WIRE_CHANGE);
		wg_kernel_wire_change(&w, name, c, &at);
		rc = wr_ok(&w) ? netlink_do(n, buf, wr_len(&w), NULL, NULL) : -EMSGSIZE;
	}
	return rc;
}

int
wg_kernel_write(const char *ifname, const struct wg_change *c)
{
	struct wg_kernel_name name = { .ifname = ifname };
	struct netlink *n = NULL;
	uint8_t *buf = malloc(WG_KERNEL_WIRE_CHANGE);
	int rc = buf == NULL ? -ENOMEM : begin(&n, &name.family);

	if (rc == 0) {
		rc = write_all(n, &name, c, buf);
		sodium_memzero(buf, WG_KERNEL_WIRE_CHANGE);	/* held keys */
	}
	free(buf);
	netlink_close(n);
	return rc;
}
