/* Devices of the VPN as their owners meet them: the keys that the cell keeps for them (vault/client.h) until they are
 * used, the time at which a peer expires, and where the cell is for their files. All calls on the loop thread. */
#ifndef ROLE_CLIENTS_H
#define ROLE_CLIENTS_H

struct api_live;
struct core;

/* The first handshake of a peer: its private key is where it belongs, and destroyed here (PEER-2). */
void clients_handshake(struct core *c, const char *public_key);

/* The callbacks of api/live.h that are about peers. */
void clients_fill(struct api_live *out);

#endif /* ROLE_CLIENTS_H */
