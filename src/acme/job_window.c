/* When to renew; see job_window.h. */
#include "acme/job_window.h"

#include <stdio.h>
#include <string.h>

#include "acme/client.h"
#include "acme/run.h"
#include "acme/window.h"
#include "base/err.h"
#include "sys/clk.h"

enum { DEADLINE_S = 60 };

json_t *
acme_window_json(const struct acme_window *w)
{
	return w == NULL ? json_null() :
	    json_pack("{s:I, s:I, s:I}", "start", (json_int_t)w->start, "end", (json_int_t)w->end, "again", (json_int_t)w->again);
}

int
acme_window_ask(struct acme_client *c, const char *id, struct acme_window *out, struct err *e)
{
	const char *base = acme_client_directory(c)->window;
	char url[ACME_URL_SIZE + 1 + ACME_WINDOW_ID_SIZE];
	struct acme_reply reply;
	int error;

	if (base[0] == '\0')
		return 0;
	(void)snprintf(url, sizeof(url), "%s/%s", base, id);	/* it fits */
	error = acme_client_get(c, url, &reply, e);
	if (error < 0)
		return error;
	return acme_window_read(reply.body, clk_system.wall_s(&clk_system), reply.retry_after, out) ? 1 :
	    err_set(e, ERR_REMOTE, "the authority suggests no time that can be read");
}

static bool
is_id(const char *s)
{
	return s != NULL && s[0] != '\0' && strlen(s) < ACME_WINDOW_ID_SIZE &&
	    s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")] == '\0';
}

int
acme_job_window(const json_t *in, struct io_tls_client *tls, json_t **result, struct err *e)
{
	struct acme_client_conf c = { .directory = json_string_value(json_object_get(in, "directory")), .tls = tls,
	    .deadline_ms = clk_system.mono_ms(&clk_system) + DEADLINE_S * 1000 };
	const char *id = json_string_value(json_object_get(in, "id"));
	struct acme_client *client = NULL;
	struct acme_window w = { 0 };
	int r;

	if (c.directory == NULL || !acme_url_ok(str_of(c.directory)) || !is_id(id))
		return err_set(e, ERR_VALIDATION, "directory, id");
	r = acme_run_resolver(in, &c.resolver, e);
	if (r == 0)
		r = acme_client_open(&client, &c, e);
	if (r == 0)
		r = acme_window_ask(client, id, &w, e);
	acme_client_close(client);
	if (r < 0)
		return r;
	*result = json_pack("{s:o}", "window", acme_window_json(r > 0 ? &w : NULL));
	return 0;
}
