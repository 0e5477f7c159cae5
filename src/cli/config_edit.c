/* pic config edit: a section in the person's editor, or from standard input
 * where there is no terminal. Only members that differ are sent, with the ETag
 * of what was shown, so that nobody else's change is undone (APL-3). */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "cli/ask.h"
#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/verb.h"
#include "conf/json.h"

enum { FILE_PATH_MAX = 256, SECTION_TEXT_MAX = 1 << 20 };

struct edit {
	struct cli *cli;
	char path[CLI_PATH_MAX];	/* of the section */
	char file[FILE_PATH_MAX];	/* what the editor works on */
	char etag[CLI_ETAG_MAX];
	json_t *before;
};

/* --- the file -------------------------------------------------------------------------- */

static int
tell_errno(const char *what)
{
	fprintf(stderr, "pic: %s: %s\n", what, strerror(errno));
	return CLI_FAILED;
}

/* mkstemps() makes it 0600: settings are nobody else's. */
static int
write_file(struct edit *x, const char *text)
{
	const char *dir = getenv("TMPDIR");
	int fd, n = snprintf(x->file, sizeof(x->file), "%s/pic-%.32s-XXXXXX.json",
	    dir == NULL || dir[0] == '\0' ? "/tmp" : dir, x->cli->args[0]);
	FILE *f;
	bool ok;

	if (n < 0 || (size_t)n >= sizeof(x->file) || strchr(x->cli->args[0], '/') != NULL)
		x->file[0] = '\0';
	fd = x->file[0] == '\0' ? -1 : mkstemps(x->file, 5);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (f == NULL)
		return tell_errno("a file for the editor");
	ok = fputs(text, f) >= 0;
	ok = fclose(f) == 0 && ok;
	return ok ? CLI_OK : tell_errno(x->file);
}

/* As git does: the variable may hold arguments, so a shell reads it. */
static int
run_editor(const char *file)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		(void)execl("/bin/sh", "sh", "-c", "eval \"${VISUAL:-${EDITOR:-vi}} \\\"\\$1\\\"\"", "pic", file,
		    (char *)NULL);
		_exit(127);
	}
	if (pid < 0)
		return tell_errno("the editor");
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return tell_errno("the editor");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return CLI_OK;
	fprintf(stderr, "pic: the editor failed, nothing was changed\n");
	return CLI_FAILED;
}

/* --- what is different ------------------------------------------------------------------- */

static json_t *
read_document(const char *file, struct err *e)
{
	size_t n;
	char *text = cli_slurp(file, SECTION_TEXT_MAX, &n);
	json_t *doc;

	if (text == NULL) {
		(void)err_set(e, ERR_VALIDATION, "cannot be read");	/* the NULL tells */
		return NULL;
	}
	doc = conf_json_read(text, n, e);
	free(text);
	if (doc == NULL || json_is_object(doc))
		return doc;
	json_decref(doc);
	(void)err_set(e, ERR_VALIDATION, "must be an object");	/* likewise */
	return NULL;
}

/* A merge patch of one level: what was taken out returns to its default. */
static json_t *
patch_of(const json_t *before, json_t *after)
{
	json_t *patch = json_object(), *v;
	const char *key;

	json_object_foreach(after, key, v)
		if (!json_equal(v, json_object_get(before, key)))
			(void)json_object_set(patch, key, v);	/* out of memory: the cell shows what it was sent */
	json_object_foreach((json_t *)(uintptr_t)before, key, v)	/* only read, though the macro takes no const */
		if (json_object_get(after, key) == NULL)
			(void)json_object_set_new(patch, key, json_null());	/* as above */
	return patch;
}

static int
send_patch(struct edit *x, const json_t *patch, struct cli_reply *r)
{
	const struct cli_ask q = { .method = "PUT", .path = x->path, .body = patch,
	    .if_match = x->etag[0] == '\0' ? NULL : x->etag };
	char path[CLI_PATH_MAX + sizeof("?dry_run=1")];
	struct cli_ask dry = q;

	(void)snprintf(path, sizeof(path), "%s?dry_run=1", x->path);	/* sized for it */
	dry.path = path;
	return cli_request(x->cli, cli_opt(x->cli, "--dry-run") == NULL ? &q : &dry, r);
}

/* Send what after has else than before. CLI_DEGRADED: refused for what it says, which can be mended; told. */
static int
apply(struct edit *x, json_t *after)
{
	json_t *patch = patch_of(x->before, after);
	struct cli_reply r;
	int status = CLI_OK;

	if (json_object_size(patch) == 0) {
		puts("nothing was changed");
		json_decref(patch);
		return CLI_OK;
	}
	status = send_patch(x, patch, &r);
	json_decref(patch);
	if (status != CLI_OK)
		return status;
	if (r.status < 400)
		return cli_done(x->cli, &r, "saved");
	(void)cli_tell(&r);
	status = r.status == 400 || r.status == 409 ? CLI_DEGRADED : CLI_FAILED;
	cli_reply_free(&r);
	return status;
}

/* --- the two ways ------------------------------------------------------------------------ */

static bool
again(void)
{
	char line[CLI_LINE_MAX];

	return cli_ask("Edit again", "yes", line, sizeof(line)) && (line[0] == 'y' || line[0] == 'Y');
}

static int
edit_once(struct edit *x)
{
	struct err e = { 0 };
	json_t *after;
	int status = run_editor(x->file);

	if (status != CLI_OK)
		return status;
	after = read_document(x->file, &e);
	if (after == NULL) {
		fprintf(stderr, "pic: %s\n", e.detail);
		return CLI_DEGRADED;
	}
	status = apply(x, after);
	json_decref(after);
	return status;
}

static int
with_editor(struct edit *x)
{
	char *text = conf_json_pretty(x->before);
	int status = text == NULL ? CLI_FAILED : write_file(x, text);

	free(text);
	while (status == CLI_OK) {
		status = edit_once(x);
		if (status != CLI_DEGRADED)
			break;
		status = again() ? CLI_OK : CLI_FAILED;
	}
	if (x->file[0] != '\0')
		(void)unlink(x->file);	/* 0600 in any case */
	return status;
}

static int
from_stdin(struct edit *x)
{
	struct err e = { 0 };
	json_t *patch = read_document("-", &e);
	struct cli_reply r;
	int status;

	if (patch == NULL) {
		fprintf(stderr, "pic: standard input: %s\n", e.detail);
		return CLI_FAILED;
	}
	status = send_patch(x, patch, &r);
	json_decref(patch);
	if (status != CLI_OK)
		return status;
	if (r.status < 400)
		return cli_done(x->cli, &r, "saved");
	status = cli_tell(&r);
	cli_reply_free(&r);
	return status;
}

int
cli_config_edit(struct cli *c)
{
	struct edit x = { .cli = c };
	struct cli_reply r;
	int status;

	if (!cli_path(x.path, "/api/config/sections/%s", c->args[0]))
		return CLI_USAGE;
	if (!isatty(STDIN_FILENO))
		return from_stdin(&x);
	status = cli_call(c, "GET", x.path, NULL, &r);
	if (status != CLI_OK)
		return status;
	memcpy(x.etag, r.etag, sizeof(x.etag));
	x.before = json_incref(r.body);
	cli_reply_free(&r);
	status = with_editor(&x);
	json_decref(x.before);
	return status;
}
