/* Lines of the log. What is logged may have been chosen by a stranger, so
 * every value is escaped: one event stays one line, and no terminal that shows
 * it obeys it. */
#include "base/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "base/wr.h"

enum {
	PRIORITY = 3,		/* "<6>", for the journal, before the line */
	CLOSING = 3,		/* quote, brace, newline: kept free for the end */
	ROLE_MAX = 32
};

static struct {
	bool open, json, journal, in_sink;
	char role[ROLE_MAX];
	enum log_level levels[LOG_SUBS];
	log_sink *sink;
	void *sink_arg;
} state;

static const char *const level_names[] = {
	[LOG_DEBUG] = "DEBUG", [LOG_INFO] = "INFO", [LOG_WARNING] = "WARNING",
	[LOG_ERROR] = "ERROR", [LOG_CRITICAL] = "CRITICAL",
};
enum { LEVELS = sizeof(level_names) / sizeof(level_names[0]) };

static const char *const sub_names[LOG_SUBS] = {
	[LOG_CORE] = "core", [LOG_API] = "api", [LOG_AUTH] = "auth",
	[LOG_SETUP] = "setup", [LOG_CONFIG] = "config",
	[LOG_NETWORK] = "network", [LOG_DNS] = "dns", [LOG_PROXY] = "proxy",
	[LOG_TLS] = "tls", [LOG_VAULT] = "vault", [LOG_JOBS] = "jobs", [LOG_NTP] = "ntp", [LOG_DDNS] = "ddns",
	[LOG_WIREGUARD] = "wireguard",
	[LOG_PEERS] = "peers", [LOG_FIREWALL] = "firewall",
	[LOG_ACME] = "acme",
};

void
log_open(const char *role, enum log_level root)
{
	(void)snprintf(state.role, sizeof(state.role), "%s", role);
	state.journal = getenv("JOURNAL_STREAM") != NULL;
	state.open = true;
	log_set_root(root);
}

void
log_set_level(enum log_sub sub, enum log_level level)
{
	state.levels[sub] = level;
}

void
log_set_root(enum log_level level)
{
	for (size_t i = 0; i < LOG_SUBS; i++)
		state.levels[i] = level;
}

void
log_set_json(bool json)
{
	state.json = json;
}

void
log_set_sink(log_sink *sink, void *arg)
{
	state.sink = sink;
	state.sink_arg = arg;
}

bool
log_wants(enum log_sub sub, enum log_level level)
{
	return level >= (state.open ? state.levels[sub] : LOG_WARNING);
}

const char *
log_level_name(enum log_level level)
{
	return level_names[level];
}

const char *
log_sub_name(enum log_sub sub)
{
	return sub_names[sub];
}

bool
log_level_read(const char *s, enum log_level *out)
{
	for (int i = 0; i < LEVELS; i++)
		if (strcasecmp(s, level_names[i]) == 0) {
			*out = (enum log_level)i;
			return true;
		}
	return false;
}

bool
log_sub_read(const char *s, enum log_sub *out)
{
	for (int i = 0; i < LOG_SUBS; i++)
		if (strcmp(s, sub_names[i]) == 0) {
			*out = (enum log_sub)i;
			return true;
		}
	return false;
}

/* C1 controls, which some terminals obey, and the characters that reorder
 * text on a screen. p holds one valid character of n bytes. */
static bool
misleads(const uint8_t *p, size_t n)
{
	if (n == 2)
		return p[0] == 0xc2 && p[1] < 0xa0;
	if (n != 3 || p[0] != 0xe2)
		return false;
	return (p[1] == 0x80 && (p[2] >= 0xa8 && p[2] <= 0xae)) ||
	    (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9);
}

static unsigned
code_point(const uint8_t *p, size_t n)
{
	if (n == 1)
		return p[0];
	if (n == 2)
		return (p[0] & 0x1fU) << 6 | (p[1] & 0x3fU);
	return (p[0] & 0x0fU) << 12 | (p[1] & 0x3fU) << 6 | (p[2] & 0x3fU);
}

/* One character of s, escaped; it fits whole or fails w. Returns its bytes in s. */
static size_t
char_write(struct wr *w, struct str s)
{
	const uint8_t *p = (const uint8_t *)s.p;
	size_t n = str_utf8_next(s);

	if (n == 0) {
		wr_text(w, "\\ufffd");
		return 1;
	}
	if (n > 1 ? misleads(p, n) : p[0] < 0x20 || p[0] == 0x7f) {
		if (p[0] == '\n')
			wr_text(w, "\\n");
		else if (p[0] == '\t')
			wr_text(w, "\\t");
		else if (p[0] == '\r')
			wr_text(w, "\\r");
		else
			wr_printf(w, "\\u%04x", code_point(p, n));
		return n;
	}
	if (p[0] == '"' || p[0] == '\\')
		wr_printf(w, "\\%c", p[0]);
	else
		wr_bytes(w, p, n);
	return n;
}

/* c, if need be into the room kept free for it; then the line is full. */
static void
closing_write(struct wr *w, char c)
{
	bool cut = w->bad;

	w->end += CLOSING;
	w->bad = false;
	wr_u8(w, (uint8_t)c);
	w->end -= CLOSING;
	w->bad = cut || w->p > w->end;
}

static void
quoted_write(struct wr *w, const char *value)
{
	struct str s = str_of(value);

	wr_u8(w, '"');
	while (s.n > 0 && wr_ok(w)) {
		size_t n = char_write(w, s);

		s = (struct str){ s.p + n, s.n - n };
	}
	closing_write(w, '"');
}

static bool
is_bare(const char *value)
{
	if (*value == '\0')
		return false;
	for (const char *p = value; *p != '\0'; p++)
		if (*p <= ' ' || *p >= 0x7f || strchr("\"\\=", *p) != NULL)
			return false;
	return true;
}

/* key="value"; once a line is cut, what follows is left out. */
static void
pair_write(struct wr *w, const char *key, const char *value, bool quote)
{
	const char *form = state.json ? "%s\"%s\":" : "%s%s=";
	const char *between = state.json ? "," : " ";
	uint8_t *before = w->p;

	wr_printf(w, form, w->p == w->start || w->p[-1] == '{' ? "" : between,
	    key);
	if (!wr_ok(w) || wr_left(w) == 0) {
		w->p = before;
		w->bad = true;
	} else if (!quote && !state.json && is_bare(value) &&
	    strlen(value) <= wr_left(w)) {
		wr_text(w, value);
	} else {
		quoted_write(w, value);
	}
}

static void
head_write(struct wr *w, enum log_sub sub, enum log_level level)
{
	struct timespec now = { 0, 0 };
	char day[24], ts[40];
	struct tm tm;

	(void)clock_gettime(CLOCK_REALTIME, &now);	/* cannot fail */
	if (gmtime_r(&now.tv_sec, &tm) == NULL ||
	    strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		day[0] = '\0';
	(void)snprintf(ts, sizeof(ts), "%s.%03ldZ", day, now.tv_nsec / 1000000);
	pair_write(w, "ts", ts, false);
	pair_write(w, "level", log_level_name(level), false);
	pair_write(w, "sub", log_sub_name(sub), false);
	pair_write(w, "role", state.role, false);
}

/* line has PRIORITY bytes before it and room for a newline behind it. */
static void
emit(enum log_level level, char *line, size_t n)
{
	static const char priorities[] = { '7', '6', '4', '3', '2' };

	_Static_assert(sizeof(priorities) == LEVELS, "one per level");
	line[n++] = '\n';
	if (state.journal) {
		line -= PRIORITY;
		n += PRIORITY;
		line[0] = '<';
		line[1] = priorities[level];
		line[2] = '>';
	}
	/* There is nobody to tell that the log is gone. */
	if (write(STDERR_FILENO, line, n) < 0)
		return;
}

static void
finish(enum log_sub sub, enum log_level level, struct wr *w)
{
	char *line = (char *)w->start;

	if (state.json)
		closing_write(w, '}');
	emit(level, line, wr_len(w));
	/* A sink that logs must not call itself. */
	if (state.sink != NULL && !state.in_sink) {
		state.in_sink = true;
		state.sink(state.sink_arg, level, sub, line, wr_len(w));
		state.in_sink = false;
	}
}

void
log_line(enum log_sub sub, enum log_level level, const char *msg, ...)
{
	char buf[PRIORITY + LOG_LINE_MAX];
	const char *key, *value;
	struct wr w;
	va_list ap;

	if (!log_wants(sub, level))
		return;
	wr_init(&w, buf + PRIORITY, LOG_LINE_MAX - CLOSING);
	if (state.json)
		wr_u8(&w, '{');
	head_write(&w, sub, level);
	pair_write(&w, "msg", msg, true);
	va_start(ap, msg);
	while (wr_ok(&w) && (key = va_arg(ap, const char *)) != NULL) {
		value = va_arg(ap, const char *);
		pair_write(&w, key, value == NULL ? "" : value, false);
	}
	va_end(ap);
	finish(sub, level, &w);
}

void
log_fmt(enum log_sub sub, enum log_level level, const char *fmt, ...)
{
	char msg[LOG_LINE_MAX];
	va_list ap;
	int n;

	if (!log_wants(sub, level))
		return;
	va_start(ap, fmt);
	n = vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	log_line(sub, level, n < 0 ? fmt : msg, NULL);
}
