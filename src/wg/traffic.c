/* Counters of peers over time; see traffic.h.
 *
 *	file:	magic, then slots of SLOT octets
 *	slot:	head (name, time of creation, totals, a sum over it), a ring of hours, a ring of days
 *	point:	number of the hour or day since 1970 (3 octets), a sum over the rest (1), received (6), sent (6) */
#include "wg/traffic.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/map.h"
#include "base/rd.h"
#include "base/wr.h"

#define MAGIC "PICTRAF1"

enum {
	MAGIC_SIZE = 8, FIRST = 4096,		/* where slots begin */
	HEAD = 160, SUM = 4, POINT = 16, POINT_AT = 256,
	SLOT = POINT_AT + POINT * (WG_TRAFFIC_HOURS + WG_TRAFFIC_DAYS),
	HOUR_S = 3600, DAY_S = 86400,
	STAMP_MAX = 0xffffff
};

#define COUNT_MAX UINT64_C(0xffffffffffff)

struct wg_traffic {
	int fd;
	size_t slots;				/* in the file */
	struct map *by_id;			/* slot number + 1 */
	uint8_t *used;				/* by slot */
};

/* --- octets ------------------------------------------------------------------------------ */

static uint32_t
sum_of(const uint8_t *p, size_t n)
{
	uint32_t sum = 2166136261U;	/* FNV-1a: against what was torn, not against people */
	size_t i;

	for (i = 0; i < n; i++)
		sum = (sum ^ p[i]) * 16777619U;
	return sum;
}

static void
head_write(uint8_t buf[HEAD], const struct wg_traffic_id *id, const struct wg_traffic_total *x)
{
	struct wr w;

	memset(buf, 0, HEAD);
	wr_init(&w, buf, HEAD - SUM);
	wr_bytes(&w, id->name, WG_TRAFFIC_NAME);
	wr_be64(&w, (uint64_t)id->created_at);
	wr_be64(&w, x->rx);
	wr_be64(&w, x->tx);
	wr_be64(&w, (uint64_t)x->handshake_at);
	wr_u8(&w, x->endpoint.addr.len);
	wr_bytes(&w, x->endpoint.addr.b, sizeof(x->endpoint.addr.b));
	wr_be16(&w, x->endpoint.port);
	wr_init(&w, buf + HEAD - SUM, SUM);
	wr_be32(&w, sum_of(buf, HEAD - SUM));
}

static bool
head_read(const uint8_t buf[HEAD], struct wg_traffic_id *id, struct wg_traffic_total *x)
{
	struct rd r;

	memset(id, 0, sizeof(*id));
	memset(x, 0, sizeof(*x));
	rd_init(&r, buf, HEAD);
	rd_copy(&r, id->name, WG_TRAFFIC_NAME);
	id->created_at = (int64_t)rd_be64(&r);
	x->rx = rd_be64(&r);
	x->tx = rd_be64(&r);
	x->handshake_at = (int64_t)rd_be64(&r);
	x->endpoint.addr.len = rd_u8(&r);
	rd_copy(&r, x->endpoint.addr.b, sizeof(x->endpoint.addr.b));
	x->endpoint.port = rd_be16(&r);
	rd_init(&r, buf + HEAD - SUM, SUM);
	return rd_be32(&r) == sum_of(buf, HEAD - SUM) && id->name[0] != '\0' && id->name[WG_TRAFFIC_NAME - 1] == '\0' &&
	    (x->endpoint.addr.len == 0 || x->endpoint.addr.len == 4 || x->endpoint.addr.len == 16);
}

static void
put_count(struct wr *w, uint64_t v)
{
	v = v > COUNT_MAX ? COUNT_MAX : v;
	wr_be16(w, (uint16_t)(v >> 32));
	wr_be32(w, (uint32_t)v);
}

static uint64_t
get_count(struct rd *r)
{
	const uint64_t high = rd_be16(r);

	return high << 32 | rd_be32(r);
}

struct point { uint32_t stamp; uint64_t rx, tx; };

static void
point_write(uint8_t buf[POINT], const struct point *p)
{
	struct wr w;

	wr_init(&w, buf, POINT);
	wr_be32(&w, p->stamp << 8);
	put_count(&w, p->rx);
	put_count(&w, p->tx);
	buf[3] = (uint8_t)sum_of(buf, POINT);
}

/* One that is torn, or that of an earlier round, is empty. */
static struct point
point_read(const uint8_t buf[POINT], uint32_t stamp)
{
	struct point p = { stamp, 0, 0 };
	uint8_t copy[POINT];
	struct rd r;

	memcpy(copy, buf, POINT);
	copy[3] = 0;
	rd_init(&r, copy, POINT);
	if (rd_be32(&r) >> 8 != stamp || buf[3] != (uint8_t)sum_of(copy, POINT))
		return p;
	p.rx = get_count(&r);
	p.tx = get_count(&r);
	return p;
}

/* --- places ---------------------------------------------------------------------------------- */

struct ring { size_t first; uint32_t size, seconds; };

static const struct ring hours = { 0, WG_TRAFFIC_HOURS, HOUR_S };
static const struct ring days = { WG_TRAFFIC_HOURS, WG_TRAFFIC_DAYS, DAY_S };

static off_t
slot_at(size_t slot)
{
	return (off_t)(FIRST + slot * SLOT);
}

static off_t
point_at(size_t slot, const struct ring *r, uint32_t stamp)
{
	return slot_at(slot) + (off_t)(POINT_AT + POINT * (r->first + stamp % r->size));
}

static uint32_t
stamp_of(const struct ring *r, int64_t at)
{
	const int64_t n = at < 0 ? 0 : at / r->seconds;

	return n > STAMP_MAX ? STAMP_MAX : (uint32_t)n;
}

/* -1: it has none. */
static ssize_t
slot_of(const struct wg_traffic *t, const struct wg_traffic_id *id)
{
	const uintptr_t n = (uintptr_t)map_get(t->by_id, id, sizeof(*id));

	return (ssize_t)n - 1;
}

static bool
read_at(const struct wg_traffic *t, off_t at, uint8_t *buf, size_t n)
{
	return pread(t->fd, buf, n, at) == (ssize_t)n;
}

static int
write_at(struct wg_traffic *t, off_t at, const uint8_t *buf, size_t n)
{
	const ssize_t done = pwrite(t->fd, buf, n, at);

	return done == (ssize_t)n ? 0 : done < 0 ? -errno : -ENOSPC;
}

/* --- slots -------------------------------------------------------------------------------------- */

static int
name_slot(struct wg_traffic *t, size_t slot, const struct wg_traffic_id *id)
{
	const int rc = map_put(t->by_id, id, sizeof(*id), (void *)(uintptr_t)(slot + 1), NULL);

	t->used[slot] = rc == 0;
	return rc;
}

/* What the slot had before is no part of it. */
static int
take_slot(struct wg_traffic *t, const struct wg_traffic_id *id, size_t *slot)
{
	static const uint8_t empty[SLOT];
	int rc;

	for (*slot = 0; *slot < t->slots && t->used[*slot]; (*slot)++)
		;
	if (*slot == WG_TRAFFIC_SLOTS_MAX)
		return -ENOSPC;
	rc = write_at(t, slot_at(*slot), empty, SLOT);
	if (rc == 0)
		rc = name_slot(t, *slot, id);
	if (rc == 0 && *slot == t->slots)
		t->slots++;
	return rc;
}

static int
add_point(struct wg_traffic *t, size_t slot, const struct ring *r, const struct wg_traffic_more *more)
{
	const uint32_t stamp = stamp_of(r, more->now);
	const off_t at = point_at(slot, r, stamp);
	uint8_t buf[POINT];
	struct point p;

	if (!read_at(t, at, buf, POINT))
		return -EIO;
	p = point_read(buf, stamp);
	p.rx += more->rx;
	p.tx += more->tx;
	point_write(buf, &p);
	return write_at(t, at, buf, POINT);
}

int
wg_traffic_add(struct wg_traffic *t, const struct wg_traffic_id *id, const struct wg_traffic_more *more,
    const struct wg_traffic_total *total)
{
	const ssize_t known = slot_of(t, id);
	size_t slot = (size_t)known;
	uint8_t buf[HEAD];
	int rc = known < 0 ? take_slot(t, id, &slot) : 0;

	if (rc < 0)
		return rc;
	head_write(buf, id, total);
	rc = write_at(t, slot_at(slot), buf, HEAD);
	if (rc == 0 && (more->rx != 0 || more->tx != 0)) {
		rc = add_point(t, slot, &hours, more);
		if (rc == 0)
			rc = add_point(t, slot, &days, more);
	}
	return rc;
}

bool
wg_traffic_get(const struct wg_traffic *t, const struct wg_traffic_id *id, struct wg_traffic_total *out)
{
	const ssize_t slot = slot_of(t, id);
	struct wg_traffic_id is;
	uint8_t buf[HEAD];

	memset(out, 0, sizeof(*out));
	return slot >= 0 && read_at(t, slot_at((size_t)slot), buf, HEAD) && head_read(buf, &is, out);
}

static void
points(const struct wg_traffic *t, const struct wg_traffic_id *id, const struct ring *r, int64_t now,
    struct wg_traffic_point *out, size_t n)
{
	const ssize_t slot = slot_of(t, id);
	const uint32_t last = stamp_of(r, now);
	uint8_t buf[POINT];
	size_t i;

	for (i = 0; i < n; i++) {
		const uint32_t stamp = last + 1 - (uint32_t)(n - i);
		struct point p = { stamp, 0, 0 };

		if (slot >= 0 && read_at(t, point_at((size_t)slot, r, stamp), buf, POINT))
			p = point_read(buf, stamp);
		out[i] = (struct wg_traffic_point){ (int64_t)stamp * r->seconds, p.rx, p.tx };
	}
}

void
wg_traffic_hours(const struct wg_traffic *t, const struct wg_traffic_id *id, int64_t now, size_t n,
    struct wg_traffic_point *out)
{
	points(t, id, &hours, now, out, n);
}

void
wg_traffic_days(const struct wg_traffic *t, const struct wg_traffic_id *id, int64_t now, size_t n,
    struct wg_traffic_point *out)
{
	points(t, id, &days, now, out, n);
}

void
wg_traffic_forget(struct wg_traffic *t, const struct wg_traffic_id *id)
{
	static const uint8_t empty[HEAD];
	const void *value = map_get(t->by_id, id, sizeof(*id));
	size_t slot;

	if (value == NULL)
		return;
	slot = (uintptr_t)value - 1;
	(void)write_at(t, slot_at(slot), empty, HEAD);	/* at worst it is found again, and swept again */
	(void)map_del(t->by_id, id, sizeof(*id));	/* it is there */
	t->used[slot] = 0;
}

void
wg_traffic_sweep(struct wg_traffic *t, bool (*keep)(void *arg, const struct wg_traffic_id *id), void *arg)
{
	struct wg_traffic_id id;
	const void *key;
	void *value;
	size_t it = 0, n;

	while (map_next(t->by_id, &it, &key, &n, &value)) {
		memcpy(&id, key, sizeof(id));
		if (!keep(arg, &id))
			wg_traffic_forget(t, &id);
	}
}

/* --- life ------------------------------------------------------------------------------------------ */

/* Heads that cannot be read are free. Of two with one name the first is it. */
static int
load(struct wg_traffic *t)
{
	struct wg_traffic_total total;
	struct wg_traffic_id id;
	uint8_t buf[HEAD];
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < t->slots; i++)
		if (read_at(t, slot_at(i), buf, HEAD) && head_read(buf, &id, &total) && slot_of(t, &id) < 0)
			rc = name_slot(t, i, &id);
	return rc;
}

static int
begin(struct wg_traffic *t, bool *fresh)
{
	uint8_t magic[MAGIC_SIZE];
	struct stat st;
	size_t size;

	if (fstat(t->fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -EINVAL;
	*fresh = st.st_size > 0 && !(read_at(t, 0, magic, MAGIC_SIZE) && memcmp(magic, MAGIC, MAGIC_SIZE) == 0);
	if (*fresh && ftruncate(t->fd, 0) < 0)
		return -errno;
	size = *fresh || st.st_size < FIRST ? 0 : (size_t)(st.st_size - FIRST);
	t->slots = size / SLOT > WG_TRAFFIC_SLOTS_MAX ? WG_TRAFFIC_SLOTS_MAX : size / SLOT;
	return write_at(t, 0, (const uint8_t *)MAGIC, MAGIC_SIZE);
}

int
wg_traffic_open(struct wg_traffic **out, int dirfd, const char *name, bool *fresh, struct err *e)
{
	struct wg_traffic *t = calloc(1, sizeof(*t));
	int rc = -ENOMEM;

	*fresh = false;
	if (t == NULL)
		return err_sys(e, rc, "open the history of traffic");
	t->by_id = map_new(WG_TRAFFIC_SLOTS_MAX);
	t->used = calloc(WG_TRAFFIC_SLOTS_MAX + 1, 1);
	t->fd = openat(dirfd, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (t->fd < 0)
		rc = -errno;
	else if (t->by_id != NULL && t->used != NULL)
		rc = begin(t, fresh);
	if (rc == 0)
		rc = load(t);
	if (rc == 0) {
		*out = t;
		return 0;
	}
	wg_traffic_close(t);
	return err_sys(e, rc, "open the history of traffic");
}

void
wg_traffic_close(struct wg_traffic *t)
{
	if (t == NULL)
		return;
	if (t->fd >= 0)
		(void)close(t->fd);	/* history: not worth waiting for the disk */
	map_free(t->by_id);
	free(t->used);
	free(t);
}
