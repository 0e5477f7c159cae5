/* Log lines, as they arrive at standard error and at the sink. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/str.h"

static char out[3 * LOG_LINE_MAX];
static size_t out_n;
static int out_writes;

static struct {
	int calls;
	enum log_level level;
	enum log_sub sub;
	char line[LOG_LINE_MAX];
	size_t n;
} sunk;

/* Standard error becomes a datagram-like pipe: one read is one write. */
static int saved = -1, fds[2];

static void
catch_begin(void)
{
	assert_int_equal(pipe2(fds, O_DIRECT | O_NONBLOCK), 0);
	saved = dup(STDERR_FILENO);
	assert_int_equal(dup2(fds[1], STDERR_FILENO), STDERR_FILENO);
}

static const char *
catch_end(void)
{
	ssize_t n;

	(void)dup2(saved, STDERR_FILENO);
	(void)close(saved);
	(void)close(fds[1]);
	out_n = 0;
	out_writes = 0;
	while ((n = read(fds[0], out + out_n, sizeof(out) - 1 - out_n)) > 0) {
		out_n += (size_t)n;
		out_writes++;
	}
	out[out_n] = '\0';
	(void)close(fds[0]);
	return out;
}

static int
fresh(void **state)
{
	(void)state;
	(void)unsetenv("JOURNAL_STREAM");
	log_open("edge-0", LOG_INFO);
	log_set_json(false);
	log_set_sink(NULL, NULL);
	memset(&sunk, 0, sizeof(sunk));
	return 0;
}

/* The line behind its time, which is checked for its shape only. */
static const char *
after_ts(const char *line)
{
	static const char shape[] = "ts=0000-00-00T00:00:00.000Z ";

	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] == '0')
			assert_in_range(line[i], '0', '9');
		else
			assert_int_equal(line[i], shape[i]);
	return line + sizeof(shape) - 1;
}

static void
on_line(void *arg, enum log_level level, enum log_sub sub, const char *line,
    size_t len)
{
	(void)arg;
	sunk.calls++;
	sunk.level = level;
	sunk.sub = sub;
	assert_true(len <= sizeof(sunk.line));
	memcpy(sunk.line, line, len);
	sunk.n = len;
	log_fmt(LOG_CORE, LOG_ERROR, "the sink logs");
}

static void
writes_logfmt(void **state)
{
	(void)state;
	catch_begin();
	log_line(LOG_DNS, LOG_INFO, "zone loaded", "zone", "myhome.cell",
	    "records", "50", "note", "two words", "none", "", "null", NULL,
	    "eq", "a=b", NULL);
	assert_string_equal(after_ts(catch_end()), "level=INFO sub=dns "
	    "role=edge-0 msg=\"zone loaded\" zone=myhome.cell records=50 "
	    "note=\"two words\" none=\"\" null=\"\" eq=\"a=b\"\n");
	assert_int_equal(out_writes, 1);
	catch_begin();
	log_fmt(LOG_CORE, LOG_CRITICAL, "%s %d", "x", 7);
	assert_string_equal(after_ts(catch_end()),
	    "level=CRITICAL sub=core role=edge-0 msg=\"x 7\"\n");
}

/* data.md 11.2: control characters are escaped; one event is one line. */
static void
escapes_what_strangers_send(void **state)
{
	(void)state;
	catch_begin();
	log_line(LOG_API, LOG_WARNING, "a\nb\r\t\"\\", "esc", "\x1b[2J\x7f",
	    "bad", "\xff\xc3z", "c1", "\xc2\x9b" "2J", "bidi", "\xe2\x80\xae",
	    "sep", "\xe2\x80\xa8", "name", "\xc3\xa4\xf0\x9f\x98\x80", NULL);
	assert_string_equal(after_ts(catch_end()), "level=WARNING sub=api "
	    "role=edge-0 msg=\"a\\nb\\r\\t\\\"\\\\\" "
	    "esc=\"\\u001b[2J\\u007f\" bad=\"\\ufffd\\ufffdz\" "
	    "c1=\"\\u009b2J\" bidi=\"\\u202e\" sep=\"\\u2028\" "
	    "name=\"\xc3\xa4\xf0\x9f\x98\x80\"\n");
	assert_int_equal(out_writes, 1);
}

static void
writes_json(void **state)
{
	(void)state;
	log_set_json(true);
	catch_begin();
	log_line(LOG_AUTH, LOG_ERROR, "x\"y", "n", "5", "v", "\n", NULL);
	assert_int_equal(strncmp(catch_end(), "{\"ts\":\"", 7), 0);
	assert_string_equal(strchr(out, ',') , ",\"level\":\"ERROR\","
	    "\"sub\":\"auth\",\"role\":\"edge-0\",\"msg\":\"x\\\"y\","
	    "\"n\":\"5\",\"v\":\"\\n\"}\n");
}

static void
check_cut(const char *text, bool json)
{
	size_t n;

	log_set_json(json);
	catch_begin();
	log_line(LOG_DNS, LOG_INFO, "m", "a", text, "b", text, NULL);
	(void)catch_end();
	n = out_n;
	assert_true(n <= LOG_LINE_MAX);
	assert_true(str_utf8((struct str){ out, n }));
	assert_ptr_equal(memchr(out, '\n', n), out + n - 1);
	if (json)
		assert_int_equal(out[n - 2], '}');
	if (out[n - 2 - json] == '"') {		/* no escape is cut in two */
		size_t slashes = 0;

		while (out[n - 3 - json - slashes] == '\\')
			slashes++;
		assert_int_equal(slashes % 2, 0);
	}
}

/* Wherever the limit falls, the line is whole, valid and closed. */
static void
cuts_long_lines(void **state)
{
	static const char *const units[] = { "a", "\n", "\\", "\xc3\xa4", "\xff" };
	static char text[LOG_LINE_MAX + 64];

	(void)state;
	for (size_t u = 0; u < 5; u++) {
		size_t k = strlen(units[u]);

		for (size_t n = 900; n * k < sizeof(text) - 8;
		    n += n < 960 || n * k > LOG_LINE_MAX - 600 ? 1 : 379) {
			for (size_t i = 0; i < n; i++)
				memcpy(text + i * k, units[u], k);
			text[n * k] = '\0';
			check_cut(text, false);
			check_cut(text, true);
		}
	}
	log_set_json(false);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	catch_begin();
	log_fmt(LOG_DNS, LOG_INFO, "%s", text);
	(void)catch_end();
	assert_int_equal(out_n, LOG_LINE_MAX - 1);
}

static void
levels_are_per_subsystem(void **state)
{
	(void)state;
	log_set_level(LOG_DNS, LOG_ERROR);
	log_set_level(LOG_API, LOG_DEBUG);
	assert_false(log_wants(LOG_DNS, LOG_WARNING));
	assert_true(log_wants(LOG_DNS, LOG_ERROR));
	assert_true(log_wants(LOG_API, LOG_DEBUG));
	assert_false(log_wants(LOG_CORE, LOG_DEBUG));
	catch_begin();
	log_line(LOG_DNS, LOG_WARNING, "quiet", NULL);
	log_fmt(LOG_DNS, LOG_INFO, "quiet");
	assert_string_equal(catch_end(), "");
	log_set_root(LOG_CRITICAL);
	assert_false(log_wants(LOG_API, LOG_ERROR));
}

static void
hands_lines_to_the_sink(void **state)
{
	(void)state;
	log_set_sink(on_line, NULL);
	catch_begin();
	log_line(LOG_TLS, LOG_WARNING, "m", "k", "v", NULL);
	(void)catch_end();
	assert_int_equal(sunk.calls, 1);	/* not for its own line */
	assert_int_equal(sunk.level, LOG_WARNING);
	assert_int_equal(sunk.sub, LOG_TLS);
	assert_memory_equal(sunk.line, out, sunk.n);
	assert_int_equal(out[sunk.n], '\n');
	assert_non_null(strstr(out, "the sink logs"));
	log_set_sink(NULL, NULL);
	catch_begin();
	log_line(LOG_TLS, LOG_WARNING, "m", NULL);
	(void)catch_end();
	assert_int_equal(sunk.calls, 1);
}

static void
marks_priorities_for_the_journal(void **state)
{
	static const char digits[] = "76432";

	(void)state;
	assert_int_equal(setenv("JOURNAL_STREAM", "8:1", 1), 0);
	log_open("core", LOG_DEBUG);
	log_set_sink(on_line, NULL);
	for (int l = LOG_DEBUG; l <= LOG_CRITICAL; l++) {
		char want[8];

		catch_begin();
		log_line(LOG_CORE, (enum log_level)l, "m", NULL);
		(void)snprintf(want, sizeof(want), "<%c>ts=", digits[l]);
		assert_int_equal(strncmp(catch_end(), want, 6), 0);
		assert_int_equal(strncmp(sunk.line, "ts=", 3), 0);
	}
}

static void
survives_a_closed_stream(void **state)
{
	int keep = dup(STDERR_FILENO);

	(void)state;
	(void)close(STDERR_FILENO);
	log_set_sink(on_line, NULL);
	log_line(LOG_CORE, LOG_ERROR, "m", NULL);
	assert_int_equal(dup2(keep, STDERR_FILENO), STDERR_FILENO);
	(void)close(keep);
	assert_int_equal(sunk.calls, 1);
}

static void
names_both_ways(void **state)
{
	enum log_level level;
	enum log_sub sub;

	(void)state;
	for (int i = 0; i < LOG_SUBS; i++) {
		assert_true(log_sub_read(log_sub_name((enum log_sub)i), &sub));
		assert_int_equal(sub, i);
	}
	for (int i = LOG_DEBUG; i <= LOG_CRITICAL; i++) {
		assert_true(log_level_read(log_level_name((enum log_level)i), &level));
		assert_int_equal(level, i);
	}
	assert_true(log_level_read("warNing", &level) && level == LOG_WARNING);
	assert_false(log_level_read("", &level));
	assert_false(log_level_read("loud", &level));
	assert_false(log_sub_read("", &sub));
	assert_false(log_sub_read("DNS", &sub));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(writes_logfmt, fresh),
		cmocka_unit_test_setup(escapes_what_strangers_send, fresh),
		cmocka_unit_test_setup(writes_json, fresh),
		cmocka_unit_test_setup(cuts_long_lines, fresh),
		cmocka_unit_test_setup(levels_are_per_subsystem, fresh),
		cmocka_unit_test_setup(hands_lines_to_the_sink, fresh),
		cmocka_unit_test_setup(marks_priorities_for_the_journal, fresh),
		cmocka_unit_test_setup(survives_a_closed_stream, fresh),
		cmocka_unit_test_setup(names_both_ways, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
