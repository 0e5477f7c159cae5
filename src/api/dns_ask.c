/* Questions for the edges. What comes back was made by a role that reads
 * strangers' bytes, so its form is checked like a request's. */
#include "api/dns_ask.h"

#include <stdio.h>
#include <string.h>

#include "api/dns_shape.h"
#include "api/filter.h"
#include "api/request.h"
#include "conf/txn.h"
#include "dns/list.h"
#include "dns/name.h"

static const struct {
	const char *name;
	uint16_t type;
} types[] = {
	{ "A", 1 }, { "NS", 2 }, { "CNAME", 5 }, { "SOA", 6 }, { "PTR", 12 }, { "HINFO", 13 }, { "MX", 15 },
	{ "TXT", 16 }, { "AAAA", 28 }, { "SRV", 33 }, { "NAPTR", 35 }, { "DNAME", 39 }, { "DS", 43 },
	{ "SSHFP", 44 }, { "RRSIG", 46 }, { "NSEC", 47 }, { "DNSKEY", 48 }, { "NSEC3", 50 }, { "TLSA", 52 },
	{ "SVCB", 64 }, { "HTTPS", 65 }, { "ANY", 255 }, { "CAA", 257 },
};

static const char *const rcodes[] = {
	"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET",
	"NOTAUTH", "NOTZONE",
};

enum { NTYPES = sizeof(types) / sizeof(types[0]), NRCODES = sizeof(rcodes) / sizeof(rcodes[0]), BADVERS = 16 };

bool
api_dns_type_read(struct str name, uint16_t *out)
{
	uint64_t n;
	size_t i;

	for (i = 0; i < NTYPES; i++)
		if (str_ieq(name, str_of(types[i].name))) {
			*out = types[i].type;
			return true;
		}
	if (name.n <= 4 || !str_ieq((struct str){ name.p, 4 }, STR("TYPE")) ||
	    !str_u64((struct str){ name.p + 4, name.n - 4 }, UINT16_MAX, &n))
		return false;
	*out = (uint16_t)n;
	return true;
}

const char *
api_dns_type_name(uint16_t type, char buf[API_TYPE_MAX])
{
	size_t i;

	for (i = 0; i < NTYPES; i++)
		if (types[i].type == type)
			return types[i].name;
	snprintf(buf, API_TYPE_MAX, "TYPE%u", type);
	return buf;
}

const char *
api_dns_rcode_name(int rcode, char buf[API_RCODE_MAX])
{
	if (rcode >= 0 && rcode < NRCODES)
		return rcodes[rcode];
	if (rcode == BADVERS)
		return "BADVERS";
	snprintf(buf, API_RCODE_MAX, "RCODE%d", rcode);
	return buf;
}

/* --- answers --------------------------------------------------------------------------- */

/* The next word of a line, blanks and tabs around it gone. */
static struct str
word_cut(struct str *line)
{
	struct str s = str_trim(*line);
	size_t n = 0;

	while (n < s.n && s.p[n] != ' ' && s.p[n] != '\t')
		n++;
	*line = str_trim((struct str){ s.p + n, s.n - n });
	return (struct str){ s.p, n };
}

/* "nas.example. 300 IN A 192.0.2.1", as a master file has it. */
static json_t *
line_json(const json_t *text)
{
	struct str line = { json_string_value(text), json_string_length(text) }, rest = line;
	struct str name = word_cut(&rest), ttl = word_cut(&rest), class = word_cut(&rest), type = word_cut(&rest);
	uint64_t n = 0;

	if (name.n > 1 && name.p[name.n - 1] == '.')
		name.n--;
	if (type.n == 0 || class.n == 0 || !str_u64(ttl, UINT32_MAX, &n))
		return NULL;
	return json_pack("{s:s%, s:I, s:s%, s:s%, s:s%}", "name", name.p, name.n, "ttl", (json_int_t)n,
	    "type", type.p, type.n, "value", rest.p, rest.n, "text", line.p, line.n);
}

static json_t *
lines_json(const json_t *lines)
{
	json_t *list = json_array(), *row;
	const json_t *line;
	size_t i;

	json_array_foreach(lines, i, line) {
		row = line_json(line);
		if (row == NULL || json_array_append_new(list, row) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

json_t *
api_dns_answer(const json_t *asked)
{
	char buf[API_RCODE_MAX];
	const char *rule;
	int64_t ede;
	json_t *why;

	if (asked == NULL || api_shape_verify(&api_edge_answer_shape, asked, NULL) < 0 ||
	    api_int(asked, "rcode", -1) < 0)
		return NULL;
	rule = api_text(asked, "rule");
	ede = api_int(asked, "ede", -1);
	why = ede < 0 ? json_null() : json_pack("{s:I, s:s}", "code", (json_int_t)ede,
	    "text", api_text(asked, "ede_text"));
	return json_pack("{s:s, s:o, s:o, s:o, s:s, s:o, s:I}",
	    "rcode", api_dns_rcode_name((int)api_int(asked, "rcode", 0), buf),
	    "answers", lines_json(json_object_get(asked, "answers")), "ede", why,
	    "view", api_text_or_null(api_text(asked, "view")), "source", api_text(asked, "source"),
	    "rule", api_text_or_null(rule[0] != '\0' ? rule : NULL),
	    "ms", (json_int_t)api_int(asked, "ms", 0));
}

static void
unavailable(struct api_req *rq, const char *why)
{
	struct err e = { 0 };

	(void)err_set(&e, ERR_UNAVAILABLE, "%s", why); /* answered */
	api_fail(rq, &e);
}

static void
on_asked(void *arg, const json_t *asked)
{
	struct api_req *rq = arg;
	json_t *out = api_dns_answer(asked);

	if (out != NULL)
		api_ok(rq, out);
	else
		unavailable(rq, "the name service does not answer");
}

static bool
question_read(const struct api_req *rq, struct api_dns_ask *q, uint8_t name[DNS_NAME_MAX], struct err *e)
{
	const char *zone = api_text(rq->query, "zone");
	struct str type = api_str(rq->query, "type");
	size_t n = 0;

	err_clear(e);
	*q = (struct api_dns_ask){ .zone = conf_zone_read(zone != NULL ? zone : "local"), .type = 1 };
	if (!dns_name_read(api_str(rq->query, "name"), NULL, 0, name, &n))
		(void)err_field(e, ERR_VALIDATION, "name", "must be a domain name"); /* e->kind tells */
	if (type.n > 0 && !api_dns_type_read(type, &q->type))
		(void)err_field(e, ERR_VALIDATION, "type", "is no type of record"); /* e->kind tells */
	if (api_peer_read(rq, "as_peer", q, e) && q->number != 0 && zone != NULL && strcmp(zone, "vpn") != 0)
		(void)err_field(e, ERR_VALIDATION, "zone", "is vpn when a peer asks"); /* as above */
	q->name = name;
	q->namelen = (uint8_t)n;
	return e->kind == ERR_NONE;
}

void
api_dns_ask_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	uint8_t name[DNS_NAME_MAX];
	struct api_dns_ask q;
	struct err e = { 0 };

	if (!question_read(rq, &q, name, &e))
		api_fail(rq, &e);
	else if (!live->dns_ask(live->arg, &q, on_asked, rq))
		unavailable(rq, "the name service is not running");
}

/* --- cache and tables -------------------------------------------------------------------- */

static void
on_flushed(void *arg, uint64_t n)
{
	api_ok(arg, json_pack("{s:I}", "flushed", (json_int_t)n));
}

void
api_dns_flush_post(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct str text = api_str(rq->body, "name");
	uint8_t name[DNS_NAME_MAX];
	size_t n = 0;
	struct err e = { 0 };

	if (text.p != NULL && !dns_name_read(text, NULL, 0, name, &n)) {
		(void)err_field(&e, ERR_VALIDATION, "name", "must be a domain name"); /* answered */
		api_fail(rq, &e);
	} else if (!live->dns_flush(live->arg, name, (uint8_t)n, on_flushed, rq)) {
		unavailable(rq, "the name service is not running");
	}
}

static size_t
zone_count(const struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct dns_list *l = dns_list_new(conf_txn_current(rq->deps->txn), live->dns_host(live->arg));
	size_t n = 0;

	if (l != NULL)
		(void)dns_list_zones(l, &n); /* only how many */
	dns_list_free(l);
	return n;
}

static void
on_reloaded(void *arg, const struct err *e)
{
	struct api_req *rq = arg;

	if (e != NULL)
		api_fail(rq, e);
	else
		api_ok(rq, json_pack("{s:s, s:I}", "message", "reloaded", "zones", (json_int_t)zone_count(rq)));
}

void
api_dns_reload_post(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;

	if (!live->dns_reload(live->arg, on_reloaded, rq))
		unavailable(rq, "the name service is not running");
}
