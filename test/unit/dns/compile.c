/* Finished answers against a naive model that walks the zones record by record:
 * DNS-1, DNS-2, DNS-6, DNS-13, DNS-16, DNL-4, RFC 4592, 2308, 8482. */
#include "dns/compile.h"

#include <errno.h>

#include "cell.h"
#include "dns/blob.h"
#include "dns/follow.h"
#include "dns/query.h"
#include "dns/reply.h"
#include "dns/snapshot.h"
#include "dns/table.h"
#include "dns/wire.h"
#include "dns/zones.h"

enum { VIEWS = 3, ROUNDS = 400, QUESTIONS = 400 };

struct built {
	struct dns_zones *z;
	struct dns_blob *b;
	struct dns_table t;
	void *p;
};

/* Views 0 and 1 resolve, view 2 (linked cells) does not. */
static void
begin_zones(struct built *k)
{
	size_t i;

	k->z = dns_zones_new();
	assert_non_null(k->z);
	for (i = 0; i < VIEWS; i++) {
		k->z->views[i].zone = i == 0 ? CONF_ZONE_VPN : i == 1 ? CONF_ZONE_LAN : CONF_ZONE_CELL;
		k->z->views[i].resolves = i != 2;
	}
	k->z->nviews = VIEWS;
}

static void
put(struct built *k, const char *owner, uint16_t type, const void *rdata, size_t n, uint64_t views)
{
	struct dns_record r = { .type = type, .ttl = 300, .views = views, .rdata = rdata, .rdlen = (uint16_t)n };
	uint8_t name[DNS_NAME_ROOM];

	(void)dns_zones_put(k->z, name, cell_name(owner, name), &r);	/* random ones may clash */
}

static void
put_alias(struct built *k, const char *owner, const char *target, uint64_t views)
{
	uint8_t name[DNS_NAME_ROOM];
	size_t n = cell_name(target, name);

	put(k, owner, DNS_CNAME, name, n, views);
}

static void
add_zone(struct built *k, const char *text, uint64_t refused, int route)
{
	const struct dns_zone like = { .serial = 5, .refused = refused, .route = route };
	uint8_t name[DNS_NAME_ROOM], soa[64] = { 1, 'm', 0, 1, 'r', 0 };

	assert_int_equal(dns_zones_add(k->z, name, cell_name(text, name), &like), 0);
	if (route >= 0)
		return;
	dns_put32(soa + 6, 5);
	dns_put32(soa + 22, 60);
	put(k, text, DNS_SOA, soa, 26, UINT64_MAX);
}

static void
finish_zones(struct built *k)
{
	assert_int_equal(dns_zones_close(k->z), 0);
	k->b = malloc(sizeof(*k->b));
	assert_non_null(k->b);
	dns_blob_init(k->b, 1 << 24);
	assert_int_equal(dns_compile(k->b, k->z, NULL), 0);
	k->p = malloc(k->b->len);	/* of exact size, so that a read past it is seen */
	assert_non_null(k->p);
	memcpy(k->p, k->b->p, k->b->len);
	assert_true(dns_table_open(&k->t, k->p, k->b->len) && dns_table_check(&k->t));
}

static void
drop(struct built *k)
{
	dns_blob_free(k->b);
	free(k->b);
	free(k->p);
	dns_zones_free(k->z);
}

/* What the table says, as text. */
static const char *
table_says(const struct built *k, unsigned view, const char *text, uint16_t type)
{
	static uint8_t out[65535 + DNS_REPLY_SLACK];
	static struct dns_snapshot s;
	static struct dns_follow f;
	static char cut[16];
	struct dns_reply to = { .out = out, .limit = 65535, .edns_size = 1232, .ede = DNS_EDE_NONE };
	uint8_t name[DNS_NAME_ROOM], msg[DNS_QUERY_HEAD + DNS_OPT_LEN];
	const struct dns_answer *a;
	struct dns_query q;
	size_t n = cell_name(text, name);

	n = dns_query_write(msg, sizeof(msg), name, n, type, false);
	assert_int_equal(dns_query_read(&q, msg, n), DNS_QUERY_ASK);
	s.table = k->t;
	a = dns_snapshot_find(&s, view, &q.key, type);
	if (a == NULL)
		return "not ours";
	if (a->kind == DNS_ANSWER_CUT) {
		(void)snprintf(cut, sizeof(cut), "route %u", a->aux);
		return cut;
	}
	if (a->kind != DNS_ANSWER_CHASE && a->kind != DNS_ANSWER_DNAME)
		return cell_text(out, dns_reply_finish(&to, &q, a));
	dns_follow(&f, &s, view, &q, a);
	return cell_text(out, dns_reply_follow(&to, &q, &f, NULL, DNS_AGE_NONE));
}

/* --- the model ---------------------------------------------------------------- */

struct says {
	const char *rcode;
	char lines[32][128];
	size_t n;
	const struct dns_zone *soa;
};

static bool
model_exists(const struct dns_zones *z, const uint8_t *name, size_t len, uint64_t view)
{
	const struct dns_zone *zone = dns_zones_enclosing(z, name, len), *below;
	const struct dns_owner *o;
	const struct dns_record *r;

	if (zone->len == len)
		return true;
	/* A zone or a cut below makes the names above it exist. */
	for (below = z->zones; below != NULL; below = below->next)
		if (below->len > len && dns_name_under(below->name, below->len, name, len))
			return true;
	for (o = z->owners; o != NULL; o = o->next)
		if (o->zone == zone && dns_name_under(o->name, o->len, name, len))
			for (r = o->first; r != NULL; r = r->next)
				if ((r->views & view) != 0)
					return true;
	return false;
}

/* The name whose records answer for name: itself, a wildcard, or none. */
static size_t
model_source(const struct dns_zones *z, const uint8_t *name, size_t len, uint64_t view, uint8_t out[DNS_NAME_ROOM])
{
	size_t at = 0;

	memset(out, 0, DNS_NAME_ROOM);
	if (model_exists(z, name, len, view)) {
		memcpy(out, name, len);
		return len;
	}
	do
		at += (size_t)name[at] + 1;
	while (!model_exists(z, name + at, len - at, view));
	out[0] = 1;
	out[1] = '*';
	memcpy(out + 2, name + at, len - at);
	return model_exists(z, out, len - at + 2, view) ? len - at + 2 : 0;
}

static size_t
model_put(const struct dns_zones *z, struct says *s, const uint8_t *source, size_t len,
    const uint8_t *owner, size_t ownerlen, uint16_t type, uint64_t view)
{
	const struct dns_owner *o = dns_zones_owner(z, source, len);
	char text[DNS_NAME_TEXT_MAX], target[DNS_NAME_TEXT_MAX];
	const struct dns_record *r;
	size_t n = 0;

	for (r = o == NULL ? NULL : o->first; r != NULL; r = r->next) {
		if (r->type != type || (r->views & view) == 0)
			continue;
		(void)dns_name_text(owner, ownerlen, text);
		if (type == DNS_CNAME)
			(void)snprintf(s->lines[s->n++], sizeof(s->lines[0]), "%s. 300 CNAME %s.", text,
			    dns_name_text(r->rdata, r->rdlen, target));
		else if (type == DNS_SOA)
			(void)snprintf(s->lines[s->n++], sizeof(s->lines[0]), "%s. 300 SOA m. r. 5 0 0 0 60", text);
		else
			(void)snprintf(s->lines[s->n++], sizeof(s->lines[0]), "%s. 300 A %u.%u.%u.%u", text,
			    r->rdata[0], r->rdata[1], r->rdata[2], r->rdata[3]);
		n++;
	}
	return n;
}

static const struct dns_record *
model_alias(const struct dns_zones *z, const uint8_t *source, size_t len, uint64_t view)
{
	const struct dns_owner *o = dns_zones_owner(z, source, len);
	const struct dns_record *r;

	for (r = o == NULL ? NULL : o->first; r != NULL; r = r->next)
		if (r->type == DNS_CNAME && (r->views & view) != 0)
			return r;
	return NULL;
}

static bool
model_has(const struct dns_zones *z, const uint8_t *source, size_t len, uint64_t view)
{
	const struct dns_owner *o = dns_zones_owner(z, source, len);
	const struct dns_record *r;

	for (r = o == NULL ? NULL : o->first; r != NULL; r = r->next)
		if ((r->views & view) != 0)
			return true;
	return false;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static const char *
model_text(struct says *s)
{
	static char buf[8192];
	char text[DNS_NAME_TEXT_MAX];
	size_t i, len;

	qsort(s->lines, s->n, sizeof(s->lines[0]), by_text);
	len = (size_t)snprintf(buf, sizeof(buf), "%s ", s->rcode);
	for (i = 0; i < s->n; i++)
		len += (size_t)snprintf(buf + len, sizeof(buf) - len, "%s%s", i == 0 ? "" : "; ", s->lines[i]);
	len += (size_t)snprintf(buf + len, sizeof(buf) - len, " |");
	if (s->soa != NULL)
		(void)snprintf(buf + len, sizeof(buf) - len, " %s. 60 SOA m. r. 5 0 0 0 60",
		    dns_name_text(s->soa->name, s->soa->len, text));
	return buf;
}

/* The latest alias of the chain stands there already: a ring. Takes it away. */
static bool
model_repeats(struct says *s)
{
	size_t i;

	for (i = 0; i + 1 < s->n; i++)
		if (strcmp(s->lines[i], s->lines[s->n - 1]) == 0) {
			s->n--;
			return true;
		}
	return false;
}

static const char *
model_says(const struct built *k, unsigned v, const char *text, uint16_t type)
{
	static char cut[16];
	uint64_t view = DNS_VIEW_BIT(v);
	uint8_t name[DNS_NAME_ROOM], source[DNS_NAME_ROOM];
	size_t len = cell_name(text, name), n, hops = 0;
	struct says s = { .rcode = "NOERROR aa" };
	const struct dns_record *alias;
	const struct dns_zone *zone;

	for (;; hops++) {
		zone = dns_zones_enclosing(k->z, name, len);
		if (hops == 0 && zone == NULL)
			return "not ours";
		if (hops == 0 && (zone->refused & view) != 0)
			return "REFUSED  |";
		if (hops == 0 && zone->route >= 0) {
			(void)snprintf(cut, sizeof(cut), "route %d", zone->route);
			return cut;
		}
		if (hops == 13 || (hops > 0 && model_repeats(&s)))
			return model_text(&s);
		if (zone == NULL || zone->route >= 0 || (zone->refused & view) != 0)
			return model_text(&s);
		n = model_source(k->z, name, len, view, source);
		if (n == 0) {
			s.rcode = "NXDOMAIN aa";
			s.soa = zone;
			return model_text(&s);
		}
		if (hops == 0 && type == DNS_ANY && model_has(k->z, source, n, view)) {
			char t[DNS_NAME_TEXT_MAX];

			(void)snprintf(s.lines[s.n++], sizeof(s.lines[0]), "%s. 3600 HINFO \"RFC8482\" \"\"",
			    dns_name_text(name, len, t));
			return model_text(&s);
		}
		alias = model_alias(k->z, source, n, view);
		if (alias == NULL || type == DNS_CNAME)
			break;
		(void)model_put(k->z, &s, source, n, name, len, DNS_CNAME, view);
		memset(name, 0, sizeof(name));
		memcpy(name, alias->rdata, alias->rdlen);
		len = alias->rdlen;
	}
	if (model_put(k->z, &s, source, n, name, len, type, view) == 0)
		s.soa = zone;
	return model_text(&s);
}

/* --- the property --------------------------------------------------------------- */

static uint64_t seed = 42;

static unsigned
pick(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

/* A few labels over a tiny alphabet, so that names meet. */
static const char *
random_name(char buf[64], bool question)
{
	static const char *const labels[] = { "a", "b", "c", "*" };
	static const char *const ends[] = { "own.test", "sub.own.test", "in.cell", "cut.own.test", "other.org" };
	size_t len = 0;
	unsigned i, n = pick(4);

	for (i = 0; i < n; i++)
		len += (size_t)snprintf(buf + len, 64 - len, "%s.", labels[i == 0 || question ? pick(4) : pick(3)]);
	(void)snprintf(buf + len, 64 - len, "%s", ends[pick(5)]);
	return buf;
}

static void
random_zones(struct built *k)
{
	char owner[64], target[64];
	uint8_t a[4] = { 10, 0, 0, 0 };
	unsigned i, n = pick(20);

	begin_zones(k);
	add_zone(k, "own.test", 0, -1);
	if (pick(2) == 0)
		add_zone(k, "a.sub.own.test", 0, -1);
	add_zone(k, "in.cell", DNS_VIEW_BIT(1), -1);
	add_zone(k, "b.cut.own.test", 0, 1);
	for (i = 0; i < n; i++) {
		uint64_t views = 1 + pick(7);

		a[3] = (uint8_t)pick(4);
		(void)random_name(owner, false);
		if (pick(3) == 0)
			put_alias(k, owner, random_name(target, false), views);
		else
			put(k, owner, DNS_A, a, sizeof(a), views);
	}
	finish_zones(k);
}

static void
test_model(void **state)
{
	static const uint16_t types[] = { DNS_A, DNS_A, DNS_AAAA, DNS_CNAME, DNS_SOA, DNS_ANY };
	unsigned i, j;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		struct built k;

		random_zones(&k);
		for (j = 0; j < QUESTIONS; j++) {
			uint16_t type = types[pick(6)];
			unsigned view = pick(VIEWS);
			char name[64], want[8192];

			(void)random_name(name, true);
			(void)snprintf(want, sizeof(want), "%s", model_says(&k, view, name, type));
			if (strcmp(table_says(&k, view, name, type), want) != 0)
				print_error("round %u: %s type %u view %u\n", i, name, type, view);
			assert_string_equal(table_says(&k, view, name, type), want);
		}
		drop(&k);
	}
}

/* --- what the model cannot say ---------------------------------------------------- */

static const struct dns_answer *
find(const struct built *k, unsigned view, const char *text, uint16_t type)
{
	uint8_t raw[DNS_NAME_ROOM], name[DNS_NAME_ROOM];
	struct dns_key key = { .name = name };
	unsigned labels;

	key.len = (uint8_t)cell_name(text, raw);
	assert_int_equal(dns_name_scan(raw, key.len, &labels), key.len);
	key.labels = (uint8_t)labels;
	key.hash = dns_name_lower(name, raw, key.len);
	return dns_table_find(&k->t, view, &key, type);
}

/* An alias that leaves our zones is marked, its target in full. */
static void
test_chase(void **state)
{
	const struct dns_answer *a;
	struct built k;

	(void)state;
	begin_zones(&k);
	add_zone(&k, "own.test", 0, -1);
	add_zone(&k, "corp.test", 0, 2);
	put_alias(&k, "x.own.test", "y.own.test", UINT64_MAX);
	put_alias(&k, "y.own.test", "www.example.org", UINT64_MAX);
	put_alias(&k, "*.w.own.test", "srv.corp.test", UINT64_MAX);
	finish_zones(&k);
	a = find(&k, 0, "x.own.test", DNS_A);
	assert_int_equal(a->kind, DNS_ANSWER_CHASE);
	assert_memory_equal(dns_answer_body(a) + a->aux, "\3www\7example\3org", 17);
	assert_int_equal(find(&k, 0, "any.w.own.test", DNS_A)->kind, DNS_ANSWER_CHASE);
	assert_int_equal(find(&k, 0, "x.own.test", DNS_CNAME)->kind, DNS_ANSWER_FINAL);
	assert_int_equal(find(&k, 2, "x.own.test", DNS_A)->kind, DNS_ANSWER_CHASE);
	assert_string_equal(table_says(&k, 2, "x.own.test", DNS_A),
	    "NOERROR aa x.own.test. 300 CNAME y.own.test.; y.own.test. 300 CNAME www.example.org. |");
	drop(&k);
}

/* Aliases in a circle end (DNL-6); twelve in a row are followed. */
static void
test_chain(void **state)
{
	uint8_t addr[4] = { 1, 2, 3, 4 };
	char from[32], to[32];
	struct built k;
	int i;

	(void)state;
	begin_zones(&k);
	add_zone(&k, "own.test", 0, -1);
	put_alias(&k, "p.own.test", "q.own.test", UINT64_MAX);
	put_alias(&k, "q.own.test", "p.own.test", UINT64_MAX);
	put_alias(&k, "self.own.test", "self.own.test", UINT64_MAX);
	for (i = 0; i < 13; i++) {
		(void)snprintf(from, sizeof(from), "n%d.own.test", i);
		(void)snprintf(to, sizeof(to), "n%d.own.test", i + 1);
		put_alias(&k, from, to, UINT64_MAX);
	}
	put(&k, "n13.own.test", DNS_A, addr, 4, UINT64_MAX);
	finish_zones(&k);
	assert_string_equal(table_says(&k, 0, "p.own.test", DNS_A),
	    "NOERROR aa p.own.test. 300 CNAME q.own.test.; q.own.test. 300 CNAME p.own.test. |");
	assert_string_equal(table_says(&k, 0, "self.own.test", DNS_A), "NOERROR aa self.own.test. 300 CNAME self.own.test. |");
	assert_non_null(strstr(table_says(&k, 0, "n0.own.test", DNS_A), "n11.own.test. 300 CNAME n12.own.test."));
	assert_null(strstr(table_says(&k, 0, "n0.own.test", DNS_A), "n12.own.test. 300 CNAME n13.own.test."));
	assert_non_null(strstr(table_says(&k, 0, "n1.own.test", DNS_A), "n13.own.test. 300 A 1.2.3.4"));
	drop(&k);
}

/* The TTL of a set is that of its shortest record; no name is too long. */
static void
test_sets(void **state)
{
	const struct dns_record r = { .type = DNS_A, .ttl = 20, .views = 1, .rdlen = 4, .rdata = (const uint8_t *)"\4\3\2\1" };
	uint8_t name[DNS_NAME_ROOM], addr[4] = { 1, 2, 3, 4 };
	char longest[256];
	struct built k;
	size_t i;

	(void)state;
	for (i = 0; i < 122; i++) {
		longest[2 * i] = 'x';
		longest[2 * i + 1] = '.';
	}
	(void)snprintf(longest + 244, sizeof(longest) - 244, "own.test");
	begin_zones(&k);
	add_zone(&k, "own.test", 0, -1);
	put(&k, "s.own.test", DNS_A, addr, 4, 1);
	assert_int_equal(dns_zones_put(k.z, name, cell_name("s.own.test", name), &r), 0);
	put(&k, longest, DNS_A, addr, 4, 1);
	finish_zones(&k);
	assert_string_equal(table_says(&k, 0, "s.own.test", DNS_A),
	    "NOERROR aa s.own.test. 20 A 1.2.3.4; s.own.test. 20 A 4.3.2.1 |");
	assert_int_equal(cell_name(longest, name), 254);
	assert_non_null(strstr(table_says(&k, 0, longest, DNS_A), "A 1.2.3.4"));
	assert_string_equal(table_says(&k, 0, longest + 2, DNS_A), "NOERROR aa  | own.test. 60 SOA m. r. 5 0 0 0 60");
	drop(&k);
}

/* A set that no message can hold is refused, not cut. */
static void
test_too_large(void **state)
{
	struct dns_blob *b = malloc(sizeof(*b));
	uint8_t data[20000] = { 0 };
	struct built k;
	int i;

	(void)state;
	assert_non_null(b);
	begin_zones(&k);
	add_zone(&k, "own.test", 0, -1);
	for (i = 0; i < 4; i++) {
		data[0] = (uint8_t)i;
		put(&k, "big.own.test", DNS_TXT, data, sizeof(data), 1);
	}
	assert_int_equal(dns_zones_close(k.z), 0);
	dns_blob_init(b, 1 << 24);
	assert_int_equal(dns_compile(b, k.z, NULL), -EMSGSIZE);
	dns_blob_free(b);
	dns_blob_init(b, 512);
	assert_int_equal(dns_compile(b, k.z, NULL), -EFBIG);
	dns_blob_free(b);
	free(b);
	dns_zones_free(k.z);
}

/* Wherever the room ends, that is said. Of a guarded name whose zone is refused the zone's own answers are the last to come. */
static void
test_no_room(void **state)
{
	struct dns_blob *b = malloc(sizeof(*b));
	uint8_t name[DNS_NAME_ROOM];
	struct built k;
	size_t n, max;
	int error = -EFBIG;

	(void)state;
	assert_non_null(b);
	begin_zones(&k);
	add_zone(&k, "own.test", UINT64_MAX, -1);
	put(&k, "tv.own.test", DNS_A, "\12\0\0\1", 4, UINT64_MAX);
	assert_int_equal(dns_zones_close(k.z), 0);
	n = cell_name("tv.own.test", name);
	dns_zones_owner(k.z, name, n)->guard = 1;
	for (max = 8; error < 0; max += 8) {
		assert_int_equal(error, -EFBIG);
		dns_blob_init(b, max);
		error = dns_compile(b, k.z, NULL);
		dns_blob_free(b);
	}
	assert_true(max > 1024);
	free(b);
	dns_zones_free(k.z);
}

/* Who serves believes a table: one that does not check out never gets there (DNS-21). */
static void
test_checked(void **state)
{
	struct dns_blob *b = malloc(sizeof(*b));
	struct built k;

	(void)state;
	assert_non_null(b);
	begin_zones(&k);
	add_zone(&k, "own.test", 0, -1);
	assert_int_equal(dns_zones_close(k.z), 0);
	k.z->views[0].zone = 0;		/* there is no such zone */
	dns_blob_init(b, 1 << 24);
	assert_int_equal(dns_compile(b, k.z, NULL), -EINVAL);
	dns_blob_free(b);
	free(b);
	dns_zones_free(k.z);
}

/* Answers that are equal are stored once: many views cost little. */
static void
test_compact(void **state)
{
	size_t lens[2], i, v;
	char name[32];

	(void)state;
	for (v = 0; v < 2; v++) {
		struct built k;

		begin_zones(&k);
		k.z->nviews = v == 0 ? 1 : 16;
		for (i = 0; i < 16; i++)
			k.z->views[i].zone = CONF_ZONE_LAN;
		add_zone(&k, "own.test", 0, -1);
		for (i = 0; i < 1000; i++) {
			uint8_t a[4] = { 10, 0, (uint8_t)(i / 256), (uint8_t)i };

			(void)snprintf(name, sizeof(name), "n%zu.own.test", i);
			put(&k, name, DNS_A, a, 4, UINT64_MAX);
		}
		finish_zones(&k);
		lens[v] = k.b->len;
		drop(&k);
	}
	assert_true(lens[1] < lens[0] + lens[0] / 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model), cmocka_unit_test(test_chase), cmocka_unit_test(test_chain),
		cmocka_unit_test(test_sets), cmocka_unit_test(test_too_large), cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_checked),
		cmocka_unit_test(test_compact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
