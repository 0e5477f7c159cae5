/* Reasons as plain data. Text is kept valid UTF-8 whatever was put in, since
 * it ends in JSON. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

int
err_errno(enum err_kind kind)
{
	switch (kind) {
	case ERR_NONE:			return 0;
	case ERR_VALIDATION:		return -EINVAL;
	case ERR_UNAUTHENTICATED:	return -EACCES;
	case ERR_FORBIDDEN:		return -EPERM;
	case ERR_NOT_FOUND:		return -ENOENT;
	case ERR_CONFLICT:		return -EEXIST;
	case ERR_ASSERTION:		return -ECANCELED;
	case ERR_PRECONDITION:		return -ESTALE;
	case ERR_TOO_LARGE:		return -EFBIG;
	case ERR_LOCKED:		return -EBUSY;
	case ERR_RATE_LIMITED:		return -EAGAIN;
	case ERR_INTERNAL:		return -EIO;
	case ERR_REMOTE:		return -EPROTO;
	case ERR_UNAVAILABLE:		return -ENETDOWN;
	case ERR_STORAGE_FULL:		return -ENOSPC;
	}
	return -EIO;
}

/* vsnprintf may have cut a character in two, and a %s may have carried
 * anything: what is not UTF-8 becomes '?', a cut tail goes. */
static void
repair(char *buf, bool cut)
{
	struct str s = str_of(buf);

	while (s.n > 0) {
		size_t n = str_utf8_next(s);

		if (n == 0 && cut && s.n < 4) {
			buf[strlen(buf) - s.n] = '\0';
			return;
		}
		if (n == 0) {
			buf[strlen(buf) - s.n] = '?';
			n = 1;
		}
		s.p += n;
		s.n -= n;
	}
}

static void __attribute__((format(printf, 3, 0)))
format(char *buf, size_t size, const char *fmt, va_list ap)
{
	int n = vsnprintf(buf, size, fmt, ap);

	if (n < 0)
		buf[0] = '\0';
	repair(buf, n >= 0 && (size_t)n >= size);
}

void
err_clear(struct err *e)
{
	if (e != NULL)
		memset(e, 0, sizeof(*e));
}

int
err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	char detail[ERR_DETAIL_MAX];	/* an argument may be e's own detail */
	va_list ap;

	if (e == NULL)
		return err_errno(kind);
	va_start(ap, fmt);
	format(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	err_clear(e);
	e->kind = kind;
	memcpy(e->detail, detail, sizeof(detail));
	return err_errno(kind);
}

int
err_vfield(struct err *e, enum err_kind kind, const char *field, const char *fmt, va_list ap)
{
	struct err_field spare, *f;

	if (e == NULL)
		return err_errno(kind);
	f = e->nfields < ERR_FIELDS_MAX ? &e->fields[e->nfields] : &spare;
	(void)snprintf(f->field, sizeof(f->field), "%s", field);
	repair(f->field, strlen(field) >= sizeof(f->field));
	format(f->message, sizeof(f->message), fmt, ap);
	if (e->nfields++ == 0)
		(void)snprintf(e->detail, sizeof(e->detail), "%s: %s",
		    f->field, f->message);	/* both fit together */
	if (e->kind == ERR_NONE)
		e->kind = kind;
	return err_errno(e->kind);
}

int
err_field(struct err *e, enum err_kind kind, const char *field,
    const char *fmt, ...)
{
	va_list ap;
	int error;

	va_start(ap, fmt);
	error = err_vfield(e, kind, field, fmt, ap);
	va_end(ap);
	return error;
}

bool
err_has_field(const struct err *e, const char *field)
{
	size_t i;

	for (i = 0; e != NULL && i < e->nfields && i < ERR_FIELDS_MAX; i++)
		if (strcmp(e->fields[i].field, field) == 0)
			return true;
	return false;
}

int
err_sys(struct err *e, int error, const char *what)
{
	bool full = error == -ENOSPC || error == -EDQUOT;

	(void)err_set(e, full ? ERR_STORAGE_FULL : ERR_INTERNAL, "%s: %s",
	    what, strerror(-error));
	return full ? -ENOSPC : error;
}
