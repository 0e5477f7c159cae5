/* A request that changes the configuration: one transaction, with dry_run,
 * the reply on the wire only when the change is in force everywhere. */
#ifndef API_CHANGE_H
#define API_CHANGE_H

#include <stdbool.h>

#include <jansson.h>

struct api_req;
struct conf_result;
struct err;

struct api_change {
	const char *summary;	/* "dns.record.create nas"; copied */
	bool record;		/* errors name members of one record: "value", not "dns.records[3].value" */
	/* It is refused: fields of e are to be said as the request has them. draft: what edit has made, and was refused then;
	 * NULL: it is at hand no more, or edit has refused. May be NULL. */
	void (*place)(struct api_req *rq, const json_t *draft, struct err *e);
	/* Edit the draft in place: If-Match first (api_precondition()), then the change. 0, or negative errno with e. */
	int (*edit)(struct api_req *rq, json_t *draft, struct err *e);
	/* What the change brings along, as texts into the array of a dry run; may be NULL. */
	void (*warn)(struct api_req *rq, json_t *warnings);
	/* It is in force: answer. X-Config-Generation is set. Not called on a dry run. Where the disk did not confirm it, an error
	 * goes out in place of that answer. */
	void (*done)(struct api_req *rq, const struct conf_result *r);
	/* It is refused or failed: undo what was done for it outside; may be NULL. The answer is not its business. */
	void (*failed)(struct api_req *rq);
};

/* Takes rq in every case. */
void api_change(struct api_req *rq, const struct api_change *c);

/* The reply of PUT /api/config and its kind: {message, generation, changes, …}. New reference. */
json_t *api_change_json(const struct conf_result *r, const char *message);

#endif /* API_CHANGE_H */
