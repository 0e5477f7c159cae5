/* The session of a connection with nghttp2: which frames come, and what is made of them; see h2.h. */
#include "http/h2.h"

#include <stdlib.h>
#include <nghttp2/nghttp2.h>

#include "http/body.h"	/* HTTP_TRAILERS_MAX */
#include "io/loop.h"
#include "io/stream.h"

enum { HEADERS_BYTES = HTTP_HEADERS_MAX * sizeof(struct http_header) };	/* of each head, beside its text */

static struct h2_stream *
stream_of(nghttp2_session *session, int32_t id)
{
	return nghttp2_session_get_stream_user_data(session, id);
}

/* --- floods -------------------------------------------------------------------- */

static void
count_noise(struct http2 *h)
{
	uint64_t now = io_loop_now_ms(h->conn->loop);

	if (now - h->period_ms >= H2_PERIOD_MS) {
		h->period_ms = now;
		h->noise = 0;
	}
	if (++h->noise == H2_NOISE)
		(void)nghttp2_session_terminate_session(h->session, NGHTTP2_ENHANCE_YOUR_CALM);	/* out of memory: it goes on */
}

/* Does hd end the body short of its length? What padding and trailers keep from being seen here is malformed as ever. */
static bool
ends_short(const struct h2_stream *s, const nghttp2_frame_hd *hd)
{
	const struct http_head *head = &s->head.head;

	return hd->type == NGHTTP2_DATA && (hd->flags & NGHTTP2_FLAG_END_STREAM) != 0 && head->framing == HTTP_LENGTH &&
	    s->came + hd->length < head->length;
}

/* Who reads a refusal may give up the rest of his upload, as curl does: an end short of the length. Such a request is malformed to
 * nghttp2, which resets the stream and takes the rest of the answer along. So the end is kept from it: hd is its own. Nobody
 * takes the request for complete, and when the answer is out, the stream is reset; at once if more comes behind the end. */
static void
take_end(struct h2_stream *s, const nghttp2_frame_hd *hd)
{
	if (s->gave_up && !s->stopped && (hd->type == NGHTTP2_DATA || hd->type == NGHTTP2_HEADERS)) {
		s->stopped = true;
		h2_stream_reset(s, NGHTTP2_STREAM_CLOSED);
	} else if (s->refuses && ends_short(s, hd)) {
		((nghttp2_frame_hd *)(uintptr_t)hd)->flags &= (uint8_t)~NGHTTP2_FLAG_END_STREAM;
		s->gave_up = true;
	}
}

/* Frames that have a use are bounded by what they carry. */
static int
on_begin_frame(nghttp2_session *session, const nghttp2_frame_hd *hd, void *arg)
{
	struct h2_stream *s = stream_of(session, hd->stream_id);

	if (s != NULL)
		take_end(s, hd);
	if (hd->type != NGHTTP2_HEADERS && hd->type != NGHTTP2_CONTINUATION && hd->type != NGHTTP2_WINDOW_UPDATE &&
	    hd->type != NGHTTP2_RST_STREAM && (hd->type != NGHTTP2_DATA || hd->length == 0))
		count_noise(arg);
	return 0;
}

static int
on_invalid_frame(nghttp2_session *session, const nghttp2_frame *frame, int error, void *arg)
{
	(void)session;
	(void)frame;
	(void)error;
	count_noise(arg);
	return 0;
}

/* --- requests come ----------------------------------------------------------------- */

static int
on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *arg)
{
	struct http2 *h = arg;
	struct h2_stream *s, **end = &h->streams;

	if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;	/* the stream is reset */
	s->rq = (struct http_req){ .form = &h2_form, .conn = h->conn, .live = true };
	s->h2 = h;
	s->id = frame->hd.stream_id;
	s->moved = true;
	while (*end != NULL)
		end = &(*end)->next;
	*end = s;
	h->nstreams++;
	if (h->timing == H2_TIMES_IDLE)
		h->timing = H2_TIMES_NOTHING;	/* it may be over before anybody looks */
	return nghttp2_session_set_stream_user_data(session, s->id, s);
}

/* What is no line of HTTP/1.1 is left out, as is what goes over its bounds. */
static void
take_trailer(struct h2_stream *s, struct str name, struct str value)
{
	const size_t n = name.n + value.n + 4;

	if (s->behind.n + n > HTTP_TRAILERS_MAX || !str_printable(name) || !str_printable(value) ||
	    (name.n > 0 && name.p[0] == ':') || !h2_may_hold(s->h2, n))
		return;
	h2_hold(s, n);
	if (http_spool_put(&s->behind, name.p, name.n) && http_spool_put(&s->behind, ": ", 2) &&
	    http_spool_put(&s->behind, value.p, value.n))
		(void)http_spool_put(&s->behind, "\r\n", 2);	/* out of memory: a line that is cut is none */
}

static int
on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t namelen,
    const uint8_t *value, size_t valuelen, uint8_t flags, void *arg)
{
	const struct str n = { (const char *)name, namelen }, v = { (const char *)value, valuelen };
	struct h2_stream *s = stream_of(session, frame->hd.stream_id);

	(void)flags;
	(void)arg;
	if (s != NULL && !s->headed)
		h2_fields_add(&s->fields, n, v);
	else if (s != NULL)
		take_trailer(s, n, v);
	return 0;
}

/* One is always taken. */
static bool
has_room(const struct h2_stream *s)
{
	const size_t had = s->h2->heads;

	return (had == 0 || had + s->fields.total <= H2_HEADS_MAX) && h2_may_hold(s->h2, s->fields.total + HEADERS_BYTES);
}

/* What was refused for want of room may be asked again (RFC 9113 8.7). */
static void
take_head(struct h2_stream *s, bool ended)
{
	s->headed = true;
	if (!has_room(s)) {
		s->offered = true;
		h2_stream_reset(s, NGHTTP2_REFUSED_STREAM);
	} else if (h2_head_make(&s->head, &s->fields, ended, &s->refusal)) {
		s->refusal.status = 0;
	}
	s->h2->heads += s->head.size;
	h2_hold(s, s->head.size > 0 ? s->head.size + HEADERS_BYTES : 0);
	h2_fields_clear(&s->fields);
}

static int
on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *arg)
{
	struct h2_stream *s = stream_of(session, frame->hd.stream_id);
	bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
	struct http2 *h = arg;

	if (frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0 && h->leaving == H2_NOTICE)
		h2_leave(h);	/* what was on its way has come */
	if (s == NULL || (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA))
		return 0;
	s->moved = true;
	if (!s->headed)
		take_head(s, ends);
	if (ends && !s->gave_up)
		s->ended = true;
	return 0;
}

/* A body comes: a large window makes it fast over long ways. What was granted cannot be taken back, so it stays. */
static void
widen(struct http2 *h)
{
	const struct http_budget *b = h->conn->budget;

	if (h->wide || (b != NULL && (b->used > b->max || b->max - b->used < H2_CONN_WINDOW)))
		return;
	if (nghttp2_session_set_local_window_size(h->session, NGHTTP2_FLAG_NONE, 0, H2_CONN_WINDOW) != 0)
		return;		/* out of memory: it stays small */
	h->wide = true;
	h2_charge(h, H2_CONN_WINDOW);
}

static int
on_chunk(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *p, size_t n, void *arg)
{
	struct h2_stream *s = stream_of(session, id);

	(void)flags;
	widen(arg);
	if (s != NULL)
		s->came += n;
	if (s != NULL && !s->gave_up && http_spool_put(&s->body, p, n))
		return 0;
	(void)nghttp2_session_consume_connection(session, n);	/* nobody else would */
	if (s != NULL && !s->gave_up)
		h2_stream_reset(s, NGHTTP2_INTERNAL_ERROR);
	return 0;
}

/* --- answers go, streams end -------------------------------------------------------- */

static int
on_close(nghttp2_session *session, int32_t id, uint32_t error, void *arg)
{
	struct h2_stream *s = stream_of(session, id);

	(void)error;
	(void)arg;
	if (s != NULL)
		s->closed = true;
	return 0;
}

static int
on_sent(nghttp2_session *session, const nghttp2_frame *frame, void *arg)
{
	struct h2_stream *s = stream_of(session, frame->hd.stream_id);
	const struct http2 *h = arg;

	if (frame->hd.type == NGHTTP2_GOAWAY && h->leaving == H2_NOTICE)	/* together, PING would overtake it */
		(void)nghttp2_submit_ping(session, NGHTTP2_FLAG_NONE, NULL);	/* out of memory: the time is waited for */
	if (s == NULL || (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA))
		return 0;
	s->moved = true;
	if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
		s->answered = true;
	if (s->answered && !s->ended)
		io_later_call(&s->rq.conn->step, s->rq.conn->loop);
	return 0;
}

/* A body goes from where it is. No frame is padded, so it follows its head; a connection that is full has no more taken
 * until it has drained. */
static int
on_send(nghttp2_session *session, nghttp2_frame *frame, const uint8_t *head, size_t n, nghttp2_data_source *source, void *arg)
{
	struct h2_stream *s = stream_of(session, frame->hd.stream_id);
	const struct http2 *h = arg;

	(void)source;
	if (io_stream_is_full(h->conn->stream))
		return NGHTTP2_ERR_WOULDBLOCK;
	return h2_stream_send(s, head, n);
}

/* --- the session ------------------------------------------------------------------- */

static int
session_new(struct http2 *h, nghttp2_session_callbacks *cb, nghttp2_option *opt)
{
	nghttp2_session_callbacks_set_on_begin_frame_callback(cb, on_begin_frame);
	nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(cb, on_invalid_frame);
	nghttp2_session_callbacks_set_on_begin_headers_callback(cb, on_begin_headers);
	nghttp2_session_callbacks_set_on_header_callback(cb, on_header);
	nghttp2_session_callbacks_set_on_frame_recv_callback(cb, on_frame);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb, on_chunk);
	nghttp2_session_callbacks_set_on_stream_close_callback(cb, on_close);
	nghttp2_session_callbacks_set_on_frame_send_callback(cb, on_sent);
	nghttp2_session_callbacks_set_send_data_callback(cb, on_send);
	nghttp2_option_set_no_auto_window_update(opt, 1);
	nghttp2_option_set_max_settings(opt, 32);
	nghttp2_option_set_max_outbound_ack(opt, 100);
	nghttp2_option_set_stream_reset_rate_limit(opt, H2_RESETS, H2_RESETS * 1000 / H2_PERIOD_MS);
	return nghttp2_session_server_new2(&h->session, cb, h, opt);
}

bool
h2_session_open(struct http2 *h)
{
	static const nghttp2_settings_entry ours[] = {
		{ NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, H2_STREAMS_MAX },
		{ NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, H2_WINDOW },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, HTTP_TARGET_MAX + (16 << 10) },
		{ NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1 },
	};
	nghttp2_session_callbacks *cb = NULL;
	nghttp2_option *opt = NULL;
	bool ok = nghttp2_session_callbacks_new(&cb) == 0 && nghttp2_option_new(&opt) == 0 && session_new(h, cb, opt) == 0 &&
	    nghttp2_submit_settings(h->session, NGHTTP2_FLAG_NONE, ours, sizeof(ours) / sizeof(ours[0])) == 0;

	nghttp2_option_del(opt);
	nghttp2_session_callbacks_del(cb);
	return ok;
}
