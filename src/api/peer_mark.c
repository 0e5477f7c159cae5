/* Marks of client files; see peer_mark.h. */
#include "api/peer_mark.h"

#include "api/live.h"
#include "base/err.h"
#include "conf/conf.h"
#include "conf/draft.h"
#include "wg/client.h"

static int
mark(json_t *draft, const struct wg_client_plan *plan, const struct conf *c, struct err *e)
{
	json_t *rows = json_object_get(draft, "peers");
	char hex[WG_CLIENT_DIGEST_SIZE];
	size_t i;

	for (i = 0; i < c->npeers; i++)
		if (!wg_client_digest(plan, &c->peers[i], hex) ||
		    json_object_set_new(conf_draft_record(rows, i), "installed", json_string(hex)) < 0)
			return err_set(e, ERR_INTERNAL, "out of memory");
	return 0;
}

int
api_peer_mark(json_t *draft, const struct api_places *at, struct err *e)
{
	const struct wg_client_place place = { at->ip, at->ip6, at->lan };
	struct wg_client_plan *plan;
	struct conf *c;
	int r;

	if (conf_build(&c, draft, NULL) < 0)
		return 0;
	plan = wg_client_plan_new(c, &place);
	r = plan == NULL ? err_set(e, ERR_INTERNAL, "out of memory") : mark(draft, plan, c, e);
	wg_client_plan_free(plan);
	conf_unref(c);
	return r;
}
