/* Frames of any bytes and sizes on a channel: those before the first bad one
 * arrive unchanged, then the channel ends (PRC-5). Each frame is a length in two bytes and its content. */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/rd.h"
#include "io/channel.h"
#include "io/later.h"
#include "io/loop.h"

enum { FRAMES = 20, FRAME_MAX = 2 * IO_CHANNEL_MAX };

struct run {
	struct io_loop *loop;
	const uint8_t *frames[FRAMES];
	size_t sizes[FRAMES], n, seen;
	int over;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
on_msg(void *arg, struct io_channel_msg *m, int error)
{
	struct run *r = arg;
	const uint8_t *p;

	if (m == NULL) {
		assert(!r->over);
		r->over = 1;
		assert(error == 0 || error == -EPROTO);
		io_loop_stop(r->loop);
		return;
	}
	assert(r->seen < r->n && m->nfds == 0);
	p = r->frames[r->seen];
	assert(m->n + 2 == r->sizes[r->seen] && m->type == (p[0] << 8 | p[1]));
	assert(memcmp(m->p, p + 2, m->n) == 0);
	r->seen++;
}

static void
send_frames(struct run *r, int fd, const uint8_t *data, size_t len)
{
	struct rd in;

	rd_init(&in, data, len);
	while (r->n < FRAMES && rd_left(&in) > 2) {
		size_t n = rd_be16(&in) % FRAME_MAX;

		n = n < rd_left(&in) ? n : rd_left(&in);
		r->frames[r->n] = rd_bytes(&in, n);
		r->sizes[r->n] = n;
		if (n == 0 || send(fd, r->frames[r->n], n, MSG_NOSIGNAL) < 0)
			break;
		r->n++;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct run r = { 0 };
	struct io_channel *c;
	size_t good = 0;
	int fds[2];

	r.loop = io_loop_new();
	if (io_channel_pair(fds) < 0)
		abort();
	c = io_channel_new(r.loop, fds[0], on_msg, &r);
	send_frames(&r, fds[1], data, len);
	close(fds[1]);
	io_loop_run(r.loop);
	while (good < r.n && r.sizes[good] >= 2 && r.sizes[good] <= 2 + IO_CHANNEL_MAX)
		good++;
	assert(r.over && r.seen == good);
	io_channel_free(c);
	io_loop_free(r.loop);
	return 0;
}
