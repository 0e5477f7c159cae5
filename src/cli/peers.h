/* The client file of a device, as the verbs that make one show it. */
#ifndef CLI_PEERS_H
#define CLI_PEERS_H

#include <stdbool.h>

#include <jansson.h>

/* file: {config, filename, complete?} of the API. As a code if that is asked for and the file is complete, else as text, to
 * standard output; what to do with it to standard error. */
void cli_peer_print(const json_t *file, bool as_code);

#endif /* CLI_PEERS_H */
