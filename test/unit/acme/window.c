/* src/acme/window.c: RFC 9773. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "acme/window.h"
#include "base/x509.h"

enum { NOW = 1800000000, DAY = 86400 };

/* The example of 4.1. */
static void
test_id(void **state)
{
	static const uint8_t key[] = { 0x69, 0x88, 0x5B, 0x6B, 0x87, 0x46, 0x40, 0x41, 0xE1, 0xB3, 0x7B, 0x84, 0x7B, 0xA0, 0xAE,
	    0x2C, 0xDE, 0x01, 0xC8, 0xD4 };
	static const uint8_t serial[] = { 0x00, 0x87, 0x65, 0x43, 0x21 };
	static uint8_t most[200];
	static struct x509 c;
	char id[ACME_WINDOW_ID_SIZE];

	(void)state;
	c.serial = (struct x509_bytes){ serial, sizeof(serial) };
	assert_false(acme_window_id(&c, id));	/* no key identifier */
	c.authority_key_id = (struct x509_bytes){ key, sizeof(key) };
	assert_true(acme_window_id(&c, id));
	assert_string_equal(id, "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE");
	c.authority_key_id = (struct x509_bytes){ most, sizeof(most) };
	assert_false(acme_window_id(&c, id));
}

static void
test_windows(void **state)
{
	static const char *const none[] = { "", "[]", "{}", "{\"suggestedWindow\":{}}",
	    "{\"suggestedWindow\":{\"start\":\"2027-01-16T08:00:00Z\"}}",
	    "{\"suggestedWindow\":{\"start\":\"2027-01-16T08:00:00Z\",\"end\":\"2027-01-16T08:00:00Z\"}}",
	    "{\"suggestedWindow\":{\"start\":\"2027-01-16T08:00:00Z\",\"end\":\"2027-01-15T08:00:00Z\"}}",
	    "{\"suggestedWindow\":{\"start\":1800000000,\"end\":1800000001}}",
	    "{\"suggestedWindow\":{\"start\":\"soon\",\"end\":\"later\"}}" };
	static const char good[] = "{\"suggestedWindow\":{\"start\":\"2027-01-16T08:00:00Z\",\"end\":\"2027-01-18T08:00:00Z\"},"
	    "\"explanationURL\":\"https://acme.example/why\"}";
	struct acme_window w = { 1, 2, 3 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(acme_window_read(str_of(none[i]), NOW, 0, &w));
	assert_int_equal(w.start, 1);
	assert_true(acme_window_read(str_of(good), NOW, 0, &w));
	assert_int_equal(w.start, NOW + DAY);
	assert_int_equal(w.end, NOW + 3 * DAY);
	assert_int_equal(w.again, NOW + DAY / 4);
	assert_true(acme_window_read(str_of(good), NOW, 1, &w));
	assert_int_equal(w.again, NOW + 60);
	assert_true(acme_window_read(str_of(good), NOW, 365 * DAY, &w));
	assert_int_equal(w.again, NOW + DAY);
}

/* Within the window, the same for the same seed, spread over all of it for others. */
static void
test_pick(void **state)
{
	const struct acme_window w = { NOW, NOW + 1000, 0 };
	unsigned tenths[10] = { 0 }, i;
	int64_t t;

	(void)state;
	for (i = 0; i < 1000; i++) {
		t = acme_window_pick(&w, i);
		assert_in_range(t, NOW, NOW + 999);
		assert_int_equal(t, acme_window_pick(&w, i));
		tenths[(t - NOW) / 100]++;
	}
	for (i = 0; i < 10; i++)
		assert_in_range(tenths[i], 60, 140);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_id),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_pick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
