/* Which time zones there are (PRC-1): names only, for display and schedules; what
 * they mean is the browser's business so far. */
#ifndef CONF_TIMEZONE_H
#define CONF_TIMEZONE_H

#include <stdbool.h>

#include "base/str.h"

/* An IANA name, as it is written: "Europe/Oslo", "UTC". Pure. */
bool timezone_is_known(struct str name);

#endif /* CONF_TIMEZONE_H */
