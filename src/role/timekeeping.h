/* Time as core sees it: what the edge that measures found becomes what the
 * edges say of the clock (NTP-4), whether the clock is trusted (NTP-6), and,
 * where it is ours to steer, how it is steered (NTP-7).
 *
 * Who starts the cell can say PIC_CLOCK=leave: the clock is never touched,
 * whatever the configuration says; or PIC_CLOCK=trust: not that either, and it is
 * right without further proof, for hosts whose hypervisor keeps their time. */
#ifndef ROLE_TIMEKEEPING_H
#define ROLE_TIMEKEEPING_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "ntp/apply.h"
#include "ntp/reference.h"
#include "ntp/report.h"

struct clk;
struct conf_ntp;
struct io_loop;
struct kclock;
struct timekeeping;

enum { TIMEKEEPING_WATCH_MS = 16000, TIMEKEEPING_ALERT_S = 600, TIMEKEEPING_ROUNDS_MAX = 16, TIMEKEEPING_ROUND_MS = 9500 };

struct timekeeping_conf {
	struct io_loop *loop;
	const struct clk *clk;
	struct kclock *kclock;
	bool may_steer;			/* the right is there, and nobody forbids it */
	bool vouched;			/* PIC_CLOCK=trust */
	int64_t built;			/* Unix seconds: no true clock is before this */
	/* Tell the edges. moved: so much was core's own doing since its start. */
	void (*say)(void *arg, const struct ntp_reference *f, int64_t moved);
	/* Ask all sources now; false: nobody can. */
	bool (*round)(void *arg, uint32_t number);
	int64_t (*highest)(void *arg);	/* trusted reading so far, Unix seconds */
	void (*changed)(void *arg);	/* something that timekeeping_save() writes */
	void *arg;
};

struct timekeeping *timekeeping_new(const struct timekeeping_conf *c);	/* NULL when out of memory */
void timekeeping_free(struct timekeeping *t);	/* rounds under way end; NULL is allowed */

/* observed.json: the frequency that we set, by which it is known as ours after a restart. */
void timekeeping_load(struct timekeeping *t, const json_t *observed);
void timekeeping_save(const struct timekeeping *t, json_t *observed);

/* The configuration in force. Copied as far as it is needed. */
void timekeeping_follow(struct timekeeping *t, bool running, const struct conf_ntp *c);

/* A report of the edge that measures. */
void timekeeping_hear(struct timekeeping *t, const struct ntp_report *r);

/* Why the clock is not trusted; NULL: it is. */
const char *timekeeping_lacks(void *timekeeping);

struct timekeeping_state {
	bool running;
	enum ntp_control control;
	struct ntp_reference reference;	/* what is said */
	struct ntp_report report;
	const char *lacks;
};
void timekeeping_state(struct timekeeping *t, struct timekeeping_state *out);

/* One round of questions; done exactly once, never from within, when it is over. False: it cannot be started. */
bool timekeeping_round(struct timekeeping *t, void (*done)(void *arg), void *arg);

#endif /* ROLE_TIMEKEEPING_H */
