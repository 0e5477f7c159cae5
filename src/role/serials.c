/* Serials of our zones, remembered over restarts (DNS-13) as members of
 * observed.json: {"zone", "serial", "digest"}, and the number that they are of.
 * They are written a while after they were told, so a kill leaves older ones: what
 * was told since may have had any number up to that of the generation in force, or
 * of the one that was on its way, whatever is in the zones now. So then, as for
 * what does not read, serials rise once more than they had to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "conf/conf.h"
#include "conf/store.h"
#include "conf/txn.h"
#include "role/core.h"

enum { DIGEST_TEXT = 33 };

static bool
read_digest(const char *text, uint64_t digest[2])
{
	char half[17];
	char *end;
	size_t i;

	if (text == NULL || strlen(text) != DIGEST_TEXT - 1)
		return false;
	for (i = 0; i < 2; i++) {
		memcpy(half, text + 16 * i, 16);
		half[16] = '\0';
		digest[i] = strtoull(half, &end, 16);
		if (*end != '\0')
			return false;
	}
	return true;
}

static bool
read_serial(const json_t *j, struct dns_serial *s)
{
	const char *zone = json_string_value(json_object_get(j, "zone"));
	json_int_t serial = json_integer_value(json_object_get(j, "serial"));
	uint8_t name[DNS_NAME_MAX];
	size_t n;

	if (zone == NULL || serial < 1 || serial > UINT32_MAX || !dns_name_read(str_of(zone), NULL, 0, name, &n))
		return false;
	s->serial = (uint32_t)serial;
	s->namelen = (uint8_t)n;
	memcpy(s->name, name, n);
	return read_digest(json_string_value(json_object_get(j, "digest")), s->digest);
}

void
serials_load(struct core *c, const json_t *observed)
{
	const uint64_t now = conf_txn_current(c->txn)->generation, given = conf_store_given(c->store);
	struct dns_serials *s = &c->serials;
	const json_t *j;
	size_t i;

	c->serials_of = (uint64_t)json_integer_value(json_object_get(observed, "serials_of"));
	s->least = given > now ? (uint32_t)given : 0;
	json_array_foreach(json_object_get(observed, "serials"), i, j)
		if (s->n < DNS_SERIALS_MAX && read_serial(j, &s->v[s->n]))
			s->n++;
	for (i = 0; c->serials_of != given && i < s->n; i++)
		memset(s->v[i].digest, 0, sizeof(s->v[i].digest));
}

static json_t *
serial_json(const struct dns_serial *s)
{
	char zone[DNS_NAME_TEXT_MAX], digest[DIGEST_TEXT];

	(void)snprintf(digest, sizeof(digest), "%016llx%016llx",
	    (unsigned long long)s->digest[0], (unsigned long long)s->digest[1]);	/* fits */
	return json_pack("{s:s, s:I, s:s}", "zone", dns_name_text(s->name, s->namelen, zone),
	    "serial", (json_int_t)s->serial, "digest", digest);
}

json_t *
serials_save(const struct core *c)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < c->serials.n; i++)
		(void)json_array_append_new(list, serial_json(&c->serials.v[i]));	/* a missing one rises */
	return list;
}

/* One that no generation tells is told by the file alone. */
static bool
is_ahead(const struct dns_serials *s, uint64_t number)
{
	size_t i;

	for (i = 0; i < s->n && s->v[i].serial <= number; i++)
		;
	return i < s->n;
}

void
serials_use(struct core *c, const struct dns_serials *s, uint64_t generation)
{
	const uint64_t number = generation > c->serials.least ? generation : c->serials.least;
	const bool same = s->n == c->serials.n && memcmp(s->v, c->serials.v, s->n * sizeof(s->v[0])) == 0;
	const bool believed = !same && number == c->serials_of;	/* a file of that number, which tells others */

	if (same && number == c->serials_of)
		return;
	c->serials.n = s->n;
	memcpy(c->serials.v, s->v, s->n * sizeof(s->v[0]));
	c->serials_of = number;
	if (believed || (!same && is_ahead(s, number)))
		state_save_observed(c);	/* as far as the disk takes it */
	else
		state_dirty_observed(c);
}
