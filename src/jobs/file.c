/* The list of jobs on disk; see file.h. */
#include "jobs/file.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "conf/json.h"
#include "sys/file.h"

enum { FILE_MAX = 16 << 20 };

#define FILE_NAME "jobs.json"

int
jobs_file_write(int dirfd, const json_t *list, struct err *e)
{
	json_t *doc = json_pack("{s:O}", "jobs", list);
	char *text = doc == NULL ? NULL : conf_json_pretty(doc);
	int r;

	json_decref(doc);
	if (text == NULL)
		return err_set(e, ERR_INTERNAL, "out of memory");
	r = file_write(dirfd, FILE_NAME, text, strlen(text), 0600, e);
	free(text);
	return r;
}

json_t *
jobs_file_read(int dirfd)
{
	json_t *doc, *list;
	char *text;
	size_t n;

	if (file_read(dirfd, FILE_NAME, FILE_MAX, &text, &n, NULL) < 0)
		return NULL;
	doc = conf_json_read(text, n, NULL);
	free(text);
	list = json_incref(json_object_get(doc, "jobs"));
	json_decref(doc);
	return list;
}
