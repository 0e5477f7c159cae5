/* The REST API (api.md): HTTP/1.1 on every connection that role/core brings.
 *
 * Life of an API request
 *
 *   api_accept()	a connection with what its ingress verified; http_conn runs it
 *   on_request()	a head is complete: the request gets an arena of its own
 *   api_gate_head()	gate.c: Host, setup (428), who (401), zone, role, CSRF (403), 404, 405, 415, 413, query;
 *			nothing of the body was read yet
 *   on_body()		at most as much as the row allows; JSON, checked against the row's shape; the
 *			caller is looked at once more
 *   the handler	src/api/<capability>.c: JSON to calls; configuration changes by api_change()
 *   api_reply()	request.c: from the handler or a callback of its; the answer goes out, the arena goes
 */
#ifndef API_SERVER_H
#define API_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <jansson.h>

#include "api/live.h"
#include "auth/decide.h"
#include "auth/login.h"
#include "base/addr.h"

struct api;
struct auth_enrol;
struct auth_links;
struct auth_tokens;
struct clk;
struct conf_txn;
struct http_times;
struct io_loop;
struct jobs;
struct setup_token;
struct setup_wizard;
struct vault;

enum { API_CONNS_MAX = 1024, API_CONNS_RESERVE = 64 /* of them for local callers (LIM) */ };

/* All borrowed; they outlive api_stop(). */
struct api_deps {
	struct io_loop *loop;
	const struct clk *clk;
	struct conf_txn *txn;
	struct vault *vault;
	struct jobs *jobs;
	struct auth_env auth;			/* as logins and changes of passwords need it */
	struct auth_enrol *enrol;
	struct auth_links *links;
	struct auth_tokens *const *tokens;	/* where role/ keeps the table of the day; it may hold NULL */
	struct setup_token *setup_token;
	struct setup_wizard *wizard;
	const struct http_times *times;		/* NULL: the defaults */
	struct api_live live;
};

/* Where a connection came from. The edge or the kernel said so, no header can change it. */
struct api_origin {
	enum auth_via via;
	uid_t uid;			/* AUTH_VIA_SOCKET */
	struct addr_port client;	/* AUTH_VIA_EDGE, AUTH_VIA_LOOPBACK */
	struct addr local;		/* the address it reached us at */
	unsigned zone;			/* AUTH_VIA_EDGE: one bit of enum conf_zone; else local */
	bool tls;
};

/* NULL when out of memory. Watches the transactions for events. */
struct api *api_new(const struct api_deps *d);

/* Finish: streams end, connections close after the request that they are in. No new ones are to be brought. */
void api_drain(struct api *a);
bool api_is_idle(const struct api *a);		/* no connection is left */

/* Cut every connection and cancel what can be cancelled. Changes and jobs under way still end by their callbacks. */
void api_stop(struct api *a);

/* After api_stop(), and after conf_txn, jobs and hasher are gone: no callback may come any more. NULL is allowed. */
void api_free(struct api *a);

/* Serve a connection; fd is owned in every case (too many: it is closed). */
void api_accept(struct api *a, int fd, const struct api_origin *o);

/* Tell the event streams: an event of api.md 17 with its data (borrowed; "ts" is added). */
void api_event(struct api *a, const char *type, const json_t *data);

/* Once a minute: answers with secrets that were kept to be repeated are wiped. */
void api_upkeep(struct api *a);

/* The table of tokens or of sessions changed outside a request: end streams that have no right any more. */
void api_recheck(struct api *a);

#endif /* API_SERVER_H */
