/* Signing in by the device; see device.h. */
#include "auth/device.h"

#include <stddef.h>

#include "auth/decide.h"
#include "auth/session.h"
#include "conf/conf.h"

static bool
is_own(const struct conf_peer *p, const struct addr *a)
{
	return a->len != 0 && (addr_eq(&p->ip, a) || addr_eq(&p->ip6, a));
}

static const struct conf_peer *
find(const struct conf *c, const struct auth_caller *caller)
{
	size_t i;

	for (i = 0; i < c->npeers; i++)
		if (c->peers[i].enabled && is_own(&c->peers[i], &caller->address))
			return &c->peers[i];
	return NULL;
}

static const struct conf_user *
owner_of(const struct conf *c, const struct conf_peer *p)
{
	const struct conf_user *u = p->owner == NULL ? NULL : conf_user_find(c, p->owner);

	return u != NULL && u->enabled && u->role == CONF_ROLE_PEER ? u : NULL;
}

const struct conf_user *
auth_device_user(const struct conf *c, const struct auth_caller *caller, const struct conf_peer **peer, const char **why)
{
	const struct conf_user *u = NULL;
	const char *unused;

	*peer = NULL;
	why = why == NULL ? &unused : why;
	if (!c->auth.vpn_login)
		*why = "signing in by the device is switched off";
	else if (caller->via != AUTH_VIA_EDGE || caller->zone != CONF_ZONE_VPN)
		*why = "only a device in the VPN can sign in so";
	else if ((*peer = find(c, caller)) == NULL)
		*why = "this is no device of its own, but one behind it";
	else if ((u = owner_of(c, *peer)) == NULL)
		*why = "this device has no owner who may sign in";
	return u;
}

bool
auth_device_holds(const struct conf *c, const struct auth_session *s)
{
	const struct conf_peer *p = s->device[0] == '\0' ? NULL : conf_peer_find(c, s->device);
	const struct conf_user *u;

	if (s->device[0] == '\0')
		return true;
	if (p == NULL || !p->enabled || !c->auth.vpn_login || p->created_at > s->created_at || !is_own(p, &s->address))
		return false;
	u = owner_of(c, p);
	return u != NULL && str_ieq(str_of(u->username), str_of(s->username));
}

bool
auth_device_is_from(const struct auth_session *s, unsigned zone, const struct addr *a)
{
	return s->device[0] == '\0' || (zone == CONF_ZONE_VPN && addr_eq(a, &s->address));
}
