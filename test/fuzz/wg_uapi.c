/* Requests of the configuration protocol: answered with a number, and one that is refused has changed nothing. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wg/device.h"
#include "wg/uapi.h"

static void
draw(void *arg, void *out, size_t n)
{
	(void)arg;
	memset(out, 7, n);
}

static void
stamp(void *arg, uint8_t out[WG_STAMP])
{
	(void)arg;
	memset(out, 1, WG_STAMP);
}

static void
on_send(void *arg, const struct wg_path *path, const uint8_t *p, size_t n)
{
	(void)arg;
	(void)p;
	assert(path->to.port != 0 && n > 0);
}

static void
on_peer(void *arg, struct wg_peer *p)
{
	(void)arg;
	(void)p;
}

static int
set_port(struct wg_uapi *u, uint16_t port)
{
	u->port = port;
	return 0;
}

static int
set_mark(struct wg_uapi *u, uint32_t mark)
{
	u->mark = mark;
	return 0;
}

/* malloc'd */
static char *
answer(struct wg_uapi *u, const char *p, size_t n)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert(out != NULL);
	wg_uapi_answer(u, p, n, out);
	assert(fclose(out) == 0 && len >= 9 && strcmp(text + len - 2, "\n\n") == 0);
	return text;
}

static char *
now(struct wg_uapi *u)
{
	return answer(u, "get=1\n\n", 7);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct wg_device_ops ops = { draw, stamp, on_send, on_peer, on_peer, NULL };
	struct wg_uapi u = { .device = wg_device_new(&ops), .set_port = set_port, .set_mark = set_mark, .now_ms = 5000 };
	const char *p = (const char *)data;
	char *before, *said, *after;
	size_t n;

	assert(u.device != NULL);
	for (; (n = wg_uapi_whole(p, size)) > 0; p += n, size -= n) {
		before = now(&u);
		said = answer(&u, p, n);
		after = now(&u);
		assert(strncmp(said, "errno=", 6) != 0 || strcmp(said, "errno=0\n\n") == 0 || strcmp(before, after) == 0);
		free(before);
		free(said);
		free(after);
	}
	wg_device_free(u.device);
	return 0;
}
