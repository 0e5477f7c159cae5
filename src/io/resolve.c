/* A host name's addresses; see resolve.h. */
#include "io/resolve.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/rd.h"
#include "base/str.h"
#include "base/wr.h"
#include "io/wait.h"
#include "sys/clk.h"

enum {
	HEADER = 12, TYPE_A = 1, TYPE_AAAA = 28, CLASS_IN = 1, FLAG_QR = 0x8000, FLAG_RD = 0x0100, RCODE = 0x0f,
	NXDOMAIN = 3, POINTER = 0xc0, LABEL_MAX = 63, NAME_MAX_ = 253, MESSAGE_MAX = 4096, TRY_MS = 3000, TRIES = 3
};

size_t
io_resolve_query(uint8_t out[IO_RESOLVE_QUERY_MAX], uint16_t id, const char *name, uint16_t type)
{
	const uint8_t head[HEADER] = { (uint8_t)(id >> 8), (uint8_t)id, FLAG_RD >> 8, 0, 0, 1 };
	const uint8_t tail[4] = { (uint8_t)(type >> 8), (uint8_t)type, 0, CLASS_IN };
	struct str rest = str_of(name), label;
	struct wr w;

	if (rest.n == 0 || rest.n > NAME_MAX_)
		return 0;
	wr_init(&w, out, IO_RESOLVE_QUERY_MAX);
	wr_bytes(&w, head, sizeof(head));
	while (str_cut(&rest, '.', &label)) {
		if (label.n == 0 || label.n > LABEL_MAX)
			return 0;
		wr_u8(&w, (uint8_t)label.n);
		wr_bytes(&w, label.p, label.n);
	}
	wr_u8(&w, 0);
	wr_bytes(&w, tail, sizeof(tail));
	return wr_ok(&w) ? wr_len(&w) : 0;
}

/* Names in an answer are stepped over, not read: what we asked is what we get. */
static void
skip_name(struct rd *r)
{
	uint8_t n;

	while (rd_ok(r) && (n = rd_u8(r)) != 0) {
		if (n >= POINTER) {
			rd_skip(r, 1);
			return;
		}
		rd_skip(r, n);
	}
}

static bool
record_read(struct rd *r, uint16_t type, struct addr *out)
{
	uint16_t got, class, len;
	const uint8_t *p;

	skip_name(r);
	got = rd_be16(r);
	class = rd_be16(r);
	rd_skip(r, 4);
	len = rd_be16(r);
	p = rd_bytes(r, len);
	memset(out, 0, sizeof(*out));
	if (!rd_ok(r) || got != type || class != CLASS_IN || len != (type == TYPE_A ? 4 : 16))
		return false;
	out->len = (uint8_t)len;
	memcpy(out->b, p, len);
	return true;
}

int
io_resolve_answer(const uint8_t *q, size_t n, const uint8_t *p, size_t len, struct addr *out, size_t max)
{
	uint16_t type, flags, records;
	size_t found = 0;
	struct rd r;

	if (len < n || n < HEADER + 5 || memcmp(p, q, 2) != 0 || memcmp(p + HEADER, q + HEADER, n - HEADER) != 0)
		return -EBADMSG;
	type = (uint16_t)(q[n - 4] << 8 | q[n - 3]);
	rd_init(&r, p, len);
	rd_skip(&r, 2);
	flags = rd_be16(&r);
	rd_skip(&r, 2);
	records = rd_be16(&r);
	if ((flags & FLAG_QR) == 0)
		return -EBADMSG;
	if ((flags & RCODE) != 0)
		return (flags & RCODE) == NXDOMAIN ? -ENOENT : -EAGAIN;
	rd_seek(&r, n);
	for (; records > 0 && rd_ok(&r) && found < max; records--)
		found += record_read(&r, type, &out[found]);
	return (int)found;
}

/* Until the right answer is here: others may come, too. */
static int
wait_answer(int fd, const uint8_t *q, size_t n, struct addr *out, size_t max, uint64_t until)
{
	uint8_t msg[MESSAGE_MAX];
	ssize_t got;
	int r;

	while ((r = io_wait(fd, POLLIN, until)) == 0) {
		got = recv(fd, msg, sizeof(msg), 0);
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		r = got < 0 ? -EBADMSG : io_resolve_answer(q, n, msg, (size_t)got, out, max);
		if (r != -EBADMSG)
			return r;
	}
	return r;
}

static int
ask(int fd, const char *name, uint16_t type, struct addr *out, size_t max, uint64_t deadline_ms)
{
	uint8_t q[IO_RESOLVE_QUERY_MAX];
	uint64_t until;
	uint16_t id = 0;
	size_t n;
	int i, r = -ETIMEDOUT;

	for (i = 0; i < TRIES && r == -ETIMEDOUT; i++) {
		if (getrandom(&id, sizeof(id), 0) != sizeof(id))
			return -EIO;
		n = io_resolve_query(q, id, name, type);
		if (n == 0)
			return -EINVAL;
		if (send(fd, q, n, 0) < 0)
			return -errno;
		until = clk_system.mono_ms(&clk_system) + TRY_MS;
		r = wait_answer(fd, q, n, out, max, until < deadline_ms ? until : deadline_ms);
	}
	return r;
}

int
io_resolve(const struct addr_port *server, const char *name, struct addr *out, size_t max, uint64_t deadline_ms)
{
	struct sockaddr_storage ss;
	socklen_t n = (socklen_t)addr_to_sockaddr(server, &ss);
	int fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), r, six;

	if (fd < 0)
		return -errno;
	r = connect(fd, (struct sockaddr *)&ss, n) < 0 ? -errno : ask(fd, name, TYPE_A, out, max, deadline_ms);
	if (r >= 0 && (size_t)r < max) {
		six = ask(fd, name, TYPE_AAAA, out + r, max - (size_t)r, deadline_ms);
		r = six > 0 ? r + six : r;
	}
	(void)close(fd);	/* nothing more is expected */
	return r == 0 ? -ENOENT : r;
}
