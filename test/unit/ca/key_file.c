/* src/ca/key_file.c: keys as openssl writes them (TLS-9). */
#include "lab.h"

#include "ca/key_file.h"

struct read {
	int error;
	size_t n;
	uint8_t key[CA_KEY_FILE_MAX];
	struct err e;
};

/* What the command writes, read. */
static struct read *
key_of(const char *command)
{
	static struct read r;
	static char pem[8192];
	FILE *f = popen(command, "r");

	assert_non_null(f);
	pem[fread(pem, 1, sizeof(pem) - 1, f)] = '\0';
	assert_int_equal(pclose(f), 0);
	err_clear(&r.e);
	r.error = ca_key_file_read(str_of(pem), r.key, &r.n, &r.e);
	return &r;
}

#define P256 "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 2>/dev/null"

static void
forms(void **state)
{
	static const char *const p256[] = { P256, P256 " | openssl ec 2>/dev/null",
	    "openssl ecparam -genkey -name prime256v1 2>/dev/null" /* with its parameters before it */ };
	static const char *const rsa[] = { "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 2>/dev/null",
	    "openssl genrsa -traditional 2048 2>/dev/null" };
	uint8_t point[P256_POINT];
	struct read *r;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		r = key_of(p256[i]);
		assert_true(r->error == 0 && r->n == P256_KEY && p256_public(r->key, point));
	}
	for (i = 0; i < 2; i++) {
		r = key_of(rsa[i]);
		assert_true(r->error == 0 && r->n > 1000);
	}
}

static void
refused(void **state)
{
	static const struct { const char *command, *why; } all[] = {
		{ "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 2>/dev/null", "curve" },
		{ "openssl genpkey -algorithm ED25519 2>/dev/null", "neither" },
		{ P256 " | openssl pkey -aes128 -passout pass:x", "passphrase" },
		{ P256 " | openssl ec -aes128 -passout pass:x 2>/dev/null", "passphrase" },
		{ P256 " | openssl pkey -pubout", "not a private key" },
		{ "true", "not a private key" },
		{ P256 " | sed 2s/MI/AA/", "neither" },
	};
	struct read *r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		r = key_of(all[i].command);
		if (r->error != -22 || strstr(r->e.detail, all[i].why) == NULL)
			fail_msg("%s: %d %s", all[i].command, r->error, r->e.detail);
		assert_string_equal(r->e.fields[0].field, "key");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
