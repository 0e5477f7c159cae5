/* The jobs of dynamic DNS; see job.h. */
#include "ddns/job.h"

#include <errno.h>
#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "base/str.h"
#include "ddns/find.h"
#include "ddns/provider.h"
#include "io/tls_client.h"
#include "sys/clk.h"

/* A run: the way out, the account, and a token that it got itself. */
struct run {
	const struct ddns_job *job;
	struct ddns_net net;
	struct ddns_account account;
	char token[DDNS_TOKEN_MAX + 1];
};

static const char *
text(const json_t *in, const char *key)
{
	return json_string_value(json_object_get(in, key));
}

static int
open_net(struct run *r, struct err *e)
{
	const json_t *in = r->job->in;

	r->net.resolver.port = (uint16_t)json_integer_value(json_object_get(in, "port"));
	if (!addr_read(str_of(text(in, "resolver")), &r->net.resolver.addr))
		return err_set(e, ERR_REMOTE, "the cell's own name service does not run");
	r->net.tls = io_tls_client_new(*r->job->trust, &clk_system);
	if (r->net.tls == NULL)
		return err_sys(e, -ENOMEM, "speak TLS");
	*r->job->trust = NULL;	/* the client has it */
	return 0;
}

static int
open_run(struct run *r, const struct ddns_job *job, struct err *e)
{
	int error;

	memset(r, 0, sizeof(*r));
	r->job = job;
	error = open_net(r, e);
	return error < 0 ? error : ddns_account_read(&r->account, json_object_get(job->in, "provider"), &r->net, e);
}

static void
close_run(struct run *r)
{
	io_tls_client_unref(r->net.tls);
	sodium_memzero(r, sizeof(*r));
}

/* --- steps ------------------------------------------------------------------------------- */

static void
step(const struct run *r, int percent, const char *what)
{
	r->job->progress(r->job->arg, percent, what);
}

/* What core has found, or what is found now. */
static int
find(const struct run *r, struct ddns_addrs *out, struct err *e)
{
	const json_t *in = r->job->in;
	const bool four = addr_read(str_of(text(in, "ip")), &out->v4), six = addr_read(str_of(text(in, "ip6")), &out->v6);

	if (!four)
		memset(&out->v4, 0, sizeof(out->v4));
	if (!six)
		memset(&out->v6, 0, sizeof(out->v6));
	if (four || six)
		return 0;
	step(r, 10, "looking for the public addresses");
	return ddns_find(&r->net, in, out, e);
}

/* The token is told before anything can go wrong with it. */
static int
enlist(struct run *r, const struct ddns_addrs *at, struct err *e)
{
	json_t *fact;
	int error;

	step(r, 40, "registering the name");
	error = ddns_enlist(&r->account, at, r->token, e);
	if (error < 0)
		return error;
	r->account.token = r->token;
	fact = json_pack("{s:s, s:s, s:s}", "token", r->token, "name", r->account.label, "base", r->account.base);
	if (fact == NULL)
		return err_sys(e, -ENOMEM, "keep the token");
	r->job->fact(r->job->arg, fact);
	json_decref(fact);
	return 0;
}

static void
take_gone(const struct run *r, const char *key, const struct addr *to, struct addr *gone)
{
	if (to->len != 0 || !addr_read(str_of(text(r->job->in, key)), gone))
		memset(gone, 0, sizeof(*gone));
}

static int
update_once(const struct run *r, const struct ddns_addrs *to, struct err *e)
{
	struct ddns_addrs gone;

	take_gone(r, "told_ip", &to->v4, &gone.v4);
	take_gone(r, "told_ip6", &to->v6, &gone.v6);
	step(r, 60, "telling the provider");
	return r->account.provider->update(&r->account, to, &gone, e);
}

/* TIM-5: one registration for a token that is not there or not taken, and no more. */
static int
update(struct run *r, const struct ddns_addrs *to, struct err *e)
{
	bool fresh = r->account.token == NULL;
	int error = fresh ? enlist(r, to, e) : 0;

	if (error == 0)
		error = update_once(r, to, e);
	if (error == err_errno(ERR_UNAUTHENTICATED) && !fresh && (error = enlist(r, to, e)) == 0)
		error = update_once(r, to, e);
	if (error == err_errno(ERR_UNAUTHENTICATED))
		return err_set(e, ERR_FORBIDDEN, "%s refuses the token that it has just given", r->account.provider->name);
	return error;
}

static json_t *
result_of(const struct ddns_addrs *a)
{
	char v4[ADDR_TEXT_MAX], v6[ADDR_TEXT_MAX];

	return json_pack("{s:s?, s:s?}", "ip", a->v4.len == 0 ? NULL : addr_text(&a->v4, v4),
	    "ip6", a->v6.len == 0 ? NULL : addr_text(&a->v6, v6));
}

/* --- jobs ----------------------------------------------------------------------------------- */

int
ddns_job_find(const struct ddns_job *job, json_t **result, struct err *e)
{
	struct run r = { .job = job };
	struct ddns_addrs found;
	int error = open_net(&r, e);

	if (error == 0)
		error = ddns_find(&r.net, job->in, &found, e);
	if (error == 0)
		*result = result_of(&found);
	close_run(&r);
	return error;
}

/* With the addresses that are, whichever way they are told. */
static int
tell(const struct ddns_job *job, int (*how)(struct run *r, const struct ddns_addrs *at, struct err *e), json_t **result,
    struct err *e)
{
	struct ddns_addrs found;
	struct run r;
	int error = open_run(&r, job, e);

	if (error == 0)
		error = find(&r, &found, e);
	if (error == 0)
		error = how(&r, &found, e);
	if (error == 0)
		*result = result_of(&found);
	close_run(&r);
	return error;
}

int
ddns_job_update(const struct ddns_job *job, json_t **result, struct err *e)
{
	return tell(job, update, result, e);
}

int
ddns_job_register(const struct ddns_job *job, json_t **result, struct err *e)
{
	return tell(job, enlist, result, e);
}

int
ddns_job_check(const struct ddns_job *job, json_t **result, struct err *e)
{
	const char *label = text(job->in, "label");
	bool available = false;
	struct run r;
	int error = open_run(&r, job, e);

	if (error == 0)
		error = ddns_check(&r.account, label == NULL ? "" : label, &available, e);
	if (error == 0)
		*result = json_pack("{s:b}", "available", available);
	close_run(&r);
	return error;
}

int
ddns_job_release(const struct ddns_job *job, json_t **result, struct err *e)
{
	struct run r;
	int error = open_run(&r, job, e);

	if (error == 0)
		error = ddns_release(&r.account, e);
	if (error == 0)
		*result = json_object();
	close_run(&r);
	return error;
}
