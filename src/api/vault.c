/* The own authority; see vault.h. */
#include "api/vault.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "api/cert.h"
#include "api/cert_shape.h"
#include "api/live.h"
#include "api/request.h"
#include "api/system_shape.h"
#include "base/pem.h"
#include "jobs/jobs.h"

enum { DAYS = 90 };

static void
status_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	json_t *ca = live->ca(live->arg), *issued = live->certs_issued(live->arg);

	api_ok(rq, json_pack("{s:b, s:o?, s:o, s:I, s:I}", "sealed_ok", true, "ca", ca == NULL ? json_null() : ca,
	    "ca_error", api_text_or_null(live->ca_fault(live->arg)), "certificates", (json_int_t)json_array_size(issued),
	    "trust", (json_int_t)rq->conf->vault.ntrust));
	json_decref(issued);
}

static void
root_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	const char *format = api_text(rq->query, "format");
	const uint8_t *der;
	size_t n, len = 0;
	char *pem = NULL;

	if (!live->ca_root(live->arg, &der, &n)) {
		api_refuse(rq, 404, "not-found", "there is no authority yet");
	} else if (format != NULL && strcmp(format, "der") == 0) {
		api_reply_bytes(rq, 200, "application/pkix-cert", (struct str){ (const char *)der, n });
	} else if (pem_add(&pem, &len, "CERTIFICATE", der, n)) {
		api_reply_bytes(rq, 200, "application/x-pem-file", (struct str){ pem, len });
		free(pem);
	} else {
		api_no_memory(rq);
	}
}

static void
rotated(struct api_req *rq)
{
	const struct jobs_ask a = { .kind = "ca.rotate", .object = api_bool(rq->body, "root", false) ? "root" : "intermediate",
	    .actor = rq->actor };

	api_job(rq, jobs_note(rq->deps->jobs, &a, NULL));
}

static void
rotate_post(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct err e = { 0 };

	if (live->ca_rotate(live->arg, api_bool(rq->body, "root", false), &e) < 0)
		api_fail(rq, &e);
	else
		api_cert_serve(rq, rotated);
}

/* --- issued certificates ----------------------------------------------------------- */

static int
add_days(const struct api_req *rq, json_t *record)
{
	return json_object_set_new(record, "days_remaining", json_integer(api_cert_days(rq, api_text(record, "not_after"))));
}

static void
issued_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	json_t *list = live->certs_issued(live->arg), *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (add_days(rq, one) < 0) {
			json_decref(list);
			list = NULL;
			break;
		}
	api_ok(rq, list);
}

/* New reference, or NULL: there is none with that id. */
static json_t *
find(const struct api_req *rq, const char *id)
{
	const struct api_live *live = &rq->deps->live;
	json_t *list = live->certs_issued(live->arg), *one, *found = NULL;
	size_t i;

	json_array_foreach(list, i, one)
		if (strcmp(api_text(one, "id"), id) == 0 && add_days(rq, one) == 0)
			found = json_incref(one);
	json_decref(list);
	return found;
}

static void
one_get(struct api_req *rq)
{
	json_t *one = find(rq, api_param(rq, "id"));

	if (one == NULL)
		api_refuse(rq, 404, "not-found", "there is no such certificate");
	else
		api_ok(rq, one);
}

static void
issue_post(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	const json_t *names = json_object_get(rq->body, "names"), *one;
	const char **list = arena_array(rq->arena, json_array_size(names) + 1, sizeof(*list));
	struct api_cert_ask ask = { .names = list, .csr = api_text(rq->body, "csr"), .actor = rq->actor,
	    .days = (int)api_int(rq->body, "days", DAYS) };
	struct err e = { 0 };
	json_t *made;
	size_t i;

	if (list == NULL) {
		api_no_memory(rq);
		return;
	}
	json_array_foreach(names, i, one)
		list[ask.n++] = json_string_value(one);
	if (live->cert_issue(live->arg, &ask, &made, &e) < 0) {
		api_fail(rq, &e);
		return;
	}
	(void)add_days(rq, made);	/* out of memory: the reply lacks it */
	api_header(rq, "Location", "/api/vault/certificates/%s", api_text(made, "id"));
	api_ok(rq, made);
}

static void
revoked(struct api_req *rq)
{
	api_ok(rq, find(rq, api_param(rq, "id")));
}

static void
revoke_post(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	const char *reason = api_text(rq->body, "reason");
	struct err e = { 0 };

	if (live->cert_revoke(live->arg, api_param(rq, "id"), reason == NULL ? "unspecified" : reason, &e) < 0)
		api_fail(rq, &e);
	else
		api_cert_serve(rq, revoked);
}

const struct api_route api_vault_routes[] = {
	{ HTTP_GET, "/api/vault/status", AUTH_WHO_ADMIN, 0, status_get, "The own authority, and how much it has issued", 0, 200,
	    NULL, NULL, &api_vault_status_shape, NULL },
	{ HTTP_GET, "/api/vault/ca/certificate", AUTH_WHO_ADMIN, 0, root_get, "The root certificate", API_FILE | API_PEM, 200,
	    &api_ca_format_shape, NULL, NULL, "404" },
	{ HTTP_POST, "/api/vault/ca/rotate", AUTH_WHO_ADMIN, KIB(1), rotate_post, "Another intermediate, or another root", 0, 202,
	    NULL, &api_ca_rotate_shape, &api_started_shape, "409 503 507" },
	{ HTTP_GET, "/api/vault/certificates", AUTH_WHO_ADMIN, 0, issued_get, "What the authority has issued", 0, 200,
	    NULL, NULL, &api_issued_list_shape, NULL },
	{ HTTP_POST, "/api/vault/certificates", AUTH_WHO_ADMIN, KIB(32), issue_post, "Issue a certificate for a machine of the home",
	    0, 201, NULL, &api_issue_shape, &api_made_shape, "409 503 507" },
	{ HTTP_GET, "/api/vault/certificates/<id>", AUTH_WHO_ADMIN, 0, one_get, "One of them", 0, 200,
	    NULL, NULL, &api_issued_shape, "404" },
	{ HTTP_POST, "/api/vault/certificates/<id>/revoke", AUTH_WHO_ADMIN, KIB(1), revoke_post, "Revoke it", 0, 200,
	    NULL, &api_revoke_shape, &api_issued_shape, "404 409 503 507" },
	{ HTTP_DELETE, "/api/vault/certificates/<id>", AUTH_WHO_ADMIN, 0, revoke_post, "Revoke it", 0, 200,
	    NULL, NULL, &api_issued_shape, "404 409 503 507" },
	{ .path = NULL }
};
