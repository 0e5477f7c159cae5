/* Questions that core sends through an edge's own path, for GET
 * /api/dns/query: what came out, as a JSON document that fits into a message. */
#ifndef ROLE_EDGE_ASK_H
#define ROLE_EDGE_ASK_H

#include <stdbool.h>
#include <stdint.h>

struct dns_server;
struct message_ask;

/* json: at most MESSAGE_BODY_MAX bytes, borrowed; NULL: it could not be asked. */
typedef void edge_ask_done(void *arg, uint32_t id, const char *json);

/* done exactly once, also from within, unless the server is freed before. */
void edge_ask_start(struct dns_server *dns, const struct message_ask *m, edge_ask_done *done, void *arg);

#endif /* ROLE_EDGE_ASK_H */
