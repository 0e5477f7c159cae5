/* The name servers of others that fetch our zones (DNS-18): their keys out of
 * the vault, and what the edges say of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "api/live.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "dns/transfer.h"
#include "role/core.h"
#include "role/message.h"
#include "sys/clk.h"
#include "vault/vault.h"

/* At most as many as there can be; those that are gone give way. */
struct secondaries {
	struct known {
		char id[MESSAGE_ID_MAX];
		struct api_secondary now;
	} v[CONF_SECONDARIES_MAX];
};

struct secondaries *
secondaries_new(void)
{
	return calloc(1, sizeof(struct secondaries));
}

void
secondaries_free(struct secondaries *s)
{
	free(s);
}

/* --- keys ------------------------------------------------------------------------ */

static bool
open_secret(struct core *c, const char *ref, struct dns_secret *out, struct err *e)
{
	json_t *doc = NULL;
	const char *text;
	size_t n = 0;
	bool ok;

	if (ref == NULL)
		return err_set(e, ERR_NOT_FOUND, "it has no secret") == 0;
	if (vault_get(c->vault, ref, &doc, e) < 0)
		return false;
	text = json_string_value(json_object_get(doc, "tsig_secret"));
	ok = text != NULL && sodium_base642bin(out->b, sizeof(out->b), text, strlen(text), NULL, &n, NULL,
	    sodium_base64_VARIANT_ORIGINAL) == 0;
	json_decref(doc);
	out->n = ok ? (uint8_t)n : 0;
	return ok || err_set(e, ERR_INTERNAL, "its secret does not read") == 0;
}

struct dns_secrets *
secondaries_secrets(struct core *c, const struct conf *conf)
{
	struct dns_secrets *s = calloc(1, sizeof(*s));
	struct err e;
	size_t i;

	for (i = 0; s != NULL && i < conf->dns.nsecondaries && i < CONF_SECONDARIES_MAX; i++) {
		const struct conf_secondary *one = &conf->dns.secondaries[i];

		err_clear(&e);
		if (!open_secret(c, one->secret_ref, &s->v[i], &e))
			log_line(LOG_DNS, LOG_ERROR, "a secondary can fetch nothing", "name", one->name, "why", e.detail, NULL);
	}
	return s;
}

void
secondaries_wipe(struct dns_secrets *s)
{
	if (s != NULL)
		sodium_memzero(s, sizeof(*s));
	free(s);
}

/* --- news --------------------------------------------------------------------------- */

static const struct conf_secondary *
configured(const struct core *c, const char *id)
{
	const struct conf_dns *d = &conf_txn_current(c->txn)->dns;
	size_t i;

	for (i = 0; i < d->nsecondaries; i++)
		if (strcmp(d->secondaries[i].id, id) == 0)
			return &d->secondaries[i];
	return NULL;
}

/* What is known of it, or a free place. */
static struct known *
known_of(const struct core *c, const char *id)
{
	struct secondaries *s = c->secondaries;
	struct known *empty = NULL;
	size_t i;

	for (i = 0; i < CONF_SECONDARIES_MAX; i++) {
		if (strcmp(s->v[i].id, id) == 0)
			return &s->v[i];
		if (empty == NULL && configured(c, s->v[i].id) == NULL)
			empty = &s->v[i];
	}
	return empty;
}

static void
log_news(const struct conf_secondary *s, const struct message_secondary *m, const struct api_secondary *before)
{
	char serial[16];

	(void)snprintf(serial, sizeof(serial), "%u", m->serial);	/* fits */
	if (m->kind == DNS_NEWS_FETCHED)
		log_line(LOG_DNS, LOG_INFO, "a secondary has fetched a zone", "name", s->name, "zone", m->zone,
		    "serial", serial, NULL);
	else if (m->kind == DNS_NEWS_FAULT &&
	    (strcmp(before->fault, m->fault) != 0 || strcmp(before->fault_zone, m->zone) != 0))
		log_line(LOG_DNS, LOG_WARNING, "a secondary is in trouble", "name", s->name,
		    "zone", m->zone[0] == '\0' ? "-" : m->zone, "why", m->fault, NULL);
}

static void
set_zone(char out[API_ZONE_MAX], const struct message_secondary *m)
{
	(void)snprintf(out, API_ZONE_MAX, "%s", m->zone);	/* as large */
}

/* What goes well with one zone says nothing of another. */
static void
take_news(struct api_secondary *s, const struct message_secondary *m)
{
	if (m->kind == DNS_NEWS_FAULT) {
		(void)snprintf(s->fault, sizeof(s->fault), "%.*s", (int)sizeof(s->fault) - 1, m->fault);	/* cut is fine */
		set_zone(s->fault_zone, m);
		return;
	}
	if (s->fault_zone[0] == '\0' || strcmp(s->fault_zone, m->zone) == 0)
		s->fault[0] = s->fault_zone[0] = '\0';
	if (m->kind == DNS_NEWS_FETCHED) {
		s->fetched = m->serial;
		s->fetched_at = clk_system.wall_s(&clk_system);
		set_zone(s->fetched_zone, m);
	} else {
		s->notified = m->serial;
		set_zone(s->notified_zone, m);
	}
}

void
secondaries_hear(struct core *c, const struct message_secondary *m)
{
	const struct conf_secondary *s = configured(c, m->id);
	struct known *k = s == NULL ? NULL : known_of(c, m->id);

	if (k == NULL)
		return;		/* it has just been removed */
	if (strcmp(k->id, m->id) != 0) {
		memset(k, 0, sizeof(*k));
		memcpy(k->id, m->id, sizeof(k->id));
	}
	log_news(s, m, &k->now);
	take_news(&k->now, m);
}

/* A zone that does not go out any more has no faults. */
static bool
is_sent(const struct conf *conf, const char *zone)
{
	size_t i;

	if (strcmp(zone, conf->identity.domain_name) == 0)
		return true;
	for (i = 0; i < conf->dns.nzones; i++)
		if (strcmp(zone, conf->dns.zones[i].name) == 0)
			return (conf->dns.zones[i].views & CONF_ZONE_PUBLIC) != 0;
	return false;
}

void
secondaries_tell(const struct core *c, const char *id, struct api_secondary *out)
{
	const struct known *k = known_of(c, id);

	memset(out, 0, sizeof(*out));
	if (k != NULL && strcmp(k->id, id) == 0)
		*out = k->now;
	if (out->fault_zone[0] != '\0' && !is_sent(conf_txn_current(c->txn), out->fault_zone))
		out->fault[0] = out->fault_zone[0] = '\0';
}
