/* Documents of the cell's state as rows. */
#include "api/system_shape.h"

static const char *const healths[] = { "healthy", "degraded", NULL };
static const char *const zones[] = { "local", "vpn", "cell", "container", "lan", "public", NULL };
static const char *const modes[] = { "root", "user", NULL };
static const char *const states[] = { "queued", "running", "waiting", "succeeded", "failed", "cancelled", NULL };
static const char *const verdicts[] = { "ok", "warn", "fail", "unknown", NULL };

enum { TYPES_MAX = 256, KIND_MAX = 64, AREAS_MAX = 16 };

static const struct api_member health_members[] = {
	{ "status", API_CHOICE, .choices = healths, .help = "degraded: a part does not run" },
	{ "timestamp", API_TIME, .help = "Now" },
	{ "version", API_TEXT, .example = "\"0.1.0\"", .help = "Of the program" },
	{ .name = NULL }
};
const struct api_shape api_health_shape = { .name = "Health", .type = API_OBJECT, .members = health_members };

static const struct api_member brief_members[] = {
	{ "running", API_BOOL, .example = "true", .help = "It works" },
	{ "status", API_TEXT, .example = "\"running\"", .help = "Its state" },
	{ .name = NULL }
};
static const struct api_shape brief = { .name = "PartBrief", .type = API_OBJECT, .members = brief_members };

static const struct api_member status_members[] = {
	{ "cell_name", API_TEXT, .example = "\"myhome\"", .help = "Name of the cell" },
	{ "domain", API_TEXT, .example = "\"myhome.cell\"", .help = "Internal domain" },
	{ "effective_domain", API_TEXT, .example = "\"myhome.home.arpa\"", .help = "The domain that names stand under" },
	{ "domain_mode", API_TEXT, .example = "\"lan\"", .help = "Where it comes from" },
	{ "version", API_TEXT, .example = "\"0.1.0\"", .help = "Of the program" },
	{ "uptime", API_INT, .example = "3600", .help = "Seconds since start" },
	{ "generation", API_INT, .example = "44", .help = "Of the configuration" },
	{ "time_trusted", API_BOOL, .example = "true", .help = "The clock can be relied on" },
	{ "peers_count", API_INT, .example = "3", .help = "Devices of the VPN" },
	{ "peers_online", API_INT, .example = "2", .help = "Of them, with a handshake in the last three minutes" },
	{ "services", API_MAP, .shape = &brief, .example = "{\"dns\":{\"running\":true,\"status\":\"running\"}}",
	    .help = "Parts of the cell" },
	{ "lease", API_ANY, API_NULL, .example = "null", .help = "A change that waits to be confirmed" },
	{ "timestamp", API_TIME, .help = "Now" },
	{ .name = NULL }
};
const struct api_shape api_status_shape = { .name = "Status", .type = API_OBJECT, .members = status_members };

static const struct api_member part_members[] = {
	{ "running", API_BOOL, .example = "true", .help = "It works" },
	{ "status", API_TEXT, .example = "\"running\"", .help = "Its state" },
	{ "detail", API_TEXT, API_NULL, .example = "null", .help = "What there is to say" },
	{ "since", API_TIME, API_NULL, .help = "Last change of state" },
	{ .name = NULL }
};
static const struct api_shape part = { .name = "Part", .type = API_OBJECT, .members = part_members };
const struct api_shape api_services_shape = { .type = API_MAP, .item = &part };

static const struct api_member events_query_members[] = {
	{ "types", API_TEXT, API_OPT, 0, TYPES_MAX, .example = "\"job,config\"", .help = "Only these, by comma" },
	{ .name = NULL }
};
const struct api_shape api_events_query_shape = { .type = API_OBJECT, .members = events_query_members };

const struct api_shape api_openapi_shape = { .type = API_ANY };

static const struct api_member job_members[] = {
	{ "id", API_UUID, .help = "Its number" },
	{ "kind", API_TEXT, .example = "\"diagnosis.run\"", .help = "What it does" },
	{ "state", API_CHOICE, .choices = states, .example = "\"running\"", .help = "How far it is" },
	{ "progress", API_INT, 0, 0, 100, .example = "40", .help = "Per cent" },
	{ "step", API_TEXT, API_NULL, .example = "\"9.9.9.9\"", .help = "What it does now" },
	{ "message", API_TEXT, API_NULL, .example = "null", .help = "Why it waits, or how it ended" },
	{ "object", API_TEXT, API_NULL, .example = "null", .help = "What it is about" },
	{ "actor", API_TEXT, .example = "\"admin\"", .help = "Who started it" },
	{ "created_at", API_TIME, .help = "When it was asked for" },
	{ "started_at", API_TIME, API_NULL, .help = "When it began" },
	{ "finished_at", API_TIME, API_NULL, .example = "null", .help = "When it ended" },
	{ "result", API_ANY, API_NULL, .example = "null", .help = "What it found out" },
	{ "error", API_TEXT, API_NULL, .example = "null", .help = "Why it failed" },
	{ .name = NULL }
};
const struct api_shape api_job_shape = { .name = "Job", .type = API_OBJECT, .members = job_members };
const struct api_shape api_jobs_shape = { .type = API_ARRAY, .item = &api_job_shape };

static const struct api_member jobs_query_members[] = {
	{ "state", API_CHOICE, API_OPT, .choices = states, .example = "\"running\"", .help = "Only these" },
	{ "kind", API_TEXT, API_OPT, 1, KIND_MAX, .example = "\"diagnosis.run\"", .help = "Only these" },
	{ .name = NULL }
};
const struct api_shape api_jobs_query_shape = { .type = API_OBJECT, .members = jobs_query_members };

static const struct api_member started_members[] = {
	{ "job", API_OBJECT, .shape = &api_job_shape, .help = "What does it now" },
	{ .name = NULL }
};
const struct api_shape api_started_shape = { .type = API_OBJECT, .members = started_members };

static const struct api_member interface_members[] = {
	{ "name", API_TEXT, .example = "\"eth0\"", .help = "Of the interface" },
	{ "addresses", API_TEXTS, .example = "[\"192.168.1.2/24\"]", .help = "With their prefixes" },
	{ "zone", API_CHOICE, API_NULL, .choices = zones, .example = "\"lan\"", .help = "What comes in by it" },
	{ "up", API_BOOL, .example = "true", .help = "It is up" },
	{ .name = NULL }
};
static const struct api_shape interface = { .name = "Interface", .type = API_OBJECT, .members = interface_members };

static const struct api_member network_members[] = {
	{ "interfaces", API_ARRAY, .shape = &interface, .help = "Of the host" },
	{ "uplink", API_TEXT, API_NULL, .example = "\"eth0\"", .help = "Interface of the default route" },
	{ "lan_address", API_TEXT, API_NULL, .example = "\"192.168.1.2\"", .help = "Where the home reaches the cell" },
	{ "mode", API_CHOICE, .choices = modes, .help = "user: ports above 1024, no firewall" },
	{ "listeners_ok", API_BOOL, .example = "true", .help = "Every wanted door is open" },
	{ .name = NULL }
};
const struct api_shape api_network_shape = { .name = "NetworkInfo", .type = API_OBJECT, .members = network_members };

static const struct api_member listener_members[] = {
	{ "role", API_TEXT, .example = "\"edge\"", .help = "Who listens" },
	{ "protocol", API_TEXT, .example = "\"dns/udp\"", .help = "What is spoken" },
	{ "address", API_TEXT, .example = "\"0.0.0.0\"", .help = "Where" },
	{ "port", API_INT, .example = "53", .help = "Its port" },
	{ "zones", API_TEXTS, .choices = zones, .example = "[\"local\",\"lan\"]", .help = "Who is answered" },
	{ "reason", API_TEXT, .example = "\"network.ports.dns\"", .help = "Why it is there" },
	{ "open", API_BOOL, .example = "true", .help = "It is open" },
	{ "error", API_TEXT, API_NULL, .example = "null", .help = "Why it is not" },
	{ .name = NULL }
};
static const struct api_shape listener = { .name = "Listener", .type = API_OBJECT, .members = listener_members };
const struct api_shape api_listeners_shape = { .type = API_ARRAY, .item = &listener };

static const struct api_member check_members[] = {
	{ "id", API_TEXT, .example = "\"clock\"", .help = "Stable name" },
	{ "area", API_TEXT, .example = "\"time\"", .help = "What it belongs to" },
	{ "verdict", API_CHOICE, .choices = verdicts, .help = "How it is" },
	{ "detail", API_TEXT, .example = "\"the clock is in step\"", .help = "What was found" },
	{ "fix", API_TEXT, API_NULL, .example = "null", .help = "What to do" },
	{ .name = NULL }
};
const struct api_shape api_check_shape = { .name = "Check", .type = API_OBJECT, .members = check_members };
const struct api_shape api_checks_shape = { .type = API_ARRAY, .item = &api_check_shape };

static const struct api_member report_members[] = {
	{ "run_at", API_TIME, API_NULL, .help = "When; null: not yet" },
	{ "checks", API_ARRAY, .shape = &api_check_shape, .help = "What was found" },
	{ .name = NULL }
};
const struct api_shape api_report_shape = { .name = "Diagnosis", .type = API_OBJECT, .members = report_members };

static const struct api_member areas_members[] = {
	{ "areas", API_TEXTS, API_OPT, 1, AREAS_MAX, .example = "[\"ports\",\"clock\"]",
	    .help = "Only checks of these; default: all" },
	{ .name = NULL }
};
const struct api_shape api_areas_shape = { .type = API_OBJECT, .members = areas_members };
