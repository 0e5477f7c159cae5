/* Documents of /api/ntp as rows. JSON of this API has no fractions, so what is small is given in microseconds, too. */
#include "api/ntp_shape.h"

static const char *const states[] = { "new", "good", "lost", "unfit", "denied", "peer", "used", "outlier", "falseticker", NULL };
static const char *const leaps[] = { "none", "insert", "delete", "unknown", NULL };
static const char *const controls[] = { "self", "kernel", "none", NULL };

static const struct api_member source_members[] = {
	{ "host", API_TEXT, .example = "\"0.pool.ntp.org\"", .help = "As configured" },
	{ "address", API_TEXT, API_NULL, .example = "\"192.0.2.1\"", .help = "Who is asked; null: the name has no address yet" },
	{ "state", API_CHOICE, .choices = states, .example = "\"peer\"",
	    .help = "peer, used, outlier, falseticker: good, and what the others make of it; lost: does not answer" },
	{ "stratum", API_INT, API_NULL, .example = "2", .help = "What it says of itself; null: nothing yet" },
	{ "offset_ms", API_INT, API_NULL, .example = "0", .help = "Its time less ours; null: not to be used now" },
	{ "offset_us", API_INT, API_NULL, .example = "-142", .help = "The same, finer" },
	{ "delay_ms", API_INT, API_NULL, .example = "11", .help = "There and back" },
	{ "delay_us", API_INT, API_NULL, .example = "11250", .help = "The same, finer" },
	{ "reach", API_INT, .example = "255", .help = "The last eight questions as bits, newest lowest: 1 = answered" },
	{ "last_at", API_TIME, API_NULL, .help = "Its last answer" },
	{ .name = NULL }
};
static const struct api_shape source = { .type = API_OBJECT, .members = source_members };

static const struct api_member status_members[] = {
	{ "running", API_BOOL, .example = "true", .help = "At least one door of the time service is open" },
	{ "synchronised", API_BOOL, .example = "true", .help = "Clients are told so" },
	{ "stratum", API_INT, .example = "3", .help = "What clients are told; 16: not synchronised" },
	{ "source", API_TEXT, API_NULL, .example = "\"0.pool.ntp.org\"", .help = "The source that counts most" },
	{ "offset_ms", API_INT, API_NULL, .example = "0", .help = "True time less the host's clock; null: nobody knows" },
	{ "offset_us", API_INT, API_NULL, .example = "-142", .help = "The same, finer" },
	{ "jitter_ms", API_INT, API_NULL, .example = "0", .help = "How much that scatters" },
	{ "jitter_us", API_INT, API_NULL, .example = "85", .help = "The same, finer" },
	{ "leap", API_CHOICE, .choices = leaps, .example = "\"none\"", .help = "A second to come or go at the end of the month" },
	{ "sources", API_ARRAY, .shape = &source, .help = "Who is asked" },
	{ "clock_control", API_CHOICE, .choices = controls, .example = "\"self\"",
	    .help = "Who steers the host's clock: self: the cell; kernel: another program" },
	{ "time_trusted", API_BOOL, .example = "true", .help = "What has an end can be judged by the clock" },
	{ "reason", API_TEXT, API_NULL, .example = "null", .help = "Why the clock is not trusted" },
	{ "clients", API_INT, .example = "7", .help = "That asked within the last hour" },
	{ "requests", API_INT, .example = "4200", .help = "Questions of clients since start" },
	{ .name = NULL }
};
const struct api_shape api_ntp_status_shape = { .name = "NtpStatus", .type = API_OBJECT, .members = status_members };
