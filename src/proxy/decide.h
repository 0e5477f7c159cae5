/* What the edge does with a request whose head it has read (WEB-2, WEB-7,
 * SET-1): pure, used by the hot path and by tests. */
#ifndef PROXY_DECIDE_H
#define PROXY_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct addr;
struct conf;
struct rd;
struct wr;

enum { PROXY_NAMES_MAX = 64, PROXY_NAME_MAX = 254, PROXY_ACME_MAX = 64, PROXY_TOKEN_MAX = 128 };

/* The cell's own names, and how it is reached. */
struct proxy_site {
	bool setup_complete;
	bool doh;			/* DNS is asked at /dns-query */
	bool hsts;			/* browsers are told to come by HTTPS only, where they believe it */
	uint16_t https_port;		/* where port 80 sends people */
	char acme[PROXY_ACME_MAX];	/* thumbprint of the account whose HTTP-01 challenges are answered; "": none are */
	size_t nnames;
	char names[PROXY_NAMES_MAX][PROXY_NAME_MAX];
};

enum proxy_action {
	PROXY_UI,		/* an embedded file */
	PROXY_API,		/* hand over to core */
	PROXY_CA,		/* what one fetches to trust the cell, also in clear */
	PROXY_DOH,		/* a question for the name service of this edge */
	PROXY_HTTPS,		/* 308 to the same path on HTTPS */
	PROXY_SETUP,		/* 302 to /setup */
	PROXY_MISDIRECTED,	/* 421 */
	PROXY_NOTHING,		/* 404: what could be there is switched off */
	PROXY_METHOD		/* 405: only GET and HEAD outside /api */
};

struct proxy_ask {
	bool tls, get;		/* get: GET or HEAD */
	struct str host;	/* without port, any case, brackets of an IPv6 literal kept */
	struct str path;
	const struct addr *local;	/* the address the client reached us at */
};

/* Own names of the cell and of the host; host_label may be "". No challenge is answered: who has an account sets it. */
void proxy_plan(struct proxy_site *s, const struct conf *c, const char *host_label, uint16_t https_port);

enum proxy_action proxy_decide(const struct proxy_site *s, const struct proxy_ask *a);

/* Does path ask for the answer to an HTTP-01 challenge, which is token "." s->acme (RFC 8555 8.3)? Any token will do: only who
 * has the account's key can use the answer. False also when none is answered. */
bool proxy_challenge(const struct proxy_site *s, struct str path, struct str *token);

/* Does the cell answer to this host name? Any address literal that equals local does. */
bool proxy_host_ok(const struct proxy_site *s, struct str host, const struct addr *local);

void proxy_site_write(struct wr *w, const struct proxy_site *s);
bool proxy_site_read(struct rd *r, struct proxy_site *s);

#endif /* PROXY_DECIDE_H */
