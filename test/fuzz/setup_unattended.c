/* Init documents: what the wizard accepts makes a configuration that conf
 * accepts (INP-1), and asking again with the answers gives the same answers. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"
#include "conf/conf.h"
#include "setup/document.h"
#include "setup/unattended.h"
#include "setup/wizard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
build(const json_t *answers)
{
	struct setup_document d = { .answers = answers, .now = 1800000000 };
	struct conf *before = conf_default("mycell"), *c = NULL;
	json_t *draft = json_deep_copy(before->doc);
	struct err e;

	assert(setup_document_edit(&d, draft, &e) == 0);
	assert(conf_build(&c, draft, &e) == 0);
	assert(c->setup_complete && c->nusers == 1);
	json_decref(draft);
	conf_unref(before);
	conf_unref(c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct setup_host host = { "tower", "UTC", true };
	struct setup_wizard *w = setup_wizard_new(&host);
	json_t *body, *answers, *again;
	const char *next;
	struct err e;

	err_clear(&e);
	if (setup_unattended_parse((const char *)data, size, &body, &e) == 0) {
		if (setup_wizard_complete(w, body, &answers, &e) == 0) {
			build(answers);
			assert(setup_wizard_complete(w, answers, &again, &e) == 0);
			assert(json_equal(answers, again));
			json_decref(again);
			json_decref(answers);
		} else {
			assert(e.kind == ERR_VALIDATION || e.kind == ERR_CONFLICT);
		}
		if (setup_wizard_put(w, body, &next, &e) == 0)
			assert(next != NULL);
		json_decref(body);
	}
	setup_wizard_free(w);
	return 0;
}
