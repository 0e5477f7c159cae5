/* Who may pass to a route (WEB-4): the one decision that the edge, explain and the matrix of reach share. The zone first,
 * then the access word, then the login; whoever is refused is told by the first that fails. Pure. */
#ifndef PROXY_GATE_H
#define PROXY_GATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct conf_access;	/* conf/access.h */
struct conf_route;
struct proxy_ticket;

enum proxy_verdict {
	PROXY_NO_ROUTE,		/* no route has that host */
	PROXY_ROUTED,
	PROXY_FORBIDDEN,	/* 403: not from this zone */
	PROXY_NO_RIGHT,		/* 403: the peer has not the route's access word */
	PROXY_NO_PATH,		/* 404: none of that host's has this path */
	PROXY_AMBIGUOUS,	/* 400: the path could mean another one to the target */
	PROXY_LOGIN,		/* he has to sign in first: 401, or to the login page */
	PROXY_NOT_ADMIN,	/* 403: signed in, but not as an administrator */
	PROXY_ENTER		/* back from the login page */
};

struct proxy_visit {
	unsigned zone;		/* the visitor's */
	struct str host;	/* without port, any case */
	struct str path;
	const struct proxy_ticket *ticket;	/* his for this host, NULL = none */
	const struct conf_access *access;	/* what a peer may use; NULL: no peer, in zone vpn that is nothing */
};

struct proxy_gate {
	uint8_t access;		/* set of enum conf_zone, local in it */
	uint8_t login;		/* enum conf_login: who must have signed in */
	uint16_t word;		/* number of the access word that peers need (conf/access.h) */
};

/* Of the n-th route of a configuration. */
struct proxy_gate proxy_gate_of(const struct conf_route *r, size_t n);

/* PROXY_ROUTED, _FORBIDDEN, _NO_RIGHT, _LOGIN or _NOT_ADMIN; host and path do not count. */
enum proxy_verdict proxy_gate_judge(const struct proxy_gate *g, const struct proxy_visit *v);

#endif /* PROXY_GATE_H */
