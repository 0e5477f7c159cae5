/* The wizard's questions (SET-5, api.md 3): steps, fields, answers so far (in
 * memory only: a stop before completion loses them). Every rule that the
 * configuration has is checked by the configuration's own validator on the
 * document that the answers would make (INP-1); only what is not in that
 * document (password, choice, reach) is judged here. */
#ifndef SETUP_WIZARD_H
#define SETUP_WIZARD_H

#include <stdbool.h>

#include <jansson.h>

struct err;
struct setup_wizard;

/* What the host says, for defaults. Strings are copied. */
struct setup_host {
	const char *label;		/* host name as a label, "" = unusable */
	const char *timezone;		/* "" = unknown */
	bool root_mode;
};

struct setup_wizard *setup_wizard_new(const struct setup_host *h);
void setup_wizard_free(struct setup_wizard *w);	/* NULL is allowed */

/* The steps in order; the one to show next (the first without a stored answer; the last when all have). */
json_t *setup_wizard_steps(void);
const char *setup_wizard_step(const struct setup_wizard *w);

/* {step, fields:{name:{type, default, required, choices?, value?, help}}}; step NULL = the next one. Secrets
 * have no value, only has_value. NULL with ERR_NOT_FOUND. New reference. */
json_t *setup_wizard_fields(const struct setup_wizard *w, const char *step, struct err *e);

/* What the body of POST /api/setup/step makes of the answers so far, without storing it: 0 with *answers as below, or
 * negative errno with e. */
int setup_wizard_judge(const struct setup_wizard *w, const json_t *body, json_t **answers, struct err *e);

/* The name that has to be free at the service of pic_ngo; NULL: none. Borrowed. */
const char *setup_wizard_public_name(const json_t *answers);

/* Store the body of POST /api/setup/step ({step, …}) if every field holds. *next: the step after it. */
int setup_wizard_put(struct setup_wizard *w, const json_t *body, const char **next, struct err *e);

/* The whole answer: body of POST /api/setup/complete over stored answers over defaults. 0 with *answers (new
 * reference, complete, normalised; holds the password), or -EINVAL with every field error, then -EEXIST. */
int setup_wizard_complete(const struct setup_wizard *w, const json_t *body, json_t **answers, struct err *e);

#endif /* SETUP_WIZARD_H */
