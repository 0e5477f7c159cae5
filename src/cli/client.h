/* One request to the cell over its socket, blocking, and what came back. */
#ifndef CLI_CLIENT_H
#define CLI_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct cli;

struct cli_reply {
	int status;		/* HTTP status */
	json_t *body;		/* NULL when it was not JSON or empty */
	char *text;		/* the body as it came */
	size_t text_len;
};

/* method path body(may be NULL, not kept). CLI_OK with *r (also for 4xx, 5xx), or CLI_NOT_RUNNING after saying so. */
int cli_request(struct cli *c, const char *method, const char *path, const json_t *body, struct cli_reply *r);
void cli_reply_free(struct cli_reply *r);

/* cli_request, and every status from 400 on is told on standard error with the API's words and field
 * errors: CLI_FAILED, nothing to free. */
int cli_call(struct cli *c, const char *method, const char *path, const json_t *body, struct cli_reply *r);

/* GET a stream and hand each line to on_line until it says false or the stream ends. */
int cli_stream(struct cli *c, const char *path, bool (*on_line)(void *arg, const char *line), void *arg);

/* Percent-encode one path segment or query value into buf; false when it does not fit. */
bool cli_encode(const char *s, char *buf, size_t size);

/* printf for a path; %s arguments must be encoded already. false when it does not fit (said). */
bool cli_path(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif /* CLI_CLIENT_H */
