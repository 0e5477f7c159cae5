/* Why something failed, in words a person can act on. A struct err is plain
 * data on the caller's stack; whoever fills it returns the matching negative
 * errno, so callers may test either. Field errors name the configuration or
 * request member ("identity.ip_range") and the rule that it breaks. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

enum {
	ERR_FIELDS_MAX = 16,	/* further field errors are counted, not kept */
	ERR_DETAIL_MAX = 512,
	ERR_FIELD_MAX = 128,
	ERR_MESSAGE_MAX = 256
};

/* What kind of refusal; api/ maps it to a status and a problem type. */
enum err_kind {
	ERR_NONE = 0,
	ERR_VALIDATION,		/* 400, -EINVAL */
	ERR_UNAUTHENTICATED,	/* 401, -EACCES */
	ERR_FORBIDDEN,		/* 403, -EPERM */
	ERR_NOT_FOUND,		/* 404, -ENOENT */
	ERR_CONFLICT,		/* 409, -EEXIST */
	ERR_ASSERTION,		/* 409, -ECANCELED: what the owner asserted would not hold (FWL-13) */
	ERR_PRECONDITION,	/* 412, -ESTALE */
	ERR_TOO_LARGE,		/* 413, -EFBIG */
	ERR_LOCKED,		/* 423, -EBUSY; retry_after is set */
	ERR_RATE_LIMITED,	/* 429, -EAGAIN; retry_after is set */
	ERR_INTERNAL,		/* 500, -EIO */
	ERR_REMOTE,		/* 502, -EPROTO */
	ERR_UNAVAILABLE,	/* 503, -ENETDOWN; retry_after is set */
	ERR_STORAGE_FULL	/* 507, -ENOSPC */
};

struct err_field {
	char field[ERR_FIELD_MAX];
	char message[ERR_MESSAGE_MAX];
};

struct err {
	enum err_kind kind;
	int retry_after;		/* seconds, 0 = not said */
	char detail[ERR_DETAIL_MAX];	/* one sentence, no secret, no path of the state directory */
	size_t nfields;			/* all counted, at most ERR_FIELDS_MAX kept */
	struct err_field fields[ERR_FIELDS_MAX];
};

/* Empty e. Every function that takes a struct err * accepts NULL. */
void err_clear(struct err *e);

/* Overwrite all of e with kind and detail (printf style); e need not have been
 * cleared, and its old detail may be an argument. Returns the negative errno of kind. What is not UTF-8 becomes '?'. */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Add one field error to a cleared or filled e. The first one also becomes the detail ("field:
 * message"). kind stays what it was if already set, so that 400 wins over a
 * later 409 (api.md 1.3). Returns the negative errno of the kind. */
int err_field(struct err *e, enum err_kind kind, const char *field,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
int err_vfield(struct err *e, enum err_kind kind, const char *field, const char *fmt, va_list ap)
    __attribute__((format(printf, 4, 0)));

/* Is there one about this field already? Of those that are kept. */
bool err_has_field(const struct err *e, const char *field);

/* From a negative errno of a system call: "<what>: <strerror>". ENOSPC and
 * EDQUOT become ERR_STORAGE_FULL, everything else ERR_INTERNAL. Returns error
 * itself (-ENOSPC for -EDQUOT), so that callers can still tell -EEXIST. */
int err_sys(struct err *e, int error, const char *what);

/* The negative errno that stands for kind; 0 for ERR_NONE. */
int err_errno(enum err_kind kind);

#endif /* BASE_ERR_H */
