/* Dynamic DNS, shown and hurried. */
#include "api/ddns.h"

#include "api/account.h"
#include "api/live.h"
#include "api/request.h"
#include "api/system_shape.h"
#include "auth/time.h"
#include "base/err.h"

static const char *const providers[] = { "none", "pic_ngo", "cloudflare", "duckdns", "noip", "freedns", NULL };

static const struct api_member status_members[] = {
	{ "provider", API_CHOICE, .choices = providers, .example = "\"pic_ngo\"", .help = "Who is told the public addresses" },
	{ "registered", API_BOOL, .example = "true", .help = "pic_ngo: the name is ours" },
	{ "name", API_TEXT, API_NULL, .example = "\"myhome.pic.ngo\"", .help = "The public name; null: no provider" },
	{ "last_ip", API_TEXT, API_NULL, .example = "\"81.2.69.142\"", .help = "What the provider was told last" },
	{ "last_ip6", API_TEXT, API_NULL, .example = "null", .help = "Likewise" },
	{ "last_update_at", API_TIME, API_NULL, .help = "When; null: never" },
	{ "last_error", API_TEXT, API_NULL, .example = "null", .help = "Of the last try, or what it waits for; null: all is well" },
	{ "next_check_at", API_TIME, API_NULL,
	    .help = "The next look at the addresses; null: none before the settings change or the clock is trusted" },
	{ "has_token", API_BOOL, .example = "true", .help = "There is a token or password for the provider" },
	{ .name = NULL }
};
static const struct api_shape status_shape = { .name = "DdnsStatus", .type = API_OBJECT, .members = status_members };

static json_t *
address_json(const struct addr *a)
{
	char text[ADDR_TEXT_MAX];

	return a->len == 0 ? json_null() : json_string(addr_text(a, text));
}

static const char *
name_of(const struct conf *c)
{
	if (c->ddns.provider == CONF_PROVIDER_NONE)
		return NULL;
	return c->ddns.provider == CONF_PROVIDER_NOIP && c->ddns.hostname != NULL ? c->ddns.hostname : c->identity.domain_name;
}

static void
status_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct api_ddns s;

	live->ddns_state(live->arg, &s);
	api_ok(rq, json_pack("{s:s, s:b, s:s?, s:o, s:o, s:o, s:s?, s:o, s:b}", "provider",
	    conf_provider_name(rq->conf->ddns.provider), "registered", s.registered, "name", name_of(rq->conf),
	    "last_ip", address_json(&s.ip), "last_ip6", address_json(&s.ip6), "last_update_at", api_time_json(s.updated_at),
	    "last_error", s.error[0] == '\0' ? NULL : s.error, "next_check_at", api_time_json(s.next_at),
	    "has_token", s.has_token));
}

static void
start(struct api_req *rq, bool registers)
{
	const struct api_live *live = &rq->deps->live;
	json_t *job = NULL;
	struct err e;

	err_clear(&e);
	if (live->ddns_start(live->arg, registers, rq->actor, &job, &e) == 0)
		api_job(rq, job);
	else if (e.kind == ERR_UNAVAILABLE && !rq->deps->auth.time->trusted)
		api_fail_with(rq, &e, "time-untrusted", NULL);
	else
		api_fail(rq, &e);
}

static void
update_post(struct api_req *rq)
{
	start(rq, false);
}

static void
register_post(struct api_req *rq)
{
	start(rq, true);
}

static void
on_released(void *arg, const struct err *e)
{
	struct api_req *rq = arg;

	if (e != NULL)
		api_fail(rq, e);
	else
		api_message(rq, "the name was given back");
}

static void
register_delete(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct err e;

	err_clear(&e);
	if (live->ddns_release(live->arg, on_released, rq, &e) < 0)
		api_fail(rq, &e);
}

const struct api_route api_ddns_routes[] = {
	{ HTTP_GET, "/api/ddns/status", AUTH_WHO_ADMIN, 0, status_get, "How dynamic DNS is", 0, 200,
	    NULL, NULL, &status_shape, NULL },
	{ HTTP_POST, "/api/ddns/update", AUTH_WHO_ADMIN, 0, update_post, "Tell the provider now", 0, 202,
	    NULL, NULL, &api_started_shape, "409 503" },
	{ HTTP_POST, "/api/ddns/register", AUTH_WHO_ADMIN, 0, register_post, "Register the cell's name with pic_ngo", 0, 202,
	    NULL, NULL, &api_started_shape, "409 503" },
	{ HTTP_DELETE, "/api/ddns/register", AUTH_WHO_ADMIN, 0, register_delete, "Give the registered name back", 0, 200,
	    NULL, NULL, &api_message_shape, "502 503" },
	{ .path = NULL }
};
