/* Answers from a file and the environment; see unattended.h. */
#include "setup/unattended.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "base/str.h"
#include "conf/json.h"
#include "setup/field.h"

#define PREFIX "PIC_INIT_"

enum { VARIABLE_MAX = 64 };

/* "PIC_INIT_CELL_NAME=…" → "cell_name" and the value. False: another variable. */
static bool
take_variable(const char *entry, char name[VARIABLE_MAX], struct str *value)
{
	struct str s = str_of(entry), head;
	size_t i;

	if (!str_cut(&s, '=', &head) || !str_starts(head, STR(PREFIX)))
		return false;
	head = (struct str){ head.p + sizeof(PREFIX) - 1, head.n - (sizeof(PREFIX) - 1) };
	if (!str_copy((struct str){ head.p, head.n < VARIABLE_MAX ? head.n : VARIABLE_MAX - 1 }, name, VARIABLE_MAX))
		return false;
	for (i = 0; name[i] != '\0'; i++)
		name[i] = (char)(name[i] | (name[i] >= 'A' && name[i] <= 'Z' ? 0x20 : 0));
	*value = s;
	return true;
}

/* "cell_name" → "PIC_INIT_CELL_NAME". */
static void
variable_of(const char *field, char out[ERR_FIELD_MAX])
{
	size_t i;

	(void)snprintf(out, ERR_FIELD_MAX, PREFIX "%s", field);	/* cut is fine */
	for (i = 0; out[i] != '\0'; i++)
		if (out[i] >= 'a' && out[i] <= 'z')
			out[i] = (char)(out[i] - 'a' + 'A');
}

static int
bad(struct err *e, const char *name, const char *rule)
{
	char variable[ERR_FIELD_MAX];

	variable_of(name, variable);
	return err_field(e, ERR_VALIDATION, variable, "%s", rule);
}

bool
setup_unattended_wanted(const char *const *env)
{
	for (; *env != NULL; env++)
		if (strncmp(*env, PREFIX, sizeof(PREFIX) - 1) == 0)
			return true;
	return false;
}

int
setup_unattended_parse(const char *p, size_t n, json_t **body, struct err *e)
{
	*body = n > SETUP_INIT_MAX ? NULL : conf_json_read(p, n, e);
	if (n > SETUP_INIT_MAX)
		return err_set(e, ERR_VALIDATION, "the file is longer than %d bytes", SETUP_INIT_MAX);
	if (*body == NULL)
		return err_errno(ERR_VALIDATION);
	if (json_is_object(*body))
		return 0;
	json_decref(*body);
	*body = NULL;
	return err_set(e, ERR_VALIDATION, "the file must hold one object with the answers");
}

/* --- environment ------------------------------------------------------------------ */

struct reader {
	setup_read_file *read;
	void *arg;
};

/* The text of a file that the variable of name points to. 0 or -EINVAL. */
static int
read_named(const struct reader *r, const char *name, const char *path, char **text, size_t *n, struct err *e)
{
	char variable[ERR_FIELD_MAX];
	struct err why;

	err_clear(&why);
	if (r->read(r->arg, path, text, n, &why) == 0)
		return 0;
	variable_of(name, variable);
	return err_field(e, ERR_VALIDATION, variable, "cannot be read: %.200s", why.detail);
}

/* The value of PIC_INIT_FILE, or NULL. */
static const char *
file_of(const char *const *env)
{
	for (; *env != NULL; env++)
		if (strncmp(*env, PREFIX "FILE=", sizeof(PREFIX "FILE=") - 1) == 0)
			return *env + sizeof(PREFIX "FILE=") - 1;
	return NULL;
}

static int
read_base(const char *path, const struct reader *r, json_t **body, struct err *e)
{
	char *text;
	size_t n;
	int error;

	if (read_named(r, "file", path, &text, &n, e) < 0)
		return err_errno(ERR_VALIDATION);
	error = setup_unattended_parse(text, n, body, e);
	sodium_memzero(text, n);
	free(text);
	return error;
}

static int
put_text(json_t *body, const struct setup_field *f, struct str s, struct err *e)
{
	uint64_t n;

	if (f->type == SETUP_INTEGER) {
		if (!str_u64(s, UINT32_MAX, &n))
			return bad(e, f->name, "must be a whole number");
		return json_object_set_new(body, f->name, json_integer((json_int_t)n));
	}
	if (!str_utf8(s))
		return bad(e, f->name, "is not UTF-8 text");
	return json_object_set_new(body, f->name, json_stringn(s.n == 0 ? "" : s.p, s.n));
}

/* A secret out of a file of its own; the line end that editors leave is no part of it. */
static int
put_file(json_t *body, const struct setup_field *f, const char *path, const struct reader *r, struct err *e)
{
	char *text, variable[VARIABLE_MAX];
	struct str s;
	size_t n;
	int error;

	(void)snprintf(variable, sizeof(variable), "%s_file", f->name);	/* ours, and short */
	if (read_named(r, variable, path, &text, &n, e) < 0)
		return err_errno(ERR_VALIDATION);
	s = (struct str){ text, n };
	if (s.n > 0 && s.p[s.n - 1] == '\n')
		s.n--;
	if (s.n > 0 && s.p[s.n - 1] == '\r')
		s.n--;
	error = put_text(body, f, s, e);
	sodium_memzero(text, n);
	free(text);
	return error;
}

static void
put_variable(json_t *body, const char *name, struct str value, const struct reader *r, struct err *e)
{
	struct str n = str_of(name), stem = n;
	const struct setup_field *f = setup_field_find(n);

	if (f != NULL) {
		(void)put_text(body, f, value, e);	/* the caller looks at e */
		return;
	}
	if (str_ends(n, STR("_file")))
		stem.n -= 5;
	f = setup_field_find(stem);
	if (f != NULL && f->type == SETUP_SECRET)
		(void)put_file(body, f, value.p, r, e);
	else if (setup_field_is_later(n) || setup_field_is_later(stem))
		(void)bad(e, name, "is not available in this version");
	else
		(void)bad(e, name, "is no setting of the first run");
}

int
setup_unattended_read(const char *const *env, setup_read_file *read, void *arg, json_t **body, struct err *e)
{
	struct reader r = { read, arg };
	const char *file = file_of(env);
	char name[VARIABLE_MAX];
	struct err mine;
	struct str value;
	int error;

	*body = NULL;
	if (file != NULL && (error = read_base(file, &r, body, e)) < 0)
		return error;
	if (*body == NULL)
		*body = json_object();
	err_clear(&mine);
	for (; *env != NULL; env++)
		if (take_variable(*env, name, &value) && strcmp(name, "file") != 0)
			put_variable(*body, name, value, &r, &mine);
	if (mine.kind == ERR_NONE)
		return 0;
	json_decref(*body);
	*body = NULL;
	if (e != NULL)
		*e = mine;
	return err_errno(mine.kind);
}

static bool
is_set(const char *const *env, const char *field)
{
	char name[VARIABLE_MAX], file[VARIABLE_MAX];
	struct str value;

	(void)snprintf(file, sizeof(file), "%s_file", field);	/* cut is no variable of ours */
	for (; *env != NULL; env++)
		if (take_variable(*env, name, &value) && (strcmp(name, field) == 0 || strcmp(name, file) == 0))
			return true;
	return false;
}

void
setup_unattended_rename(const char *const *env, struct err *e)
{
	bool from_file = file_of(env) != NULL;
	char variable[ERR_FIELD_MAX];
	size_t i;

	for (i = 0; i < e->nfields && i < ERR_FIELDS_MAX; i++) {
		struct err_field *f = &e->fields[i];

		if (setup_field_find(str_of(f->field)) == NULL || (from_file && !is_set(env, f->field)))
			continue;
		variable_of(f->field, variable);
		memcpy(f->field, variable, sizeof(variable));
	}
	if (e->nfields > 0)
		(void)snprintf(e->detail, sizeof(e->detail), "%s: %s", e->fields[0].field, e->fields[0].message);
}

void
setup_unattended_forget(char *const *env)
{
	char *value;

	for (; *env != NULL; env++) {
		value = strncmp(*env, PREFIX, sizeof(PREFIX) - 1) == 0 ? strchr(*env, '=') : NULL;
		if (value != NULL)
			sodium_memzero(value + 1, strlen(value + 1));
	}
}
