/* Who goes takes along what names it: the word of a proxy route in the rights of devices; own rules, assertions and places in
 * block lists of a device. So nobody with the same name inherits it (PEER-8), and nothing stands in the way of taking a
 * device off (PEER-7). */
#ifndef CONF_DEPART_H
#define CONF_DEPART_H

#include <jansson.h>

struct conf;

/* After an edit: take out of draft what names that which is in now and no longer in draft. The word of a route with a new name
 * becomes the new one. Wrong types in draft are left alone. 0 or -ENOMEM. */
int conf_depart(const struct conf *now, json_t *draft);

#endif /* CONF_DEPART_H */
