/* The VPN as a part of every change of the configuration: see vpn.h. */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "role/core.h"
#include "role/vpn_set.h"
#include "role/vpn_tunnel.h"
#include "sys/proc.h"
#include "wg/plan.h"

/* --- prepare ------------------------------------------------------------------------------------- */

static int
bind_once(int family, uint16_t port)
{
	const struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	const struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(port) };
	const int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0), one = 1;
	int rc = 0;

	if (fd < 0)
		return 0;		/* a host without that family */
	if (family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));	/* binding tells */
	if (family == AF_INET6 ? bind(fd, (const struct sockaddr *)&six, sizeof(six)) < 0 :
	    bind(fd, (const struct sockaddr *)&four, sizeof(four)) < 0)
		rc = -errno;
	(void)close(fd);		/* it was a question */
	return rc;
}

static int
check_port(const struct conf *next, struct err *e)
{
	const uint16_t port = next->wireguard.port;
	char name[64];

	if (bind_once(AF_INET, port) != -EADDRINUSE && bind_once(AF_INET6, port) != -EADDRINUSE)
		return 0;
	if (proc_port_holder(IPPROTO_UDP, port, name, sizeof(name)) <= 0)
		(void)str_copy(STR("another program"), name, sizeof(name));	/* fits */
	return err_field(e, ERR_CONFLICT, "wireguard.port", "is used by %s", name);
}

/* What the way back leads to was good once, and must not fail for what has come since. */
static int
check_host(const struct vpn *v, const struct conf *next, struct err *e)
{
	const struct conf_wireguard *was = &v->conf->wireguard, *w = &next->wireguard;

	if (v->prepared == NULL || conf_txn_returning(v->core->txn) || v->plan == NULL)
		return 0;
	if (strcmp(was->interface, w->interface) != 0 && vpn_link_is_foreign(v, next))
		return err_field(e, ERR_CONFLICT, "wireguard.interface", "there is an interface of that name already");
	return was->port != w->port ? check_port(next, e) : 0;
}

/* Is the plan in force that of next, too? Who is left out of it is tried again. */
static bool
stays(const struct vpn *v, const struct conf *next)
{
	return v->plan != NULL && wg_plan_left_out(v->plan) == 0 && conf_same(v->conf, next, "setup") &&
	    conf_same(v->conf, next, "wireguard") && conf_same(v->conf, next, "peers");
}

static int
part_prepare(void *arg, const struct conf *now, const struct conf *next, struct err *e)
{
	struct vpn *v = arg;
	int rc = 0;

	(void)now;
	wg_plan_unref(v->prepared);
	if (stays(v, next))
		v->prepared = wg_plan_ref(v->plan);
	else
		rc = vpn_keys_plan(v, next, &v->prepared, e);
	return rc < 0 ? rc : check_host(v, next, e);
}

/* --- narrow, commit, rollback --------------------------------------------------------------------- */

void
vpn_part_use(struct vpn *v, const struct conf *conf, struct wg_plan *plan)
{
	struct conf *old = v->conf;

	/* the snapshot counts its users; whoever holds it may add one */
	v->conf = conf_ref((struct conf *)(uintptr_t)conf);
	vpn_live_use(v, old);
	conf_unref(old);
	wg_plan_unref(v->whole);
	wg_plan_unref(v->plan);
	v->whole = NULL;
	v->plan = plan;
	if (plan != NULL && wg_plan_left_out(plan) > 0)
		log_fmt(LOG_WIREGUARD, LOG_ERROR, "%zu peers are left out: their keys cannot be read", wg_plan_left_out(plan));
}

/* A data plane that works has the plan that v->plan is now. */
static void
tell_plane(struct vpn *v)
{
	char reason[API_TEXT_MAX] = "";

	if (v->link.plane != VPN_PLANE_KERNEL)
		vpn_tunnel_hold(v->tunnel);
	else if (!vpn_kernel_hold(v, reason))
		vpn_set_state(v, VPN_FAILED, reason);
}

static void
part_narrow(void *arg, const struct conf *next)
{
	struct vpn *v = arg;
	struct wg_plan *less;

	(void)next;
	if (v->state != VPN_RUNNING || v->plan == NULL || v->prepared == NULL || v->prepared == v->plan)
		return;
	less = wg_plan_less(v->plan, v->prepared);
	if (less == NULL)
		return;			/* nobody goes, or the commit does it */
	v->whole = v->plan;
	v->plan = less;
	tell_plane(v);
	if (v->link.plane != VPN_PLANE_KERNEL)
		vpn_talk_hurry(v->tunnel);	/* an answer that is due would be read behind the disk */
}

static void
part_commit(void *arg, const struct conf *next)
{
	struct vpn *v = arg;

	vpn_part_use(v, next, v->prepared);
	v->prepared = NULL;
	v->committing = next->generation;
	vpn_look(v);
	if (v->core->stopping)
		vpn_applied(v);
}

static void
part_rollback(void *arg)
{
	struct vpn *v = arg;

	wg_plan_unref(v->prepared);
	v->prepared = NULL;
	if (v->whole == NULL)
		return;
	wg_plan_unref(v->plan);
	v->plan = v->whole;
	v->whole = NULL;
	tell_plane(v);
}

int
vpn_part_join(struct vpn *v)
{
	const struct conf_part part = { .name = "vpn", .prepare = part_prepare, .narrow = part_narrow, .commit = part_commit,
		.rollback = part_rollback, .arg = v };

	return conf_txn_part(v->core->txn, &part);
}
