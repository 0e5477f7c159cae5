/* The part of cell.h that says who reaches what: two zones, the routes and administration, decided by their zones alone; a
 * firewall that lets everything through. */
#ifndef UNIT_API_CELL_REACH_H
#define UNIT_API_CELL_REACH_H

#include "api/live.h"

enum { CELL_TARGETS_MAX = 64 };

struct cell_reach {
	struct api_reach api;
	const struct conf *conf;
	struct reach_target targets[CELL_TARGETS_MAX];
	char names[CELL_TARGETS_MAX][REACH_NAME_MAX];
};

static const struct reach_subject cell_subjects[] = {
	{ .name = "zone:lan", .zone = CONF_ZONE_LAN }, { .name = "zone:public", .zone = CONF_ZONE_PUBLIC }
};

static inline enum reach_verdict
cell_reach_firewall(void *arg, const struct reach_subject *s, const struct reach_target *t, char *why, size_t size)
{
	(void)arg;
	(void)s;
	(void)t;
	if (size > 0)
		snprintf(why, size, "it is open");
	return REACH_ALLOW;
}

static inline enum reach_verdict
cell_reach_edge(void *arg, const struct reach_subject *s, const struct reach_target *t, char *why, size_t size)
{
	const struct cell_reach *r = arg;
	const unsigned zones = t->place == REACH_ADMIN ? r->conf->admin_access.zones : r->conf->proxy.routes[t->index].access;

	if (size > 0)
		snprintf(why, size, "its zones say so");
	return (zones & s->zone) != 0 ? REACH_ALLOW : REACH_DENY;
}

static inline struct api_reach *
cell_reach_open(void *arg, const struct conf *c, const struct api_reach_want *want)
{
	struct cell_reach *r = calloc(1, sizeof(*r));
	size_t i;

	(void)arg;
	(void)want;
	assert_non_null(r);
	assert_true(c->proxy.nroutes < CELL_TARGETS_MAX);
	r->conf = c;
	r->targets[0] = (struct reach_target){ "admin", REACH_ADMIN, 0, "", "", 0 };
	for (i = 0; i < c->proxy.nroutes; i++) {
		snprintf(r->names[i], REACH_NAME_MAX, "route:%s", c->proxy.routes[i].name);
		r->targets[1 + i] = (struct reach_target){ r->names[i], REACH_ROUTE, i, c->proxy.routes[i].target, "",
			c->proxy.routes[i].rev };
	}
	r->api.world = (struct reach_world){ cell_subjects, 2, r->targets, 1 + c->proxy.nroutes, cell_reach_firewall,
		cell_reach_edge, r };
	return &r->api;
}

static inline void
cell_reach_close(struct api_reach *r)
{
	free(r);
}

struct cell_explain {
	struct io_later later;
	api_explained_cb *done;
	void *arg;
	uint64_t rev;
};

static inline void
cell_on_explain(void *arg)
{
	struct cell_explain *x = arg;
	struct reach_of_upstream f = { .edge = REACH_EDGE_ROUTED, .asked = true, .route = "ha", .target = "http://192.168.1.5",
		.rev = x->rev };
	struct reach_of_firewall w = { .in_force = true, .asked = true, .allow = true, .text = "a rule lets it through",
		.rule = "8f14e45f", .rule_name = "bobs-phone", .owner = "firewall", .rev = x->rev };
	struct reach_step steps[REACH_STAGES];

	reach_steps_open(steps);
	reach_step_firewall(&w, &steps[REACH_STAGE_FIREWALL]);
	reach_step_upstream(&f, &steps[REACH_STAGE_UPSTREAM]);
	x->done(x->arg, reach_steps_close(steps), steps);
	free(x);
}

#endif /* UNIT_API_CELL_REACH_H */
