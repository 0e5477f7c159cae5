/* Event streams through the real server: what comes, to whom, for how long. */
#include "api/feed.h"

#include "cell.h"

static const char *wanted;	/* the text that the client waits for */

static bool
has_wanted(const struct client *c)
{
	return strstr(c->buf, wanted) != NULL;
}

static struct client *
stream_open(struct cell *x, const struct api_origin *from, const char *target, const char *headers)
{
	struct client *c = client_new(x, from);
	char text[1024];
	int n = snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", target, headers);

	c->enough = has_wanted;
	client_send(c, text, (size_t)n);
	return c;
}

static void
stream_wait(struct client *c, const char *text)
{
	wanted = text;
	client_wait(c);
	if (strstr(c->buf, text) == NULL)
		fail_msg("the stream ended without %s: %.600s", text, c->buf);
}

/* Run until the server ends the stream. */
static void
stream_ends(struct client *c)
{
	wanted = "\r\n0\r\n\r\n";	/* the last chunk */
	client_wait(c);
	assert_non_null(strstr(c->buf, wanted));
}

static unsigned long long
first_id(const struct client *c)
{
	const char *at = strstr(c->buf, "id: ");

	assert_non_null(at);
	return strtoull(at + 4, NULL, 10);
}

static void
changes(void **state)
{
	struct client *all, *jobs;
	struct cell x;

	(void)state;
	cell_begin(&x);
	all = stream_open(&x, &cell_socket, "/api/events", "");
	jobs = stream_open(&x, &cell_socket, "/api/events?types=job,dns", "");
	stream_wait(all, ": connected");
	assert_non_null(strstr(all->buf, "text/event-stream"));
	stream_wait(jobs, "event: dns");	/* at once, then each second */
	assert_non_null(strstr(jobs->buf, "\"answers\":10"));
	expect(&x, &cell_socket, 201, "POST", "/api/dns/records", "",
	    "{\"name\":\"a\",\"type\":\"A\",\"value\":\"10.1.1.1\"}");
	stream_wait(all, "event: config");
	stream_wait(all, "\"summary\":\"dns.record.create a\"");
	assert_null(strstr(jobs->buf, "event: config"));
	expect(&x, &cell_socket, 400, "GET", "/api/events?types=nothing", "", NULL);
	client_free(all);
	client_free(jobs);
	cell_close(&x);
}

/* Whoever comes back gets what he missed, or is told to look again. */
static void
replay(void **state)
{
	struct client *c;
	struct cell x;
	char last[64], header[96];
	const char *at;

	(void)state;
	cell_begin(&x);
	c = stream_open(&x, &cell_socket, "/api/events?types=config", "");
	stream_wait(c, ": connected");
	expect(&x, &cell_socket, 200, "PUT", "/api/config", "", "{\"timezone\":\"UTC\"}");
	stream_wait(c, "\"generation\":2");
	at = strstr(c->buf, "id: ");
	assert_non_null(at);
	snprintf(last, sizeof(last), "%.*s", (int)strcspn(at + 4, "\n"), at + 4);
	client_free(c);
	expect(&x, &cell_socket, 200, "PUT", "/api/config", "", "{\"timezone\":\"Europe/Berlin\"}");
	snprintf(header, sizeof(header), "Last-Event-ID: %s\r\n", last);
	c = stream_open(&x, &cell_socket, "/api/events?types=config", header);
	stream_wait(c, "\"generation\":3");
	assert_null(strstr(c->buf, "\"generation\":2"));
	assert_null(strstr(c->buf, "resync"));
	client_free(c);
	c = stream_open(&x, &cell_socket, "/api/events?types=config", "Last-Event-ID: 12\r\n");
	stream_wait(c, "event: resync");
	client_free(c);
	cell_close(&x);
}

static void
peer_event(struct cell *x, const char *name)
{
	json_t *data = json_pack("{s:s, s:b}", "name", name, "online", 1);

	assert_non_null(data);
	api_event(x->api, "peer", data);
	json_decref(data);
}

static void
peers_set_up(struct cell *x, struct login *anna)
{
	cell_begin(x);
	expect(x, &cell_socket, 201, "POST", "/api/peers", "", "{\"name\":\"anna\",\"password\":\"a peers password\"}");
	expect(x, &cell_socket, 201, "POST", "/api/peers", "", "{\"name\":\"bob\",\"password\":\"a peers password\"}");
	expect(x, &cell_socket, 201, "POST", "/api/peers", "", "{\"name\":\"nobodys\"}");
	cell_login(x, &cell_lan, "anna", "a peers password", anna);
}

/* A user hears of his own devices only, now and when he comes back; an administrator of all (PEER-11). */
static void
own_devices(void **state)
{
	struct client *all, *own, *back;
	struct login anna, bob;
	struct cell x;
	char header[256];

	(void)state;
	peers_set_up(&x, &anna);
	cell_login(&x, &cell_lan, "bob", "a peers password", &bob);
	all = stream_open(&x, &cell_socket, "/api/events", "");
	stream_wait(all, ": connected");
	own = stream_open(&x, &cell_lan, "/api/events", anna.cookie);
	stream_wait(own, ": connected");
	peer_event(&x, "bob");
	peer_event(&x, "nobodys");
	peer_event(&x, "gone");
	peer_event(&x, "anna");
	stream_wait(all, "\"name\":\"anna\"");
	assert_non_null(strstr(all->buf, "\"name\":\"bob\""));
	assert_non_null(strstr(all->buf, "\"name\":\"nobodys\""));
	stream_wait(own, "\"name\":\"anna\"");
	assert_null(strstr(own->buf, "bob"));
	assert_null(strstr(own->buf, "nobodys"));
	assert_null(strstr(own->buf, "gone"));
	expect(&x, &cell_socket, 200, "PUT", "/api/peers/nobodys", "", "{\"owner\":\"bob\"}");
	peer_event(&x, "nobodys");
	snprintf(header, sizeof(header), "%sLast-Event-ID: %llu\r\n", bob.cookie, first_id(all) - 1);
	back = stream_open(&x, &cell_lan, "/api/events", header);
	stream_wait(back, "\"name\":\"nobodys\"");
	assert_non_null(strstr(back->buf, "\"name\":\"bob\""));
	assert_null(strstr(back->buf, "anna"));
	assert_null(strstr(back->buf, "resync"));
	client_free(all);
	client_free(own);
	client_free(back);
	cell_close(&x);
}

/* A stream ends with the right to it: logout, revocation, disabling, a token's end (ACC-11). */
static void
ends(void **state)
{
	struct client *c, *t;
	struct cell x;
	struct login me, paul;
	struct reply r;
	char header[128], path[128];

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 201, "POST", "/api/auth/users", "",
	    "{\"username\":\"paul\",\"role\":\"peer\",\"password\":\"a peers password\"}");
	cell_login(&x, &cell_lan, "admin", CELL_PASSWORD, &me);
	cell_login(&x, &cell_lan, "paul", "a peers password", &paul);
	r = call(&x, &cell_socket, "POST", "/api/tokens", "", "{\"name\":\"t\",\"scopes\":[\"diagnosis:read\"]}");
	snprintf(header, sizeof(header), "Authorization: Bearer %s\r\n", reply_text(&r, "token"));
	snprintf(path, sizeof(path), "/api/tokens/%s", reply_text(&r, "id"));
	reply_free(&r);
	t = stream_open(&x, &cell_lan, "/api/events", header);
	stream_wait(t, ": connected");
	c = stream_open(&x, &cell_lan, "/api/events", me.cookie);
	stream_wait(c, ": connected");
	expect(&x, &cell_lan, 200, "POST", "/api/auth/logout", me.cookie, NULL);
	stream_ends(c);
	client_free(c);
	c = stream_open(&x, &cell_lan, "/api/events", paul.cookie);
	stream_wait(c, ": connected");
	assert_null(strstr(t->buf, "\r\n0\r\n\r\n"));
	expect(&x, &cell_socket, 200, "DELETE", path, "", NULL);
	stream_ends(t);
	client_free(t);
	expect(&x, &cell_socket, 200, "PUT", "/api/auth/users/paul", "", "{\"enabled\":false}");
	stream_ends(c);
	assert_null(strstr(c->buf, "event: config"));	/* that is none of a peer's business */
	client_free(c);
	cell_close(&x);
}

/* A session that grew too old takes its stream along. */
static void
expiry(void **state)
{
	struct client *c;
	struct cell x;
	struct login me;

	(void)state;
	cell_begin(&x);
	cell_login(&x, &cell_lan, "admin", CELL_PASSWORD, &me);
	c = stream_open(&x, &cell_lan, "/api/events", me.cookie);
	stream_wait(c, ": connected");
	clk_fake_advance(&x.clk, 43199 * 1000LL);
	api_recheck(x.api);
	client_pause(c, 20);
	assert_null(strstr(c->buf, "\r\n0\r\n\r\n"));
	clk_fake_advance(&x.clk, 2000);
	api_recheck(x.api);	/* as each ping does */
	stream_ends(c);
	client_free(c);
	cell_close(&x);
}

static void
limits(void **state)
{
	struct client *c[API_STREAMS_CALLER];
	struct cell x;
	size_t i;

	(void)state;
	cell_begin(&x);
	for (i = 0; i < API_STREAMS_CALLER; i++) {
		c[i] = stream_open(&x, &cell_socket, "/api/events", "");
		stream_wait(c[i], ": connected");
	}
	expect(&x, &cell_socket, 429, "GET", "/api/events", "", NULL);
	client_free(c[0]);
	client_pause(c[1], 50);
	c[0] = stream_open(&x, &cell_socket, "/api/events", "");
	stream_wait(c[0], ": connected");
	for (i = 0; i < API_STREAMS_CALLER; i++)
		client_free(c[i]);
	cell_close(&x);
}

/* A client that does not read blocks only itself, and is told that it lost something. */
static void
slow(void **state)
{
	char *big = malloc(40000);
	struct client *deaf, *quick;
	struct cell x;
	json_t *data;
	int i;

	(void)state;
	cell_begin(&x);
	memset(big, 'x', 39999);
	big[39999] = '\0';
	deaf = stream_open(&x, &cell_socket, "/api/events?types=alert", "");
	stream_wait(deaf, ": connected");
	quick = stream_open(&x, &cell_socket, "/api/events?types=job", "");
	stream_wait(quick, ": connected");
	io_poll_set(deaf->poll, 0);
	data = json_pack("{s:s}", "alert", big);
	for (i = 0; i < 200; i++)
		api_event(x.api, "alert", data);
	json_decref(data);
	data = json_pack("{s:s}", "job", "after");
	api_event(x.api, "job", data);
	json_decref(data);
	stream_wait(quick, "\"job\":\"after\"");
	io_poll_set(deaf->poll, IO_READABLE);
	stream_wait(deaf, "event: resync");
	client_free(deaf);
	client_free(quick);
	cell_close(&x);
	free(big);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes),
		cmocka_unit_test(replay),
		cmocka_unit_test(own_devices),
		cmocka_unit_test(ends),
		cmocka_unit_test(expiry),
		cmocka_unit_test(limits),
		cmocka_unit_test(slow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
