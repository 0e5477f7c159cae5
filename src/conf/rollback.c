#include "conf/rollback.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "conf/names.h"
#include "conf/schema.h"

/* Credentials never return (CFG-10). */
bool
conf_rollback_returns(const char *section)
{
	return strcmp(section, "users") != 0 && strcmp(section, "tokens") != 0 && strcmp(section, "auth") != 0;
}

static int
return_key(json_t *peer, unsigned how)
{
	int r = 0;

	if (how & CONF_PEERS_OFF)
		r |= json_object_set_new(peer, "enabled", json_false());
	if (how & CONF_PEERS_BARE)
		r |= json_object_set_new(peer, "secret_ref", json_null()) | json_object_set_new(peer, "installed", json_null());
	return r;
}

static int
return_peer(json_t *peer, const json_t *peers, const json_t *users, unsigned how)
{
	const json_t *now = conf_names_find(peers, json_object_get(peer, "name")), *owner = json_object_get(peer, "owner");
	int r = 0;

	if (now == peer)
		return 0;
	if (now == NULL || !json_equal(json_object_get(now, "public_key"), json_object_get(peer, "public_key")))
		r = return_key(peer, how);
	else
		r = json_object_set(peer, "installed", json_object_get(now, "installed"));	/* its file did not go back */
	if (r == 0 && json_is_string(owner) && conf_names_find(users, owner) == NULL)
		r = json_object_set_new(peer, "owner", json_null());
	return r;
}

int
conf_rollback_peers(json_t *peers, const json_t *was, const json_t *users, unsigned how)
{
	json_t *old = conf_names_new(was, "name"), *owners = conf_names_new(users, "username"), *peer;
	int r = old == NULL || owners == NULL ? -1 : 0;
	size_t i;

	json_array_foreach(peers, i, peer)
		if (r == 0 && json_is_object(peer))
			r = return_peer(peer, old, owners, how);
	json_decref(old);
	json_decref(owners);
	return r < 0 ? -ENOMEM : 0;
}

int
conf_rollback(json_t *draft, json_t *doc, struct err *e)
{
	const struct conf_section *s;

	if (conf_rollback_peers(json_object_get(doc, "peers"), json_object_get(draft, "peers"), json_object_get(draft, "users"),
	    CONF_PEERS_OFF) < 0)
		return err_set(e, ERR_INTERNAL, "out of memory");
	for (s = conf_sections; s->name != NULL; s++)
		if (conf_rollback_returns(s->name) && json_object_set(draft, s->name, json_object_get(doc, s->name)) < 0)
			return err_set(e, ERR_INTERNAL, "there is no %s to go back to", s->name);
	return 0;
}
