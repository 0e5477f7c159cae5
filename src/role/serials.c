/* Serials of our zones, remembered over restarts (DNS-13) as members of
 * observed.json: {"zone", "serial", "digest"}. What does not read is left out:
 * then a serial rises once more than it had to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
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
	struct dns_serials *s = &c->serials;
	const json_t *j;
	size_t i;

	json_array_foreach(json_object_get(observed, "serials"), i, j)
		if (s->n < DNS_SERIALS_MAX && read_serial(j, &s->v[s->n]))
			s->n++;
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

void
serials_use(struct core *c, const struct dns_serials *s)
{
	if (s->n == c->serials.n && memcmp(s->v, c->serials.v, s->n * sizeof(s->v[0])) == 0)
		return;
	c->serials.n = s->n;
	memcpy(c->serials.v, s->v, s->n * sizeof(s->v[0]));
	state_dirty_observed(c);
}
