/* Questions from core; see edge_ask.h. */
#include "role/edge_ask.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "conf/json.h"
#include "dns/server.h"
#include "role/message.h"

struct ask {
	uint32_t id;
	edge_ask_done *done;
	void *arg;
};

/* With the first n answers. */
static char *
asked_text(const struct dns_asked *a, size_t n)
{
	json_t *list = json_array(), *j;
	char *text;
	size_t i;

	for (i = 0; i < n; i++)
		(void)json_array_append_new(list, json_string(a->answers[i]));	/* a missing line shows */
	j = json_pack("{sisssssisssssosi}", "rcode", a->rcode, "view", a->view == NULL ? "" : a->view,
	    "source", dns_source_name(a->source), "ede", a->ede,
	    "ede_text", a->ede_text == NULL ? "" : a->ede_text, "rule", a->rule, "answers", list, "ms", (int)a->ms);
	text = j == NULL ? NULL : conf_json_canonical(j);
	json_decref(j);
	return text;
}

/* As many answers as fit into a message: some are better than none. */
static char *
fitting_text(const struct dns_asked *a)
{
	size_t n = a->nanswers;
	char *text = asked_text(a, n);

	while (text != NULL && strlen(text) > MESSAGE_BODY_MAX && n > 0) {
		n /= 2;
		free(text);
		text = asked_text(a, n);
	}
	return text;
}

static void
on_asked(void *arg, const struct dns_asked *a)
{
	struct ask *q = arg;
	char *text = a->rcode < 0 ? NULL : fitting_text(a);

	q->done(q->arg, q->id, text);
	free(text);
	free(q);
}

void
edge_ask_start(struct dns_server *dns, const struct message_ask *m, edge_ask_done *done, void *arg)
{
	const struct dns_ask what = { m->zone, m->local, m->peer, m->name, m->namelen, m->type };
	struct ask *q = calloc(1, sizeof(*q));

	if (q != NULL) {
		*q = (struct ask){ m->id, done, arg };
		if (dns_server_ask(dns, &what, on_asked, q) == 0)
			return;
	}
	free(q);
	done(arg, m->id, NULL);
}
