/* The jobs of dynamic DNS in the child; see ddns_job.h. */
#include "role/ddns_job.h"

#include "ddns/job.h"
#include "role/job.h"

static struct ddns_job
job(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg)
{
	return (struct ddns_job){ .in = in, .trust = arg, .progress = progress, .fact = job_tell_fact, .arg = arg };
}

int
ddns_work_find(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg, json_t **result,
    struct err *e)
{
	const struct ddns_job j = job(in, progress, arg);

	return ddns_job_find(&j, result, e);
}

int
ddns_work_update(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg, json_t **result,
    struct err *e)
{
	const struct ddns_job j = job(in, progress, arg);

	return ddns_job_update(&j, result, e);
}

int
ddns_work_register(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg, json_t **result,
    struct err *e)
{
	const struct ddns_job j = job(in, progress, arg);

	return ddns_job_register(&j, result, e);
}

int
ddns_work_check(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg, json_t **result,
    struct err *e)
{
	const struct ddns_job j = job(in, progress, arg);

	return ddns_job_check(&j, result, e);
}

int
ddns_work_release(const json_t *in, void (*progress)(void *arg, int percent, const char *step), void *arg, json_t **result,
    struct err *e)
{
	const struct ddns_job j = job(in, progress, arg);

	return ddns_job_release(&j, result, e);
}
