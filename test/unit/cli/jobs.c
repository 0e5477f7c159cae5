/* pic jobs, events, doctor: long work and what happens (CLI-5, CLI-10). */
#include "cell.h"

#define OK_(body) CELL_REPLY("200 OK", body)
#define JOB(state, more) "{\"id\":\"j1\",\"kind\":\"diagnosis.run\",\"state\":\"" state "\",\"progress\":40" more "}"

static const char started[] = CELL_REPLY("202 Accepted", "{\"job\":" JOB("queued", "") "}");
static const char running[] = OK_(JOB("running", ",\"step\":\"asking\""));
static const char succeeded[] = OK_(JOB("succeeded", ""));
static const char failed[] = OK_(JOB("failed", ",\"error\":\"out of luck\""));
static const char well[] = OK_("{\"checks\":[{\"id\":\"clock\",\"verdict\":\"warn\",\"detail\":\"a bit off\",\"fix\":\"wait\"}]}");
static const char ill[] = OK_("{\"checks\":[{\"id\":\"ports\",\"verdict\":\"fail\",\"detail\":\"taken\",\"fix\":null}]}");

static void
test_verbs(void **state)
{
	static const struct call_row rows[] = {
		{ "jobs", NULL, OK_("[" JOB("failed", "") "]"), CLI_OK, "GET /api/jobs HTTP", NULL, "diagnosis.run  failed  40", NULL },
		{ "jobs --only failed", NULL, OK_("[]"), CLI_OK, "GET /api/jobs?state=failed HTTP", NULL, "no such job\n", NULL },
		{ "jobs show j1", NULL, failed, CLI_OK, "GET /api/jobs/j1 HTTP", NULL, "Error     out of luck\n", NULL },
		{ "jobs cancel j1", NULL, succeeded, CLI_OK, "DELETE /api/jobs/j1 HTTP", NULL, "cancelled\n", NULL },
		{ "doctor --no-wait", NULL, started, CLI_OK, "POST /api/diagnosis HTTP", NULL, "j1\n", NULL },
		{ "doctor --no-wait --json", NULL, started, CLI_OK, NULL, NULL, "{\"job\":{\"id\":\"j1\",", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		call_check(&rows[i]);
}

static void
doctor(struct call *x, const char *end, const char *report)
{
	const char *const answers[] = { started, running, running, end, report, NULL };

	call_run(x, "doctor", NULL, answers);
}

static void
test_waiting(void **state)
{
	struct call x;

	(void)state;
	doctor(&x, succeeded, well);
	assert_int_equal(x.status, CLI_OK);
	assert_non_null(strstr(x.asked, "GET /api/jobs/j1 HTTP"));
	assert_non_null(strstr(x.asked, "GET /api/diagnosis HTTP"));
	assert_string_equal(x.said.out, "CHECK  VERDICT  DETAIL\nclock  warn     a bit off\n                -> wait\n");
	call_free(&x);
	doctor(&x, succeeded, ill);
	assert_int_equal(x.status, CLI_DEGRADED);
	call_free(&x);
	doctor(&x, failed, well);
	assert_int_equal(x.status, CLI_FAILED);
	assert_non_null(strstr(x.said.err, "diagnosis.run failed: out of luck"));
	assert_string_equal(x.said.out, "");
	call_free(&x);
}

/* CLI-5: Ctrl-C leaves the job running and says so. */
static void
test_interrupted(void **state)
{
	static const char *const answers[] = { started, running, NULL };
	struct call x;
	pid_t self = getpid(), other = fork();

	(void)state;
	if (other == 0) {
		/* until it is held back, it would end the test */
		for (;;) {
			char line[256], name[64];
			unsigned long long mask = 0;
			FILE *f;

			snprintf(name, sizeof(name), "/proc/%d/status", self);
			f = fopen(name, "r");
			while (f != NULL && fgets(line, sizeof(line), f) != NULL)
				if (strncmp(line, "SigBlk:", 7) == 0)
					mask = strtoull(line + 7, NULL, 16);
			if (f != NULL)
				fclose(f);
			if ((mask >> (SIGINT - 1) & 1) != 0)
				break;
			usleep(1000);
		}
		kill(self, SIGINT);
		_exit(0);
	}
	call_run(&x, "doctor", NULL, answers);
	waitpid(other, NULL, 0);
	assert_int_equal(x.status, CLI_DEGRADED);
	assert_non_null(strstr(x.said.err, "the job goes on: pic jobs show j1"));
	assert_null(strstr(x.asked, "DELETE"));
	call_free(&x);
}

static const char stream[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: here\n\n"
    "id: 5\nevent: config\ndata: {\"generation\":7,\"actor\":\"admin\",\"summary\":\"dns.record.create nas\","
    "\"ts\":\"2026-07-01T09:30:00Z\"}\n\n"
    "event: job\ndata: {\"job\":" JOB("running", ",\"step\":\"asking\"") ",\"ts\":\"2026-07-01T09:30:01Z\"}\n\n"
    "event: resync\ndata: {\"ts\":\"2026-07-01T09:30:02Z\"}\n\n";

static void
test_events(void **state)
{
	static const char *const answers[] = { stream, NULL };
	struct call x;

	(void)state;
	call_run(&x, "events --types config,job", NULL, answers);
	assert_int_equal(x.status, CLI_FAILED);		/* the cell went away */
	assert_memory_equal(x.asked, "GET /api/events?types=config%2Cjob HTTP", 39);
	assert_string_equal(x.said.out,
	    "2026-07-01T09:30:00Z config     generation 7 by admin: dns.record.create nas\n"
	    "2026-07-01T09:30:01Z job        diagnosis.run running 40 % asking\n"
	    "2026-07-01T09:30:02Z resync     {}\n");
	call_free(&x);
	call_run(&x, "events --json", NULL, answers);
	assert_non_null(strstr(x.said.out, "{\"event\":\"config\",\"data\":{\"generation\":7,"));
	assert_non_null(strstr(x.said.out, "{\"event\":\"resync\",\"data\":{\"ts\":\"2026-07-01T09:30:02Z\"}}\n"));
	call_free(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verbs),
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
