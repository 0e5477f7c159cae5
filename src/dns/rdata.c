/* Record data from text; see rdata.h. */
#include "dns/rdata.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include <ldns/ldns.h>

#include "base/addr.h"
#include "base/wr.h"
#include "dns/name.h"
#include "dns/rr.h"
#include "dns/wire.h"

enum { TYPE_TEXT = 16, QTYPES_FIRST = 128, QTYPES_LAST = 255, WIRE_ROOM = 512 };

uint16_t
dns_rdata_type(struct str name)
{
	char text[TYPE_TEXT];
	uint64_t number = 0;

	if (!str_copy(name, text, sizeof(text)))
		return 0;
	if (strncasecmp(text, "TYPE", 4) == 0 && !str_u64(str_of(text + 4), UINT16_MAX, &number))
		return 0;
	if (number == 0)
		number = (uint64_t)ldns_get_rr_type_by_name(text);
	/* what only a question or a message has (RFC 6895 3.1) */
	if (number > UINT16_MAX || number == DNS_OPT || (number >= QTYPES_FIRST && number <= QTYPES_LAST))
		return 0;
	return (uint16_t)number;
}

/* \# length octets: for any type (RFC 3597 5). */
static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int
read_generic(const struct dns_rdata_text *t, uint8_t *out)
{
	uint64_t want;
	size_t n = 0;
	const char *p;

	if (t->nwords < 2 || !str_u64(t->words[1], DNS_RDATA_MAX, &want))
		return -EINVAL;
	for (p = t->words[1].p + t->words[1].n; *p != '\0'; p++) {
		int v = hex_digit(*p);

		if (*p == ' ')
			continue;
		if (v < 0 || n >= 2 * want)
			return -EINVAL;
		out[n / 2] = (uint8_t)(n % 2 == 0 ? v << 4 : out[n / 2] | v);
		n++;
	}
	return n == 2 * want ? (int)want : -EINVAL;
}

static int
read_addr(const struct dns_rdata_text *t, uint8_t len, uint8_t *out)
{
	struct addr a;

	if (t->nall != 1 || !addr_read(t->words[0], &a) || a.len != len)
		return -EINVAL;
	memcpy(out, a.b, len);
	return len;
}

/* A name, after a number of 16 bits when there are two words. */
static int
read_name(const struct dns_rdata_text *t, size_t words, uint8_t *out)
{
	uint64_t number;
	size_t n;

	if (t->nall != words || (words == 2 && !str_u64(t->words[0], UINT16_MAX, &number)))
		return -EINVAL;
	if (words == 2)
		dns_put16(out, (unsigned)number);
	out += words == 2 ? 2 : 0;
	return dns_name_read(t->words[words - 1], t->origin, t->originlen, out, &n) ?
	    (int)(n + (words == 2 ? 2 : 0)) : -EINVAL;
}

static int
take_wire(const ldns_rr *rr, uint8_t *out)
{
	ldns_buffer *b = ldns_buffer_new(WIRE_ROOM);
	size_t n;
	int len = -ENOMEM;

	if (b != NULL && ldns_rr_rdata2buffer_wire(b, rr) == LDNS_STATUS_OK) {
		n = ldns_buffer_position(b);
		len = n <= DNS_RDATA_MAX ? (int)n : -EINVAL;
		if (len > 0)
			memcpy(out, ldns_buffer_begin(b), n);
	}
	ldns_buffer_free(b);
	return len;
}

/* By ldns, from a line of its own: the type goes in by number, so that what we took it for is what it reads. */
static int
read_by_ldns(uint16_t type, const struct dns_rdata_text *t, uint8_t *out)
{
	ldns_rdf *origin = ldns_dname_new_frm_data((uint16_t)t->originlen, t->origin);
	char *name = ldns_rr_type2str((ldns_rr_type)type);
	size_t room = strlen(t->text) + TYPE_TEXT + 16;
	char *line = name == NULL ? NULL : malloc(room);
	ldns_rr *rr = NULL;
	int len = origin == NULL || line == NULL ? -ENOMEM : -EINVAL;
	struct wr w;

	if (len == -EINVAL) {
		wr_init(&w, line, room);
		wr_printf(&w, ". 0 IN %s ", name);
		wr_text(&w, t->text);
		wr_u8(&w, 0);
		if (wr_ok(&w) && ldns_rr_new_frm_str(&rr, line, 0, origin, NULL) == LDNS_STATUS_OK)
			len = take_wire(rr, out);
	}
	ldns_rr_free(rr);
	free(line);
	free(name);
	ldns_rdf_deep_free(origin);
	return len;
}

static int
read_known(uint16_t type, const struct dns_rdata_text *t, uint8_t *out)
{
	switch (type) {
	case DNS_A:
		return read_addr(t, 4, out);
	case DNS_AAAA:
		return read_addr(t, 16, out);
	case DNS_NS:
	case DNS_CNAME:
	case DNS_PTR:
	case DNS_DNAME:
		return read_name(t, 1, out);
	case DNS_MX:
		return read_name(t, 2, out);
	default:
		return read_by_ldns(type, t, out);
	}
}

int
dns_rdata_read(uint16_t type, const struct dns_rdata_text *t, uint8_t *out)
{
	bool generic = t->nwords > 0 && str_eqz(t->words[0], "\\#");
	int n = generic ? read_generic(t, out) : read_known(type, t, out);

	if (n < 0)
		return n;
	if ((type == DNS_A && n != 4) || (type == DNS_AAAA && n != 16))
		return -EINVAL;
	return dns_rr_lower(type, out, (size_t)n) ? n : -EINVAL;
}
