/* Records and text; see record.h. */
#include "dns/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "base/arena.h"
#include "base/wr.h"
#include "conf/conf.h"
#include "dns/name.h"
#include "dns/wire.h"
#include "dns/zones.h"

enum { STRING_MAX = 255, RDATA_ROOM = 8192 };

/* Character strings of at most 255 octets (RFC 1035 3.3.14), escaped so that
 * any octet of the configured text comes through. */
static void
write_txt(struct wr *w, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		uint8_t c = (uint8_t)s[i];

		if (i % STRING_MAX == 0)
			wr_text(w, i == 0 ? "\"" : "\" \"");
		if (c < ' ' || c > '~' || c == '"' || c == '\\')
			wr_printf(w, "\\%03u", c);
		else
			wr_u8(w, c);
	}
	wr_text(w, "\"");
}

static bool
ends_with_name(const char *type)
{
	static const char *const types[] = { "CNAME", "MX", "SRV", "PTR" };
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(type, types[i]) == 0)
			return true;
	return false;
}

static void
write_text(struct wr *w, const struct conf_record *r)
{
	size_t n = strlen(r->value);

	wr_printf(w, ". %u IN %s ", r->ttl, r->type);
	if (strcmp(r->type, "TXT") == 0)
		write_txt(w, r->value, n);
	else
		wr_text(w, r->value);
	if (ends_with_name(r->type) && n > 0 && r->value[n - 1] != '.')
		wr_text(w, ".");
	wr_u8(w, 0);
}

static int
take_rdata(const ldns_rr *rr, struct arena *a, struct dns_record *out)
{
	ldns_buffer *b = ldns_buffer_new(RDATA_ROOM);
	uint8_t *p = NULL;
	size_t n = 0;

	if (b != NULL && ldns_rr_rdata2buffer_wire(b, rr) == LDNS_STATUS_OK) {
		n = ldns_buffer_position(b);
		p = arena_alloc(a, n + DNS_NAME_ROOM);
		if (p != NULL && ldns_rr_get_type(rr) == LDNS_RR_TYPE_CNAME)
			(void)dns_name_lower(p, ldns_buffer_begin(b), n);	/* aliases are followed by these octets */
		else if (p != NULL)
			memcpy(p, ldns_buffer_begin(b), n);
	}
	ldns_buffer_free(b);
	if (p == NULL)
		return -ENOMEM;
	out->type = (uint16_t)ldns_rr_get_type(rr);
	out->rdata = p;
	out->rdlen = (uint16_t)n;
	return 0;
}

int
dns_record_read(const struct conf_record *r, struct arena *a, struct dns_record *out)
{
	char text[DNS_RECORD_TEXT_MAX];
	ldns_rr *rr = NULL;
	struct wr w;
	int error = -EINVAL;

	wr_init(&w, text, sizeof(text));
	write_text(&w, r);
	if (!wr_ok(&w))
		return -EINVAL;
	if (ldns_rr_new_frm_str(&rr, text, r->ttl, NULL, NULL) == LDNS_STATUS_OK)
		error = take_rdata(rr, a, out);
	ldns_rr_free(rr);
	out->ttl = r->ttl;
	return error;
}

const char *
dns_record_type_name(uint16_t type, char buf[16])
{
	const ldns_rr_descriptor *d = ldns_rr_descript(type);
	struct wr w;

	wr_init(&w, buf, 16);
	if (d != NULL && d->_name != NULL)
		wr_text(&w, d->_name);
	else
		wr_printf(&w, "TYPE%u", type);
	wr_u8(&w, 0);
	return wr_ok(&w) ? buf : "?";
}

static char *
line_of(const ldns_rr *rr, struct arena *a)
{
	char *s = ldns_rr2str(rr), *line;
	size_t n = s == NULL ? 0 : strlen(s);

	if (s == NULL)
		return NULL;
	if (n > 0 && s[n - 1] == '\n')
		n--;
	line = arena_strndup(a, s, n);
	free(s);
	return line;
}

int
dns_record_lines(const uint8_t *msg, size_t n, struct arena *a, const char **lines, size_t max)
{
	const ldns_rr_list *list;
	ldns_pkt *pkt = NULL;
	size_t i, count = 0;

	if (ldns_wire2pkt(&pkt, msg, n) != LDNS_STATUS_OK)
		return -EINVAL;
	list = ldns_pkt_answer(pkt);
	for (i = 0; i < ldns_rr_list_rr_count(list) && count < max; i++) {
		lines[count] = line_of(ldns_rr_list_rr(list, i), a);
		if (lines[count++] == NULL)
			break;
	}
	ldns_pkt_free(pkt);
	return count > 0 && lines[count - 1] == NULL ? -ENOMEM : (int)count;
}
