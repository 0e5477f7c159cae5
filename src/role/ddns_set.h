/* Dynamic DNS: what ddns.c (schedule and state), ddns_live.c and
 * ddns_claim.c (what the API asks), ddns_input.c (documents for jobs) and ddns_secret.c (what changes the
 * credentials) share. Nobody else includes this. */
#ifndef ROLE_DDNS_SET_H
#define ROLE_DDNS_SET_H

#include "api/live.h"
#include "ddns/decide.h"
#include "role/core.h"
#include "role/ddns.h"
#include "vault/vault.h"

struct jobs_run;

/* The first of it is of the account alone. */
enum { DDNS_ABOUT_ACCOUNT = 64, DDNS_ABOUT = DDNS_ABOUT_ACCOUNT + 2, DDNS_NAME_MAX = 254 };

struct ddns {
	struct core *core;
	struct io_timer *tick;
	struct ddns_past past;
	char error[API_TEXT_MAX];	/* of the last look or call, "" = it went well */
	char about[DDNS_ABOUT];		/* a hash of the settings that past is of; "" = of none */
	uint64_t settings, account;	/* count them: every change, and those to another account */
	bool registered;		/* pic_ngo: the name is ours, as far as we know */

	struct jobs_run *look;		/* ddns.find under way */
	bool calling;			/* ddns.update or ddns.register under way */
	char own_ref[VAULT_REF_SIZE];	/* a secret that we have written ourselves: it makes no other settings */

	struct jobs_run *release;	/* ddns.release of a name that was given up, under way */
	json_t *releasing;		/* its entry of the list */
	int64_t release_at;		/* the next try; 0 = now */
	unsigned release_failures;
};

/* --- ddns.c --- */

/* Why nothing is asked at present, for people; NULL: nothing stands against it. */
const char *ddns_waits(const struct core *c);

/* Have the provider told, with addresses that were found, or (NULL) that the job finds. kind: "ddns.update",
 * "ddns.register". *job: new reference, may be NULL. */
int ddns_call(struct ddns *d, const char *kind, const struct ddns_addrs *at, const char *actor, json_t **job, struct err *e);

/* Nothing is registered any more, by the owner's will: nothing is asked until the settings change. */
void ddns_released(struct ddns *d);

/* --- ddns_input.c --- */

/* The document for a job: a provider (ddns_document(); taken; NULL: none is asked), the way to name servers, and what finds
 * addresses. NULL when out of memory. */
json_t *ddns_input(struct core *c, const struct conf *conf, json_t *provider);

/* The credentials, an empty object when there are none. New reference, NULL with e. */
json_t *ddns_secret(struct core *c, const struct conf *conf, struct err *e);

/* A hash of what a provider is told and by whom, and which kinds of address. */
void ddns_about(const struct conf *conf, char out[DDNS_ABOUT]);

/* --- ddns_secret.c --- */

/* The fact of a registration (ddns/job.h) under these settings: keep it, or give the name back if they are others now. */
void ddns_token_keep(struct ddns *d, uint64_t settings, const json_t *fact);

/* The token is worth nothing any more. */
void ddns_token_drop(struct ddns *d);

/* A name that nobody wants any more: put it where ddns_release_next() finds it. entry is borrowed. */
void ddns_release_later(struct ddns *d, const json_t *entry);

/* Give back the names that wait for it ("release" of the secret), one at a time. */
void ddns_release_next(struct ddns *d);

/* --- ddns_claim.c --- */

void ddns_claim_fill(struct api_live *out);

#endif /* ROLE_DDNS_SET_H */
