/* The rows of each section, for schema.c alone. */
#ifndef CONF_SCHEMA_ROWS_H
#define CONF_SCHEMA_ROWS_H

#include "conf/schema.h"

extern const struct conf_row conf_rows_identity[];
extern const struct conf_row conf_rows_network[];
extern const struct conf_row conf_rows_admin_access[];
extern const struct conf_row conf_rows_auth[];
extern const struct conf_row conf_rows_user[];
extern const struct conf_row conf_rows_token[];
extern const struct conf_row conf_rows_wireguard[];
extern const struct conf_row conf_rows_group[];
extern const struct conf_row conf_rows_peer[];
extern const struct conf_row conf_rows_dns[];
extern const struct conf_row conf_rows_blocklists[];
extern const struct conf_row conf_rows_ntp[];
extern const struct conf_row conf_rows_firewall[];
extern const struct conf_row conf_rows_routing[];
extern const struct conf_row conf_rows_ddns[];
extern const struct conf_row conf_rows_certificates[];
extern const struct conf_row conf_rows_vault[];
extern const struct conf_row conf_rows_proxy[];
extern const struct conf_row conf_rows_logging[];

/* The first row of every section and record. */
#define CONF_ROW_REV(owner) { .key = "rev", .type = CONF_T_INT, .flags = CONF_F_READONLY, \
	.offset = offsetof(owner, rev), .size = sizeof(uint64_t), .def = "0", .min = 0, .max = INT64_MAX, \
	.help = "Generation that last changed it" }

#define CONF_ROW_END { .key = NULL }

#endif /* CONF_SCHEMA_ROWS_H */
