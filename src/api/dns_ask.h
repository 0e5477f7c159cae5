/* Requests of /api/dns that the edges answer: questions, cache, reload. */
#ifndef API_DNS_ASK_H
#define API_DNS_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/str.h"

struct api_req;

/* Handlers. */
void api_dns_ask_get(struct api_req *rq);
void api_dns_flush_post(struct api_req *rq);
void api_dns_reload_post(struct api_req *rq);

/* "AAAA", "TYPE65" in any case. False: unknown. */
bool api_dns_type_read(struct str name, uint16_t *out);

/* And back: "AAAA", "TYPE65280". Returns a constant or buf. */
enum { API_TYPE_MAX = 16 };
const char *api_dns_type_name(uint16_t type, char buf[API_TYPE_MAX]);

/* "NXDOMAIN"; "RCODE17" for what has no name. Returns a constant or buf. */
enum { API_RCODE_MAX = 16 };
const char *api_dns_rcode_name(int rcode, char buf[API_RCODE_MAX]);

/* What an edge told (live.h) as the API shows it; NULL: it is not of that form. New reference. */
json_t *api_dns_answer(const json_t *asked);

#endif /* API_DNS_ASK_H */
