/* A change that may be about the cell's public name (TLS-11, SET-6, TIM-6). Its life:
 *
 *   try      the change as a dry run: what is wrong is told before anybody else is asked
 *   → name   one of pic_ngo that the cell does not have yet is registered; taken: 409, and nothing was saved
 *   → change the configuration with the provider's credentials, sealed, in one transaction
 *
 * A service that cannot be asked holds nothing up: the change is made, its reply warns, and dynamic DNS goes on trying.
 * Uses rq->state and rq->credentials. */
#ifndef API_DOMAIN_H
#define API_DOMAIN_H

#include <stdbool.h>

#include <jansson.h>

#include "api/live.h"
#include "api/route.h"

struct api_change;
struct api_req;
struct conf;

struct api_domain {
	json_t *given;		/* credentials of the request (conf/credential.h); taken over, may be NULL */
	bool release;		/* give a name back that is left */
	const char *name_field;	/* what a 409 about the name names: "identity.cell_name" */
	const char *section;	/* that the request is about alone: its errors leave "ddns." out; NULL: none */
};

/* As api_change(); on the first, try-out edit rq->dry_run is set. */
void api_domain_change(struct api_req *rq, const struct api_domain *d, const struct api_change *c);

/* What the change brought along, into the warnings of its reply. */
void api_domain_warn(struct api_req *rq, json_t *warnings);

/* has_token and has_totp_secret of a ddns section that is to be shown, 0 or negative. */
int api_domain_flags(struct api_req *rq, const struct conf *c, json_t *ddns);

/* Ask whether a name is free; answered is called exactly once, with why not known, unless the client goes away. */
void api_domain_ask(struct api_req *rq, const struct conf *conf, const char *name,
    void (*answered)(struct api_req *rq, enum api_name n, const char *why));

extern const struct api_route api_domain_routes[];

#endif /* API_DOMAIN_H */
