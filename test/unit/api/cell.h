/* What the tests of the API share: a real server with configuration, vault,
 * accounts and jobs in a temporary state directory, and a client that talks
 * HTTP to it over a socket pair. Only hashing, edges and doors are stand-ins. */
#ifndef UNIT_API_CELL_H
#define UNIT_API_CELL_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>

#include "api/path.h"
#include "api/route.h"
#include "api/server.h"
#include "api/shape.h"
#include "auth/facts.h"
#include "auth/hasher.h"
#include "auth/link.h"
#include "auth/lockout.h"
#include "auth/session.h"
#include "auth/time.h"
#include "auth/token.h"
#include "auth/totp.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/store.h"
#include "conf/txn.h"
#include "dns/plan.h"
#include "fw/input.h"
#include "io/child.h"
#include "io/later.h"
#include "io/loop.h"
#include "io/poll.h"
#include "io/timer.h"
#include "jobs/jobs.h"
#include "setup/token.h"
#include "setup/wizard.h"
#include "sys/clk.h"
#include "vault/vault.h"

#include "cell_reach.h"

enum { CELL_HASHES = 64, CELL_REPLY_MAX = 4 << 20, CELL_PATIENCE_MS = 20000, CELL_NOW = 1800000000 };

struct cell_hash {
	struct io_later later;
	json_t *in;
	auth_hasher_ran *done;
	void *arg;
};

struct cell {
	struct api_ntp ntp;		/* what /api/ntp/status is told */
	struct api_ddns ddns;		/* what /api/ddns/status is told */
	struct err ddns_refusal;	/* of what is started by hand; kind ERR_NONE: it is */
	char dir[64];
	int dirfd;
	struct io_loop *loop;
	struct io_child_set *children;
	struct clk_fake clk;
	struct auth_time time;
	struct conf *before;		/* in force before the next commit; a reference */
	struct conf_store *store;
	struct conf_txn *txn;
	struct vault *vault;
	struct jobs *jobs;
	struct auth_env env;
	struct auth_enrol *enrol;
	struct auth_links *links;
	struct api_peer_facts facts;	/* of every peer */
	struct api_places places;
	struct api_vpn vpn;
	struct auth_tokens *tokens;
	struct setup_token *setup_token;
	struct setup_wizard *wizard;
	struct api *api;
	struct dns_host dns_host;
	char *zone_text;
	struct cell_hash hashes[CELL_HASHES];
	size_t nhashes;
	char token[SETUP_TOKEN_TEXT];	/* the one that works now */
	bool ready;
	unsigned finished, renewed, flushed, saved;
	const char *asked;		/* what an edge answers, JSON */
	struct api_dns_ask question;
	bool forgot;			/* the log of questions was emptied */
	bool no_ca, revoked;		/* there is no authority yet; its one certificate is revoked */
	struct cell_claim {		/* the service of pic_ngo */
		struct io_later later;
		api_claimed_cb *done;
		void *arg;
		enum api_name says;
		bool absent;		/* nobody can be asked at all */
		unsigned asked, taken;
		char name[64], secret[128];	/* that it was asked last with */
		char released[64];	/* that was given back */
	} claim;
};

/* --- stand-ins -------------------------------------------------------------------- */

static inline void
cell_on_hash(void *arg)
{
	struct cell_hash *h = arg;
	const char *password = json_string_value(json_object_get(h->in, "password"));
	const char *hash = json_string_value(json_object_get(h->in, "hash"));
	char want[300];
	json_t *result;

	snprintf(want, sizeof(want), "H(%s)", password);
	result = hash == NULL ? json_pack("{s:s}", "hash", want) :
	    json_pack("{s:b, s:b}", "ok", strcmp(hash, want) == 0, "outdated", 0);
	json_decref(h->in);
	h->in = NULL;
	h->done(h->arg, result, NULL);
	json_decref(result);
}

static inline void *
cell_run_hash(void *arg, const json_t *in, auth_hasher_ran *done, void *done_arg)
{
	struct cell *x = arg;
	struct cell_hash *h = &x->hashes[x->nhashes++ % CELL_HASHES];

	assert_null(h->in);
	*h = (struct cell_hash){ .in = json_deep_copy(in), .done = done, .arg = done_arg };
	io_later_init(&h->later, cell_on_hash, h);
	io_later_call(&h->later, x->loop);
	return h;
}

static inline void
cell_cancel_hash(void *arg, void *handle)
{
	struct cell_hash *h = handle;

	(void)arg;
	io_later_cancel(&h->later);
	json_decref(h->in);
	h->in = NULL;
}

static inline json_t *
cell_open_secret(void *arg, const char *ref)
{
	struct cell *x = arg;
	json_t *doc = NULL;

	return vault_get(x->vault, ref, &doc, NULL) == 0 ? doc : NULL;
}

static inline const struct conf *
cell_conf(void *arg)
{
	struct cell *x = arg;

	return conf_txn_current(x->txn);
}

static inline void
cell_changed(void *arg)
{
	(void)arg;
}

/* Only used for hashes that are too old and for recovery codes; neither occurs here. */
static inline void
cell_save(void *arg, const char *username, const char *old_ref, const json_t *doc, auth_saved *done, void *done_arg)
{
	(void)arg;
	(void)username;
	(void)old_ref;
	(void)doc;
	(void)done;
	(void)done_arg;
	fail_msg("nothing to be saved by a login");
}

static inline void
cell_on_commit(void *arg, const struct conf *c, const char *actor, const char *summary)
{
	struct cell *x = arg;

	(void)actor;
	(void)summary;
	auth_tokens_free(x->tokens);
	x->tokens = auth_tokens_new(c, &x->env.secrets);
	auth_links_follow(x->links, c);
	(void)auth_sessions_part(x->env.sessions, x->before, c);
	conf_unref(x->before);
	x->before = conf_ref(conf_txn_current(x->txn));
	auth_sessions_follow(x->env.sessions, c);
	auth_facts_follow(x->env.facts, c);
	api_recheck(x->api);
}

static inline bool
cell_ready(void *arg)
{
	return ((struct cell *)arg)->ready;
}

static inline size_t
cell_parts(void *arg, struct api_part *out, size_t max)
{
	(void)arg;
	assert_true(max >= 2);
	out[0] = (struct api_part){ "edge-0", true, "running", "", CELL_NOW };
	out[1] = (struct api_part){ "dns", true, "running", "", CELL_NOW };
	return 2;
}

static inline size_t
cell_listeners(void *arg, struct api_listener *out, size_t max)
{
	(void)arg;
	assert_true(max >= 2);
	out[0] = (struct api_listener){ "edge", "dns/udp", { .addr = { 4, { 0 } }, .port = 53 },
		CONF_ZONE_LOCAL | CONF_ZONE_LAN, "network.ports.dns", true, "" };
	out[1] = (struct api_listener){ "edge", "http", { .addr = { 4, { 0 } }, .port = 80 },
		CONF_ZONE_LOCAL, "network.ports.http", false, "Address already in use" };
	return 2;
}

static inline size_t
cell_interfaces(void *arg, struct api_interface *out, size_t max)
{
	(void)arg;
	assert_true(max >= 2);
	out[0] = (struct api_interface){ "lo", true, CONF_ZONE_LOCAL, 1,
		{ { { 4, { 127, 0, 0, 1 } }, 8 } } };
	out[1] = (struct api_interface){ "eth0", true, CONF_ZONE_LAN, 1,
		{ { { 4, { 192, 168, 1, 2 } }, 24 } } };
	return 2;
}

static inline const char *
cell_fingerprint(void *arg)
{
	(void)arg;
	return "AB:CD";
}

static inline void
cell_dns_stats(void *arg, struct dns_stats *out)
{
	(void)arg;
	*out = (struct dns_stats){ .udp_queries = 4, .tcp_queries = 3, .tls_queries = 2, .https_queries = 1, .cookies = 8,
		.rcodes = { 7, 0, 2, 1 }, .cache_hits = 3, .cache_misses = 4,
		.forwarded = 5, .refused = 1, .cache_entries = 6, .cache_bytes = 600 };
}

static inline size_t
cell_dns_upstreams(void *arg, struct dns_upstream_state *out, size_t max)
{
	(void)arg;
	assert_true(max >= 1);
	out[0] = (struct dns_upstream_state){ .at = { { 4, { 9, 9, 9, 9 } }, 53, 0 }, .up = 1, .rtt_ms = 12 };
	return 1;
}

static inline void
cell_dns_secondary(void *arg, const char *id, struct api_secondary *out)
{
	(void)arg;
	(void)id;
	*out = (struct api_secondary){ .fetched_at = 1782896400, .fetched = 43, .notified = 44, .fault = "no answer",
	    .fetched_zone = "myhome.home.arpa", .notified_zone = "x.example", .fault_zone = "x.example" };
}

static inline const struct dns_host *
cell_dns_host(void *arg)
{
	return &((struct cell *)arg)->dns_host;
}

/* Texts of zones: the latest one. It is read on the next turn. */
struct cell_put {
	struct io_later later;
	struct cell *cell;
	struct str text;
	api_kept_cb *done;
	void *arg;
};

static inline void
cell_on_put(void *arg)
{
	struct cell_put p = *(struct cell_put *)arg;
	struct api_zone_kept k = { .serial = 7, .before = 8 };
	struct err e = { 0 };

	free(arg);
	if (p.text.n < 3) {
		(void)err_field(&e, ERR_VALIDATION, "zonefile", "line 1: too short");
		p.done(p.arg, NULL, &e);
		return;
	}
	free(p.cell->zone_text);
	p.cell->zone_text = strndup(p.text.p, p.text.n);
	memset(k.sha256, 'a' + (int)(p.text.n % 6), 64);
	k.stays = strstr(p.cell->zone_text, "not higher") != NULL;
	p.done(p.arg, &k, NULL);
}

static inline struct api_zone_put *
cell_zone_put(void *arg, const char *zone, struct str text, api_kept_cb *done, void *done_arg, struct err *e)
{
	struct cell *x = arg;
	struct cell_put *p = malloc(sizeof(*p));

	(void)zone;
	(void)e;
	assert_non_null(p);
	*p = (struct cell_put){ .cell = x, .text = text, .done = done, .arg = done_arg };
	io_later_init(&p->later, cell_on_put, p);
	io_later_call(&p->later, x->loop);
	return (struct api_zone_put *)(void *)p;
}

static inline void
cell_zone_cancel(struct api_zone_put *put)
{
	struct cell_put *p = (struct cell_put *)(void *)put;

	if (p == NULL)
		return;
	io_later_cancel(&p->later);
	free(p);
}

static inline int
cell_zone_text(void *arg, const char *sha256, char **out, size_t *n, struct err *e)
{
	struct cell *x = arg;

	(void)e;
	(void)sha256;
	*out = strdup(x->zone_text);
	*n = strlen(x->zone_text);
	return 0;
}

/* An edge that answers on the next turn. */
struct cell_ask {
	struct io_later later;
	struct cell *cell;
	api_asked_cb *asked;
	api_counted_cb *counted;
	api_ended_cb *ended;
	void (*over)(void *arg);
	void *arg;
};

static inline void
cell_on_ask(void *arg)
{
	struct cell_ask *k = arg;
	json_t *j;

	if (k->asked != NULL) {
		j = k->cell->asked != NULL ? json_loads(k->cell->asked, 0, NULL) : NULL;
		k->asked(k->arg, j);
		json_decref(j);
	} else if (k->counted != NULL) {
		k->counted(k->arg, 42);
	} else if (k->over != NULL) {
		k->over(k->arg);
	} else {
		k->ended(k->arg, NULL);
	}
	free(k);
}

static inline bool
cell_ask_start(struct cell *x, const struct cell_ask *model)
{
	struct cell_ask *k = malloc(sizeof(*k));

	assert_non_null(k);
	*k = *model;
	k->cell = x;
	io_later_init(&k->later, cell_on_ask, k);
	io_later_call(&k->later, x->loop);
	return true;
}

static inline bool
cell_dns_ask(void *arg, const struct api_dns_ask *q, api_asked_cb *done, void *done_arg)
{
	struct cell *x = arg;

	x->question = *q;
	return cell_ask_start(x, &(struct cell_ask){ .asked = done, .arg = done_arg });
}

static inline bool
cell_dns_flush(void *arg, const uint8_t *name, uint8_t namelen, api_counted_cb *done, void *done_arg)
{
	struct cell *x = arg;

	(void)name;
	x->flushed = namelen;
	return cell_ask_start(x, &(struct cell_ask){ .counted = done, .arg = done_arg });
}

/* One question, of the first edge. */
static inline uint64_t
cell_log_newest(void *arg, size_t edge)
{
	(void)arg;
	return edge == 0 ? 3 : 0;
}

static inline bool
cell_log_get(void *arg, size_t edge, uint64_t seq, struct dns_log_entry *out)
{
	const struct cell *x = arg;

	*out = (struct dns_log_entry){ .seq = seq, .at_ms = CELL_NOW * 1000LL, .zone = CONF_ZONE_LAN, .rcode = 2, .type = 28,
	    .source = DNS_SOURCE_UPSTREAM, .namelen = 11, .peer = { 4, { 192, 168, 1, (uint8_t)seq } } };
	memcpy(out->name, "\1a\7example", 11);
	return edge == 0 && seq != 2 && !x->forgot;
}

static inline void
cell_log_clear(void *arg)
{
	struct cell *x = arg;

	x->forgot = true;
}

static inline void
cell_firewall(void *arg, struct api_firewall *out)
{
	(void)arg;
	*out = (struct api_firewall){ .enforced = true, .rules = 62, .sets = 28, .committed_at = CELL_NOW - 5, .drops = 3 };
}

static inline int
cell_firewall_text(void *arg, uint64_t generation, char **out, struct err *e)
{
	(void)arg;
	if (generation > 2)
		return err_set(e, ERR_NOT_FOUND, "generation %llu is not kept", (unsigned long long)generation);
	*out = strdup("table inet pic {\n}\n");
	return 0;
}

/* Three, of which the first is forgotten. */
static inline uint64_t
cell_firewall_drop_newest(void *arg)
{
	(void)arg;
	return 3;
}

static inline bool
cell_firewall_drop(void *arg, uint64_t seq, struct api_drop *out)
{
	(void)arg;
	*out = (struct api_drop){ .seq = seq, .at_ms = CELL_NOW * 1000LL, .from = { 4, { 10, 0, 0, 3 } },
	    .to = { 4, { 192, 168, 1, (uint8_t)seq } }, .proto = seq == 3 ? 6 : 132, .port = seq == 3 ? 631 : 0, .in = "wg0",
	    .peer = "bob" };
	return seq == 2 || seq == 3;
}

/* A forward is not in force. */
static inline bool
cell_firewall_counted(void *arg, const char *kind, const char *id, uint64_t *packets, uint64_t *bytes)
{
	(void)arg, (void)id;
	*packets = 12;
	*bytes = 720;
	return strcmp(kind, "rule") == 0;
}

/* One of each, as they were made; NULL: nothing to judge by. */
static inline const struct fw_judged *
cell_firewall_judged(void *arg, const char *id)
{
	static const struct fw_judged judged[] = {
		{ .holds = FW_HOLDS }, { .holds = FW_BROKEN, .why = "anna would reach it" }, { .why = "too many cases" }
	};
	const struct cell *c = arg;
	const struct conf_firewall *f = &conf_txn_current(c->txn)->firewall;
	size_t i;

	for (i = 0; i < f->nassertions && i < 3; i++)
		if (strcmp(f->assertions[i].id, id) == 0)
			return &judged[i];
	return NULL;
}

static inline void
cell_list_state(void *arg, const char *id, struct api_list_state *out)
{
	(void)arg;
	*out = (struct api_list_state){ .names = strcmp(id, "ads") == 0 ? 7 : 0 };
}

static inline int
cell_list_refresh(void *arg, const char *id, const char *actor, json_t **job, struct err *e)
{
	struct cell *x = arg;
	const struct jobs_ask a = { .kind = "diagnosis.run", .object = id, .actor = actor };

	if (strcmp(id, "ads") != 0)
		return err_set(e, ERR_NOT_FOUND, "there is no such list");
	return jobs_start(x->jobs, &a, job, e);
}

static inline void
cell_dns_filter(void *arg, const struct api_dns_ask *q, struct api_filtered *out)
{
	(void)arg;
	*out = (struct api_filtered){ DNS_FILTER_NOTHING, "" };
	if (q->namelen > 4 && memcmp(q->name, "\3ads", 4) == 0)
		*out = (struct api_filtered){ DNS_FILTER_LIST, "ads" };
}

/* --- certificates: one authority, one record, "5f" -------------------------------- */

static inline json_t *
cell_ca(void *arg)
{
	const struct cell *x = arg;

	return x->no_ca ? NULL : json_pack("{s:s, s:s, s:s, s:s, s:s, s:[s], s:[s], s:{s:s, s:s, s:s, s:s, s:s}}",
	    "subject", "home root 1A2B3C", "not_before", "2026-01-01T00:00:00Z", "not_after", "2036-01-01T00:00:00Z",
	    "next_renewal_at", "2032-09-01T00:00:00Z", "fingerprint", "AB:CD", "permitted_names", "home.cell",
	    "permitted_cidrs", "10.0.0.0/8",
	    "intermediate", "subject", "home CA 4D5E6F", "not_before", "2026-01-01T00:00:00Z",
	    "not_after", "2031-01-01T00:00:00Z",
	    "next_renewal_at", "2029-05-01T00:00:00Z", "fingerprint", "EF:01");
}

static inline bool
cell_ca_root(void *arg, const uint8_t **der, size_t *n)
{
	const struct cell *x = arg;

	*der = (const uint8_t *)"\x30\x00";
	*n = 2;
	return !x->no_ca;
}

static inline json_t *
cell_record(const struct cell *x)
{
	return json_pack("{s:s, s:[s], s:s, s:s, s:s, s:s, s:s, s:s, s:s?, s:s?}", "id", "5f", "names", "nas.home.cell",
	    "serial", "5f", "issuer", "home CA 4D5E6F", "kind", "issued",
	    "not_before", "2026-01-01T00:00:00Z", "not_after", "2036-04-01T00:00:00Z",
	    "issued_by", "admin", "revoked_at", x->revoked ? "2026-02-01T00:00:00Z" : NULL,
	    "reason", x->revoked ? "superseded" : NULL);
}

static inline json_t *
cell_certs_issued(void *arg)
{
	return json_pack("[o]", cell_record(arg));
}

static inline json_t *
cell_cert_own(const struct cell *x)
{
	return json_pack("{s:s, s:[s], s:s, s:s?, s:s, s:s, s:I, s:s, s:n, s:[s]}", "id", x->no_ca ? "provisional" : "c0",
	    "names", "home.cell", "source", "internal", "issuer", x->no_ca ? NULL : "home CA 4D5E6F",
	    "not_before", "2026-01-01T00:00:00Z", "not_after", "2036-04-01T00:00:00Z", "due", (json_int_t)1800000000,
	    "state", x->no_ca ? "provisional" : "", "last_error", "used_by", "web");
}

/* Its own, one from elsewhere, and one that did not come. */
static inline const char *
cell_ca_fault(void *arg)
{
	(void)arg;
	return NULL;
}

static inline json_t *
cell_certs(void *arg)
{
	return json_pack("[o, {s:s, s:[s], s:s, s:s, s:s, s:s, s:I, s:s, s:n, s:[s]}, "
	    "{s:s, s:[s], s:s, s:n, s:n, s:n, s:I, s:s, s:s, s:[]}]", cell_cert_own(arg),
	    "id", "c7", "names", "nas.home.example", "source", "imported", "issuer", "somebody",
	    "not_before", "2026-01-01T00:00:00Z", "not_after", "2026-03-01T00:00:00Z", "due", (json_int_t)0, "state", "",
	    "last_error", "used_by", "route:nas", "id", "tv.home.example", "names", "tv.home.example", "source", "acme",
	    "issuer", "not_before", "not_after", "due", (json_int_t)1800000000, "state", "failed",
	    "last_error", "the name does not lead here", "used_by");
}

static inline json_t *
cell_cert_main(void *arg)
{
	const struct cell *x = arg;
	json_t *o = cell_cert_own(x);

	(void)json_object_set_new(o, "waiting_for_time", json_boolean(x->no_ca));
	return o;
}

static inline int
cell_cert_issue(void *arg, const struct api_cert_ask *ask, json_t **made, struct err *e)
{
	*made = NULL;
	if (ask->n > 0 && strcmp(ask->names[0], "nas.home.cell") != 0)
		return err_field(e, ERR_VALIDATION, "names", "%s is below none of the cell's own names", ask->names[0]);
	*made = cell_record(arg);
	(void)json_object_set_new(*made, "certificate", json_string("-----BEGIN"));
	(void)json_object_set_new(*made, "chain", json_string("-----BEGIN"));
	if (ask->csr == NULL)
		(void)json_object_set_new(*made, "private_key", json_string("-----BEGIN"));
	return 0;
}

static inline int
cell_cert_revoke(void *arg, const char *id, const char *reason, struct err *e)
{
	struct cell *x = arg;

	(void)reason;
	if (strcmp(id, "5f") != 0)
		return err_set(e, ERR_NOT_FOUND, "there is no such certificate");
	if (x->revoked)
		return err_set(e, ERR_CONFLICT, "it is revoked already");
	x->revoked = true;
	return 0;
}

static inline int
cell_cert_renew(void *arg, const struct api_cert_renew *ask, json_t **job, struct err *e)
{
	struct cell *x = arg;
	const struct jobs_ask order = { .kind = "cert.renew", .object = "nas.home.example", .actor = ask->actor };

	*job = NULL;
	if (ask->id == NULL)
		return err_set(e, ERR_CONFLICT, "nothing is due");
	if (strcmp(ask->id, "c0") == 0)
		return 0;
	if (strcmp(ask->id, "tv.home.example") == 0) {
		const int error = err_set(e, ask->staging ? ERR_UNAVAILABLE : ERR_RATE_LIMITED, "it is tried again later");

		e->retry_after = 60;
		return error;
	}
	if (strcmp(ask->id, "c7") != 0)
		return err_set(e, ERR_NOT_FOUND, "no such certificate is ordered");
	*job = jobs_note(x->jobs, &order, NULL);
	return 0;
}

static inline int
cell_ca_rotate(void *arg, bool root, struct err *e)
{
	const struct cell *x = arg;

	(void)root;
	return x->no_ca ? err_set(e, ERR_CONFLICT, "there is no authority yet") : 0;
}

static inline bool
cell_cert_new_root(void *arg, const struct conf *next)
{
	(void)arg;
	return strcmp(next->identity.domain, "other.cell") == 0;
}

static inline bool
cell_dns_reload(void *arg, api_ended_cb *done, void *done_arg)
{
	return cell_ask_start(arg, &(struct cell_ask){ .ended = done, .arg = done_arg });
}

static inline uint16_t
cell_https_port(void *arg)
{
	(void)arg;
	return 443;
}

static inline void
cell_proxy_health(void *arg, const char *id, struct api_proxy_health *out)
{
	(void)arg;
	(void)id;
	*out = (struct api_proxy_health){ .checked_at = CELL_NOW, .error = "nothing listens there" };
}

static inline void
cell_proxy_stats(void *arg, struct api_proxy_stats *out)
{
	(void)arg;
	*out = (struct api_proxy_stats){ 12, 90210, 3 };
}

static inline bool
cell_proxy_test(void *arg, const struct conf_route *r, api_asked_cb *done, void *done_arg)
{
	assert_string_equal(r->name, "ha");
	return cell_ask_start(arg, &(struct cell_ask){ .asked = done, .arg = done_arg });
}

static inline void
cell_ddns_state(void *arg, struct api_ddns *out)
{
	const struct cell *x = arg;

	*out = x->ddns;
}

static inline int
cell_ddns_refuse(const struct cell *x, struct err *e)
{
	*e = x->ddns_refusal;
	return err_errno(e->kind);
}

static inline int
cell_ddns_start(void *arg, bool registers, const char *actor, json_t **job, struct err *e)
{
	struct cell *x = arg;
	const struct jobs_ask a = { .kind = "diagnosis.run", .object = registers ? "register" : "update", .actor = actor };

	return x->ddns_refusal.kind != ERR_NONE ? cell_ddns_refuse(x, e) : jobs_start(x->jobs, &a, job, e);
}

static inline int
cell_ddns_release(void *arg, api_ended_cb *done, void *done_arg, struct err *e)
{
	struct cell *x = arg;

	if (x->ddns_refusal.kind != ERR_NONE)
		return cell_ddns_refuse(x, e);
	(void)cell_ask_start(x, &(struct cell_ask){ .ended = done, .arg = done_arg });	/* always true */
	return 0;
}

static inline void
cell_on_claim(void *arg)
{
	struct cell *x = arg;
	char token[80];

	snprintf(token, sizeof(token), "token-of-%s", x->claim.name);
	x->claim.done(x->claim.arg, x->claim.says, x->claim.taken > 0 && x->claim.says == API_NAME_FREE ? token : NULL,
	    x->claim.says == API_NAME_UNKNOWN ? "no answer" : NULL);
}

static inline struct api_claim *
cell_name_claim(void *arg, const struct conf *conf, const struct api_name_ask *ask, api_claimed_cb *done, void *done_arg)
{
	struct cell *x = arg;
	char *secret = ask->secret != NULL ? json_dumps(ask->secret, JSON_COMPACT | JSON_SORT_KEYS) : NULL;

	assert_int_equal(strncmp(conf->ddns.api_base_url, "https://", 8), 0);
	x->claim.done = done;
	x->claim.arg = done_arg;
	x->claim.asked++;
	x->claim.taken += ask->take;
	snprintf(x->claim.name, sizeof(x->claim.name), "%s", ask->name);
	snprintf(x->claim.secret, sizeof(x->claim.secret), "%s", secret != NULL ? secret : "");
	free(secret);
	if (x->claim.absent)
		return NULL;
	io_later_init(&x->claim.later, cell_on_claim, x);
	io_later_call(&x->claim.later, x->loop);
	return (struct api_claim *)x;
}

static inline void
cell_name_cancel(struct api_claim *c)
{
	io_later_cancel(&((struct cell *)c)->claim.later);
}

static inline void
cell_name_release(void *arg, const struct conf *conf, const char *name, const char *token)
{
	struct cell *x = arg;

	(void)conf;
	(void)token;
	snprintf(x->claim.released, sizeof(x->claim.released), "%s", name);
}

static inline void
cell_ntp_status(void *arg, struct api_ntp *out)
{
	const struct cell *x = arg;

	*out = x->ntp;
}

static inline bool
cell_ntp_round(void *arg, void (*done)(void *arg), void *done_arg)
{
	struct cell *x = arg;

	return x->ntp.running && cell_ask_start(x, &(struct cell_ask){ .over = done, .arg = done_arg });
}

static inline int
cell_explain(void *arg, const struct api_explain_ask *q, api_explained_cb *done, void *done_arg, struct err *e)
{
	struct cell *x = arg;
	struct cell_explain *k = malloc(sizeof(*k));

	assert_non_null(k);
	if (strcmp(q->host, "no name") == 0) {
		free(k);
		return err_field(e, ERR_VALIDATION, "host", "must be a domain name or an address");
	}
	*k = (struct cell_explain){ .done = done, .arg = done_arg, .rev = conf_txn_current(x->txn)->generation };
	io_later_init(&k->later, cell_on_explain, k);
	io_later_call(&k->later, x->loop);
	return 0;
}

static inline json_t *
cell_checks(void *arg)
{
	(void)arg;
	return json_pack("[{s:s, s:s, s:s, s:s, s:n}]", "id", "clock", "area", "time", "verdict", "ok",
	    "detail", "in step", "fix");
}

static inline void
cell_renew(void *arg, bool announce, struct api_setup_token *out)
{
	struct cell *x = arg;
	int64_t end;

	(void)announce;
	x->renewed++;
	setup_token_renew(x->setup_token, x->token, &end);
	if (out != NULL) {
		snprintf(out->token, sizeof(out->token), "%s", x->token);
		snprintf(out->url, sizeof(out->url), "https://192.168.1.2/setup#t=%s", x->token);
		out->expires_at = end;
	}
}

static inline void
cell_peer_facts(void *arg, const char *public_key, struct api_peer_facts *out)
{
	(void)public_key;
	*out = ((struct cell *)arg)->facts;
}

static inline json_t *
cell_traffic(void *arg, const char *name, const char *range)
{
	(void)arg;
	(void)name;
	return json_pack("{s:[{s:s, s:i, s:i}]}", "points", "ts", "2027-01-15T07:00:00Z",
	    "rx_bytes", strcmp(range, "week") == 0 ? 7 : 1, "tx_bytes", 2);
}

static inline json_t *
cell_host_routes(void *arg, int64_t table)
{
	(void)arg;
	return json_pack("[{s:s, s:n, s:s, s:I, s:i, s:s, s:b}]", "destination", "10.0.0.0/24", "via", "interface", "wg0", "table",
	    (json_int_t)(table < 0 ? 254 : table), "metric", 0, "protocol", "kernel", "owned", 0);
}

static inline json_t *
cell_host_routing(void *arg)
{
	(void)arg;
	return json_pack("{s:b, s:b, s:i, s:i, s:b}", "ip_forward", 1, "ip6_forward", 0, "tables", 2, "rules", 6, "drift", 0);
}

static inline void
cell_vpn_state(void *arg, struct api_vpn *out)
{
	*out = ((struct cell *)arg)->vpn;
	if (out->data_plane == NULL)
		out->data_plane = "none";
}

static inline void
cell_places(void *arg, struct api_places *out)
{
	*out = ((struct cell *)arg)->places;
}

/* Nobody is asked here. */
static inline bool
cell_places_find(void *arg, api_placed_cb *done, void *done_arg)
{
	(void)arg;
	(void)done;
	(void)done_arg;
	return false;
}

static inline void
cell_save_observed(void *arg)
{
	((struct cell *)arg)->saved++;
}

static inline void
cell_finished(void *arg)
{
	((struct cell *)arg)->finished++;
}

/* --- life -------------------------------------------------------------------------- */

static inline void
cell_accounts(struct cell *x)
{
	const struct auth_hasher_ops ops = { cell_run_hash, cell_cancel_hash, x };

	auth_time_init(&x->time, &x->clk.clk, 0, 0);
	x->env = (struct auth_env){ .loop = x->loop, .time = &x->time,
		.sessions = auth_sessions_new(&x->time, cell_changed, x),
		.lockout = auth_lockout_new(&x->clk.clk), .hasher = auth_hasher_new(x->loop, &ops),
		.facts = auth_facts_new(&x->time, cell_changed, x), .secrets = { cell_open_secret, x },
		.conf = cell_conf, .save = cell_save, .arg = x };
	x->enrol = auth_enrol_new(&x->time);
	x->links = auth_links_new(&x->time, cell_changed, x);
	x->tokens = auth_tokens_new(conf_txn_current(x->txn), &x->env.secrets);
}

static inline struct api_deps
cell_deps(struct cell *x)
{
	return (struct api_deps){ .loop = x->loop, .clk = &x->clk.clk, .txn = x->txn, .vault = x->vault,
		.jobs = x->jobs, .auth = x->env, .enrol = x->enrol, .links = x->links, .tokens = &x->tokens,
		.setup_token = x->setup_token, .wizard = x->wizard,
		.live = { .arg = x, .version = "0.0.1", .own_uid = 4242, .started_at = CELL_NOW - 60,
		    .save_observed = cell_save_observed, .ready = cell_ready, .parts = cell_parts, .listeners = cell_listeners,
		    .interfaces = cell_interfaces, .fingerprint = cell_fingerprint, .dns_stats = cell_dns_stats,
		    .dns_upstreams = cell_dns_upstreams, .dns_secondary = cell_dns_secondary, .dns_host = cell_dns_host,
		    .zone_put = cell_zone_put, .zone_cancel = cell_zone_cancel,
		    .zone_text = cell_zone_text, .dns_ask = cell_dns_ask,
		    .dns_flush = cell_dns_flush, .dns_reload = cell_dns_reload, .dns_filter = cell_dns_filter,
		    .dns_log_newest = cell_log_newest, .dns_log_get = cell_log_get, .dns_log_clear = cell_log_clear,
		    .list_state = cell_list_state, .list_refresh = cell_list_refresh,
		    .ca = cell_ca, .ca_fault = cell_ca_fault, .ca_root = cell_ca_root, .certs_issued = cell_certs_issued,
		    .certs = cell_certs, .cert_main = cell_cert_main,
		    .cert_issue = cell_cert_issue, .cert_revoke = cell_cert_revoke, .cert_renew = cell_cert_renew,
		    .ca_rotate = cell_ca_rotate, .cert_new_root = cell_cert_new_root,
		    .ddns_state = cell_ddns_state, .ddns_start = cell_ddns_start, .ddns_release = cell_ddns_release,
		    .ntp_status = cell_ntp_status, .ntp_round = cell_ntp_round, .checks = cell_checks,
		    .firewall = cell_firewall, .firewall_text = cell_firewall_text, .firewall_judged = cell_firewall_judged,
		    .firewall_counted = cell_firewall_counted,
		    .firewall_drop_newest = cell_firewall_drop_newest, .firewall_drop = cell_firewall_drop,
		    .https_port = cell_https_port, .peer_facts = cell_peer_facts, .vpn = cell_vpn_state, .routes = cell_host_routes,
		    .routing = cell_host_routing, .peer_traffic = cell_traffic, .places = cell_places,
		    .places_find = cell_places_find,
		    .reach_open = cell_reach_open, .reach_close = cell_reach_close, .explain = cell_explain,
		    .name_claim = cell_name_claim, .name_cancel = cell_name_cancel, .name_release = cell_name_release,
		    .proxy_health = cell_proxy_health, .proxy_stats = cell_proxy_stats, .proxy_test = cell_proxy_test,
		    .setup_token_renew = cell_renew, .setup_finished = cell_finished } };
}

/* What "pic job diagnosis.run" would do; the test program is that child, too. */
static inline int
cell_job_main(void)
{
	puts("{\"progress\":50,\"step\":\"9.9.9.9\"}");
	puts("{\"result\":{\"checks\":[{\"id\":\"upstream.0\",\"area\":\"dns\",\"verdict\":\"ok\","
	    "\"detail\":\"answers\",\"fix\":null}]}}");
	return 0;
}

static inline void
cell_open(struct cell *x)
{
	static const struct jobs_kind kinds[] = {
		{ .name = "diagnosis.run", .listed = true, .cancellable = true, .deadline_s = 60 },
		{ .name = NULL }
	};
	const struct setup_host host = { "myhome", "Europe/Oslo", true };
	struct jobs_conf jobs = { .kinds = kinds };
	struct api_deps deps;
	struct err e;

	assert_true(sodium_init() >= 0);
	log_open("test", LOG_CRITICAL);
	memset(x, 0, sizeof(*x));
	snprintf(x->dir, sizeof(x->dir), "/tmp/pic-unit-api-XXXXXX");
	assert_non_null(mkdtemp(x->dir));
	x->dirfd = open(x->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(x->dirfd >= 0);
	x->ready = true;
	x->loop = io_loop_new();
	x->children = io_child_set_new(x->loop);
	clk_fake_init(&x->clk, CELL_NOW);
	if (vault_open(&x->vault, x->dirfd, true, &e) < 0 || conf_store_open(&x->store, x->dirfd, &e) < 0)
		fail_msg("%s", e.detail);
	x->before = conf_default("myhome");
	x->txn = conf_txn_new(x->loop, x->store, &x->clk.clk, x->before);
	jobs.loop = x->loop;
	jobs.children = x->children;
	jobs.clk = &x->clk.clk;
	jobs.state_dirfd = x->dirfd;
	x->jobs = jobs_new(&jobs);
	x->setup_token = setup_token_new(&x->clk.clk);
	setup_token_renew(x->setup_token, x->token, NULL);
	x->wizard = setup_wizard_new(&host);
	cell_accounts(x);
	deps = cell_deps(x);
	x->api = api_new(&deps);
	assert_non_null(x->api);
	conf_txn_watch(x->txn, cell_on_commit, x);
}

static inline int
cell_unlink(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static inline void
cell_close(struct cell *x)
{
	api_stop(x->api);
	jobs_free(x->jobs);
	conf_txn_free(x->txn);
	auth_hasher_free(x->env.hasher);
	auth_tokens_free(x->tokens);
	auth_enrol_free(x->enrol);
	auth_links_free(x->links);
	auth_facts_free(x->env.facts);
	auth_lockout_free(x->env.lockout);
	auth_sessions_free(x->env.sessions);
	api_free(x->api);
	free(x->zone_text);
	setup_token_free(x->setup_token);
	setup_wizard_free(x->wizard);
	conf_store_free(x->store);
	vault_close(x->vault);
	conf_unref(x->before);
	io_child_set_free(x->children);
	io_loop_free(x->loop);
	close(x->dirfd);
	nftw(x->dir, cell_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

/* --- client -------------------------------------------------------------------------- */

/* Where a request comes from. */
static const struct api_origin cell_loopback = { .via = AUTH_VIA_LOOPBACK, .zone = CONF_ZONE_LOCAL,
	.client = { { 4, { 127, 0, 0, 1 } }, 40000, 0 }, .local = { 4, { 127, 0, 0, 1 } } };
static const struct api_origin cell_lan = { .via = AUTH_VIA_EDGE, .zone = CONF_ZONE_LAN, .tls = true,
	.client = { { 4, { 192, 168, 1, 20 } }, 40000, 0 }, .local = { 4, { 192, 168, 1, 2 } } };
static const struct api_origin cell_public = { .via = AUTH_VIA_EDGE, .zone = CONF_ZONE_PUBLIC, .tls = true,
	.client = { { 4, { 203, 0, 113, 9 } }, 40000, 0 }, .local = { 4, { 192, 168, 1, 2 } } };
static const struct api_origin cell_socket = { .via = AUTH_VIA_SOCKET, .uid = 0 };

struct reply {
	int status;
	char *text;		/* all of it; freed by reply_free() */
	const char *body;
	json_t *json;		/* NULL: no JSON */
};

struct client {
	struct cell *cell;
	int fd;
	struct io_poll *poll;
	struct io_timer *timer;
	char *buf;
	size_t n;
	bool closed, late;
	bool (*enough)(const struct client *c);
};

/* A whole answer: its head, and as much of a body as Content-Length says. */
static inline bool
client_whole(const struct client *c)
{
	const char *end = strstr(c->buf, "\r\n\r\n"), *len;
	size_t want = 0;

	if (end == NULL)
		return false;
	len = strcasestr(c->buf, "content-length:");
	if (len != NULL && len < end)
		want = (size_t)strtoul(len + 15, NULL, 10);
	return c->n >= (size_t)(end + 4 - c->buf) + want;
}

static inline void
client_on_readable(void *arg, int events)
{
	struct client *c = arg;
	ssize_t r;

	(void)events;
	r = recv(c->fd, c->buf + c->n, CELL_REPLY_MAX - c->n, MSG_DONTWAIT);
	if (r > 0)
		c->n += (size_t)r;
	c->buf[c->n] = '\0';
	if (r == 0 || (r < 0 && errno != EAGAIN))
		c->closed = true;
	if (c->closed)
		io_poll_set(c->poll, 0);
	if (c->closed || c->enough(c))
		io_loop_stop(c->cell->loop);
}

static inline void
client_on_late(void *arg)
{
	struct client *c = arg;

	c->late = true;
	io_loop_stop(c->cell->loop);
}

static inline struct client *
client_new(struct cell *x, const struct api_origin *from)
{
	struct client *c = calloc(1, sizeof(*c));
	int fds[2];

	assert_non_null(c);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
	c->cell = x;
	c->fd = fds[0];
	c->buf = calloc(1, CELL_REPLY_MAX + 1);
	assert_non_null(c->buf);
	c->enough = client_whole;
	c->poll = io_poll_new(x->loop, c->fd, IO_READABLE, client_on_readable, c);
	c->timer = io_timer_new(x->loop, client_on_late, c);
	api_accept(x->api, fds[1], from);
	return c;
}

static inline void
client_free(struct client *c)
{
	io_poll_free(c->poll);
	io_timer_free(c->timer);
	close(c->fd);
	free(c->buf);
	free(c);
}

static inline void
client_send(struct client *c, const char *text, size_t n)
{
	assert_int_equal(send(c->fd, text, n, MSG_NOSIGNAL), n);
}

/* Run the loop until there is enough. */
static inline void
client_wait(struct client *c)
{
	io_timer_once(c->timer, CELL_PATIENCE_MS);
	while (!c->closed && !c->late && !c->enough(c))
		io_loop_run(c->cell->loop);
	io_timer_stop(c->timer);
	if (c->late)
		fail_msg("no answer; so far: %.500s", c->buf);
}

/* Let the loop run for so long. */
static inline void
client_pause(struct client *c, uint64_t ms)
{
	io_timer_once(c->timer, ms);
	while (!c->late && !c->closed)
		io_loop_run(c->cell->loop);
	c->late = false;
}

/* Every reply is checked against its row's shape (APL-2). */
static inline void
reply_check(const char *method, const char *target, const struct reply *r)
{
	enum http_method m = strcmp(method, "GET") == 0 ? HTTP_GET : strcmp(method, "POST") == 0 ? HTTP_POST :
	    strcmp(method, "PUT") == 0 ? HTTP_PUT : HTTP_DELETE;
	struct arena *a = arena_new(0);
	struct api_path p;
	char allow[API_ALLOW_MAX];
	const struct api_route *row = NULL;
	struct str path = { target, strcspn(target, "?") };
	struct err e;
	bool known;

	if (api_path_read(&p, a, path))
		row = api_route_find(m, &p, &known, allow);
	err_clear(&e);
	if (row != NULL && row->out != NULL && r->status == row->status && strstr(target, "dry_run") == NULL &&
	    strstr(target, "format=") == NULL &&
	    api_shape_verify(row->out, r->json, &e) < 0)
		fail_msg("reply of %s %s: %s: %s: %s", method, target, e.detail, e.fields[0].field, r->body);
	arena_free(a);
}

static inline struct reply
reply_of(const char *method, const char *target, struct client *c)
{
	struct reply r = { 0 };
	const char *body;

	client_wait(c);
	if (c->n == 0)
		fail_msg("%s %s: closed without an answer", method, target);
	r.text = strdup(c->buf);
	assert_non_null(r.text);
	assert_int_equal(sscanf(r.text, "HTTP/1.1 %d ", &r.status), 1);
	body = strstr(r.text, "\r\n\r\n");
	assert_non_null(body);
	r.body = body + 4;
	r.json = json_loads(r.body, JSON_DECODE_ANY, NULL);
	reply_check(method, target, &r);
	return r;
}

static inline void
reply_free(struct reply *r)
{
	free(r->text);
	json_decref(r->json);
}

/* One request on a connection of its own. headers: lines with \r\n, or "". body NULL: none. */
static inline struct reply
call(struct cell *x, const struct api_origin *from, const char *method, const char *target, const char *headers,
    const char *body)
{
	struct client *c = client_new(x, from);
	size_t size = strlen(target) + strlen(headers) + (body != NULL ? strlen(body) : 0) + 512;
	char *text = malloc(size);
	struct reply r;
	int n;

	assert_non_null(text);
	n = snprintf(text, size, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s", method, target,
	    headers);
	if (body != NULL)
		n += snprintf(text + n, size - (size_t)n, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
		    strlen(body));
	n += snprintf(text + n, size - (size_t)n, "\r\n%s", body != NULL ? body : "");
	client_send(c, text, (size_t)n);
	r = reply_of(method, target, c);
	free(text);
	client_free(c);
	return r;
}

/* A header of a reply into buf; "" when absent. */
static inline const char *
reply_header(const struct reply *r, const char *name, char *buf, size_t size)
{
	const char *at = r->text, *end = strstr(r->text, "\r\n\r\n");
	size_t n = strlen(name);

	buf[0] = '\0';
	while ((at = strstr(at, "\r\n")) != NULL && at < end) {
		at += 2;
		if (strncasecmp(at, name, n) == 0 && at[n] == ':') {
			snprintf(buf, size, "%.*s", (int)strcspn(at + n + 2, "\r"), at + n + 2);
			return buf;
		}
	}
	return buf;
}

static inline const char *
reply_text(const struct reply *r, const char *member)
{
	const char *s = json_string_value(json_object_get(r->json, member));

	return s != NULL ? s : "";
}

#define assert_status(r, want) do { \
	if ((r).status != (want)) \
		fail_msg("line %d: status %d, not %d: %.600s", __LINE__, (r).status, (want), (r).body); \
} while (0)

/* Make the call, look at the status, forget the reply. */
static inline void
expect(struct cell *x, const struct api_origin *from, int status, const char *method, const char *target,
    const char *headers, const char *body)
{
	struct reply r = call(x, from, method, target, headers, body);

	if (r.status != status)
		fail_msg("%s %s: status %d, not %d: %.600s", method, target, r.status, status, r.body);
	reply_free(&r);
}

/* --- a cell that is set up -------------------------------------------------------------- */

#define CELL_PASSWORD "correct horse battery"

/* Complete the setup from loopback. */
static inline void
cell_setup(struct cell *x)
{
	expect(x, &cell_loopback, 200, "POST", "/api/setup/complete", "",
	    "{\"cell_name\":\"myhome\",\"password\":\"" CELL_PASSWORD "\"}");
	assert_int_equal(x->finished, 1);
}

/* Open and set up. */
static inline void
cell_begin(struct cell *x)
{
	cell_open(x);
	cell_setup(x);
}

struct login {
	char cookie[128];	/* header line */
	char headers[256];	/* cookie and CSRF token */
};

static inline void
cell_login(struct cell *x, const struct api_origin *from, const char *user, const char *password, struct login *out)
{
	char body[300], set[256];
	struct reply r;

	snprintf(body, sizeof(body), "{\"username\":\"%s\",\"password\":\"%s\"}", user, password);
	r = call(x, from, "POST", "/api/auth/login", "", body);
	assert_status(r, 200);
	reply_header(&r, "Set-Cookie", set, sizeof(set));
	snprintf(out->cookie, sizeof(out->cookie), "Cookie: %.*s\r\n", (int)strcspn(set, ";"), set);
	snprintf(out->headers, sizeof(out->headers), "%sX-CSRF-Token: %s\r\n", out->cookie,
	    reply_text(&r, "csrf_token"));
	reply_free(&r);
}

#endif /* UNIT_API_CELL_H */
