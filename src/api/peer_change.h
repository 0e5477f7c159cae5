/* A change of one device under way: what is remembered of it until it is in force, and what follows from it. In
 * rq->state. */
#ifndef API_PEER_CHANGE_H
#define API_PEER_CHANGE_H

#include <stdbool.h>

struct api_req;
struct conf;
struct conf_peer;
struct conf_result;

struct api_peer_change {
	const char *name;
	void (*done)(struct api_req *rq, const struct conf_result *r);	/* of a re-key */
	struct conf *before;		/* in force when it was edited; a reference */
	bool user_made;
};

/* NULL: answered. */
struct api_peer_change *api_peer_change_new(struct api_req *rq, const char *name);

/* In the edit of one that is no dry run. */
void api_peer_change_remember(struct api_req *rq);
void api_peer_change_forget(struct api_req *rq);

/* It failed: forget, and undo what was sealed (peer_key.h). */
void api_peer_change_failed(struct api_req *rq);

/* It is in force: a key that is not its key any more is destroyed. Forgets. */
void api_peer_change_follow(struct api_req *rq, const struct conf *now);

#endif /* API_PEER_CHANGE_H */
