/* Tickets; see tickets.h. */
#include "role/tickets.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "auth/visit.h"
#include "base/log.h"
#include "base/wr.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "proxy/ticket.h"
#include "role/core.h"
#include "role/edges.h"
#include "role/message.h"
#include "sys/memfd.h"

_Static_assert((int)PROXY_TICKETS_MAX == (int)AUTH_TICKETS_MAX, "an edge has a place for each");
_Static_assert((int)AUTH_VISIT_PATH == (int)MESSAGE_PATH_SIZE && (int)AUTH_COOKIE_TEXT == (int)MESSAGE_SECRET_SIZE,
    "both fit into their message");

/* A session without its user ends in the same turn. */
static void
put_ticket(struct wr *w, const struct conf *conf, const struct auth_ticket *t)
{
	const struct conf_user *u = conf_user_find(conf, t->username);
	struct proxy_ticket p = { .admin = u != NULL && u->role == CONF_ROLE_ADMIN, .from = t->from, .host = t->host,
	    .user = t->username, .name = u == NULL || u->display_name == NULL ? "" : u->display_name,
	    .email = u == NULL || u->email == NULL ? "" : u->email };

	memcpy(p.digest, t->digest, sizeof(p.digest));
	proxy_ticket_write(w, &p);
}

/* The sealed memfd, or a negative errno. */
static int
tickets_make(const struct auth_visits *v, const struct conf *conf)
{
	const size_t n = auth_visits_count(v), size = 2 + n * PROXY_TICKET_BYTES_MAX;
	const struct auth_ticket *t = NULL;
	uint8_t *buf = malloc(size);
	struct wr w;
	int fd;

	if (buf == NULL)
		return -1;
	wr_init(&w, buf, size);
	proxy_tickets_write(&w, n);
	while ((t = auth_visits_walk(v, t)) != NULL)
		put_ticket(&w, conf, t);
	fd = wr_ok(&w) ? memfd_sealed("pic-tickets", buf, wr_len(&w)) : -1;
	free(buf);
	return fd;
}

void
tickets_tell(struct core *c)
{
	int fd;

	if (c->edges == NULL || c->auth.visits == NULL)
		return;
	fd = tickets_make(c->auth.visits, conf_txn_current(c->txn));
	if (fd < 0)
		log_line(LOG_AUTH, LOG_ERROR, "out of memory: who is logged in at routes stays as it was", NULL);
	else
		edges_tickets(c->edges, fd);
}

void
tickets_follow(struct core *c)
{
	if (c->auth.visits != NULL && auth_visits_follow(c->auth.visits))
		tickets_tell(c);
}

/* All edges know the ticket before the visitor does. */
void
tickets_redeem(struct core *c, size_t edge, const struct message_redeem *m)
{
	const struct auth_visit_back b = { str_of(m->host), str_of(m->code), str_of(m->value), m->vpn };
	struct message_redeemed out = { .id = m->id };
	struct auth_visit_to to;

	if (auth_visits_redeem(c->auth.visits, &b, out.ticket, &to)) {
		(void)str_copy(str_of(to.path), out.path, sizeof(out.path)); /* the same size */
		tickets_tell(c);
	}
	edges_redeemed(c->edges, edge, &out);
	sodium_memzero(&out, sizeof(out));
}

void
tickets_used(struct core *c, const struct message_used *m)
{
	auth_visits_used(c->auth.visits, m->digest, &conf_txn_current(c->txn)->auth);
}
