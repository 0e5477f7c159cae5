/* pic job KIND: one task, linear and blocking, in a process of its own. Reads
 * one JSON document from standard input, writes progress and the result as
 * JSON lines, exits. Can be run by hand. */
#include "role/job.h"
#include "role/role.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <sodium.h>

#include "base/err.h"
#include "base/log.h"
#include "conf/json.h"
#include "io/tls_anchors.h"
#include "jobs/jobs.h"
#include "jobs/line.h"
#include "role/kinds.h"
#include "sys/priv.h"

/* Takes text. A reader that is gone ends us with SIGPIPE, which is right. */
static void
put_line(char *text)
{
	size_t n = text == NULL ? 0 : strlen(text), at = 0;
	ssize_t k;

	while (at < n) {
		k = write(STDOUT_FILENO, text + at, n - at);
		if (k < 0 && errno != EINTR)
			break;		/* nobody is left to be told */
		at += k < 0 ? 0 : (size_t)k;
	}
	free(text);
}

void
job_tell_fact(void *arg, const json_t *fact)
{
	(void)arg;
	put_line(jobs_line_fact(fact));
}

static void
on_progress(void *arg, int percent, const char *step)
{
	(void)arg;
	put_line(jobs_line_progress(percent, step));
}

/* All of standard input; NULL when it is too long. The caller wipes and frees. */
static char *
read_input(size_t *n)
{
	char *buf = malloc(JOBS_INPUT_MAX + 1);
	ssize_t got;

	*n = 0;
	if (buf == NULL)
		return NULL;
	while (*n <= JOBS_INPUT_MAX) {
		got = read(STDIN_FILENO, buf + *n, JOBS_INPUT_MAX + 1 - *n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		*n += (size_t)got;
	}
	if (*n <= JOBS_INPUT_MAX)
		return buf;
	free(buf);
	return NULL;
}

static json_t *
read_document(struct err *e)
{
	size_t n;
	char *text = read_input(&n);
	json_t *in;

	if (text == NULL) {
		(void)err_set(e, ERR_TOO_LARGE, "the input is longer than %d bytes", JOBS_INPUT_MAX);
		return NULL;
	}
	in = conf_json_read(text, n, e);
	sodium_memzero(text, n);	/* may hold a password */
	free(text);
	return in;
}

static int
work(const struct jobs_kind *k)
{
	struct io_tls_anchors *trust = NULL;
	json_t *in, *result = NULL;
	struct err e;
	int error = 0;

	err_clear(&e);
	if (k->network && (trust = io_tls_anchors_load(&e)) == NULL)
		error = -EINVAL;
	if (error == 0)
		error = priv_become(k->network ? PRIV_JOB_NET : PRIV_JOB_LOCAL, &e);
	in = error < 0 ? NULL : read_document(&e);
	if (in != NULL)
		error = k->work(in, on_progress, &trust, &result, &e);
	else if (error == 0)
		error = -EINVAL;
	json_decref(in);
	put_line(error < 0 ? jobs_line_error(&e) : jobs_line_result(result));
	json_decref(result);
	io_tls_anchors_free(trust);
	return error < 0 ? 1 : 0;
}

int
role_job_main(int argc, char **argv)
{
	const struct jobs_kind *k = argc == 2 ? jobs_kind_find(role_kinds, argv[1]) : NULL;

	if (k == NULL) {
		fprintf(stderr, "usage: pic job KIND < document.json; kinds:");
		for (k = role_kinds; k->name != NULL; k++)
			fprintf(stderr, " %s", k->name);
		fputc('\n', stderr);
		return 2;
	}
	log_open("job", LOG_WARNING);
	if (sodium_init() < 0)
		return 1;
	json_object_seed(randombytes_random() | 1);	/* its own way reads a file, which is not there later */
	return work(k);
}
