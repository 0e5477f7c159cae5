/* Who goes takes along what names it: the word of a proxy route in the rights of devices; own rules, assertions and places in
 * block lists of a device. So nobody with the same name inherits it (PEER-8), and nothing stands in the way of taking a
 * device off (PEER-7). */
#ifndef CONF_DEPART_H
#define CONF_DEPART_H

#include <jansson.h>

/* What is in old and no longer in draft. The word of a route with a new name becomes the new one. 0 or -ENOMEM. */
int conf_depart(const json_t *old, json_t *draft);

#endif /* CONF_DEPART_H */
