/* /api/ntp: how the time service is; one round of questions now. */
#ifndef API_NTP_H
#define API_NTP_H

#include "api/route.h"

extern const struct api_route api_ntp_routes[];

#endif /* API_NTP_H */
