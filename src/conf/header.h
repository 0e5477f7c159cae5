/* Header rules of routes: "Name: value" sets a header in place of whatever has that name, "Name:" takes it away. What
 * decides about framing, about the connection, about who somebody is or about trust in the cell is not theirs to change. */
#ifndef CONF_HEADER_H
#define CONF_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/str.h"

struct conf_texts;

enum {
	CONF_HEADER_RULES = 16, /* of a route, in each direction */
	CONF_HEADER_NAME_MAX = 64,
	CONF_HEADER_RULE_MAX = 1024, /* name and value */
	CONF_HEADERS_MAX = 4096	     /* all of one direction */
};

/* Points into the text; value.n 0: take it away. */
struct conf_header {
	struct str name, value;
};

bool conf_header_read(struct str s, struct conf_header *out);

/* Together not more than CONF_HEADERS_MAX, and none twice. */
bool conf_headers_fit(const struct conf_texts *rules);
bool conf_headers_differ(const struct conf_texts *rules);

/* Row checks of one rule: for what goes to the target, and for what comes back. */
bool conf_check_request_header(const json_t *v, char *rule, size_t size);
bool conf_check_response_header(const json_t *v, char *rule, size_t size);

#endif /* CONF_HEADER_H */
