/* When the public addresses are looked at, and when the provider is told
 * (DDN-2, DDN-4): a plain value that lives on disk between runs. Pure; the time
 * is Unix seconds, and may leap. */
#ifndef DDNS_DECIDE_H
#define DDNS_DECIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "ddns/provider.h"

enum {
	DDNS_CALL_EVERY_S = 60,		/* at most */
	DDNS_REFRESH_S = 86400,		/* told anew, also without a change */
	DDNS_RETRY_S = 60,		/* after a failure, twice that after the next, … */
	DDNS_RETRY_MAX_S = 3600,
	DDNS_FAILED_S = 3600		/* of failures: said aloud */
};

struct ddns_past {
	struct ddns_addrs told;		/* what the provider was told last */
	int64_t told_at, called_at;	/* 0 = never; with and without success */
	int64_t next_at;		/* the next look; 0 = now */
	int64_t failing_since;		/* 0 = it is not */
	unsigned failures;		/* in a row */
	bool bidden;			/* the last failure has told how long to wait */
	bool stopped;			/* it is the owner's turn */
	bool alarmed;			/* of this row of failures */
};

/* Is it time to look? */
bool ddns_due(const struct ddns_past *p, int64_t now);

/* A look has found these. True: the provider is to be told now; false: next_at says when to look again. */
bool ddns_found(struct ddns_past *p, const struct ddns_addrs *at, int64_t now, int interval_s);

/* A call begins; it counts however it ends. */
void ddns_calls(struct ddns_past *p, int64_t now);

/* It has succeeded, with these. */
void ddns_told(struct ddns_past *p, const struct ddns_addrs *at, int64_t now, int interval_s);

/* A look or a call has failed, and why. */
void ddns_failed(struct ddns_past *p, enum err_kind kind, int retry_after_s, int64_t now);

/* Does this failure wait for the owner? */
bool ddns_is_owners(enum err_kind kind);

/* The settings are others: what was learnt of the old ones does not count. same: the account is the old one, so that what
 * it was told can be withdrawn. */
void ddns_renewed(struct ddns_past *p, bool same);

/* The uplink has other addresses: look as soon as a call is allowed, unless a wait was bidden. */
void ddns_moved(struct ddns_past *p, int64_t now);

/* May somebody have the provider called by hand? 0, or in how many seconds. */
int ddns_wait_s(const struct ddns_past *p, int64_t now);

/* True once in a row of failures, when it is long enough. */
bool ddns_alarm(struct ddns_past *p, int64_t now);

#endif /* DDNS_DECIDE_H */
