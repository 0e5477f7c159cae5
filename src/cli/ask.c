/* Questions to the person at the terminal; see ask.h. */
#include "cli/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

#include <sodium.h>

#include "cli/verb.h"

/* --- lines ------------------------------------------------------------------------ */

/* 0 = a line or what stood before the end, without its end; -ENODATA: the end alone, -EMSGSIZE,
 * or what read() says. Byte by byte: nothing of a secret stays in a buffer of the library, and
 * what follows is left to the next reader. */
static int
read_line(int fd, char *buf, size_t size)
{
	size_t n = 0;
	ssize_t got;

	for (;;) {
		got = read(fd, buf + n, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0 || buf[n] == '\n')
			break;
		if (++n == size)
			return -EMSGSIZE;
	}
	if (got == 0 && n == 0)
		return -ENODATA;
	n -= n > 0 && buf[n - 1] == '\r';
	buf[n] = '\0';
	return 0;
}

bool
cli_ask(const char *question, const char *def, char *buf, size_t size)
{
	fprintf(stderr, def == NULL ? "%s: " : "%s [%s]: ", question, def);
	if (read_line(STDIN_FILENO, buf, size) < 0)
		return false;
	if (buf[0] == '\0' && def != NULL)
		(void)snprintf(buf, size, "%s", def);	/* a default is short */
	return true;
}

/* --- secrets ---------------------------------------------------------------------- */

enum { CTRL_C = 3, CTRL_D = 4, BACKSPACE = 8, CTRL_U = 21, DEL = 127 };

/* One key of a secret. 1 = go on, 0 = complete, else an exit status. Keys beyond the end are not taken. */
static int
take_key(char key, char *buf, size_t size, size_t *n)
{
	switch (key) {
	case '\r': case '\n': case CTRL_D:
		buf[*n] = '\0';
		return 0;
	case BACKSPACE: case DEL:
		while (*n > 0 && ((unsigned char)buf[--*n] & 0xc0) == 0x80)
			continue;	/* a character is all of its bytes */
		return 1;
	case CTRL_U:
		*n = 0;
		return 1;
	default:
		if (*n + 1 < size)
			buf[(*n)++] = key;
		return 1;
	}
}

/* Keys are read one by one and Ctrl-C as a key, too: a signal between would leave the terminal mute. */
static int
read_mute(char *buf, size_t size)
{
	struct termios old, mute;
	size_t n = 0;
	char key = 0;
	int more = 1;

	if (tcgetattr(STDIN_FILENO, &old) < 0)
		return -errno;
	mute = old;
	mute.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
	mute.c_cc[VMIN] = 1;
	mute.c_cc[VTIME] = 0;
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &mute) < 0)
		return -errno;
	while (more == 1 && key != CTRL_C) {
		if (read(STDIN_FILENO, &key, 1) != 1)
			break;
		more = key == CTRL_C ? 1 : take_key(key, buf, size, &n);
	}
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);	/* nothing better to do */
	fputc('\n', stderr);
	if (key == CTRL_C)
		(void)raise(SIGINT);	/* as if it had not been held back */
	return more == 0 ? 0 : -EINTR;
}

static int
ask_twice(const char *question, char *buf, size_t size)
{
	char again[CLI_LINE_MAX];
	bool same;

	for (;;) {
		fprintf(stderr, "%s: ", question);
		if (read_mute(buf, size) < 0)
			return CLI_FAILED;
		fprintf(stderr, "The same again: ");
		if (read_mute(again, sizeof(again)) < 0)
			return CLI_FAILED;
		same = strcmp(buf, again) == 0;
		sodium_memzero(again, sizeof(again));
		if (same)
			return CLI_OK;
		fprintf(stderr, "The two are not the same. Once more, please.\n");
	}
}

static int
secret_from(const char *file, char *buf, size_t size)
{
	bool is_stdin = strcmp(file, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	int error = fd < 0 ? -errno : read_line(fd, buf, size);

	if (fd > STDIN_FILENO)
		(void)close(fd);	/* was only read */
	if (error == 0 && buf[0] != '\0')
		return CLI_OK;
	fprintf(stderr, "pic: %s: %s\n", is_stdin ? "standard input" : file,
	    error == 0 || error == -ENODATA ? "there is no secret in its first line" : strerror(-error));
	return CLI_FAILED;
}

int
cli_ask_secret(const char *question, const char *file, char *buf, size_t size)
{
	if (file != NULL)
		return secret_from(file, buf, size);
	if (!isatty(STDIN_FILENO))
		return secret_from("-", buf, size);
	return ask_twice(question, buf, size);
}

/* --- before something is lost --------------------------------------------------------- */

int
cli_confirm(const struct cli *c, const char *loss)
{
	char line[CLI_LINE_MAX];
	size_t i;

	if (c->yes)
		return CLI_OK;
	if (!isatty(STDIN_FILENO)) {
		fprintf(stderr, "pic %s: %s; without a terminal to ask at, say --yes\n", c->verb->words, loss);
		return CLI_USAGE;
	}
	fprintf(stderr, "pic %s", c->verb->words);
	for (i = 0; i < c->nargs; i++)
		fprintf(stderr, " %s", c->args[i]);
	fprintf(stderr, ": %s.\n", loss);
	if (cli_ask("Go on", "no", line, sizeof(line)) &&
	    (strcasecmp(line, "yes") == 0 || strcasecmp(line, "y") == 0))
		return CLI_OK;
	fprintf(stderr, "pic: nothing was changed\n");
	return CLI_FAILED;
}

/* --- documents ------------------------------------------------------------------------ */

char *
cli_slurp(const char *file, size_t max, size_t *n)
{
	FILE *f = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
	char *buf;
	bool bad;

	if (f == NULL) {
		fprintf(stderr, "pic: %s: %s\n", file, strerror(errno));
		return NULL;
	}
	buf = malloc(max + 1);
	*n = buf == NULL ? 0 : fread(buf, 1, max + 1, f);
	bad = ferror(f);
	if (f != stdin)
		(void)fclose(f);	/* was only read */
	if (buf != NULL && *n <= max && !bad) {
		buf[*n] = '\0';
		return buf;
	}
	fprintf(stderr, "pic: %s: %s\n", file, bad ? "cannot be read" : "is too large");
	free(buf);
	return NULL;
}
