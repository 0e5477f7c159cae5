/* What the files of the gateway share; for no others: gateway.c (requests on their way), gateway_page.c (answers of our own)
 * and gateway_tell.c (what the target is told). */
#ifndef ROLE_GATEWAY_SET_H
#define ROLE_GATEWAY_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "conf/header.h"
#include "http/pool.h"
#include "http/relay.h"
#include "http/request.h"
#include "role/gateway.h"

enum { GATEWAY_ADDED = 9, GATEWAY_FORWARDED_MAX = 512, GATEWAY_HOST_MAX = 280, GATEWAY_VIA_MAX = 280, GATEWAY_KEY_SIZE = 25,
	GATEWAY_ACCEPT_SIZE = 29, GATEWAY_GROUPS_MAX = 1024 };

/* One request: first its target's address is looked for, then it is relayed. */
struct gateway_exchange {
	struct gateway *gateway;
	struct gateway_exchange *next, *prev;
	struct proxy_table *table;	/* a reference: route lies in it */
	const struct proxy_route *route;
	unsigned zone;			/* of the visitor */
	struct addr from;		/* in zone vpn: whose rights count */
	bool stranger;
	bool barred;			/* it may not be begun any more */
	bool signed_in;
	uint8_t ticket[32];		/* then: the digest of what with */
	struct gateway_hint hint;
	struct http_req *rq;
	struct lookup *lookup;		/* pending, or NULL */
	struct http_pool_server server;
	struct http_pooled *pooled;	/* or NULL */
	struct http_relay *relay;	/* running, or NULL */
	struct http_relay_conf conf;
	/* not zeroed from here on: kilobytes, of which little is used */
	char user[UINT8_MAX + 1], name[UINT8_MAX + 1], email[UINT8_MAX + 1], groups[GATEWAY_GROUPS_MAX];	/* "" at first */
	struct http_header add[GATEWAY_ADDED], set[CONF_HEADER_RULES], add_answer[CONF_HEADER_RULES + 1];
	char peer[ADDR_TEXT_MAX];
	char ws_key[GATEWAY_KEY_SIZE], ws_accept[GATEWAY_ACCEPT_SIZE];
	char host[GATEWAY_HOST_MAX], forwarded[GATEWAY_FORWARDED_MAX], via[GATEWAY_VIA_MAX];
};

/* --- gateway_tell.c ------------------------------------------------------------------------------- */

/* Who has signed in, else whose device it is (WEB-5): what the target is told, and may still be told. */
struct gateway_identity { const char *user, *name, *email, *groups; };

struct gateway_identity gateway_identity(const struct proxy_ticket *t, const struct ingress_peer *device);

/* Into x->conf, and what of it is judged again later into x: all that the target is told in the visitor's head (WEB-5). */
void gateway_tell(struct gateway_exchange *x, const struct gateway_visitor *v);

#endif /* ROLE_GATEWAY_SET_H */
