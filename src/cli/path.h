/* Paths of the API from what people typed. */
#ifndef CLI_PATH_H
#define CLI_PATH_H

#include <stdbool.h>
#include <stddef.h>

enum { CLI_PATH_MAX = 1024 };

/* Fill path of CLI_PATH_MAX bytes from a template: each %s is the next of the texts, percent-encoded as one
 * path segment or query value. False, after saying so, when it becomes too long. */
bool cli_path(char path[CLI_PATH_MAX], const char *template, ...);

/* Percent-encode s into buf; false when it does not fit. */
bool cli_encode(const char *s, char *buf, size_t size);

#endif /* CLI_PATH_H */
