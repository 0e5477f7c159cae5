/* Time as a value that tests can hold in their hand. */
#ifndef SYS_CLK_H
#define SYS_CLK_H

#include <stddef.h>
#include <stdint.h>

struct clk {
	int64_t (*wall_s)(const struct clk *);	/* Unix time, seconds */
	int64_t (*wall_ms)(const struct clk *);
	uint64_t (*mono_ms)(const struct clk *);
	int64_t (*wall_ns)(const struct clk *);
	int64_t (*mono_ns)(const struct clk *);
};

/* The system's clocks. */
extern const struct clk clk_system;

/* A clock that stands still until told; for tests. */
struct clk_fake {
	struct clk clk;		/* pass &f.clk */
	int64_t ms;
};
void clk_fake_init(struct clk_fake *f, int64_t unix_s);
void clk_fake_advance(struct clk_fake *f, int64_t ms);

enum { CLK_TEXT_MAX = 21 };

/* RFC 3339 UTC in whole seconds: "2026-07-01T09:30:00Z". */
const char *clk_text(int64_t unix_s, char buf[CLK_TEXT_MAX]);
int clk_read(const char *s, int64_t *unix_s);	/* 0 or -EINVAL */

#endif /* SYS_CLK_H */
