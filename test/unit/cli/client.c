/* Requests over the socket (CLI-1, CLI-2, CLI-3): what is sent, what is made of
 * every kind of answer and of none. */
#include "cell.h"

#include <jansson.h>

#include "cli/client.h"

static const char *const nothing[] = { CELL_REPLY("200 OK", ""), NULL };

struct result {
	int status;
	struct cli_reply reply;
	struct captured said;
	char *asked;
};

static void
ask(struct result *x, const char *const *answers, const struct cli_ask *q)
{
	struct cell cell;
	struct cli c = { .sock = cell.socket };

	cell_start(&cell, answers);
	captured_begin(&x->said);
	x->status = cli_request(&c, q, &x->reply);
	captured_end(&x->said);
	x->asked = cell_asked(&cell);
	cell_stop(&cell);
}

static void
forget(struct result *x)
{
	if (x->status == CLI_OK)
		cli_reply_free(&x->reply);
	captured_free(&x->said);
	free(x->asked);
}

static void
test_request(void **state)
{
	json_t *body = json_pack("{sssi}", "name", "nas", "ttl", 60);
	const struct cli_ask q = { "PUT", "/api/x?dry_run=1", body, "\"r7\"" };
	struct result x;

	(void)state;
	ask(&x, nothing, &q);
	assert_int_equal(x.status, CLI_OK);
	assert_memory_equal(x.asked, "PUT /api/x?dry_run=1 HTTP/1.1\r\n", 31);
	assert_non_null(strstr(x.asked, "\r\nHost: localhost\r\n"));
	assert_non_null(strstr(x.asked, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(x.asked, "\r\nIf-Match: \"r7\"\r\n"));
	assert_non_null(strstr(x.asked, "\r\n\r\n{\"name\":\"nas\",\"ttl\":60}"));
	assert_null(x.reply.body);
	json_decref(body);
	forget(&x);
}

/* CLI-2: the text is kept as it came, spaces and order included. */
static void
test_answers(void **state)
{
	static const char *const until_end[] = { CELL_REPLY("200 OK", "{ \"b\": 1,\n  \"a\":2 }\n"), NULL };
	static const char *const length[] = {
		"HTTP/1.1 200 OK\r\nETag: \"r3\"\r\nContent-Length: 20\r\n\r\n{ \"b\": 1,\n  \"a\":2 }\n", NULL };
	static const char *const chunks[] = { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "4\r\n{ \"b\r\n10\r\n\": 1,\n  \"a\":2 }\n\r\n0\r\n\r\n", NULL };
	const char *const *all[] = { until_end, length, chunks };
	const struct cli_ask q = { .method = "GET", .path = "/x" };
	struct result x;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		ask(&x, all[i], &q);
		assert_int_equal(x.status, CLI_OK);
		assert_int_equal(x.reply.status, 200);
		assert_string_equal(x.reply.text, "{ \"b\": 1,\n  \"a\":2 }\n");
		assert_int_equal(json_integer_value(json_object_get(x.reply.body, "a")), 2);
		assert_string_equal(x.reply.etag, i == 1 ? "\"r3\"" : "");
		forget(&x);
	}
}

static void
test_cut_answers(void **state)
{
	static const char *const cut[][2] = {
		{ "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}", NULL },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}", NULL },
		{ "HTTP/1.1 200 O", NULL }, { "SSH-2.0-OpenSSH\r\n", NULL }, { "", NULL },
	};
	const struct cli_ask q = { .method = "GET", .path = "/x" };
	struct result x;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cut) / sizeof(cut[0]); i++) {
		ask(&x, cut[i], &q);
		assert_int_equal(x.status, CLI_FAILED);
		assert_non_null(strstr(x.said.err, "before its answer was complete"));
		forget(&x);
	}
}

/* CLI-3: 4 when nobody answers, with what to do; 2 when it cannot be told where. */
static void
test_nobody(void **state)
{
	const struct cli_ask q = { .method = "GET", .path = "/x" };
	struct cli c = { .sock = "/nowhere/pic.sock" };
	struct cli_reply r;
	struct captured said;
	char longer[300];

	(void)state;
	captured_begin(&said);
	assert_int_equal(cli_request(&c, &q, &r), CLI_NOT_RUNNING);
	captured_end(&said);
	assert_non_null(strstr(said.err, "/nowhere/pic.sock"));
	assert_non_null(strstr(said.err, "pic run"));
	captured_free(&said);
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	c.sock = longer;
	captured_begin(&said);
	assert_int_equal(cli_request(&c, &q, &r), CLI_USAGE);
	captured_end(&said);
	captured_free(&said);
}

/* CLI-9: a flag beats the environment. */
static void
test_where(void **state)
{
	const struct cli_ask q = { .method = "GET", .path = "/x" };
	struct cli by_flag, by_env = { .state = NULL };
	struct cli_reply r;
	struct captured said;
	struct cell cell;

	(void)state;
	cell_start(&cell, nothing);
	by_flag = (struct cli){ .sock = cell.socket };
	captured_begin(&said);
	setenv("PIC_SOCKET", "/nowhere", 1);
	assert_int_equal(cli_request(&by_flag, &q, &r), CLI_OK);
	cli_reply_free(&r);
	assert_int_equal(cli_request(&by_env, &q, &r), CLI_NOT_RUNNING);
	setenv("PIC_SOCKET", cell.socket, 1);
	assert_int_equal(cli_request(&by_env, &q, &r), CLI_OK);
	cli_reply_free(&r);
	unsetenv("PIC_SOCKET");
	captured_end(&said);
	captured_free(&said);
	cell_stop(&cell);
}

/* CLI-3: the API's detail and every further field, once each. */
static void
test_call_tells(void **state)
{
	static const char *const refusal[] = { CELL_REPLY("400 Bad Request", "{\"status\":400,\"detail\":\"a.b: is wrong\","
	    "\"errors\":[{\"field\":\"a.b\",\"message\":\"is wrong\"},{\"field\":\"c\",\"message\":\"too\"}]}"), NULL };
	static const char *const plain[] = { CELL_REPLY("502 Bad Gateway", "<html>"), NULL };
	struct cli_reply r;
	struct captured said;
	struct cell cell;
	struct cli c = { .sock = cell.socket };

	(void)state;
	cell_start(&cell, refusal);
	captured_begin(&said);
	assert_int_equal(cli_call(&c, "GET", "/x", NULL, &r), CLI_FAILED);
	captured_end(&said);
	assert_string_equal(said.err, "pic: a.b: is wrong\n  c: too\n");
	assert_string_equal(said.out, "");
	captured_free(&said);
	cell_stop(&cell);
	cell_start(&cell, plain);
	captured_begin(&said);
	assert_int_equal(cli_call(&c, "GET", "/x", NULL, &r), CLI_FAILED);
	captured_end(&said);
	assert_non_null(strstr(said.err, "502"));
	captured_free(&said);
	cell_stop(&cell);
}

struct heard { char text[256]; int left; };

static bool
hear(void *arg, const char *line)
{
	struct heard *h = arg;

	strncat(h->text, line, sizeof(h->text) - strlen(h->text) - 1);
	strncat(h->text, "|", sizeof(h->text) - strlen(h->text) - 1);
	return --h->left > 0;
}

static int
stream(const char *answer, struct heard *h, struct captured *said)
{
	const char *const answers[] = { answer, NULL };
	struct cell cell;
	struct cli c = { .sock = cell.socket };
	int status;

	cell_start(&cell, answers);
	captured_begin(said);
	status = cli_stream(&c, "/api/events", hear, h);
	captured_end(said);
	cell_stop(&cell);
	return status;
}

static void
test_stream(void **state)
{
	static const char events[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\na: 1\nb:\r\n3\r\n 2\n\r\n";
	struct heard all = { "", 9 }, two = { "", 2 };
	struct captured said;

	(void)state;
	assert_int_equal(stream(events, &two, &said), CLI_OK);
	assert_string_equal(two.text, "a: 1|b: 2|");
	captured_free(&said);
	assert_int_equal(stream(events, &all, &said), CLI_FAILED);	/* the cell went away */
	assert_non_null(strstr(said.err, "ended the stream"));
	captured_free(&said);
}

static void
test_stream_refused(void **state)
{
	struct heard h = { "", 9 };
	struct captured said;

	(void)state;
	assert_int_equal(stream(CELL_REPLY("429 Too Many", "{\"detail\":\"eight streams are open\"}"), &h, &said),
	    CLI_FAILED);
	assert_non_null(strstr(said.err, "eight streams are open"));
	assert_string_equal(h.text, "");
	captured_free(&said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_cut_answers),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_where),
		cmocka_unit_test(test_call_tells),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_stream_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
