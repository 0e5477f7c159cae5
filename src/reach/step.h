/* One intended connection, stage by stage (EXP-1): what was found out about each stage, as plain data, to a verdict with
 * words, an owner and a fix. Pure: the facts come from whoever could ask the functions that packets meet. A stage of which
 * nothing could be found out is REACH_NOT_KNOWN, never REACH_PASS. */
#ifndef REACH_STEP_H
#define REACH_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum reach_stage {			/* in the order in which a connection meets them */
	REACH_STAGE_PEER, REACH_STAGE_DNS, REACH_STAGE_ROUTE, REACH_STAGE_EXIT, REACH_STAGE_FIREWALL, REACH_STAGE_LISTENER,
	REACH_STAGE_CERTIFICATE, REACH_STAGE_PROXY, REACH_STAGE_LOGIN, REACH_STAGE_UPSTREAM, REACH_STAGES
};

enum reach_result { REACH_NOT_KNOWN, REACH_PASS, REACH_FAIL, REACH_SKIP };

enum { REACH_DETAIL_MAX = 256, REACH_OBJECT_MAX = 80 };

struct reach_step {
	enum reach_result result;
	char detail[REACH_DETAIL_MAX];
	const char *owner;		/* the section of the configuration that decides; NULL = none */
	char object[REACH_OBJECT_MAX];	/* in it: name or id; "" = the section itself */
	uint64_t rev;			/* of that; 0 = not known */
	char fix[REACH_DETAIL_MAX];	/* "" = nothing is to be done, or nothing is known */
};

/* Who asks. */
struct reach_of_peer {
	const char *name;		/* NULL: a zone, there is no peer to look at */
	const char *zone;
	uint64_t rev, vpn_rev;
	bool vpn_enabled, enabled;
	int64_t expires_at, now;	/* 0 = never */
	bool known;			/* there is a data plane, and it was asked */
	int64_t handshake_at;		/* 0 = none yet */
};

/* What an edge answered to the subject's question. */
struct reach_of_dns {
	const char *host;
	bool literal;			/* host is an address: nobody is asked */
	bool asked;			/* an edge answered */
	const char *rcode;		/* "NOERROR" */
	int ede;			/* -1 = none */
	const char *ede_text;
	const char *source, *rule;	/* as /api/dns/query shows them; rule NULL = none */
	const char *address;		/* that it is reached by; NULL = none in the answer */
	const char *device;		/* address of the device that is called as host is; NULL = none */
	const char *peer, *word;	/* access word that the name wants; NULL = none, or nobody has words */
	uint64_t peer_rev, rev;		/* of the peer; of section dns or blocklists, whichever decided */
};

enum reach_leads { REACH_TO_CELL, REACH_TO_VPN, REACH_TO_SERVICE, REACH_TO_LAN, REACH_TO_OTHER, REACH_TO_INTERNET };

struct reach_of_route {
	const char *address;
	enum reach_leads leads;
	const char *interface;		/* "" = no route leads there */
};

struct reach_of_exit {
	enum reach_leads leads;
	const char *via;		/* "default" */
	const char *uplink;		/* of the default route; "" = none */
	const char *interface;		/* that the host's routes choose */
	const char *peer;		/* NULL: a zone */
	uint64_t rev;
};

struct reach_of_firewall {
	bool in_force;			/* what was asked is what packets meet */
	bool asked;			/* there is an address that stands for the subject */
	bool allow, reject;
	const char *text;		/* why, in words */
	const char *rule, *rule_name;	/* id and name of the owner's rule or forward that decides; NULL = none */
	const char *owner, *object;	/* else: whose matter it is */
	uint64_t rev;
	const char *fix;		/* if it is denied */
};

struct reach_of_listener {
	bool here;			/* the connection ends at the cell */
	const char *protocol;		/* "tcp" */
	unsigned port;
	bool known, open, zone;		/* something of the cell's is to listen there; it does; for this zone */
	const char *zone_name, *error, *reason;	/* reason: member that says the port */
	const char *owner;		/* section that says the port: "network", with its rev */
	uint64_t rev;
};

struct reach_of_certificate {
	bool wanted;			/* TLS is spoken there */
	const char *host, *source;	/* "acme", "internal", "provisional" */
	bool found, names;		/* one is served; it names host */
	int64_t from, until, now;
	uint64_t rev;			/* of section certificates */
};

enum reach_edge {
	REACH_EDGE_NONE,		/* not a matter of the edge */
	REACH_EDGE_OWN,			/* the cell's own pages */
	REACH_EDGE_ROUTED,
	REACH_EDGE_ZONE,		/* refused: not for that zone */
	REACH_EDGE_WORD,		/* refused: the peer has not the word */
	REACH_EDGE_NO_HOST,		/* no page goes by that name */
	REACH_EDGE_NO_PATH
};

struct reach_of_proxy {
	enum reach_edge edge;
	const char *host;
	const char *route, *zone, *word;	/* name of the route */
	const char *peer;
	uint64_t rev, peer_rev;		/* of the route; of the peer */
};

enum reach_login { REACH_LOGIN_NONE, REACH_LOGIN_OWN /* the cell's own pages */, REACH_LOGIN_USER, REACH_LOGIN_ADMIN };

struct reach_of_login {
	enum reach_edge edge;
	enum reach_login wants;
	const char *owner;		/* of the peer; NULL = nobody's */
	bool owner_enabled, owner_admin;
	const char *route;
	uint64_t rev, owner_rev;
};

struct reach_of_upstream {
	enum reach_edge edge;
	bool asked;			/* it was tried */
	bool connected;
	const char *route, *target, *error;	/* error NULL = none */
	int status;			/* of HTTP, 0 = none */
	uint64_t rev;
};

void reach_step_peer(const struct reach_of_peer *f, struct reach_step *s);
void reach_step_dns(const struct reach_of_dns *f, struct reach_step *s);
void reach_step_route(const struct reach_of_route *f, struct reach_step *s);
void reach_step_exit(const struct reach_of_exit *f, struct reach_step *s);
void reach_step_firewall(const struct reach_of_firewall *f, struct reach_step *s);
void reach_step_listener(const struct reach_of_listener *f, struct reach_step *s);
void reach_step_certificate(const struct reach_of_certificate *f, struct reach_step *s);
void reach_step_proxy(const struct reach_of_proxy *f, struct reach_step *s);
void reach_step_login(const struct reach_of_login *f, struct reach_step *s);
void reach_step_upstream(const struct reach_of_upstream *f, struct reach_step *s);

const char *reach_stage_name(enum reach_stage s);	/* "peer" */
const char *reach_result_name(enum reach_result r);	/* "pass" */

/* None was examined yet: each is REACH_NOT_KNOWN and says so. */
void reach_steps_open(struct reach_step steps[REACH_STAGES]);

/* All stages together: REACH_FAIL if one fails, else REACH_NOT_KNOWN if one is, else REACH_PASS. What stands behind the first
 * that fails is not met any more and becomes REACH_SKIP. */
enum reach_result reach_steps_close(struct reach_step steps[REACH_STAGES]);

#endif /* REACH_STEP_H */
