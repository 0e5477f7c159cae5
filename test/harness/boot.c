/* The first process of the guest of test/system/boot: mounts what every system has, loads the modules of /modules in
 * the order of /modules/order, and does what it is told over the first port of a virtio console. Programs run in the root of the
 * guest, where the cell is alone, or in that of /tools, which has what the tests need beside it.
 *
 * Asked is with one line, of which \x1f parts the words and \x1e stands for a line feed; answered with "STATUS LENGTH",
 * a line feed, and that many octets:
 *	cell|tools ARG...	run to its end; its status (128 + signal) and its output
 *	start NAME ROOT ARG...	start in that root, output to /log/NAME; its process id as status
 *	kill PID SIGNAL		0, or an error number
 *	write PATH TEXT		a file, with mode 0600
 *	halt			the end of the guest */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 1 << 20, ARGS = 64, OUTPUT = 8 << 20, NAME = 256 };

static const char first[] = "first: ";

static void
complain(const char *what, const char *of)
{
	fprintf(stderr, "%s%s %s: %s\n", first, what, of, strerror(errno));
}

/* --- the house ----------------------------------------------------------------------------- */

static void
mount_one(const char *type, const char *where)
{
	(void)mkdir(where, 0755);	/* it may be there */
	if (mount(type, where, type, 0, "") < 0)
		complain("mount", where);
}

static void
mount_all(void)
{
	static const char *const what[][2] = {
		{ "proc", "/proc" }, { "sysfs", "/sys" }, { "devtmpfs", "/dev" }, { "tmpfs", "/run" }, { "tmpfs", "/tmp" },
		{ "proc", "/tools/proc" }, { "sysfs", "/tools/sys" }, { "devtmpfs", "/tools/dev" }, { "tmpfs", "/tools/run" },
	};
	size_t i;

	if (mount("/tools", "/tools", NULL, MS_BIND, NULL) < 0)		/* so that it can be the root of mounts of its own */
		complain("mount", "/tools");
	for (i = 0; i < sizeof(what) / sizeof(what[0]); i++)
		mount_one(what[i][0], what[i][1]);
	(void)mkdir("/log", 0755);
}

static void
load(const char *module)
{
	char path[NAME];
	int fd;

	(void)snprintf(path, sizeof(path), "/modules/%s", module);	/* cut: then it is not found */
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) < 0 && errno != EEXIST))
		complain("module", module);
	if (fd >= 0)
		(void)close(fd);	/* only read */
}

static void
load_all(void)
{
	FILE *f = fopen("/modules/order", "re");
	char line[NAME / 2];

	if (f == NULL) {
		complain("open", "/modules/order");
		return;
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		load(line);
	}
	(void)fclose(f);	/* only read */
}

/* --- programs ---------------------------------------------------------------------------------- */

static void
become(const char *root, int output, char **argv)
{
	const int none = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (setsid() < 0 || chroot(root) < 0 || chdir("/") < 0 || dup2(none, 0) < 0 || dup2(output, 1) < 0 ||
	    dup2(output, 2) < 0)
		_exit(126);
	execve(argv[0], argv, environ);
	fprintf(stderr, "%s%s: %s\n", first, argv[0], strerror(errno));
	_exit(127);
}

/* The process, or a negative errno. output is closed. */
static pid_t
start(const char *root, int output, char **argv)
{
	const pid_t pid = output < 0 || argv[0] == NULL ? -1 : fork();
	const int error = output < 0 || pid < 0 ? errno : 0;

	if (pid == 0)
		become(root, output, argv);
	if (output >= 0)
		(void)close(output);	/* the child has it */
	return error != 0 ? -error : pid;
}

/* Children of children that ended are buried meanwhile. */
static int
wait_for(pid_t pid)
{
	int status = 0;
	pid_t who;

	do {
		who = waitpid(-1, &status, 0);
	} while (who != pid && (who > 0 || errno == EINTR));
	return who != pid ? -1 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* --- orders -------------------------------------------------------------------------------------- */

static void
write_all(int fd, const char *p, size_t n)
{
	ssize_t got = 0;

	while (n > 0 && (got >= 0 || errno == EINTR)) {
		got = write(fd, p, n);
		p += got > 0 ? got : 0;
		n -= got > 0 ? (size_t)got : 0;
	}
}

static void
answer(int line, int status, const char *text, size_t n)
{
	char head[NAME];

	(void)snprintf(head, sizeof(head), "%d %zu\n", status, n);	/* fits */
	write_all(line, head, strlen(head));
	write_all(line, text, n);
}

static void
run(int line, const char *root, char **argv)
{
	static char text[OUTPUT];
	const char *path = "/tmp/output";
	pid_t pid = start(root, open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), argv);
	const int status = pid > 0 ? wait_for(pid) : -1;
	FILE *f = fopen(path, "re");
	size_t n = f == NULL ? 0 : fread(text, 1, sizeof(text), f);

	if (f != NULL)
		(void)fclose(f);	/* only read */
	answer(line, status, text, n);
}

static void
start_named(int line, char **argv)
{
	char path[NAME];

	(void)snprintf(path, sizeof(path), "/log/%s", argv[0]);		/* cut: a shorter name */
	answer(line, start(argv[1], open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600), argv + 2), "", 0);
}

static void
write_file(int line, const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd >= 0) {
		write_all(fd, text, strlen(text));
		(void)close(fd);	/* in memory */
	}
	answer(line, fd < 0 ? errno : 0, "", 0);
}

static void
obey(int line, char **w, size_t n)
{
	if (n >= 2 && strcmp(w[0], "cell") == 0)
		run(line, "/", w + 1);
	else if (n >= 2 && strcmp(w[0], "tools") == 0)
		run(line, "/tools", w + 1);
	else if (n >= 4 && strcmp(w[0], "start") == 0)
		start_named(line, w + 1);
	else if (n == 3 && strcmp(w[0], "kill") == 0)
		answer(line, kill(atoi(w[1]), atoi(w[2])) < 0 ? errno : 0, "", 0);
	else if (n == 3 && strcmp(w[0], "write") == 0)
		write_file(line, w[1], w[2]);
	else if (n == 1 && strcmp(w[0], "halt") == 0)
		(void)reboot(RB_POWER_OFF);	/* does not come back */
	else
		answer(line, -1, "", 0);
}

/* In place. */
static size_t
split(char *line, char **words)
{
	char *p, *end = line + strcspn(line, "\n");
	size_t n = 0;

	*end = '\0';
	for (p = line; p != NULL && n < ARGS; n++)
		words[n] = strsep(&p, "\x1f");
	words[n] = NULL;
	for (p = line; p < end; p++)
		if (*p == '\x1e')
			*p = '\n';
	return n;
}

/* Its driver makes it some time after it was loaded. Who waits for us in vain says so. */
static int
line_open(const char *path)
{
	const struct timespec a_moment = { .tv_nsec = 10000000 };
	int fd;

	while ((fd = open(path, O_RDWR | O_CLOEXEC)) < 0)
		(void)nanosleep(&a_moment, NULL);	/* sooner does no harm */
	return fd;
}

int
main(void)
{
	static char text[LINE];
	char *words[ARGS + 1];
	int line;
	FILE *f;

	mount_all();
	load_all();
	line = line_open("/dev/vport0p1");
	f = fdopen(line, "r");
	answer(line, 0, "", 0);			/* here we are */
	while (f != NULL && fgets(text, sizeof(text), f) != NULL)
		obey(line, words, split(text, words));
	complain("read", "/dev/vport0p1");
	(void)reboot(RB_POWER_OFF);		/* the kernel would panic else */
	return 1;
}
