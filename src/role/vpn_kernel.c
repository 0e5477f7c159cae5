/* The kernel's own WireGuard as the data plane: it is read, and told the difference. While nobody else has changed it the
 * plan that it was told last is what it has. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "role/core.h"
#include "role/vpn_set.h"
#include "wg/diff.h"
#include "wg/have.h"
#include "wg/kernel.h"
#include "wg/plan.h"
#include "wg/uapi_ask.h"
#include "wg/want.h"

bool
vpn_kernel_is_there(void)
{
	return wg_kernel_is_there();
}

/* The port apart from the rest: where it is taken, the peers are set all the same. */
static int
write_change(struct vpn *v, struct wg_change *c)
{
	const struct wg_change port = { .want = c->want, .port = c->port };
	int rc;

	c->port = false;
	rc = wg_change_is_empty(c) ? 0 : wg_kernel_write(v->link.is.name, c);
	if (rc == 0 && port.port)
		rc = wg_kernel_write(v->link.is.name, &port);
	v->port_failed = rc == -EADDRINUSE;
	return rc;
}

static int
write_known(struct vpn *v)
{
	struct wg_change *c = NULL;
	int rc = wg_diff(&c, wg_plan_want(v->kernel_has), wg_plan_want(v->plan));

	if (rc == 0)
		rc = write_change(v, c);
	wg_change_free(c);
	return rc;
}

static int
write_against(struct vpn *v, const struct wg_have *have)
{
	struct wg_change *c = NULL;
	int rc = wg_diff_device(&c, have, wg_plan_want(v->plan));

	if (rc == 0)
		rc = write_change(v, c);
	wg_change_free(c);
	return rc;
}

static int
write_unknown(struct vpn *v)
{
	struct wg_have *have = NULL;
	int rc = wg_kernel_read(v->link.is.name, &have);

	if (rc == 0)
		rc = write_against(v, have);
	wg_have_free(have);
	return rc;
}

void
vpn_kernel_forget(struct vpn *v)
{
	wg_plan_unref(v->kernel_has);
	v->kernel_has = NULL;
}

bool
vpn_kernel_hold(struct vpn *v, char reason[API_TEXT_MAX])
{
	int rc = 0;

	if (v->kernel_has == NULL || v->port_failed)
		rc = write_unknown(v);
	else if (v->kernel_has != v->plan)
		rc = write_known(v);
	vpn_kernel_forget(v);
	if (rc < 0) {
		(void)snprintf(reason, API_TEXT_MAX, "the kernel refuses the VPN: %s", strerror(-rc));	/* may be cut */
		return false;
	}
	v->kernel_has = wg_plan_ref(v->plan);
	return true;
}

static void
hear(struct vpn *v, const struct wg_have *have)
{
	size_t i;

	for (i = 0; i < have->npeers; i++) {
		struct wg_uapi_news n = { .endpoint = have->peers[i].set.endpoint, .handshake_at = have->peers[i].handshake_at,
			.rx = have->peers[i].rx, .tx = have->peers[i].tx };

		memcpy(n.key, have->peers[i].set.key, WG_KEY);
		vpn_live_hear(v, &n);
	}
}

/* What is read for the counters also tells what somebody else has changed. */
void
vpn_kernel_poll(struct vpn *v)
{
	struct wg_have *have = NULL;
	int rc;

	if (v->link.is.index == 0 || v->plan == NULL)
		return;
	rc = wg_kernel_read(v->link.is.name, &have);
	if (rc == 0) {
		hear(v, have);
		rc = write_against(v, have);
	}
	wg_have_free(have);
	if (rc < 0)
		log_line(LOG_WIREGUARD, LOG_WARNING, "the interface does not take what it should", "err", strerror(-rc), NULL);
}
