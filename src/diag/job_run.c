/* Diagnosis in a child: ask every configured upstream one real question. */
#include "diag/job_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/rd.h"
#include "base/str.h"
#include "base/wr.h"
#include "conf/conf.h"
#include "diag/check.h"
#include "io/tls_call.h"
#include "io/tls_client.h"
#include "sys/clk.h"

enum { QUERY_MAX = 32, ANSWER_MAX = 2048, TRIES = 2, WAIT_MS = 2500, HEADER = 12 };
enum { FLAG_RD = 0x0100, FLAG_QR = 0x8000, RCODE = 0x000f, TYPE_NS = 2, CLASS_IN = 1 };

struct upstream {
	struct addr_port at;
	enum conf_transport transport;
	const char *tls_name;		/* NULL unless dot */
};

struct question {
	uint16_t id;
	uint8_t wire[QUERY_MAX];
	size_t n;
};

/* ". IN NS": every resolver has it at hand. */
static void
question_make(struct question *q)
{
	struct wr w;

	if (getrandom(&q->id, sizeof(q->id), 0) != sizeof(q->id))
		q->id = (uint16_t)time(NULL);	/* tells answers apart; the socket is connected */
	wr_init(&w, q->wire, sizeof(q->wire));
	wr_be16(&w, q->id);
	wr_be16(&w, FLAG_RD);
	wr_be16(&w, 1);
	wr_be16(&w, 0);
	wr_be16(&w, 0);
	wr_be16(&w, 0);
	wr_u8(&w, 0);
	wr_be16(&w, TYPE_NS);
	wr_be16(&w, CLASS_IN);
	q->n = wr_len(&w);
}

/* The answer's RCODE, or -1 when it is no answer to q. */
static int
answer_read(const struct question *q, const uint8_t *p, size_t n)
{
	struct rd r;
	uint16_t id, flags;

	rd_init(&r, p, n);
	id = rd_be16(&r);
	flags = rd_be16(&r);
	rd_skip(&r, HEADER - 4);
	return rd_ok(&r) && id == q->id && (flags & FLAG_QR) ? flags & RCODE : -1;
}

static int64_t
now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);	/* cannot fail */
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* 0, -ETIMEDOUT or another errno. */
static int
wait_for(int fd, short events, int64_t until_us)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left = until_us - now_us();
	int r = left <= 0 ? 0 : poll(&p, 1, (int)(left / 1000 + 1));

	if (r < 0)
		return -errno;
	return r == 0 ? -ETIMEDOUT : 0;
}

/* A connected socket, or -errno. */
static int
dial(const struct addr_port *at, int type, int64_t until_us)
{
	struct sockaddr_storage ss;
	socklen_t n = (socklen_t)addr_to_sockaddr(at, &ss), size = sizeof(int);
	int fd = socket(ss.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error = 0;

	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&ss, n) < 0 && errno != EINPROGRESS)
		error = -errno;
	if (error == 0 && type == SOCK_STREAM && (error = wait_for(fd, POLLOUT, until_us)) == 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0)
		error = -error;
	if (error == 0)
		return fd;
	(void)close(fd);	/* nothing was sent */
	return error;
}

/* --- one question ------------------------------------------------------------------- */

/* RCODE or -errno. */
static int
udp_try(int fd, const struct question *q)
{
	int64_t until = now_us() + WAIT_MS * 1000 / TRIES;
	uint8_t buf[ANSWER_MAX];
	ssize_t n;
	int r;

	if (send(fd, q->wire, q->n, 0) < 0)
		return -errno;
	while ((r = wait_for(fd, POLLIN, until)) == 0) {
		n = recv(fd, buf, sizeof(buf), 0);
		if (n < 0 && errno != EAGAIN)
			return -errno;
		r = n < 0 ? -1 : answer_read(q, buf, (size_t)n);
		if (r >= 0)
			return r;
	}
	return r;
}

static int
ask_udp(const struct addr_port *at, const struct question *q)
{
	int fd = dial(at, SOCK_DGRAM, 0), i, r = fd;

	for (i = 0; fd >= 0 && i < TRIES; i++) {
		r = udp_try(fd, q);
		if (r != -ETIMEDOUT)
			break;
	}
	if (fd >= 0)
		(void)close(fd);	/* the answer is here or will not come */
	return r;
}

/* --- over a connection, plain or TLS -------------------------------------------------- */

struct way {
	int fd;
	struct io_tls_call *tls;	/* NULL: plain; it keeps its own deadline */
	int64_t until;
};

static int
way_write(const struct way *w, const uint8_t *p, size_t n)
{
	if (w->tls != NULL)
		return io_tls_call_write(w->tls, p, n);
	return send(w->fd, p, n, MSG_NOSIGNAL) == (ssize_t)n ? 0 : -EPIPE;
}

/* As recv(), with a negative errno. */
static ssize_t
way_read(const struct way *w, uint8_t *p, size_t n)
{
	ssize_t got;
	int r;

	if (w->tls != NULL)
		return io_tls_call_read(w->tls, p, n);
	if ((r = wait_for(w->fd, POLLIN, w->until)) < 0)
		return r;
	got = recv(w->fd, p, n, 0);
	return got < 0 ? -errno : got;
}

/* Read until n bytes are there. 0 or -errno. */
static int
read_all(const struct way *w, uint8_t *p, size_t n)
{
	ssize_t got;

	while (n > 0) {
		got = way_read(w, p, n);
		if (got == 0)
			return -ECONNRESET;
		if (got < 0 && got != -EAGAIN)
			return (int)got;
		if (got > 0) {
			p += got;
			n -= (size_t)got;
		}
	}
	return 0;
}

static int
exchange(const struct way *w, const struct question *q)
{
	uint8_t buf[ANSWER_MAX], out[QUERY_MAX + 2];
	size_t n;
	int r;

	out[0] = 0;
	out[1] = (uint8_t)q->n;
	memcpy(out + 2, q->wire, q->n);
	if ((r = way_write(w, out, q->n + 2)) < 0 || (r = read_all(w, buf, 2)) < 0)
		return r;
	n = (size_t)buf[0] << 8 | buf[1];
	if (n > sizeof(buf))
		n = sizeof(buf);	/* its header is all that is asked for */
	if ((r = read_all(w, buf, n)) < 0)
		return r;
	r = answer_read(q, buf, n);
	return r < 0 ? -EPROTO : r;
}

/* Over TLS when there is a client for it. */
static int
ask_tcp(const struct upstream *u, struct io_tls_client *tls, const struct question *q)
{
	struct way w = { .until = now_us() + WAIT_MS * 1000 };
	int r = w.fd = dial(&u->at, SOCK_STREAM, w.until);

	if (r < 0)
		return r;
	r = tls == NULL ? 0 : io_tls_call_open(&w.tls, w.fd, tls, u->tls_name, (uint64_t)(w.until / 1000));
	if (r == 0)
		r = exchange(&w, q);
	io_tls_call_close(w.tls);
	(void)close(w.fd);	/* the answer is here or will not come */
	return r;
}

/* --- the job ------------------------------------------------------------------------ */

static const char *const transports[] = {
	[CONF_TRANSPORT_UDP] = "udp", [CONF_TRANSPORT_TCP] = "tcp", [CONF_TRANSPORT_DOT] = "dot" };
static const char *const spoken[] = {
	[CONF_TRANSPORT_UDP] = "UDP", [CONF_TRANSPORT_TCP] = "TCP", [CONF_TRANSPORT_DOT] = "TLS" };

static bool
upstream_read(const json_t *j, struct upstream *u)
{
	const char *address = json_string_value(json_object_get(j, "address"));
	const char *transport = json_string_value(json_object_get(j, "transport"));
	json_int_t port = json_integer_value(json_object_get(j, "port"));
	size_t i, known = sizeof(transports) / sizeof(transports[0]);

	memset(u, 0, sizeof(*u));
	if (address == NULL || transport == NULL || port < 1 || port > 65535 ||
	    !addr_read(str_of(address), &u->at.addr))
		return false;
	u->at.port = (uint16_t)port;
	u->tls_name = json_string_value(json_object_get(j, "tls_name"));
	for (i = 0; i < known && strcmp(transport, transports[i]) != 0; i++)
		;
	u->transport = (enum conf_transport)i;
	return i < known && (u->tls_name != NULL) == (i == CONF_TRANSPORT_DOT);
}

static json_t *
check_upstream(const json_t *j, struct io_tls_client *tls)
{
	char id[ADDR_TEXT_MAX + 16], text[ADDR_TEXT_MAX];
	struct upstream u;
	struct question q;
	int64_t start, us;
	bool dot;
	int r;

	if (!upstream_read(j, &u) || ((dot = u.transport == CONF_TRANSPORT_DOT) && tls == NULL))
		return diag_check("upstream", "dns", "unknown", NULL, "an upstream that cannot be asked from here");
	(void)addr_port_text(&u.at, text);	/* into text */
	(void)snprintf(id, sizeof(id), "upstream.%s.%s", transports[u.transport], text);	/* the size is right */
	question_make(&q);
	start = now_us();
	r = u.transport == CONF_TRANSPORT_UDP ? ask_udp(&u.at, &q) : ask_tcp(&u, dot ? tls : NULL, &q);
	us = now_us() - start;
	if (r == 0)
		return diag_check(id, "dns", "ok", NULL, "%s answers over %s in %lld.%lld ms", text,
		    spoken[u.transport], (long long)(us / 1000), (long long)(us / 100 % 10));
	if (r > 0)
		return diag_check(id, "dns", "warn", "choose another upstream", "%s refuses (RCODE %d)", text, r);
	return diag_check(id, "dns", "fail", "check the way to the Internet, or choose another upstream",
	    "%s does not answer over %s: %s", text, spoken[u.transport], dot ? io_tls_error_text(r) : strerror(-r));
}

json_t *
diag_job_input(const struct conf *c)
{
	json_t *list = json_array();
	char text[ADDR_TEXT_MAX];
	size_t i;

	for (i = 0; i < c->dns.nupstreams; i++) {
		const struct conf_upstream *u = &c->dns.upstreams[i];

		/* Out of memory: one upstream less is asked. */
		(void)json_array_append_new(list, json_pack("{s:s, s:i, s:s, s:s*}",
		    "address", addr_text(&u->at.addr, text), "port", u->at.port,
		    "transport", transports[u->transport], "tls_name", u->tls_name));
	}
	return json_pack("{s:o}", "upstreams", list);
}

int
diag_job_run(const json_t *in, void (*progress)(void *arg, int percent, const char *step),
    void *arg, json_t **result, struct err *e)
{
	const json_t *list = json_object_get(in, "upstreams"), *u;
	struct io_tls_anchors **trust = arg;
	struct io_tls_client *tls = NULL;
	json_t *checks = json_array();
	size_t i, n = json_array_size(list);

	if (!json_is_array(list) || n > CONF_UPSTREAMS_MAX) {
		json_decref(checks);
		return err_set(e, ERR_VALIDATION, "upstreams is an array of at most %d", CONF_UPSTREAMS_MAX);
	}
	if (trust != NULL && (tls = io_tls_client_new(*trust, &clk_system)) != NULL)
		*trust = NULL;	/* the client has it */
	json_array_foreach(list, i, u) {
		if (progress != NULL)
			progress(arg, (int)(100 * i / n), "asking name servers");
		(void)json_array_append_new(checks, check_upstream(u, tls));	/* out of memory: one check less */
	}
	io_tls_client_unref(tls);
	*result = json_pack("{s:o}", "checks", checks);
	return 0;
}
