/* Random ids of records: UUID version 4 in lower case (RFC 9562). */
#ifndef API_UUID_H
#define API_UUID_H

enum { API_UUID_SIZE = 37 };

/* Returns buf. */
const char *api_uuid(char buf[API_UUID_SIZE]);

#endif /* API_UUID_H */
