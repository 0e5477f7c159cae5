/* One request to the cell over its socket, blocking, and what came back. */
#ifndef CLI_CLIENT_H
#define CLI_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct cli;

enum { CLI_ETAG_MAX = 64 };

struct cli_ask {
	const char *method, *path;
	const json_t *body;	/* NULL = none */
	const char *if_match;	/* an ETag, NULL = whatever stands there now */
};

struct cli_reply {
	int status;		/* HTTP status */
	json_t *body;		/* NULL when it was not JSON or empty */
	char *text;		/* the body as it came; NULL when empty */
	size_t text_len;
	char etag[CLI_ETAG_MAX];	/* "" = none */
};

/* CLI_OK with *r (also for 4xx, 5xx), or another exit status after saying why: CLI_NOT_RUNNING when
 * nobody answers. r is to be freed in the first case alone. */
int cli_request(struct cli *c, const struct cli_ask *q, struct cli_reply *r);
void cli_reply_free(struct cli_reply *r);

/* cli_request, and every status from 400 on is told on standard error with the API's words and field
 * errors: CLI_FAILED, nothing to free. */
int cli_call(struct cli *c, const char *method, const char *path, const json_t *body, struct cli_reply *r);
int cli_call_ask(struct cli *c, const struct cli_ask *q, struct cli_reply *r);

/* GET a stream and hand each line to on_line until it says false (CLI_OK) or the stream ends. */
int cli_stream(struct cli *c, const char *path, bool (*on_line)(void *arg, const char *line), void *arg);

#endif /* CLI_CLIENT_H */
