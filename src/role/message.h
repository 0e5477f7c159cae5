/* What core and an edge say to each other over their channel: small, typed,
 * bounded (PRC-5). Each message is a struct with a writer and a reader; the
 * receiver drops the channel when a reader says no. Numbers are big-endian. */
#ifndef ROLE_MESSAGE_H
#define ROLE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "ntp/reference.h"
#include "ntp/report.h"
#include "sys/sealed.h"

struct rd;
struct wr;

enum message_type {
	/* core → edge */
	MESSAGE_HELLO = 1,	/* one descriptor: the counter page */
	MESSAGE_DOOR,		/* one descriptor: a socket to serve */
	MESSAGE_DOOR_CLOSE,	/* whoever's */
	MESSAGE_DOOR_RETURN,	/* its edge is back */
	MESSAGE_SNAPSHOT,	/* descriptors: the sealed document, then the pieces beside it */
	MESSAGE_ASK,
	MESSAGE_FLUSH,
	MESSAGE_STOP,
	MESSAGE_NOTIFY,		/* all edges serve the newest tables: tell the secondaries */
	MESSAGE_LOG,
	MESSAGE_LISTS,		/* one descriptor: the names of block lists, sealed (dns/lists.h) */
	MESSAGE_CLOCK,
	MESSAGE_POLL,
	MESSAGE_PROBE,
	MESSAGE_TICKETS,	/* one descriptor: all that are good, sealed (proxy/ticket.h) */
	MESSAGE_REDEEMED,
	/* edge → core */
	MESSAGE_READY,
	MESSAGE_ACK,
	MESSAGE_API,		/* one descriptor: a socket that speaks HTTP */
	MESSAGE_ANSWER,
	MESSAGE_FLUSHED,
	MESSAGE_UPSTREAMS,
	MESSAGE_TIME,
	MESSAGE_SECONDARY,
	MESSAGE_REDEEM,
	MESSAGE_USED
};

/* The first DOOR_EDGE_KINDS are served by the edges, the others by core itself. */
enum door_kind {
	DOOR_DNS_UDP, DOOR_DNS_TCP, DOOR_DNS_TLS, DOOR_HTTP, DOOR_HTTPS, DOOR_NTP, DOOR_EDGE_KINDS,
	DOOR_API = DOOR_EDGE_KINDS, DOOR_KINDS
};

enum { MESSAGE_TEXT_MAX = 256, MESSAGE_ID_MAX = 40, MESSAGE_NAME_MAX = 255, MESSAGE_BODY_MAX = 7168, MESSAGE_UPSTREAMS_MAX = 80,
	MESSAGE_SECRET_SIZE = 44, MESSAGE_PATH_SIZE = 2048 };

struct message_log { uint8_t level; bool json; };	/* level: enum log_level */

struct message_hello { uint8_t edges; struct message_log log; };	/* edges: how many share the work */

/* edge: whose socket it is: one edge serves those of another that is down, too. CLOSE and RETURN: kind 0. */
struct message_door { uint16_t id; uint8_t kind, edge; };

/* Equal ids are equal pieces. */
struct message_snapshot { uint64_t serial, generation; uint8_t npieces; uint64_t pieces[SEALED_LIST_MAX]; };

/* ok false: text says why and the edge keeps its old tables. */
struct message_ack { uint64_t serial; bool ok; char text[MESSAGE_TEXT_MAX]; };

/* A connection that the edge hands over, with what the edge has verified. */
struct message_api {
	struct addr_port peer;
	struct addr local;
	uint8_t zone;		/* one bit of enum conf_zone */
	bool tls;
};

/* One question through the edge's own path, for GET /api/dns/query. */
struct message_ask {
	uint32_t id;
	uint8_t zone;
	struct addr local, peer;	/* peer: of the asker; len 0 = nobody in particular */
	uint16_t type;
	uint8_t namelen;
	uint8_t name[MESSAGE_NAME_MAX];	/* wire form */
};

/* The reply to it: a JSON document of at most MESSAGE_BODY_MAX bytes; n = 0: could not be asked. */
struct message_answer { uint32_t id; uint16_t n; const uint8_t *json; };

struct message_flush { uint32_t id; uint8_t namelen; uint8_t name[MESSAGE_NAME_MAX]; };	/* namelen 0 = everything */
struct message_flushed { uint32_t id, count; };

struct message_upstream {
	struct addr_port at;
	uint8_t transport;
	bool up, fallback;
	uint32_t rtt_ms;
	uint64_t heard_ms;	/* CLOCK_MONOTONIC; 0 = not asked yet */
};

struct message_upstreams { uint8_t n; struct message_upstream v[MESSAGE_UPSTREAMS_MAX]; };

/* What to say of the clock; moved: by so many nanoseconds core has moved it since its own start. */
struct message_clock { struct ntp_reference reference; int64_t moved; };

/* Is this edge the one that measures the time? round: ask all sources now, 0 = no need. */
struct message_poll { bool measure; uint32_t round; };

/* Ask the target of a route; MESSAGE_ANSWER follows. target: as configured; path and host: what to ask for. */
struct message_probe {
	uint32_t id;
	bool verify;
	char target[MESSAGE_TEXT_MAX], host[MESSAGE_TEXT_MAX], path[MESSAGE_TEXT_MAX];
};

/* What it found. */
struct message_time { struct ntp_report report; };

/* What became of a secondary (struct dns_news). */
struct message_secondary {
	uint8_t kind;
	char id[MESSAGE_ID_MAX];
	char zone[MESSAGE_TEXT_MAX];	/* that it is about; "" = none in particular */
	uint32_t serial;		/* of that zone */
	char fault[MESSAGE_TEXT_MAX];
};

/* A visitor came back from the login page with a code; value: of his browser (auth/visit.h). */
struct message_redeem {
	uint32_t id;
	struct addr vpn;	/* his, in zone vpn; len 0: he comes from elsewhere */
	char host[MESSAGE_TEXT_MAX], code[MESSAGE_SECRET_SIZE], value[MESSAGE_SECRET_SIZE];
};

/* The ticket for him, and where he was going; "" = he gets none. */
struct message_redeemed {
	uint32_t id;
	char ticket[MESSAGE_SECRET_SIZE], path[MESSAGE_PATH_SIZE];
};

/* A visitor used his ticket lately. */
struct message_used { uint8_t digest[32]; };

void message_hello_write(struct wr *w, const struct message_hello *m);
bool message_hello_read(struct rd *r, struct message_hello *m);
void message_log_write(struct wr *w, const struct message_log *m);
bool message_log_read(struct rd *r, struct message_log *m);
void message_door_write(struct wr *w, const struct message_door *m);
bool message_door_read(struct rd *r, struct message_door *m);
void message_snapshot_write(struct wr *w, const struct message_snapshot *m);
bool message_snapshot_read(struct rd *r, struct message_snapshot *m);
void message_ack_write(struct wr *w, const struct message_ack *m);
bool message_ack_read(struct rd *r, struct message_ack *m);
void message_api_write(struct wr *w, const struct message_api *m);
bool message_api_read(struct rd *r, struct message_api *m);
void message_ask_write(struct wr *w, const struct message_ask *m);
bool message_ask_read(struct rd *r, struct message_ask *m);
void message_answer_write(struct wr *w, const struct message_answer *m);
bool message_answer_read(struct rd *r, struct message_answer *m);	/* json points into the message */
void message_flush_write(struct wr *w, const struct message_flush *m);
bool message_flush_read(struct rd *r, struct message_flush *m);
void message_flushed_write(struct wr *w, const struct message_flushed *m);
bool message_flushed_read(struct rd *r, struct message_flushed *m);
void message_upstreams_write(struct wr *w, const struct message_upstreams *m);
bool message_upstreams_read(struct rd *r, struct message_upstreams *m);
void message_secondary_write(struct wr *w, const struct message_secondary *m);
bool message_secondary_read(struct rd *r, struct message_secondary *m);

void message_redeem_write(struct wr *w, const struct message_redeem *m);
bool message_redeem_read(struct rd *r, struct message_redeem *m);
void message_redeemed_write(struct wr *w, const struct message_redeemed *m);
bool message_redeemed_read(struct rd *r, struct message_redeemed *m);
void message_used_write(struct wr *w, const struct message_used *m);
bool message_used_read(struct rd *r, struct message_used *m);
void message_probe_write(struct wr *w, const struct message_probe *m);
bool message_probe_read(struct rd *r, struct message_probe *m);
void message_clock_write(struct wr *w, const struct message_clock *m);
bool message_clock_read(struct rd *r, struct message_clock *m);
void message_poll_write(struct wr *w, const struct message_poll *m);
bool message_poll_read(struct rd *r, struct message_poll *m);
void message_time_write(struct wr *w, const struct message_time *m);
bool message_time_read(struct rd *r, struct message_time *m);

#endif /* ROLE_MESSAGE_H */
