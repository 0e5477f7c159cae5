/* Who may reach what (EXP-2), and what a change changes about it (EXP-3). A world is one configuration on one host: who
 * asks, what is asked for, and whoever decides about it. Nothing is stored: a cell is judged when it is looked at, so that
 * 10,000 peers by 100 targets need no memory and may be looked at in part.
 *
 * Nothing is decided here but the order of the doors that a packet meets: the firewall's verdict and the edge's come by
 * callbacks, from the very functions that packets and requests meet. Pure. */
#ifndef REACH_MATRIX_H
#define REACH_MATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REACH_TEXT_MAX = 256, REACH_NAME_MAX = 80 };

/* Who asks: sorted by name. */
struct reach_subject {
	const char *name;		/* of the peer; "zone:lan" */
	size_t index;			/* of the peer; of no meaning for a zone */
	unsigned zone;			/* enum conf_zone */
	bool peer;
	uint64_t rev;			/* differs when it has changed between two worlds */
};

enum reach_place {
	REACH_ADMIN,			/* the cell's own pages as an administrator */
	REACH_DNS,
	REACH_LAN, REACH_INTERNET,
	REACH_ROUTE,			/* a proxy route */
	REACH_PEER			/* another peer */
};

/* What is asked for: sorted by name. */
struct reach_target {
	const char *name;		/* "admin", "route:wiki", "peer:anna-phone" */
	enum reach_place place;
	size_t index;			/* of the route or the peer */
	const char *way;		/* where it leads behind the cell: "eth0", "http://192.168.1.5:8123"; "" = nothing to say */
	const char *host;		/* of a route: its name; else "" */
	uint64_t rev;			/* as above */
};

enum reach_verdict { REACH_DENY, REACH_ALLOW, REACH_UNKNOWN, REACH_ABSENT };

/* Each says what it does with s on its way to t, and with size > 0 why, as a sentence without a full stop. */
typedef enum reach_verdict reach_judge(void *arg, const struct reach_subject *s, const struct reach_target *t, char *why,
    size_t size);

struct reach_world {
	const struct reach_subject *subjects;
	size_t nsubjects;
	const struct reach_target *targets;
	size_t ntargets;
	reach_judge *firewall;		/* the packets; the same for all targets that the edge serves */
	reach_judge *edge;		/* what is behind the cell's own doors: admin, DNS, routes */
	void *arg;
};

/* Judges one subject's cells, in any order of targets. */
struct reach_row {
	const struct reach_world *world;
	const struct reach_subject *subject;
	enum reach_verdict web;		/* of the firewall about the edge's doors; REACH_ABSENT = not asked yet */
};

void reach_row_begin(struct reach_row *r, const struct reach_world *w, const struct reach_subject *s);

/* why: NULL or REACH_TEXT_MAX bytes for the reason. A peer on its way to itself is REACH_ABSENT: there is no such cell. */
enum reach_verdict reach_row_judge(struct reach_row *r, const struct reach_target *t, char *why);

/* "vpn → edge → http://192.168.1.5:8123": how s gets to t, if it does. Returns buf of REACH_TEXT_MAX. */
const char *reach_path(const struct reach_subject *s, const struct reach_target *t, char *buf);

const char *reach_verdict_name(enum reach_verdict v);	/* "allow"; NULL for REACH_ABSENT */

/* NULL: there is none of that name. */
const struct reach_subject *reach_subject_find(const struct reach_world *w, const char *name);
const struct reach_target *reach_target_find(const struct reach_world *w, const char *name);

struct reach_change {
	const struct reach_subject *subject_before, *subject_after;	/* NULL = there is none on that side */
	const struct reach_target *target_before, *target_after;
	enum reach_verdict before, after;	/* REACH_ABSENT: no such cell on that side */
};

typedef void reach_change_cb(void *arg, const struct reach_change *c);

/* Call each for every cell that differs in verdict or path, by subject and target; one that is on one side only differs if
 * something may be reached by it. same: nothing but subjects and targets can differ between the two, so that those whose rev
 * is the same need not be judged. */
void reach_diff(const struct reach_world *before, const struct reach_world *after, bool same, reach_change_cb *each,
    void *arg);

#endif /* REACH_MATRIX_H */
