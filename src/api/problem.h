/* Refusals as RFC 9457 problem documents (api.md 1.3). */
#ifndef API_PROBLEM_H
#define API_PROBLEM_H

#include <stddef.h>

#include <jansson.h>

struct err;

struct api_problem {
	int status;
	const char *type;	/* "validation": behind "urn:pic:" */
	const char *detail;	/* one sentence; not kept */
	int retry_after;	/* seconds, 0 = not said */
};

/* Status, type and retry_after of e's kind; detail points into e. */
void api_problem_of(struct api_problem *p, const struct err *e);

/* The type that stands for a status alone; "http" for those of the transport. */
const char *api_problem_type(int status);

/* "Not found": the title of a type. */
const char *api_problem_title(const char *type);

/* The document; "errors" are those of e (NULL: none), told only with 400 and 409. New reference. */
json_t *api_problem_json(const struct api_problem *p, const struct err *e);

#endif /* API_PROBLEM_H */
