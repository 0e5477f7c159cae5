/* Documents of /api/setup as rows. */
#include "api/setup_shape.h"

#include "api/system_shape.h"

enum { STEP_MAX = 32 };

static const struct api_member status_members[] = {
	{ "complete", API_BOOL, .example = "false", .help = "The first run is over" },
	{ "step", API_TEXT, .example = "\"identity\"", .help = "The one to show next" },
	{ "steps", API_TEXTS, .example = "[\"start\",\"identity\",\"time\",\"services\",\"admin\",\"device\"]",
	    .help = "All of them in order" },
	{ "token_required", API_BOOL, .example = "true", .help = "This caller has to send X-Setup-Token" },
	{ "version", API_TEXT, .example = "\"0.1.0\"", .help = "Of the program" },
	{ "fingerprint", API_TEXT, API_NULL, .example = "\"AB:CD\"", .help = "SHA-256 of the certificate served now" },
	{ .name = NULL }
};
const struct api_shape api_setup_status_shape = { .name = "SetupStatus", .type = API_OBJECT,
	.members = status_members };

static const struct api_member query_members[] = {
	{ "step", API_TEXT, API_OPT, 1, STEP_MAX, .example = "\"identity\"", .help = "Default: the next one" },
	{ .name = NULL }
};
const struct api_shape api_setup_query_shape = { .type = API_OBJECT, .members = query_members };

static const struct api_shape field = { .type = API_ANY };
static const struct api_member step_members[] = {
	{ "step", API_TEXT, .example = "\"time\"", .help = "Which it is" },
	{ "fields", API_MAP, .shape = &field, .help = "What it asks: type, default, required, choices, value, help",
	    .example = "{\"timezone\":{\"type\":\"text\",\"default\":\"Europe/Oslo\",\"required\":false}}" },
	{ "diagnosis", API_ARRAY, .shape = &api_check_shape, .help = "What was found around the cell" },
	{ .name = NULL }
};
const struct api_shape api_setup_step_shape = { .name = "SetupStep", .type = API_OBJECT, .members = step_members };

/* The fields depend on the step; the wizard judges them. */
const struct api_shape api_setup_put_shape = { .name = "SetupAnswers", .type = API_ANY };

static const struct api_member next_members[] = {
	{ "ok", API_BOOL, .example = "true", .help = "The answers are kept" },
	{ "next", API_TEXT, .example = "\"time\"", .help = "The step after it" },
	{ .name = NULL }
};
const struct api_shape api_setup_next_shape = { .type = API_OBJECT, .members = next_members };

static const struct api_member name_members[] = {
	{ "name", API_TEXT, .example = "\"myhome\"", .help = "As it would be stored" },
	{ "available", API_BOOL, API_NULL, .example = "null", .help = "null: not known; that does not block" },
	{ "reason", API_TEXT, API_NULL, .example = "\"nobody was asked\"", .help = "Why not, or why it is not known" },
	{ .name = NULL }
};
const struct api_shape api_setup_name_shape = { .type = API_OBJECT, .members = name_members };

static const struct api_member token_members[] = {
	{ "token", API_TEXT, API_ONCE, .example = "\"JBSWY3DPEHPK3PXPJBSWY3DPEH\"", .help = "For X-Setup-Token" },
	{ "url", API_TEXT, API_ONCE, .example = "\"https://192.168.1.2/setup#t=JBSWY3DPEHPK3PXPJBSWY3DPEH\"",
	    .help = "To be opened in a browser" },
	{ "expires_at", API_TIME, .help = "When it ends" },
	{ .name = NULL }
};
const struct api_shape api_setup_token_shape = { .type = API_OBJECT, .members = token_members };

const struct api_shape api_setup_in_shape = { .name = "SetupComplete", .type = API_ANY };

static const struct api_member peer_members[] = {
	{ "name", API_TEXT, .example = "\"phone\"", .help = "Its name" },
	{ "config", API_TEXT, API_ONCE | API_LINES, .example = "\"[Interface]\\nPrivateKey = …\"", .help = "Its client file" },
	{ "filename", API_TEXT, .example = "\"phone.conf\"", .help = "The name of that" },
	{ "qr_svg", API_TEXT, API_NULL | API_ONCE | API_LINES, .example = "\"<svg …\"", .help = "The file as a QR code" },
	{ .name = NULL }
};
static const struct api_shape peer_shape = { .name = "FirstPeer", .type = API_OBJECT, .members = peer_members };

static const struct api_member done_members[] = {
	{ "success", API_BOOL, .example = "true", .help = "The cell is set up" },
	{ "redirect", API_TEXT, .example = "\"/\"", .help = "Where to go now" },
	{ "username", API_TEXT, .example = "\"admin\"", .help = "Who is logged in" },
	{ "csrf_token", API_TEXT, API_NULL | API_ONCE, .example = "\"q2b0…\"",
	    .help = "For X-CSRF-Token; null for a caller on the socket, who gets no session" },
	{ "peer", API_OBJECT, API_NULL, .shape = &peer_shape, .help = "The first device; null: none was asked for" },
	{ "jobs", API_ARRAY, .shape = &api_job_shape, .example = "[]", .help = "What goes on now" },
	{ .name = NULL }
};
const struct api_shape api_setup_done_shape = { .name = "SetupDone", .type = API_OBJECT, .members = done_members };
