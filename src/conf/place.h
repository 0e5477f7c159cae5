/* Where what is wrong stands in the document that was imported: its records lie elsewhere in the configuration. */
#ifndef CONF_PLACE_H
#define CONF_PLACE_H

#include <jansson.h>

struct err;

/* Fields of e from number first on, "peers[12].ip" of what conf_import() made of draft and document, are said of
 * document: "peers[3].ip". A record that document does not have is said by its key: "peers[office].ip". */
void conf_place(struct err *e, size_t first, const json_t *draft, const json_t *document);

#endif /* CONF_PLACE_H */
