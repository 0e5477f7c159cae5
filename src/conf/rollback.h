/* Going back to an earlier document (data.md 3.2 rule 4): everything returns but who may come in. */
#ifndef CONF_ROLLBACK_H
#define CONF_ROLLBACK_H

#include <stdbool.h>

#include <jansson.h>

struct err;

enum {
	CONF_PEERS_OFF = 1 << 0,	/* disabled: a key that was taken away must not open the door again */
	CONF_PEERS_BARE = 1 << 1	/* without second key and client file: those were of another cell, or are not known */
};

/* Does the section come with a document? Who may come in does not. */
bool conf_rollback_returns(const char *section);

/* Devices that came with a document, to be written into, beside those of the draft before it and the users: one that was not
 * there, or has another key than it had, be it under the name of one of today, comes as how says; one whose owner is no user
 * is nobody's. 0 or -ENOMEM. */
int conf_rollback_peers(json_t *peers, const json_t *was, const json_t *users, unsigned how);

/* Draft gets the sections of doc, complete, but users, tokens and auth. A device that draft does not have, or has with another
 * key, returns disabled; one whose owner is gone is nobody's. 0, or a negative errno with e set. */
int conf_rollback(json_t *draft, json_t *doc, struct err *e);

#endif /* CONF_ROLLBACK_H */
