/* src/io/queue.c against a plain model of itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/queue.h"

enum { MAX = 100000, STEPS = 20000 };

/* Puts and drops of all sizes keep order and content; the limit holds to the byte. */
static void
behaves_like_a_pipe(void **state)
{
	struct io_queue q;
	uint8_t piece[5000];
	uint32_t random = 1;
	uint8_t in = 0, out = 0;
	size_t i, k, n, held = 0;

	(void)state;
	io_queue_init(&q, MAX);
	for (i = 0; i < STEPS; i++) {
		random = random * 1103515245 + 12345;
		n = (random >> 8) % sizeof(piece);
		if (random >> 30 != 0) {
			for (k = 0; k < n; k++)
				piece[k] = (uint8_t)(in + k);
			assert_int_equal(io_queue_put(&q, piece, n), held + n <= MAX);
			if (held + n > MAX)
				continue;
			in = (uint8_t)(in + n);
			held += n;
		} else {
			n = n * 4 < held ? n * 4 : held;
			for (k = 0; k < n; k++)
				if (io_queue_front(&q)[k] != (uint8_t)(out + k))
					fail_msg("step %zu, byte %zu", i, k);
			io_queue_drop(&q, n);
			out = (uint8_t)(out + n);
			held -= n;
		}
		assert_int_equal(q.n, held);
	}
	io_queue_clear(&q);
	assert_int_equal(q.n, 0);
	assert_true(io_queue_put(&q, piece, 1));
	io_queue_clear(&q);
}

/* An idle connection holds no big buffer. */
static void
gives_memory_back(void **state)
{
	static uint8_t big[MAX];
	struct io_queue q;

	(void)state;
	io_queue_init(&q, MAX);
	assert_true(io_queue_put(&q, big, sizeof(big)));
	assert_false(io_queue_put(&q, big, 1));
	io_queue_drop(&q, sizeof(big));
	assert_int_equal(q.size, 0);
	io_queue_clear(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(behaves_like_a_pipe),
		cmocka_unit_test(gives_memory_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
