/* Changes of devices; see peer_change.h. */
#include "api/peer_change.h"

#include <string.h>

#include "api/peer_key.h"
#include "api/request.h"
#include "conf/txn.h"

struct api_peer_change *
api_peer_change_new(struct api_req *rq, const char *name)
{
	struct api_peer_change *x = arena_alloc(rq->arena, sizeof(*x));

	if (x == NULL)
		api_no_memory(rq);
	else
		*x = (struct api_peer_change){ .name = name };
	rq->state = x;
	return x;
}

void
api_peer_change_remember(struct api_req *rq)
{
	struct api_peer_change *x = rq->state;

	if (!rq->dry_run)	/* there is no way back from it */
		x->before = conf_ref(conf_txn_current(rq->deps->txn));
}

void
api_peer_change_forget(struct api_req *rq)
{
	struct api_peer_change *x = rq->state;

	conf_unref(x->before);
	x->before = NULL;
}

void
api_peer_change_failed(struct api_req *rq)
{
	api_peer_change_forget(rq);
	api_peer_keys_undo(rq);
}

void
api_peer_change_follow(struct api_req *rq, const struct conf *now)
{
	const struct api_peer_change *x = rq->state;
	const struct conf_peer *was = conf_peer_find(x->before, x->name), *is = conf_peer_find(now, x->name);

	if (is == NULL || strcmp(was->public_key, is->public_key) != 0)
		api_peer_key_drop(rq, was->public_key);
	api_peer_change_forget(rq);
}
