/* Diagnosis (SET-7, EXP-5): facts about host and cell → checks with a verdict
 * and a fix. Pure. What cannot be examined is "unknown", never "ok". */
#ifndef DIAG_CHECK_H
#define DIAG_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/addr.h"

enum { DIAG_LISTENERS_MAX = 32, DIAG_NAME_MAX = 64, DIAG_TEXT_MAX = 160 };

/* A port that the cell wants. */
struct diag_listener {
	const char *what;		/* "dns" */
	int protocol;			/* IPPROTO_TCP, IPPROTO_UDP */
	uint16_t port;
	bool open;
	int error;			/* negative errno of the last try, 0 = none */
	int holder_pid;			/* who has it instead, 0 = not readable */
	char holder[DIAG_NAME_MAX];
};

enum diag_known { DIAG_UNKNOWN, DIAG_NO, DIAG_YES };

struct diag_facts {
	int64_t now, build_time;
	enum diag_known clock_synced;	/* the kernel's own status */
	int64_t clock_error_us;		/* its estimate, when synced */
	bool root_mode;
	size_t nlisteners;
	struct diag_listener listeners[DIAG_LISTENERS_MAX];
	struct addr uplink;		/* address on the default route; len 0 = none */
	struct addr uplink6;		/* a global IPv6 address; len 0 = none */
	enum diag_known docker, podman;	/* engine sockets */
	uint64_t disk_free, disk_total;	/* 0, 0 = unknown */
	uint64_t memory_rss;		/* of all roles, bytes; 0 = unknown */
	uint64_t memory_available;	/* of the host; 0 = unknown */
	int64_t cert_until;		/* Unix time until which the served certificate is valid; 0 = unknown */
	bool cert_provisional;		/* it signs itself, though setup is complete */
};

/* Array of {id, area, verdict, detail, fix}; ids are stable: "clock", "port.dns.udp", "port53", "public_address",
 * "ipv6", "engine", "disk", "memory", "certificate". fix is null when there is nothing to do. New reference. */
json_t *diag_checks(const struct diag_facts *f);

/* One check as JSON; fix may be NULL. verdict: "ok", "warn", "fail", "unknown". */
json_t *diag_check(const char *id, const char *area, const char *verdict, const char *fix, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* {run_at, checks:[…]} of local checks and those of the job "diagnosis.run" (NULL: did not run). New reference. */
json_t *diag_report(int64_t run_at, const json_t *local, const json_t *network);

#endif /* DIAG_CHECK_H */
