/* One-time links: PEER-9, ACC-7. */
#include "cell.h"

#include "auth/link.c"

#define KEY "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

struct lab {
	struct clk_fake clk;
	struct auth_time time;
	struct auth_links *links;
	unsigned dirty;
	char token[AUTH_LINK_TEXT];
};

static void
on_dirty(void *arg)
{
	((struct lab *)arg)->dirty++;
}

static int
lab_open(void **state)
{
	struct lab *l = calloc(1, sizeof(*l));
	struct auth_link link;

	clk_fake_init(&l->clk, CELL_NOW);
	auth_time_init(&l->time, &l->clk.clk, 0, 0);
	l->links = auth_links_new(&l->time, on_dirty, l);
	*state = l;
	return auth_link_make(l->links, &(struct auth_link_ask){ "anna-phone", KEY, AUTH_LINK_S }, l->token, &link, NULL);
}

static int
lab_close(void **state)
{
	struct lab *l = *state;

	auth_links_free(l->links);
	auth_links_free(NULL);
	free(l);
	return 0;
}

static const struct str nothing = { "", 0 };

static void
opens_for_the_first_browser_only(void **state)
{
	struct lab *l = *state;
	char cookie[AUTH_LINK_TEXT], other[AUTH_LINK_TEXT];
	const struct auth_link *link = auth_link_open(l->links, str_of(l->token), nothing, cookie);

	assert_non_null(link);
	assert_string_equal(link->peer, "anna-phone");
	assert_int_equal(strlen(cookie), AUTH_LINK_TEXT - 1);
	assert_int_equal(l->dirty, 2);
	assert_null(auth_link_open(l->links, str_of(l->token), nothing, other));
	assert_null(auth_link_open(l->links, str_of(l->token), str_of(l->token), other));
	assert_string_equal(other, "");
	assert_ptr_equal(auth_link_open(l->links, str_of(l->token), str_of(cookie), other), link);
	assert_string_equal(other, "");
	assert_ptr_equal(auth_link_find(l->links, str_of(l->token), str_of(cookie)), link);
}

static void
nobody_uses_it_unopened(void **state)
{
	struct lab *l = *state;

	assert_null(auth_link_find(l->links, str_of(l->token), nothing));
	assert_null(auth_link_find(l->links, str_of(l->token), str_of(l->token)));
}

static void
is_gone_once_used(void **state)
{
	struct lab *l = *state;
	char cookie[AUTH_LINK_TEXT];
	const struct auth_link *link = auth_link_open(l->links, str_of(l->token), nothing, cookie);

	auth_link_end(l->links, link);
	assert_null(auth_link_find(l->links, str_of(l->token), str_of(cookie)));
	assert_null(auth_link_open(l->links, str_of(l->token), nothing, cookie));
	assert_int_equal(auth_links_count(l->links), 0);
}

static void
runs_out_and_a_clock_that_goes_back_revives_nothing(void **state)
{
	struct lab *l = *state;
	char cookie[AUTH_LINK_TEXT];

	clk_fake_advance(&l->clk, (AUTH_LINK_S - 1) * 1000);
	assert_int_equal(auth_links_count(l->links), 1);
	clk_fake_advance(&l->clk, 1000);
	assert_null(auth_link_open(l->links, str_of(l->token), nothing, cookie));
	clk_fake_advance(&l->clk, -AUTH_LINK_S * 1000);
	assert_null(auth_link_open(l->links, str_of(l->token), nothing, cookie));
}

static void
other_texts_open_nothing(void **state)
{
	struct lab *l = *state;
	char cookie[AUTH_LINK_TEXT], text[AUTH_LINK_TEXT];

	memcpy(text, l->token, sizeof(text));
	text[25] = text[25] == 'a' ? 'e' : 'a';
	assert_null(auth_link_open(l->links, str_of(text), nothing, cookie));
	text[25] = (char)(l->token[25] - 32);
	assert_null(auth_link_open(l->links, str_of(text), nothing, cookie));
	assert_null(auth_link_open(l->links, (struct str){ l->token, 25 }, nothing, cookie));
	assert_null(auth_link_open(l->links, nothing, nothing, cookie));
	assert_non_null(auth_link_open(l->links, str_of(l->token), nothing, cookie));
}

static void
revoking_ends_all_of_a_peer(void **state)
{
	struct lab *l = *state;
	char other[AUTH_LINK_TEXT], cookie[AUTH_LINK_TEXT];
	struct auth_link link;

	assert_int_equal(auth_link_make(l->links, &(struct auth_link_ask){ "bob", KEY, 60 }, other, &link, NULL), 0);
	assert_int_equal(auth_links_revoke(l->links, "ANNA-phone"), 1);
	assert_null(auth_link_open(l->links, str_of(l->token), nothing, cookie));
	assert_non_null(auth_link_open(l->links, str_of(other), nothing, cookie));
}

static void
a_peer_has_eight_at_most(void **state)
{
	struct lab *l = *state;
	char token[AUTH_LINK_TEXT], cookie[AUTH_LINK_TEXT];
	struct auth_link link;
	size_t i;

	for (i = 0; i < AUTH_LINKS_PER_PEER; i++)
		assert_int_equal(auth_link_make(l->links, &(struct auth_link_ask){ "anna-phone", KEY, 60 }, token, &link, NULL), 0);
	assert_int_equal(auth_links_count(l->links), AUTH_LINKS_PER_PEER);
	assert_null(auth_link_open(l->links, str_of(l->token), nothing, cookie));
	assert_non_null(auth_link_open(l->links, str_of(token), nothing, cookie));
}

static void
outlives_the_program(void **state)
{
	struct lab *l = *state;
	char cookie[AUTH_LINK_TEXT], again[AUTH_LINK_TEXT];
	json_t *j;
	char *text;

	(void)auth_link_open(l->links, str_of(l->token), nothing, cookie);
	j = auth_links_save(l->links);
	text = json_dumps(j, 0);
	assert_null(strstr(text, l->token));	/* the digest alone */
	assert_null(strstr(text, cookie));
	free(text);
	auth_links_free(l->links);
	l->links = auth_links_new(&l->time, on_dirty, l);
	auth_links_load(l->links, j);
	json_decref(j);
	assert_null(auth_link_open(l->links, str_of(l->token), nothing, again));
	assert_non_null(auth_link_open(l->links, str_of(l->token), str_of(cookie), again));
}

/* PEER-8, ACC-11: a link is for one key of one peer that may connect. */
static void
follows_the_peer(void **state)
{
	static const char same[] = "{\"peers\":[{\"name\":\"Anna-phone\",\"public_key\":\"" KEY "\","
	    "\"created_at\":\"2026-07-01T09:00:00Z\"}]}";
	static const char off[] = "{\"peers\":[{\"name\":\"anna-phone\",\"public_key\":\"" KEY "\",\"enabled\":false,"
	    "\"created_at\":\"2026-07-01T09:00:00Z\"}]}";
	static const char rekeyed[] = "{\"peers\":[{\"name\":\"anna-phone\","
	    "\"public_key\":\"AgECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\",\"created_at\":\"2026-07-01T09:00:00Z\"}]}";
	static const char *const gone[] = { off, rekeyed, "{\"peers\":[]}" };
	struct lab *l = *state;
	struct auth_link link;
	struct conf *c = cell_conf(same);
	size_t i;

	auth_links_follow(l->links, c);
	conf_unref(c);
	assert_int_equal(auth_links_count(l->links), 1);
	for (i = 0; i < sizeof(gone) / sizeof(gone[0]); i++) {
		c = cell_conf(gone[i]);
		auth_links_follow(l->links, c);
		conf_unref(c);
		assert_int_equal(auth_links_count(l->links), 0);
		assert_int_equal(auth_link_make(l->links, &(struct auth_link_ask){ "anna-phone", KEY, 60 }, l->token, &link,
		    NULL), 0);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, lab_open, lab_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(opens_for_the_first_browser_only), TEST(nobody_uses_it_unopened), TEST(is_gone_once_used),
		TEST(runs_out_and_a_clock_that_goes_back_revives_nothing), TEST(other_texts_open_nothing),
		TEST(revoking_ends_all_of_a_peer), TEST(a_peer_has_eight_at_most), TEST(outlives_the_program),
		TEST(follows_the_peer),
	};

	return cmocka_run_group_tests_name("auth/link", tests, NULL, NULL);
}
