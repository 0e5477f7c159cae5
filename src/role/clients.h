/* Devices of the VPN as their owners meet them: the keys that the cell keeps for them (vault/client.h) until they are
 * used, their one-time links, the time at which one expires, and where the cell is for their files. All calls on the loop
 * thread. */
#ifndef ROLE_CLIENTS_H
#define ROLE_CLIENTS_H

#include <jansson.h>

struct api_live;
struct core;
struct err;

int clients_start(struct core *c, struct err *e);	/* after the doors: who has expired meanwhile is off at once */
void clients_stop(struct core *c);
void clients_follow(struct core *c);		/* after a commit */
void clients_upkeep(struct core *c);

/* Mark the peers of a draft with the files that they get with it (api_peer_mark()). */
int clients_mark(const struct core *c, json_t *draft, struct err *e);

/* The first handshake of a peer: its private key is where it belongs, and destroyed here (PEER-2). */
void clients_handshake(struct core *c, const char *public_key);

/* The callbacks of api/live.h that are about peers. */
void clients_fill(struct api_live *out);

#endif /* ROLE_CLIENTS_H */
