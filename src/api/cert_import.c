/* Imported certificates; see cert_import.h. */
#include "api/cert_import.h"

#include "api/account.h"
#include "api/cert.h"
#include "api/cert_shape.h"
#include "api/live.h"
#include "api/request.h"

static void
imported(struct api_req *rq)
{
	api_header(rq, "Location", "/api/certificates/%s", (const char *)rq->state);
	api_ok(rq, api_cert_row(rq, rq->state));
}

static void
import_post(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	char *id = arena_alloc(rq->arena, API_CERT_ID_SIZE);
	struct err e = { 0 };

	if (id == NULL) {
		api_no_memory(rq);
	} else if (live->cert_import(live->arg, api_text(rq->body, "chain"), api_text(rq->body, "key"), id, &e) < 0) {
		api_fail(rq, &e);
	} else {
		rq->state = id;
		api_cert_serve(rq, imported);
	}
}

static void
forgotten(struct api_req *rq)
{
	api_deleted(rq);
}

static void
cert_delete(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct err e = { 0 };

	if (live->cert_forget(live->arg, api_param(rq, "id"), &e) < 0)
		api_fail(rq, &e);
	else
		api_cert_serve(rq, forgotten);
}

const struct api_route api_cert_import_routes[] = {
	{ HTTP_POST, "/api/certificates/import", AUTH_WHO_ADMIN, KIB(64), import_post, "Serve a certificate of your own", 0, 201,
	    NULL, &api_cert_import_shape, &api_cert_shape, "409 503 507" },
	{ HTTP_DELETE, "/api/certificates/<id>", AUTH_WHO_ADMIN, 0, cert_delete, "Forget an imported certificate", 0, 200,
	    NULL, NULL, &api_deleted_shape, "404 409 503 507" },
	{ .path = NULL }
};
