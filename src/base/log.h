/* The log of a role: one line per event, logfmt or JSON, to standard error
 * and whatever sink role/ adds (data.md 11.2). Values of secret type have no
 * formatter here, so they cannot be logged. One of the two places with
 * mutable file-scope state. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

enum { LOG_LINE_MAX = 8192 };	/* with its newline, without a journal prefix */

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_CRITICAL };

/* Subsystem names of data.md 11.2. */
enum log_sub {
	LOG_CORE, LOG_API, LOG_AUTH, LOG_SETUP, LOG_CONFIG, LOG_NETWORK,
	LOG_DNS, LOG_PROXY, LOG_TLS, LOG_VAULT, LOG_JOBS, LOG_NTP, LOG_DDNS, LOG_WIREGUARD,
	LOG_ACME, LOG_PEERS, LOG_FIREWALL, LOG_SUBS
};

/* Called with each finished line, without its newline. What the sink logs itself
 * goes to standard error only. */
typedef void log_sink(void *arg, enum log_level level, enum log_sub sub,
    const char *line, size_t len);

/* Before the first line; until then only warnings and worse are written, without
 * a role. Under journald (JOURNAL_STREAM) lines to standard error carry their
 * priority, "<6>". role: "core", "edge-0"; stands in every line. */
void log_open(const char *role, enum log_level root);
void log_set_level(enum log_sub sub, enum log_level level);
void log_set_root(enum log_level level);	/* all subsystems */
void log_set_json(bool json);
void log_set_sink(log_sink *sink, void *arg);	/* NULL removes it */

bool log_wants(enum log_sub sub, enum log_level level);

/* msg and the pairs after it: key, value, …, NULL. Values are escaped; lines
 * are cut at LOG_LINE_MAX. Numbers are formatted by the caller (log_fmt). */
void log_line(enum log_sub sub, enum log_level level, const char *msg, ...)
    __attribute__((sentinel));

/* log_line with a printf message and no pairs. */
void log_fmt(enum log_sub sub, enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

const char *log_level_name(enum log_level level);		/* "INFO" */
bool log_level_read(const char *s, enum log_level *out);	/* any case */
const char *log_sub_name(enum log_sub sub);			/* "dns" */
bool log_sub_read(const char *s, enum log_sub *out);

#endif /* BASE_LOG_H */
