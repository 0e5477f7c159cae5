/* An exported document put back into a draft (CFG-12). */
#ifndef CONF_IMPORT_H
#define CONF_IMPORT_H

#include <stdbool.h>

#include <jansson.h>

struct err;

/* Octets of a document to import: CONF_FILE_MAX, with the white space of a form for people. */
enum { CONF_IMPORT_MAX = 12 << 20 };

/* Secrets and whatever else the cell sets itself stay as they are in draft; a record that draft does not have comes
 * without a secret. replace: settings and records that document does not name go back to their defaults or away; otherwise
 * document is merged in, records by their key. The envelope, setup, users, tokens and auth are not touched. Devices come as
 * conf_rollback_peers() says: without what is of another cell alone, and off if they are of this one; IPv6 addresses that
 * another prefix leaves outside are made anew. 0 or a negative errno, after which draft must be dropped; fields are said of
 * document. */
int conf_import(json_t *draft, const json_t *document, bool replace, struct err *e);

#endif /* CONF_IMPORT_H */
