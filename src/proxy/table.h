/* Routes as an edge has them: which one a request belongs to and whether its
 * visitor may use it (WEB-3, WEB-4). Made by core, read once by each edge;
 * requests keep the table they began with. Pure. */
#ifndef PROXY_TABLE_H
#define PROXY_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"
#include "conf/header.h"
#include "proxy/gate.h"

struct conf;
struct proxy_table;
struct proxy_ticket;
struct rd;
struct wr;

enum {
	PROXY_ROUTES_MAX = 512,
	PROXY_TRUSTED_MAX = 16,
	/* of what proxy_table_plan() writes: hosts, path, target, name, header rules */
	PROXY_TABLE_BYTES_MAX = 1024 + PROXY_ROUTES_MAX * (2 * 255 + 256 + 256 + 64 + 64 + 2 * (CONF_HEADERS_MAX + 64))
};

/* Where visitors come back from the login page to, on a host that has one. */
#define PROXY_ENTER_PATH "/.pic/enter"

struct proxy_header {
	const char *name, *value;	/* value NULL: take it away */
};

struct proxy_route {
	struct proxy_gate gate;		/* who may use it */
	const char *name;		/* its access word is "route:<name>" */
	bool tls, tls_verify;		/* of the target */
	bool preserve_host, websocket;
	const char *home;		/* the cell's own name above its host: there one signs in */
	uint64_t body_max;		/* of a request */
	const struct proxy_header *request, *response;	/* rules */
	size_t nrequest, nresponse;
	struct addr addr;		/* of the target; len 0: target is a name */
	uint16_t port;
	const char *target;		/* host of it as text, without brackets */
	const char *path;		/* prefix */
};

/* The routes that are on. */
void proxy_table_plan(struct wr *w, const struct conf *c);

/* NULL when it is none, or out of memory. */
struct proxy_table *proxy_table_read(struct rd *r);
struct proxy_table *proxy_table_ref(struct proxy_table *t);
void proxy_table_unref(struct proxy_table *t);	/* NULL is allowed */

size_t proxy_table_count(const struct proxy_table *t);
const char *proxy_table_name(const struct proxy_table *t);	/* of the cell: its effective domain */
bool proxy_table_trusts(const struct proxy_table *t, const struct addr *a);	/* a reverse proxy in front of the cell */
uint32_t proxy_table_idle_s(const struct proxy_table *t);

/* Which route it is, and whether its visitor may use it. *route: the one with the longest path that it
 * is about, NULL if there is none; lives as long as t. */
enum proxy_verdict proxy_table_judge(const struct proxy_table *t, const struct proxy_visit *v,
    const struct proxy_route **route);

#endif /* PROXY_TABLE_H */
