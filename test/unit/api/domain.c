/* The public name and its provider: one mode after another, each in one piece (TLS-11, SET-6, TIM-6, DDN-3, DDN-5). */
#include "api/domain.h"

#include "cell.h"

#define DUCK "\"0f3a4b5c-1111-2222-3333-444455556666\""

static struct reply
put(struct cell *x, const char *path, const char *body)
{
	return call(x, &cell_socket, "PUT", path, "", body);
}

/* Refused with this status, for this field alone; nothing was written. */
static void
refused(struct cell *x, int status, const char *path, const char *body, const char *field)
{
	uint64_t before = conf_txn_current(x->txn)->generation;
	struct reply r = put(x, path, body);
	const json_t *errors = json_object_get(r.json, "errors");

	assert_status(r, status);
	assert_int_equal(json_array_size(errors), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(errors, 0), "field")), field);
	reply_free(&r);
	assert_int_equal(conf_txn_current(x->txn)->generation, before);
}

/* Done; the one warning has this in it (NULL: there is none). */
static void
done(struct cell *x, const char *path, const char *body, const char *warning)
{
	struct reply r = put(x, path, body);
	const json_t *list = json_object_get(r.json, "warnings");
	const char *said = json_string_value(json_array_get(list, 0));

	assert_status(r, 200);
	assert_int_equal(json_array_size(list), warning != NULL);
	if (warning != NULL && strstr(said, warning) == NULL)
		fail_msg("said \"%s\"", said);
	reply_free(&r);
}

/* What is sealed for the ddns section, as text: to be freed. */
static char *
sealed(const struct cell *x)
{
	const char *ref = conf_txn_current(x->txn)->ddns.secret_ref;
	json_t *doc = NULL;
	struct err e;
	char *text;

	if (ref == NULL)
		return strdup("");
	if (vault_get(x->vault, ref, &doc, &e) < 0)
		fail_msg("%s", e.detail);
	text = json_dumps(doc, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(doc);
	return text;
}

static void
assert_sealed(const struct cell *x, const char *want)
{
	char *have = sealed(x);

	if (strcmp(have, want) != 0)
		fail_msg("sealed is %s", have);
	free(have);
}

static const struct conf *
now(const struct cell *x)
{
	return conf_txn_current(x->txn);
}

static void
open_cell(struct cell *x)
{
	cell_begin(x);
	x->claim.says = API_NAME_FREE;
}

/* The name is registered first; all of it is one generation. */
static void
a_name_is_taken_before_it_is_saved(void **state)
{
	struct cell x;

	(void)state;
	open_cell(&x);
	done(&x, "/api/config", "{\"domain_mode\":\"pic_ngo\",\"ddns\":{\"totp_secret\":\"JBSWY3DPEHPK3PXP\"}}", NULL);
	assert_int_equal(now(&x)->generation, 2);
	assert_string_equal(x.claim.name, "myhome");
	assert_string_equal(x.claim.secret, "{\"totp_secret\":\"JBSWY3DPEHPK3PXP\"}");
	assert_int_equal(x.claim.taken, 1);
	assert_sealed(&x, "{\"token\":\"token-of-myhome\",\"totp_secret\":\"JBSWY3DPEHPK3PXP\"}");

	/* autosave sends the same request as any other (TIM-6) */
	done(&x, "/api/config", "{\"cell_name\":\"Attic\"}", NULL);
	assert_string_equal(now(&x)->identity.domain_name, "attic.pic.ngo");
	assert_sealed(&x, "{\"release\":[{\"base\":\"https://ddns.pic.ngo\",\"name\":\"myhome\",\"token\":\"token-of-myhome\"}],"
	    "\"token\":\"token-of-attic\",\"totp_secret\":\"JBSWY3DPEHPK3PXP\"}");
	/* what is not about the name asks nobody */
	done(&x, "/api/config", "{\"timezone\":\"UTC\"}", NULL);
	done(&x, "/api/ddns", "{\"interval_s\":600}", NULL);
	assert_int_equal(x.claim.asked, 2);
	assert_string_equal(x.claim.released, "");
	cell_close(&x);
}

static void
a_taken_name_is_never_saved(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	open_cell(&x);
	x.claim.says = API_NAME_TAKEN;
	refused(&x, 409, "/api/config", "{\"domain_mode\":\"pic_ngo\"}", "identity.cell_name");
	refused(&x, 409, "/api/config/sections/identity", "{\"domain_mode\":\"pic_ngo\"}", "identity.cell_name");
	refused(&x, 409, "/api/config?dry_run=1", "{\"domain_mode\":\"pic_ngo\"}", "identity.cell_name");
	r = call(&x, &cell_socket, "POST", "/api/config/import", "",
	    "{\"document\":{\"schema_version\":1,\"identity\":{\"domain_mode\":\"pic_ngo\"}}}");
	assert_status(r, 409);
	reply_free(&r);
	assert_int_equal(now(&x)->identity.domain_mode, CONF_MODE_LAN);
	/* what is wrong in itself is told before anybody is asked */
	x.claim.asked = 0;
	refused(&x, 400, "/api/config", "{\"domain_mode\":\"pic_ngo\",\"cell_name\":\"-\"}", "identity.cell_name");
	assert_int_equal(x.claim.asked, 0);
	cell_close(&x);
}

/* SET-6: nobody there is no reason to stop. */
static void
an_unreachable_service_only_warns(void **state)
{
	struct cell x;

	(void)state;
	open_cell(&x);
	x.claim.says = API_NAME_UNKNOWN;
	done(&x, "/api/config", "{\"domain_mode\":\"pic_ngo\"}", "no answer");
	assert_sealed(&x, "");
	x.claim.absent = true;
	done(&x, "/api/config", "{\"cell_name\":\"attic\"}", "goes on trying");
	assert_string_equal(now(&x)->identity.domain_name, "attic.pic.ngo");
	cell_close(&x);
}

static void
a_dry_run_takes_nothing(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	open_cell(&x);
	r = put(&x, "/api/config?dry_run=1", "{\"domain_mode\":\"pic_ngo\"}");
	assert_status(r, 200);
	assert_true(json_array_size(json_object_get(r.json, "changes")) > 0);
	reply_free(&r);
	assert_int_equal(x.claim.asked, 1);
	assert_int_equal(x.claim.taken, 0);
	assert_int_equal(now(&x)->generation, 1);
	cell_close(&x);
}

/* A part that takes the change over on the try, and not when it is meant. */
static int
prepare_once(void *arg, const struct conf *old, const struct conf *next, struct err *e)
{
	unsigned *times = arg;

	(void)old;
	(void)next;
	return (*times)++ == 0 ? 0 : err_set(e, ERR_STORAGE_FULL, "no space");
}

static void
commit_never(void *arg, const struct conf *next)
{
	(void)arg;
	(void)next;
	fail();
}

static void
rollback_nothing(void *arg)
{
	(void)arg;
}

/* A change that fails after its name was taken gives it back. */
static void
a_name_taken_in_vain_goes_back(void **state)
{
	unsigned times = 0;
	const struct conf_part part = { .name = "stubborn", .prepare = prepare_once, .commit = commit_never,
		.rollback = rollback_nothing, .arg = &times };
	struct cell x;
	struct reply r;

	(void)state;
	open_cell(&x);
	assert_int_equal(conf_txn_part(x.txn, &part), 0);
	r = put(&x, "/api/config", "{\"domain_mode\":\"pic_ngo\"}");
	assert_status(r, 507);
	reply_free(&r);
	assert_int_equal(times, 2);
	assert_int_equal(x.claim.taken, 1);
	assert_int_equal(now(&x)->identity.domain_mode, CONF_MODE_LAN);
	assert_string_equal(x.claim.released, "myhome");
	cell_close(&x);
}

/* TLS-11: said, or done. */
static void
leaving_says_that_the_name_stays(void **state)
{
	static const char away[] = "{\"domain_mode\":\"cloudflare\",\"domain_name\":\"home.example.org\","
	    "\"ddns\":{\"api_token\":\"cf-0123456789\"}%s}";
	char body[256];
	struct cell x;

	(void)state;
	open_cell(&x);
	done(&x, "/api/config", "{\"domain_mode\":\"pic_ngo\"}", NULL);
	snprintf(body, sizeof(body), away, "");
	done(&x, "/api/config", body, "myhome.pic.ngo stays registered");
	assert_sealed(&x, "{\"api_token\":\"cf-0123456789\"}");
	done(&x, "/api/config", "{\"domain_mode\":\"pic_ngo\"}", NULL);
	snprintf(body, sizeof(body), away, ",\"release_name\":true");
	done(&x, "/api/config", body, NULL);
	assert_sealed(&x, "{\"api_token\":\"cf-0123456789\",\"release\":"
	    "[{\"base\":\"https://ddns.pic.ngo\",\"name\":\"myhome\",\"token\":\"token-of-myhome\"}]}");
	/* and it is not forgotten on the way on */
	done(&x, "/api/config", "{\"domain_mode\":\"lan\"}", NULL);
	assert_sealed(&x, "{\"release\":[{\"base\":\"https://ddns.pic.ngo\",\"name\":\"myhome\",\"token\":\"token-of-myhome\"}]}");
	cell_close(&x);
}

static void
a_mode_asks_for_its_credential(void **state)
{
	struct cell x;

	(void)state;
	open_cell(&x);
	refused(&x, 400, "/api/config", "{\"domain_mode\":\"cloudflare\",\"domain_name\":\"home.example.org\"}", "ddns.api_token");
	refused(&x, 400, "/api/config", "{\"domain_mode\":\"duckdns\",\"ddns\":{\"subdomain\":\"attic\"}}", "ddns.token");
	refused(&x, 400, "/api/config", "{\"domain_mode\":\"duckdns\",\"ddns\":{\"subdomain\":\"attic\",\"token\":\"short\"}}",
	    "ddns.token");
	refused(&x, 400, "/api/config", "{\"domain_mode\":\"duckdns\",\"ddns\":{\"token\":" DUCK "}}", "ddns.subdomain");
	refused(&x, 400, "/api/config", "{\"ddns\":{\"token\":" DUCK "}}", "ddns.token");	/* in mode lan for nobody */
	refused(&x, 409, "/api/ddns", "{\"provider\":\"freedns\",\"token\":\"freedns-0123\"}", "provider");
	done(&x, "/api/config", "{\"domain_mode\":\"duckdns\",\"ddns\":{\"subdomain\":\"attic\",\"token\":" DUCK "}}", NULL);
	assert_sealed(&x, "{\"token\":" DUCK "}");
	assert_int_equal(x.claim.asked, 0);
	cell_close(&x);
}

/* DDN-5, SEC-2: kept when nothing is said, replaced, removed by null, never shown. */
static void
credentials_are_written_only(void **state)
{
	static const char other[] = "\"1f3a4b5c-1111-2222-3333-444455556666\"";
	struct cell x;
	struct reply r;
	char body[128];

	(void)state;
	open_cell(&x);
	done(&x, "/api/config", "{\"domain_mode\":\"duckdns\",\"ddns\":{\"subdomain\":\"attic\",\"token\":" DUCK "}}", NULL);
	r = put(&x, "/api/ddns", "{\"subdomain\":\"cellar\",\"token\":\"\"}");
	assert_status(r, 200);
	assert_string_equal(reply_text(&r, "subdomain"), "cellar");
	assert_true(json_is_true(json_object_get(r.json, "has_token")));
	assert_null(strstr(r.text, "0f3a4b5c"));
	reply_free(&r);
	assert_sealed(&x, "{\"token\":" DUCK "}");
	assert_string_equal(now(&x)->identity.domain_name, "cellar.duckdns.org");
	snprintf(body, sizeof(body), "{\"token\":%s}", other);
	done(&x, "/api/config/sections/ddns", body, NULL);
	snprintf(body, sizeof(body), "{\"token\":%s}", other);
	assert_sealed(&x, body);
	refused(&x, 400, "/api/ddns", "{\"token\":\"nothing of the kind\"}", "token");
	r = call(&x, &cell_socket, "GET", "/api/config", "", NULL);
	assert_true(json_is_true(json_object_get(json_object_get(r.json, "ddns"), "has_token")));
	assert_null(strstr(r.text, "1f3a4b5c"));
	reply_free(&r);
	done(&x, "/api/ddns", "{\"token\":null}", NULL);
	assert_sealed(&x, "");
	r = call(&x, &cell_socket, "GET", "/api/config/sections/ddns", "", NULL);
	assert_true(json_is_false(json_object_get(r.json, "has_token")));
	reply_free(&r);
	/* another place does not get what the first one was told */
	done(&x, "/api/ddns", body, NULL);
	refused(&x, 400, "/api/ddns", "{\"api_base_url\":\"https://evil.example.org\"}", "token");
	cell_close(&x);
}

/* A way back brings the credentials of its time. */
static void
rolling_back_brings_the_credentials_back(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	open_cell(&x);
	done(&x, "/api/config", "{\"domain_mode\":\"duckdns\",\"ddns\":{\"subdomain\":\"attic\",\"token\":" DUCK "}}", NULL);
	done(&x, "/api/config", "{\"domain_mode\":\"lan\"}", NULL);
	assert_sealed(&x, "");
	r = call(&x, &cell_socket, "POST", "/api/config/rollback", "", "{\"generation\":2}");
	assert_status(r, 200);
	reply_free(&r);
	assert_string_equal(now(&x)->identity.domain_name, "attic.duckdns.org");
	assert_sealed(&x, "{\"token\":" DUCK "}");
	cell_close(&x);
}

static void
assert_available(struct cell *x, const char *path, const char *want)
{
	struct reply r = call(x, &cell_socket, "GET", path, "", NULL);
	const json_t *v = json_object_get(r.json, "available");

	assert_status(r, 200);
	assert_string_equal(json_is_null(v) ? "null" : json_is_true(v) ? "true" : "false", want);
	reply_free(&r);
}

/* Who was asked, and why nothing is known: NULL = something is. */
static void
assert_reason(struct cell *x, const char *path, const char *want)
{
	struct reply r = call(x, &cell_socket, "GET", path, "", NULL);
	const char *why = json_string_value(json_object_get(r.json, "reason"));

	assert_string_equal(why == NULL ? "" : why, want == NULL ? "" : want);
	assert_int_equal(strncmp(json_string_value(json_object_get(r.json, "asked")), "https://", 8), 0);
	assert_true(json_is_string(json_object_get(r.json, "asked_at")));
	reply_free(&r);
}

static void
a_name_is_looked_up(void **state)
{
	struct cell x;

	(void)state;
	open_cell(&x);
	assert_available(&x, "/api/ddns/check/attic", "true");
	assert_reason(&x, "/api/ddns/check/attic", NULL);
	assert_string_equal(x.claim.name, "attic");
	x.claim.says = API_NAME_TAKEN;
	assert_available(&x, "/api/ddns/check/attic", "false");
	x.claim.says = API_NAME_UNKNOWN;
	assert_available(&x, "/api/ddns/check/attic", "null");
	assert_reason(&x, "/api/ddns/check/attic", "no answer");
	x.claim.absent = true;
	assert_available(&x, "/api/ddns/check/attic", "null");
	assert_reason(&x, "/api/ddns/check/attic", "nobody could be asked");
	expect(&x, &cell_socket, 400, "GET", "/api/ddns/check/a_b", "", NULL);
	assert_int_equal(x.claim.taken, 0);
	cell_close(&x);
}

/* SET-6: when the field is left, on Next, on completion. */
static void
setup_asks_three_times(void **state)
{
	static const char whole[] = "{\"cell_name\":\"attic\",\"domain_mode\":\"pic_ngo\",\"password\":\"" CELL_PASSWORD "\"}";
	static const char step[] = "{\"step\":\"identity\",\"cell_name\":\"attic\",\"domain_mode\":\"pic_ngo\"}";
	struct cell x;

	(void)state;
	cell_open(&x);
	x.claim.says = API_NAME_TAKEN;
	assert_available(&x, "/api/setup/check-name/Attic", "false");
	expect(&x, &cell_loopback, 409, "POST", "/api/setup/step", "", step);
	expect(&x, &cell_loopback, 409, "POST", "/api/setup/complete", "", whole);
	assert_int_equal(now(&x)->generation, 0);
	assert_int_equal(x.finished, 0);
	/* in mode lan nobody is asked */
	expect(&x, &cell_loopback, 200, "POST", "/api/setup/step", "", "{\"step\":\"identity\",\"cell_name\":\"attic\"}");
	x.claim.says = API_NAME_UNKNOWN;
	assert_available(&x, "/api/setup/check-name/attic", "null");
	expect(&x, &cell_loopback, 200, "POST", "/api/setup/step", "", step);
	x.claim.says = API_NAME_FREE;
	assert_int_equal(x.claim.taken, 1);		/* once, by the completion that was refused */
	expect(&x, &cell_loopback, 200, "POST", "/api/setup/complete", "", whole);
	assert_int_equal(x.claim.taken, 2);
	assert_string_equal(now(&x)->identity.domain_name, "attic.pic.ngo");
	assert_sealed(&x, "{\"token\":\"token-of-attic\"}");
	cell_close(&x);
}

/* SET-5: every mode with what it needs. */
static void
setup_takes_every_mode(void **state)
{
	static const struct { const char *more, *domain, *sealed; } modes[] = {
		{ "\"domain_mode\":\"lan\"", "attic.home.arpa", "" },
		{ "\"domain_mode\":\"lan\",\"domain_name\":\"attic.example\"", "attic.example", "" },
		{ "\"domain_mode\":\"http01\",\"domain_name\":\"www.example.org\"", "www.example.org", "" },
		{ "\"domain_mode\":\"pic_ngo\",\"ddns_totp_secret\":\"JBSWY3DPEHPK3PXP\"", "attic.pic.ngo",
		    "{\"token\":\"token-of-attic\",\"totp_secret\":\"JBSWY3DPEHPK3PXP\"}" },
		{ "\"domain_mode\":\"cloudflare\",\"domain_name\":\"home.example.org\",\"cloudflare_api_token\":\"cf-0123456789\"",
		    "home.example.org", "{\"api_token\":\"cf-0123456789\"}" },
		{ "\"domain_mode\":\"duckdns\",\"duckdns_subdomain\":\"cellar\",\"duckdns_token\":" DUCK, "cellar.duckdns.org",
		    "{\"token\":" DUCK "}" } };
	struct cell x;
	char body[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		cell_open(&x);
		x.claim.says = API_NAME_FREE;
		snprintf(body, sizeof(body), "{\"cell_name\":\"attic\",\"password\":\"" CELL_PASSWORD "\",%s}", modes[i].more);
		expect(&x, &cell_loopback, 200, "POST", "/api/setup/complete", "", body);
		assert_string_equal(now(&x)->identity.domain_name, modes[i].domain);
		assert_int_equal(now(&x)->generation, 1);
		assert_sealed(&x, modes[i].sealed);
		cell_close(&x);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_taken_before_it_is_saved), cmocka_unit_test(a_taken_name_is_never_saved),
		cmocka_unit_test(an_unreachable_service_only_warns), cmocka_unit_test(a_dry_run_takes_nothing),
		cmocka_unit_test(a_name_taken_in_vain_goes_back), cmocka_unit_test(leaving_says_that_the_name_stays),
		cmocka_unit_test(a_mode_asks_for_its_credential), cmocka_unit_test(credentials_are_written_only),
		cmocka_unit_test(rolling_back_brings_the_credentials_back), cmocka_unit_test(a_name_is_looked_up),
		cmocka_unit_test(setup_asks_three_times), cmocka_unit_test(setup_takes_every_mode),
	};

	if (argc > 1 && strcmp(argv[1], "job") == 0)
		return cell_job_main();
	return cmocka_run_group_tests_name("api/domain", tests, NULL, NULL);
}
