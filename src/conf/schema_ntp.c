/* Rows: ntp (data.md 4.6). */
#include "conf/schema_rows.h"

#include "conf/check.h"
#include "conf/conf.h"

static const char *const zones[] = { "vpn", "cell", "container", "lan", NULL };
static const char *const disciplines[] = { "auto", "always", "never", NULL };

#define AT(member) .offset = offsetof(struct conf_ntp, member)

const struct conf_row conf_rows_ntp[] = {
	CONF_ROW_REV(struct conf_ntp),
	{ .key = "enabled", .type = CONF_T_BOOL, AT(enabled), .def = "true",
	    .help = "Ask the sources for the time, and serve it" },
	{ .key = "sources", .type = CONF_T_TEXTS, .flags = CONF_F_LOWER, AT(sources),
	    .def = "[\"0.pool.ntp.org\",\"1.pool.ntp.org\",\"2.pool.ntp.org\",\"3.pool.ntp.org\"]",
	    .min = 1, .max = CONF_TIME_SOURCES_MAX, .check = conf_check_time_source,
	    .help = "Who is asked: host names or addresses; three or more find one that is wrong" },
	{ .key = "serve_zones", .type = CONF_T_ZONES, .flags = CONF_F_LOCAL, AT(serve_zones),
	    .def = "[\"vpn\",\"container\",\"lan\"]", .max = 4, .choices = zones,
	    .help = "Zones of askers that get the time; local always does" },
	{ .key = "discipline", .type = CONF_T_CHOICE, AT(discipline), .def = "\"auto\"", .choices = disciplines,
	    .help = "The host's clock is set: auto: unless another program does; always; never" },
	CONF_ROW_END
};
