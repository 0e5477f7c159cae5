/* The network as the cell sees it. */
#include "api/network.h"

#include <stdlib.h>

#include "api/request.h"
#include "api/system_shape.h"
#include "sys/net.h"

/* Rows of the live callbacks; too large for the stack. */
struct rows {
	size_t ninterfaces, nlisteners;
	struct api_interface interfaces[API_INTERFACES_MAX];
	struct api_listener listeners[API_LISTENERS_MAX];
};

static struct rows *
rows_read(const struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct rows *r = calloc(1, sizeof(*r));

	if (r != NULL) {
		r->ninterfaces = live->interfaces(live->arg, r->interfaces, API_INTERFACES_MAX);
		r->nlisteners = live->listeners(live->arg, r->listeners, API_LISTENERS_MAX);
	}
	return r;
}

static json_t *
interface_json(const struct api_interface *f)
{
	json_t *addresses = json_array();
	char text[ADDR_TEXT_MAX];
	size_t i;

	for (i = 0; i < f->n; i++)
		(void)json_array_append_new(addresses,
		    json_string(addr_prefix_text(&f->addresses[i], text))); /* a lost row shows */
	return json_pack("{s:s, s:o, s:s?, s:b}", "name", f->name, "addresses", addresses,
	    "zone", conf_zone_name((enum conf_zone)f->zone), "up", f->up);
}

static json_t *
interfaces_json(const struct rows *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->ninterfaces; i++)
		(void)json_array_append_new(list, interface_json(&r->interfaces[i])); /* a lost row shows */
	return list;
}

/* The interface that has the address, NULL if none. */
static const char *
holder(const struct rows *r, const struct addr *a)
{
	size_t i, k;

	for (i = 0; i < r->ninterfaces; i++)
		for (k = 0; k < r->interfaces[i].n; k++)
			if (addr_eq(&r->interfaces[i].addresses[k].addr, a))
				return r->interfaces[i].name;
	return NULL;
}

/* An IPv4 address in the home network, else any there. */
static const struct addr *
lan_address(const struct rows *r)
{
	const struct addr *any = NULL, *a;
	size_t i, k;

	for (i = 0; i < r->ninterfaces; i++)
		for (k = 0; r->interfaces[i].zone == CONF_ZONE_LAN && k < r->interfaces[i].n; k++) {
			a = &r->interfaces[i].addresses[k].addr;
			if (a->len == 4)
				return a;
			any = any != NULL || addr_is_linklocal(a) ? any : a;
		}
	return any;
}

static bool
all_open(const struct rows *r)
{
	size_t i;

	for (i = 0; i < r->nlisteners; i++)
		if (!r->listeners[i].open)
			return false;
	return true;
}

static void
info_get(struct api_req *rq)
{
	struct rows *r = rows_read(rq);
	char text[ADDR_TEXT_MAX];
	const struct addr *lan;
	struct addr uplink;

	if (r == NULL) {
		api_no_memory(rq);
		return;
	}
	lan = lan_address(r);
	api_ok(rq, json_pack("{s:o, s:s?, s:s?, s:s, s:b}", "interfaces", interfaces_json(r),
	    "uplink", net_uplink(&uplink) ? holder(r, &uplink) : NULL,
	    "lan_address", lan != NULL ? addr_text(lan, text) : NULL,
	    "mode", rq->deps->live.root_mode ? "root" : "user", "listeners_ok", all_open(r)));
	free(r);
}

static json_t *
listener_json(const struct api_listener *l)
{
	char text[ADDR_TEXT_MAX];

	return json_pack("{s:s, s:s, s:s, s:i, s:o, s:s, s:b, s:o}", "role", l->role, "protocol", l->protocol,
	    "address", addr_text(&l->at.addr, text), "port", l->at.port, "zones", api_zones_json(l->zones),
	    "reason", l->reason, "open", l->open, "error", api_text_or_null(l->error));
}

static void
listeners_get(struct api_req *rq)
{
	struct rows *r = rows_read(rq);
	json_t *list = json_array();
	size_t i;

	for (i = 0; r != NULL && i < r->nlisteners; i++)
		(void)json_array_append_new(list, listener_json(&r->listeners[i])); /* a lost row shows */
	free(r);
	api_ok(rq, list);
}

const struct api_route api_network_routes[] = {
	{ HTTP_GET, "/api/network/info", AUTH_WHO_ADMIN, 0, info_get, "Interfaces and addresses of the host", 0, 200,
	    NULL, NULL, &api_network_shape, NULL },
	{ HTTP_GET, "/api/network/listeners", AUTH_WHO_ADMIN, 0, listeners_get, "Every door and who may come in by it",
	    0, 200, NULL, NULL, &api_listeners_shape, NULL },
	{ .path = NULL }
};
