/* Questions to the person at the terminal; see ask.h. */
#include "cli/ask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <sodium.h>

#include "cli/verb.h"

static void
chomp(char *s)
{
	s[strcspn(s, "\r\n")] = '\0';
}

bool
cli_ask(const char *question, const char *def, char *buf, size_t size)
{
	fprintf(stderr, def == NULL ? "%s: " : "%s [%s]: ", question, def);
	if (fgets(buf, (int)size, stdin) == NULL)
		return false;
	chomp(buf);
	if (buf[0] == '\0' && def != NULL)
		(void)snprintf(buf, size, "%s", def);	/* a default is short */
	return true;
}

static bool
ask_silent(const char *question, char *buf, size_t size)
{
	struct termios old, quiet;
	bool tty = tcgetattr(STDIN_FILENO, &old) == 0, ok;

	fprintf(stderr, "%s: ", question);
	if (tty) {
		quiet = old;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);	/* shows at worst what is typed */
	}
	ok = fgets(buf, (int)size, stdin) != NULL;
	if (tty) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);	/* nothing better to do */
		fputc('\n', stderr);
	}
	chomp(buf);
	return ok;
}

static int
ask_twice(const char *question, char *buf, size_t size)
{
	char again[CLI_LINE_MAX];
	bool same;

	if (!ask_silent(question, buf, size) || !ask_silent("Once more", again, sizeof(again)))
		return CLI_USAGE;
	same = strcmp(buf, again) == 0;
	sodium_memzero(again, sizeof(again));
	if (same)
		return CLI_OK;
	fprintf(stderr, "pic: the two are not the same\n");
	return CLI_FAILED;
}

static int
secret_from_file(const char *file, char *buf, size_t size)
{
	FILE *f = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
	bool ok;

	if (f == NULL) {
		fprintf(stderr, "pic: %s: %s\n", file, strerror(errno));
		return CLI_FAILED;
	}
	ok = fgets(buf, (int)size, f) != NULL;
	if (f != stdin)
		(void)fclose(f);	/* was only read */
	if (!ok) {
		fprintf(stderr, "pic: %s is empty\n", file);
		return CLI_FAILED;
	}
	chomp(buf);
	return CLI_OK;
}

int
cli_ask_secret(const char *question, const char *file, char *buf, size_t size)
{
	if (file != NULL)
		return secret_from_file(file, buf, size);
	if (!isatty(STDIN_FILENO))
		return secret_from_file("-", buf, size);
	return ask_twice(question, buf, size);
}

int
cli_confirm(const struct cli *c, const char *what)
{
	char line[CLI_LINE_MAX];

	if (c->yes)
		return CLI_OK;
	if (!isatty(STDIN_FILENO)) {
		fprintf(stderr, "pic: %s: say --yes to do this without a terminal\n", what);
		return CLI_USAGE;
	}
	if (cli_ask(what, "no", line, sizeof(line)) && strcmp(line, "yes") == 0)
		return CLI_OK;
	fprintf(stderr, "pic: nothing was changed (type yes to go on)\n");
	return CLI_FAILED;
}

char *
cli_slurp(const char *file, size_t max, size_t *n)
{
	FILE *f = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
	char *buf;

	if (f == NULL) {
		fprintf(stderr, "pic: %s: %s\n", file, strerror(errno));
		return NULL;
	}
	buf = malloc(max + 1);
	*n = buf == NULL ? 0 : fread(buf, 1, max + 1, f);
	if (f != stdin)
		(void)fclose(f);	/* was only read */
	if (buf == NULL || *n > max) {
		fprintf(stderr, "pic: %s: more than %zu bytes\n", file, max);
		free(buf);
		return NULL;
	}
	buf[*n] = '\0';
	return buf;
}
