/* What of an authority has to be made anew now (TLS-6, TIM-8): pure. Everything
 * is renewed when a third of its life is left. A root and an intermediate that
 * are renewed keep their name and key, so that what they signed, and devices
 * that trust the earlier root, stay good; the years between are for installing
 * the new one. */
#ifndef CA_PLAN_H
#define CA_PLAN_H

#include <stdbool.h>
#include <stdint.h>

enum { CA_DAY_S = 86400, CA_ROOT_DAYS = 3652, CA_INTERMEDIATE_DAYS = 1826, CA_CRL_DAYS = 30 };

struct ca_span {
	int64_t from_s, until_s;	/* both 0: there is none */
};

struct ca_have {
	struct ca_span root, intermediate, server, crl;
	bool scope_fits;	/* the root may certify all own domains */
	bool server_fits;	/* the server's certificate is of this intermediate, for all names of the cell, and not revoked */
	bool crl_fits;		/* the list is of this intermediate and names all that is revoked */
};

enum ca_clock {
	CA_CLOCK_WRONG,		/* earlier than it can be: nothing that lasts is made */
	CA_CLOCK_UNSURE,	/* what is missing is made; what lasts is renewed in the last tenth of its life only */
	CA_CLOCK_TRUSTED
};

enum ca_todo {
	CA_NEW_ROOT = 1 << 0,		/* another name and key: devices must install it */
	CA_RENEW_ROOT = 1 << 1,
	CA_NEW_INTERMEDIATE = 1 << 2,
	CA_RENEW_INTERMEDIATE = 1 << 3,
	CA_NEW_SERVER = 1 << 4,		/* the certificate of the cell itself */
	CA_NEW_CRL = 1 << 5
};

/* A set of enum ca_todo, complete: what follows from a part of it is in it. */
unsigned ca_plan(const struct ca_have *h, int64_t now_s, enum ca_clock clock);

/* When a third of it is left. */
int64_t ca_due_s(const struct ca_span *s);

/* The life of what is made at now, of so many days, inside that of its issuer (NULL: none). */
struct ca_span ca_span_at(int64_t now_s, int days, const struct ca_span *issuer);

#endif /* CA_PLAN_H */
