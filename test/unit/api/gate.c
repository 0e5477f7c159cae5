/* Every row through the real gate: strangers, wrong methods, marked secrets
 * (ACC-1, ACC-2, SEC-1, api.md 1.3). */
#include "api/gate.h"

#include "cell.h"

/* A path that the pattern matches. */
static void
sample_write(char *buf, size_t size, const char *pattern)
{
	size_t n = 0;

	for (; *pattern != '\0' && n + 2 < size; pattern++) {
		if (*pattern != '<') {
			buf[n++] = *pattern;
			continue;
		}
		buf[n++] = '1';
		pattern = strchr(pattern, '>');
	}
	buf[n] = '\0';
}

/* Call look for every row. */
static void
each_row(struct cell *x, void (*look)(struct cell *x, const struct api_route *r, const char *path, size_t i))
{
	const struct api_route *r;
	char path[128];
	size_t t, i = 0;

	for (t = 0; api_tables[t].routes != NULL; t++)
		for (r = api_tables[t].routes; r->path != NULL; r++) {
			sample_write(path, sizeof(path), r->path);
			look(x, r, path, i++);
		}
	assert_true(i > 50);
}

/* Addresses of their own, so that the limit of strangers does not answer instead. */
static struct api_origin
somebody(size_t i)
{
	struct api_origin o = cell_lan;

	o.client.addr.b[2] = (uint8_t)(2 + i / 200);
	o.client.addr.b[3] = (uint8_t)(1 + i % 200);
	return o;
}

static void
as_stranger(struct cell *x, const struct api_route *r, const char *path, size_t i)
{
	struct api_origin o = somebody(i);
	struct reply got = call(x, &o, api_method_name(r->method), path, "", r->method == HTTP_GET ? NULL : "{}");

	if ((r->flags & API_PAGE) != 0) {
		assert_status(got, 404);	/* a link that is none */
	} else if (r->who == AUTH_WHO_PUBLIC) {
		if (got.status != (strcmp(path, "/api/auth/vpn-login") == 0 ? 403 : 200) && got.status != 400)
			fail_msg("%s: %d", path, got.status);
	} else if (r->who == AUTH_WHO_SETUP) {
		assert_status(got, 409);
	} else {
		assert_status(got, 401);
		assert_string_equal(reply_text(&got, "type"), "urn:pic:not-authenticated");
	}
	reply_free(&got);
}

/* Cookies and tokens that are none are strangers', too. */
static void
as_forger(struct cell *x, const struct api_route *r, const char *path, size_t i)
{
	static const char *const forged[] = {
		"Cookie: pic_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n",
		"Authorization: Bearer pic_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n",
		"X-Forwarded-For: 127.0.0.1\r\nForwarded: for=127.0.0.1\r\nRemote-User: admin\r\nX-Real-IP: ::1\r\n",
		"X-Setup-Token: AAAAAAAAAAAAAAAAAAAAAAAAAA\r\n",
	};
	struct api_origin o = somebody(i);

	if (r->who != AUTH_WHO_PUBLIC && r->who != AUTH_WHO_SETUP)
		expect(x, &o, 401, api_method_name(r->method), path, forged[i % 4], r->method == HTTP_GET ? NULL : "{}");
}

static void
wrong_method(struct cell *x, const struct api_route *r, const char *path, size_t i)
{
	struct reply got;
	char allow[API_ALLOW_MAX];

	(void)i;
	got = call(x, &cell_socket, "PATCH", path, "", NULL);
	if (r->who == AUTH_WHO_SETUP) {
		assert_status(got, 409);	/* the setup is over for every method */
	} else if (r->who == AUTH_WHO_PEER) {
		assert_status(got, 403);	/* the socket is an administrator's, whatever the method */
	} else {
		assert_status(got, 405);
		assert_non_null(strstr(reply_header(&got, "Allow", allow, sizeof(allow)), api_method_name(r->method)));
	}
	reply_free(&got);
}

static void
strangers(void **state)
{
	struct cell x;

	(void)state;
	cell_begin(&x);
	each_row(&x, as_stranger);
	each_row(&x, as_forger);
	each_row(&x, wrong_method);
	expect(&x, &cell_loopback, 401, "GET", "/api/nothing", "", NULL);
	expect(&x, &cell_loopback, 404, "GET", "/nothing", "", NULL);
	expect(&x, &cell_loopback, 401, "GET", "/api/%2e%2e/status", "", NULL);
	cell_close(&x);
}

static const char *marks[8];
static size_t nmarks;

static void
no_marks(struct cell *x, const struct api_route *r, const char *path, size_t i)
{
	struct reply got;
	size_t k;

	(void)i;
	if (r->method != HTTP_GET || (r->flags & API_STREAM) != 0)
		return;
	got = call(x, &cell_socket, "GET", strcmp(path, "/api/config/sections/1") == 0 ?
	    "/api/config/sections/wireguard" : path, "", NULL);
	for (k = 0; k < nmarks; k++)
		if (strstr(got.text, marks[k]) != NULL)
			fail_msg("%s tells %s: %.300s", path, marks[k], strstr(got.text, marks[k]));
	reply_free(&got);
}

/* Everything that is stored sealed, and every reference to it, stays inside (SEC-1). */
static void
secrets(void **state)
{
	struct cell x;
	struct login me;
	struct reply r, t;
	json_t *wg = NULL;

	(void)state;
	cell_begin(&x);
	cell_login(&x, &cell_lan, "admin", CELL_PASSWORD, &me);
	t = call(&x, &cell_socket, "POST", "/api/tokens", "", "{\"name\":\"t\",\"scopes\":[\"dns:read\"]}");
	assert_status(t, 201);
	r = call(&x, &cell_lan, "POST", "/api/auth/totp", me.cookie, "{\"password\":\"" CELL_PASSWORD "\"}");
	assert_status(r, 200);
	assert_int_equal(vault_get(x.vault, conf_txn_current(x.txn)->wireguard.secret_ref, &wg, NULL), 0);
	nmarks = 0;
	marks[nmarks++] = CELL_PASSWORD;
	marks[nmarks++] = "H(";
	marks[nmarks++] = "\"sec_";
	marks[nmarks++] = reply_text(&t, "token");
	marks[nmarks++] = reply_text(&r, "secret");
	marks[nmarks++] = json_string_value(json_object_get(wg, "private_key"));
	assert_true(strlen(marks[3]) == 47 && strlen(marks[4]) == 32 && strlen(marks[5]) == 44);
	each_row(&x, no_marks);
	json_decref(wg);
	reply_free(&r);
	reply_free(&t);
	cell_close(&x);
}

/* HEAD is GET without the body; OPTIONS promises nothing; no side door (ACC-13). */
static void
methods(void **state)
{
	static const char doors[][128] = {
		"GET http://localhost/api/status HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"CONNECT localhost:3000 HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	};
	struct client *c;
	struct cell x;
	struct reply r;
	char buf[64];
	size_t i;

	(void)state;
	cell_begin(&x);
	c = client_new(&x, &cell_socket);
	client_send(c, "HEAD /api/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 57);
	while (!c->closed)
		io_loop_run(x.loop);
	assert_non_null(strstr(c->buf, "HTTP/1.1 200 "));
	assert_string_equal(strstr(c->buf, "\r\n\r\n"), "\r\n\r\n");
	client_free(c);
	r = call(&x, &cell_socket, "OPTIONS", "/api/status", "Origin: https://evil.example\r\n", NULL);
	assert_status(r, 405);
	assert_string_equal(reply_header(&r, "Access-Control-Allow-Origin", buf, sizeof(buf)), "");
	reply_free(&r);
	r = call(&x, &cell_lan, "GET", "/api/status", "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n", NULL);
	assert_status(r, 401);
	reply_free(&r);
	for (i = 0; i < sizeof(doors) / sizeof(doors[0]); i++) {
		c = client_new(&x, &cell_socket);
		client_send(c, doors[i], strlen(doors[i]));
		r = reply_of("GET", "/none", c);
		assert_true(r.status >= 400);
		reply_free(&r);
		client_free(c);
	}
	cell_close(&x);
}

/* ACC-3, SET-4: five wrong tokens a minute, twenty in all wear the token out. */
static void
guesses(void **state)
{
	char header[64], wrong[] = "X-Setup-Token: AAAAAAAAAAAAAAAAAAAAAAAAAA\r\n";
	struct api_origin o;
	struct cell x;
	size_t i;

	(void)state;
	cell_open(&x);
	snprintf(header, sizeof(header), "X-Setup-Token: %s\r\n", x.token);
	for (i = 0; i < 5; i++)
		expect(&x, &cell_lan, 401, "GET", "/api/setup/step", wrong, NULL);
	expect(&x, &cell_lan, 429, "GET", "/api/setup/step", wrong, NULL);
	for (i = 0; i < 16 && x.renewed == 0; i++) {
		o = somebody(i);
		expect(&x, &o, 401, "GET", "/api/setup/step", wrong, NULL);
	}
	assert_int_equal(x.renewed, 1);
	o = somebody(99);
	expect(&x, &o, 401, "GET", "/api/setup/step", header, NULL);	/* the old one is worn out */
	snprintf(header, sizeof(header), "X-Setup-Token: %s\r\n", x.token);
	expect(&x, &o, 200, "GET", "/api/setup/step", header, NULL);
	cell_close(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strangers),
		cmocka_unit_test(secrets),
		cmocka_unit_test(methods),
		cmocka_unit_test(guesses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
