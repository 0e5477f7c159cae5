/* Configuration → what an edge needs for time: whom it serves, and whom the
 * one edge that measures asks. Pure; part of the snapshot. */
#ifndef NTP_PLAN_H
#define NTP_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conf;
struct rd;
struct wr;

enum { NTP_SOURCES_MAX = 8, NTP_HOST_MAX = 254 };

struct ntp_plan {
	uint8_t zones;			/* set of enum conf_zone that is served; 0 = nobody: off */
	uint8_t nsources;		/* 0 = nothing is measured */
	char sources[NTP_SOURCES_MAX][NTP_HOST_MAX];	/* host names and addresses, as configured */
};

/* Off before setup (SET-1), and where ntp.enabled says so. */
void ntp_plan(struct ntp_plan *p, const struct conf *c);

void ntp_plan_write(struct wr *w, const struct ntp_plan *p);
bool ntp_plan_read(struct rd *r, struct ntp_plan *p);

#endif /* NTP_PLAN_H */
