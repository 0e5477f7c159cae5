/* Reason phrases of status codes (RFC 9110). */
#ifndef HTTP_STATUS_H
#define HTTP_STATUS_H

#include <stdbool.h>

const char *http_status_reason(int status);	/* "Unknown" for what is not listed */

/* No body may follow: 1xx, 204, 304. */
bool http_status_bodyless(int status);

#endif /* HTTP_STATUS_H */
