/* Questions and answers of the first run; see wizard.h. */
#include "setup/wizard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "conf/conf.h"
#include "conf/credential.h"
#include "setup/document.h"
#include "setup/field.h"

enum { LABEL_SIZE = 64, ZONE_SIZE = 65, PASSWORD_MIN = 12, PASSWORD_MAX = 256 };

struct setup_wizard {
	char label[LABEL_SIZE], timezone[ZONE_SIZE];
	json_t *answers;	/* field → value, as stored so far */
	json_t *stored;		/* step → true */
};

struct setup_wizard *
setup_wizard_new(const struct setup_host *h)
{
	struct setup_wizard *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	/* A default that does not fit is none. */
	(void)str_copy(str_of(h->label), w->label, sizeof(w->label));
	(void)str_copy(str_of(h->timezone), w->timezone, sizeof(w->timezone));
	w->answers = json_object();
	w->stored = json_object();
	if (w->answers == NULL || w->stored == NULL) {
		setup_wizard_free(w);
		return NULL;
	}
	return w;
}

void
setup_wizard_free(struct setup_wizard *w)
{
	if (w == NULL)
		return;
	json_decref(w->answers);
	json_decref(w->stored);
	free(w);
}

/* --- what is asked -------------------------------------------------------------- */

/* The default's text, or NULL. */
static const char *
default_of(const struct setup_wizard *w, const struct setup_field *f)
{
	if (f->from == SETUP_DEF_HOST_LABEL && w->label[0] != '\0')
		return w->label;
	if (f->from == SETUP_DEF_HOST_TIMEZONE && w->timezone[0] != '\0')
		return w->timezone;
	return f->def;
}

json_t *
setup_wizard_steps(void)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; setup_steps[i] != NULL; i++)
		(void)json_array_append_new(list, json_string(setup_steps[i]));	/* out of memory: a shorter list */
	return list;
}

static const char *
step_after(const char *step)
{
	size_t i = 0;

	while (strcmp(setup_steps[i], step) != 0)
		i++;
	return setup_steps[i + 1] != NULL ? setup_steps[i + 1] : "complete";
}

const char *
setup_wizard_step(const struct setup_wizard *w)
{
	size_t i;

	for (i = 0; setup_steps[i + 1] != NULL; i++)
		if (json_object_get(w->stored, setup_steps[i]) == NULL)
			break;
	return setup_steps[i];
}

static json_t *
list_json(const char *const *words)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; words[i] != NULL; i++)
		(void)json_array_append_new(list, json_string(words[i]));	/* out of memory: a shorter list */
	return list;
}

static json_t *
field_json(const struct setup_wizard *w, const struct setup_field *f)
{
	static const char *const types[] = { "text", "choice", "secret", "integer" };
	json_t *value = json_object_get(w->answers, f->name), *j;

	j = json_pack("{s:s, s:s?, s:b, s:s}", "type", types[f->type], "default", default_of(w, f),
	    "required", f->required, "help", f->help);
	if (f->type == SETUP_SECRET)
		(void)json_object_set_new(j, "has_value", json_boolean(value != NULL));
	else if (value != NULL)
		(void)json_object_set(j, "value", value);
	if (f->choices != NULL)
		(void)json_object_set_new(j, "choices", list_json(f->choices));
	if (f->modes != NULL)
		(void)json_object_set_new(j, "modes", list_json(f->modes));
	return j;
}

json_t *
setup_wizard_fields(const struct setup_wizard *w, const char *step, struct err *e)
{
	const struct setup_field *f;
	json_t *fields = json_object();

	if (step == NULL)
		step = setup_wizard_step(w);
	if (!setup_step_known(step)) {
		json_decref(fields);
		(void)err_set(e, ERR_NOT_FOUND, "no step %s", step);
		return NULL;
	}
	for (f = setup_fields; f->name != NULL; f++)
		if (f->step != NULL && strcmp(f->step, step) == 0)
			(void)json_object_set_new(fields, f->name, field_json(w, f));
	return json_pack("{s:s, s:o}", "step", step, "fields", fields);
}

/* --- what is answered ------------------------------------------------------------- */

static size_t
characters(struct str s)
{
	size_t i, n = 0;

	for (i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static bool
is_choice(const struct setup_field *f, struct str s)
{
	size_t i;

	for (i = 0; f->choices[i] != NULL; i++)
		if (str_eqz(s, f->choices[i]))
			return true;
	return false;
}

static void
refuse_choice(const struct setup_field *f, struct err *e)
{
	char list[128] = "";
	size_t i, n = 0;

	if (f->refusal != NULL) {
		(void)err_field(e, ERR_VALIDATION, f->name, "%s", f->refusal);	/* the caller looks at e */
		return;
	}
	for (i = 0; f->choices[i] != NULL && n < sizeof(list); i++)
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", i > 0 ? " or " : "", f->choices[i]);
	(void)err_field(e, ERR_VALIDATION, f->name, "must be %s", list);
}

/* Other secrets are judged as what they are for (conf/credential.h). */
static bool
is_password(const struct setup_field *f)
{
	return f->type == SETUP_SECRET && f->section == NULL;
}

/* What the configuration does not judge. False: e says why not. */
static bool
check_value(const struct setup_field *f, const json_t *v, struct err *e)
{
	struct str s = { json_string_value(v), json_string_length(v) };
	const char *why = NULL;

	if (f->type == SETUP_INTEGER)
		why = json_is_integer(v) ? NULL : "must be a whole number";
	else if (!json_is_string(v))
		why = "must be text";
	else if (is_password(f) && characters(s) < PASSWORD_MIN)
		why = "needs at least 12 characters";
	else if (is_password(f) && characters(s) > PASSWORD_MAX)
		why = "has more than 256 characters";
	if (why == NULL && f->type == SETUP_CHOICE && !is_choice(f, str_trim(s))) {
		refuse_choice(f, e);
		return false;
	}
	if (why != NULL)
		(void)err_field(e, ERR_VALIDATION, f->name, "%s", why);
	return why == NULL;
}

static json_t *
value_of(const struct setup_field *f, json_t *v)
{
	struct str s;

	if (f->type == SETUP_SECRET || !json_is_string(v))
		return json_incref(v);
	s = str_trim((struct str){ json_string_value(v), json_string_length(v) });
	return json_stringn(s.n == 0 ? "" : s.p, s.n);
}

/* No answer: null, or an empty text where none is needed. */
static bool
is_none(const struct setup_field *f, const json_t *v)
{
	struct str s = { json_string_value(v), json_string_length(v) };

	return json_is_null(v) || (json_is_string(v) && !f->required && str_trim(s).n == 0);
}

/* Merge the members of body, which may only be fields of step (NULL: any), into answers. */
static void
take(json_t *answers, const json_t *body, const char *step, struct err *e)
{
	const struct setup_field *f;
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)body, key, v) {	/* only read, though the macro takes no const */
		f = setup_field_find(str_of(key));
		if (strcmp(key, "step") == 0 && step != NULL)
			continue;
		if (f == NULL && setup_field_is_later(str_of(key)))
			(void)err_field(e, ERR_VALIDATION, key, "is not available in this version");
		else if (f == NULL || (step != NULL && (f->step == NULL || strcmp(f->step, step) != 0)))
			(void)err_field(e, ERR_VALIDATION, key, "is not asked %s", step == NULL ? "for" : "in this step");
		else if (is_none(f, v))
			(void)json_object_del(answers, key);	/* back to the default */
		else if (check_value(f, v, e))
			(void)json_object_set_new(answers, key, value_of(f, v));	/* missing: told as such */
	}
}

/* Answers for another mode: those of before are passed over, one that comes now is a mistake. */
static void
drop_unasked(json_t *answers, const json_t *body, struct err *e)
{
	const char *mode = json_string_value(json_object_get(answers, "domain_mode"));
	const struct setup_field *f;

	for (f = setup_fields; f->name != NULL; f++) {
		if (json_object_get(answers, f->name) == NULL || setup_field_is_asked(f, mode != NULL ? mode : "lan"))
			continue;
		(void)json_object_del(answers, f->name);	/* it is there */
		if (json_object_get(body, f->name) != NULL && !is_none(f, json_object_get(body, f->name)))
			(void)err_field(e, ERR_VALIDATION, f->name, "is not asked for in mode %s", mode != NULL ? mode : "lan");
	}
}

/* Fill in defaults; say what is required and still missing. Only fields of step, if one is given. */
static void
complete_answers(const struct setup_wizard *w, json_t *answers, const char *step, struct err *e)
{
	const struct setup_field *f;
	const char *def;

	for (f = setup_fields; f->name != NULL; f++) {
		if (json_object_get(answers, f->name) != NULL)
			continue;
		def = default_of(w, f);
		if (def != NULL)
			(void)json_object_set_new(answers, f->name, json_string(def));
		else if (f->required && !err_has_field(e, f->name) &&
		    (step == NULL || (f->step != NULL && strcmp(f->step, step) == 0)))
			(void)err_field(e, ERR_VALIDATION, f->name, "is required");
	}
}

/* The field whose answer stands at a path of the configuration, or NULL. */
static const struct setup_field *
field_at(const char *path)
{
	const struct setup_field *f;
	char at[ERR_FIELD_MAX];

	for (f = setup_fields; f->name != NULL; f++) {
		if (f->section == NULL)
			continue;
		(void)snprintf(at, sizeof(at), "%s.%s", f->section, f->key);	/* ours, and short */
		if (strcmp(at, path) == 0)
			return f;
	}
	return NULL;
}

/* What the configuration says about a document, in terms of what was asked. */
static void
translate(const struct err *c, const char *step, struct err *e)
{
	const struct setup_field *f;
	size_t i;

	if (c->nfields == 0) {
		*e = *c;
		return;
	}
	for (i = 0; i < c->nfields && i < ERR_FIELDS_MAX; i++) {
		const char *field = c->fields[i].field;

		f = field_at(field);
		if (f != NULL && step != NULL && (f->step == NULL || strcmp(f->step, step) != 0))
			continue;
		if (f != NULL)
			field = f->name;
		if (!err_has_field(e, field))
			(void)err_field(e, c->kind, field, "%s", c->fields[i].message);
	}
}

static void
try_credentials(const json_t *answers, const struct conf *old, const struct conf *next, struct err *e)
{
	json_t *given = setup_document_credentials(answers), *out;
	const struct conf_credential_change c = { .old = old, .next = next, .given = given };

	if (conf_credential_next(&c, &out, e) == 0)	/* else told in e */
		json_decref(out);
	json_decref(given);
}

/* Build the configuration that the answers would make. NULL: e says why not. */
static struct conf *
try_document(const json_t *answers, const char *step, struct err *e)
{
	struct setup_document d = { .answers = answers };
	struct conf *base = conf_default("mycell"), *c = NULL;
	json_t *draft = base == NULL ? NULL : json_deep_copy(base->doc);
	struct err ce;

	err_clear(&ce);
	if (draft == NULL)
		(void)err_set(&ce, ERR_INTERNAL, "out of memory");
	else if (setup_document_edit(&d, draft, &ce) == 0 && conf_build(&c, draft, &ce) < 0)
		c = NULL;
	if (c != NULL)
		try_credentials(answers, base, c, &ce);
	if (ce.kind != ERR_NONE && !(e->kind == ERR_VALIDATION && ce.kind == ERR_CONFLICT))
		translate(&ce, step, e);
	json_decref(draft);
	conf_unref(base);
	return c;
}

/* The object that a field's section names: "identity", or the first of an array, "users[0]". */
static const json_t *
section_of(const json_t *doc, const char *section)
{
	struct str rest = str_of(section), name;
	char text[32];

	(void)str_cut(&rest, '[', &name);	/* no section is empty */
	if (!str_copy(name, text, sizeof(text)))
		return NULL;
	return rest.n == 0 ? json_object_get(doc, text) : json_array_get(json_object_get(doc, text), 0);
}

/* Answers in the form that the configuration gave them. */
static void
normalise(json_t *answers, const struct conf *c)
{
	const struct setup_field *f;
	const json_t *s;
	json_t *v;

	for (f = setup_fields; f->name != NULL; f++) {
		if (f->section == NULL || json_object_get(answers, f->name) == NULL)
			continue;
		s = section_of(c->doc, f->section);
		v = json_object_get(s, f->key);
		if (v != NULL)
			(void)json_object_set_new(answers, f->name, json_deep_copy(v));	/* else the form typed */
	}
}

/* Take body over what is stored; judge it. The complete answers, or NULL. */
static json_t *
judge(const struct setup_wizard *w, const json_t *body, const char *step, struct err *e)
{
	json_t *answers = json_deep_copy(w->answers);
	struct conf *c;

	if (answers == NULL) {
		(void)err_set(e, ERR_INTERNAL, "out of memory");
		return NULL;
	}
	take(answers, body, step, e);
	drop_unasked(answers, body, e);
	complete_answers(w, answers, step, e);
	c = try_document(answers, step, e);
	if (c != NULL && e->kind == ERR_NONE)
		normalise(answers, c);
	conf_unref(c);
	if (e->kind == ERR_NONE)
		return answers;
	json_decref(answers);
	return NULL;
}

/* Keep the answers of one step. */
static int
keep(struct setup_wizard *w, const json_t *answers, const json_t *body, const char *step)
{
	const struct setup_field *f;

	for (f = setup_fields; f->name != NULL; f++) {
		if (f->step == NULL || strcmp(f->step, step) != 0)
			continue;
		if (json_object_get(body, f->name) != NULL && json_object_get(answers, f->name) != NULL &&
		    json_object_set(w->answers, f->name, json_object_get(answers, f->name)) < 0)
			return -1;
		if (json_object_get(body, f->name) != NULL && is_none(f, json_object_get(body, f->name)))
			(void)json_object_del(w->answers, f->name);	/* was perhaps not there */
	}
	return json_object_set_new(w->stored, step, json_true());
}

int
setup_wizard_judge(const struct setup_wizard *w, const json_t *body, json_t **answers, struct err *e)
{
	const char *step = json_string_value(json_object_get(body, "step"));
	struct err mine;

	*answers = NULL;
	err_clear(&mine);
	if (step == NULL || !setup_step_known(step))
		return err_field(e, ERR_VALIDATION, "step", "must be start, identity, time, admin or device");
	*answers = judge(w, body, step, &mine);
	if (e != NULL)
		*e = mine;
	return err_errno(mine.kind);
}

const char *
setup_wizard_public_name(const json_t *answers)
{
	const char *mode = json_string_value(json_object_get(answers, "domain_mode"));

	return mode != NULL && strcmp(mode, "pic_ngo") == 0 ?
	    json_string_value(json_object_get(answers, "cell_name")) : NULL;
}

int
setup_wizard_put(struct setup_wizard *w, const json_t *body, const char **next, struct err *e)
{
	const char *step = json_string_value(json_object_get(body, "step"));
	json_t *answers;
	int r = setup_wizard_judge(w, body, &answers, e);

	if (r < 0)
		return r;
	r = keep(w, answers, body, step);
	json_decref(answers);
	*next = step_after(step);
	return r < 0 ? err_set(e, ERR_INTERNAL, "out of memory") : 0;
}

int
setup_wizard_complete(const struct setup_wizard *w, const json_t *body, json_t **answers, struct err *e)
{
	struct err mine;

	err_clear(&mine);
	if (!json_is_object(body))
		return err_set(e, ERR_VALIDATION, "the answers must be an object");
	*answers = judge(w, body, NULL, &mine);
	if (e != NULL)
		*e = mine;
	return err_errno(mine.kind);
}
