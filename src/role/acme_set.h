/* What acme.c and acme_order.c share. */
#ifndef ROLE_ACME_SET_H
#define ROLE_ACME_SET_H

#include "acme/account.h"
#include "acme/plan.h"
#include "role/acme.h"
#include "role/acme_kept.h"

struct cell_cert;
struct io_timer;
struct jobs_run;

struct acme_running {
	char name[ACME_NAME_SIZE];	/* first name of what is ordered; "": no order runs */
	bool trial;			/* somebody tries the staging server: nothing is served */
};

/* Holds the account's key. */
struct acme {
	struct core *core;
	struct acme_kept *kept;
	struct acme_account account;
	bool has_account;
	char thumbprint[ACME_THUMBPRINT_SIZE];
	struct acme_want *wants;	/* ACME_WANTS_MAX of them, for conf */
	size_t nwants;
	struct acme_running running;
	struct jobs_run *spare;		/* makes an RSA key; NULL: none is made */
	struct jobs_run *window;	/* asked for the window of window_name; NULL: nothing is asked */
	char window_name[ACME_NAME_SIZE];
	struct io_timer *timer;
	uint64_t settings[3];		/* revisions of what failures may be due to */
	bool said_time;			/* that it waits for the clock */
	bool unsaved;			/* the disk did not take the last change of kept */
	int64_t looked_at;		/* certificates that run out were told until then */
};

/* The certificate at hand for a want; NULL: there is none, or not of the authority in force. */
const struct cell_cert *acme_present(const struct acme *a, const struct acme_want *w);

/* Keep what was changed in a->kept; what the disk does not take is said and tried again. */
void acme_save(struct acme *a);

/* Look again, soon. */
void acme_wake(struct acme *a);

/* Is an order for w under way, at the place where one would be made now? */
bool acme_order_is_open(const struct acme *a, const struct acme_want *w);

/* Is there what the next order needs of keys? An RSA key is made in the background, and acme_wake() comes with it. */
bool acme_has_key(struct acme *a);

/* Start the job for w. *job (may be NULL): a new reference. */
int acme_order_start(struct acme *a, const struct acme_want *w, bool trial, const char *actor, json_t **job, struct err *e);

/* Ask when the authority wants c renewed. */
void acme_window_start(struct acme *a, const struct acme_want *w, const struct cell_cert *c);

#endif /* ROLE_ACME_SET_H */
