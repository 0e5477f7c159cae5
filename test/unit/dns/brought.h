/* Answers of upstreams, written down as text: "owner TTL type data; …". */
#ifndef TEST_UNIT_DNS_BROUGHT_H
#define TEST_UNIT_DNS_BROUGHT_H

#include "cell.h"
#include "dns/cache.h"
#include "dns/ingest.h"
#include "dns/snapshot.h"
#include "dns/wire.h"

static const struct dns_cache_conf brought_limits = {
	.max_entries = 100, .max_bytes = 1 << 20, .min_ttl_s = 0, .max_ttl_s = 86400, .negative_max_ttl_s = 3600
};

static inline void
brought_section(ldns_pkt *p, ldns_pkt_section section, const char *text)
{
	char line[512];
	const char *end;

	for (; text != NULL && *text != '\0'; text = *end == '\0' ? NULL : end + 1) {
		ldns_rr *rr = NULL;

		end = strchr(text, ';');
		end = end == NULL ? text + strlen(text) : end;
		(void)snprintf(line, sizeof(line), "%.*s", (int)(end - text), text);
		assert_int_equal(ldns_rr_new_frm_str(&rr, line, 60, NULL, NULL), LDNS_STATUS_OK);
		assert_true(ldns_pkt_push_rr(p, section, rr));
	}
}

/* A whole answer: names compressed as ldns does it. flags: of the third and
 * fourth octet, with QR. Malloc'd. */
static inline uint8_t *
brought_message(const char *name, uint16_t type, unsigned flags, const char *answer, const char *authority,
    const char *additional, size_t *n)
{
	ldns_pkt *p = ldns_pkt_new();
	ldns_rdf *owner = ldns_dname_new_frm_str(name);
	ldns_rr *q = ldns_rr_new();
	uint8_t *wire = NULL;

	ldns_rr_set_owner(q, owner);
	ldns_rr_set_type(q, type);
	ldns_rr_set_class(q, LDNS_RR_CLASS_IN);
	ldns_rr_set_question(q, true);
	assert_true(ldns_pkt_push_rr(p, LDNS_SECTION_QUESTION, q));
	brought_section(p, LDNS_SECTION_ANSWER, answer);
	brought_section(p, LDNS_SECTION_AUTHORITY, authority);
	brought_section(p, LDNS_SECTION_ADDITIONAL, additional);
	assert_int_equal(ldns_pkt2wire(&wire, p, n), LDNS_STATUS_OK);
	ldns_pkt_free(p);
	wire[2] = (uint8_t)(flags >> 8 | DNS_QR);
	wire[3] = (uint8_t)flags;
	return wire;
}

/* What is kept of it; NULL: *how says why not. */
static inline struct dns_entry *
brought_entry(const char *name, uint16_t type, unsigned flags, const char *answer, const char *authority,
    const char *additional, enum dns_ingest *how)
{
	uint8_t wire[DNS_NAME_ROOM], *msg, *exact;
	struct dns_question q = { .name = wire, .type = type };
	struct dns_entry *e = NULL;
	int rcode = 0;
	size_t n;

	q.len = (uint8_t)cell_name(name, wire);
	msg = brought_message(name, type, flags, answer, authority, additional, &n);
	exact = malloc(n);
	assert_non_null(exact);
	memcpy(exact, msg, n);
	free(msg);
	*how = dns_ingest(&e, &rcode, &q, exact, n, &(struct dns_ingest_rules){ &brought_limits, NULL });
	free(exact);
	return e;
}

#endif /* TEST_UNIT_DNS_BROUGHT_H */
