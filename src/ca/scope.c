/* Name constraints; see scope.h. */
#include "ca/scope.h"

#include <ctype.h>
#include <stdint.h>

#include "base/der.h"
#include "base/wr.h"

/* RFC 5280 4.2.1.10 wants the mask behind the address, as bytes. */
const struct addr_prefix ca_scope_nets[] = {
	{ { 4, { 10 } }, 8 }, { { 4, { 172, 16 } }, 12 }, { { 4, { 192, 168 } }, 16 }, { { 4, { 100, 64 } }, 10 },
	{ { 4, { 127 } }, 8 },
	{ { 16, { 0xfc } }, 7 }, { { 16, { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 } }, 128 }
};
const size_t ca_scope_nnets = sizeof(ca_scope_nets) / sizeof(ca_scope_nets[0]);

static bool
is_label(struct str s)
{
	size_t i;

	if (s.n == 0 || s.n > 63)
		return false;
	for (i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return true;
}

bool
ca_dns_name(struct str s)
{
	struct str label;
	bool first = true;

	if (s.n == 0 || s.n >= CA_NAME_SIZE || s.p[s.n - 1] == '.')
		return false;
	for (; str_cut(&s, '.', &label); first = false)
		if (!(first && str_eqz(label, "*") && s.n > 0) && !is_label(label))
			return false;
	return true;
}

/* Those have letters only, or are in Punycode (RFC 1123 2.1, RFC 5890 2.3.2.1), also the ones to come. RFC 6761 6.3 keeps
 * localhost for hosts. */
static bool
may_be_top(struct str s)
{
	size_t i;

	if (str_ieq(s, STR("localhost")))
		return false;
	if (s.n > 4 && s.p[2] == '-' && s.p[3] == '-')
		return true;
	for (i = 0; i < s.n; i++)
		if (!isalpha((unsigned char)s.p[i]))
			return false;
	return true;
}

bool
ca_scope_add(struct ca_scope *s, struct str name)
{
	char *to = s->names[s->nnames % CA_SCOPE_NAMES_MAX];
	size_t i;

	if (!ca_dns_name(name) || name.p[0] == '*' || may_be_top(name))
		return false;
	if (ca_scope_has_name(s, name))
		return true;
	if (s->nnames == CA_SCOPE_NAMES_MAX || !str_copy(name, to, CA_NAME_SIZE))
		return false;
	for (i = 0; i < name.n; i++)
		to[i] = (char)tolower((unsigned char)to[i]);
	s->nnames++;
	return true;
}

/* "x.y" is below "y" and below itself; "ay" is not below "y". */
static bool
is_below(struct str name, struct str base)
{
	struct str tail;

	if (name.n < base.n)
		return false;
	tail = (struct str){ name.p + name.n - base.n, base.n };
	return str_ieq(tail, base) && (name.n == base.n || tail.p[-1] == '.');
}

bool
ca_scope_has_name(const struct ca_scope *s, struct str name)
{
	size_t i;

	for (i = 0; i < s->nnames; i++)
		if (is_below(name, str_of(s->names[i])))
			return true;
	return false;
}

bool
ca_scope_has_addr(const struct addr *a)
{
	size_t i;

	for (i = 0; i < ca_scope_nnets; i++)
		if (addr_in(a, &ca_scope_nets[i]))
			return true;
	return false;
}

static void
net_write(struct wr *w, const struct addr_prefix *p)
{
	size_t mark = der_begin(w, DER_CONTEXT + 7);
	unsigned i, left;

	wr_bytes(w, p->addr.b, p->addr.len);
	for (i = 0; i < p->addr.len; i++) {
		left = p->bits > 8 * i ? p->bits - 8 * i : 0;
		wr_u8(w, left >= 8 ? 0xff : (uint8_t)(0xff00 >> left));
	}
	der_end(w, mark);
}

void
ca_scope_write(struct wr *w, const struct ca_scope *s)
{
	size_t seq = der_begin(w, DER_SEQUENCE), permitted = der_begin(w, DER_EXPLICIT + 0), subtree, i;

	for (i = 0; i < s->nnames + ca_scope_nnets; i++) {
		subtree = der_begin(w, DER_SEQUENCE);
		if (i < s->nnames)
			der_text(w, DER_CONTEXT + 2, s->names[i]);
		else
			net_write(w, &ca_scope_nets[i - s->nnames]);
		der_end(w, subtree);
	}
	der_end(w, permitted);
	der_end(w, seq);
}
