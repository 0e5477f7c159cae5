/* Waiting for a descriptor; see wait.h. */
#include "io/wait.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

#include "sys/clk.h"

int
io_wait(int fd, short events, uint64_t deadline_ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	uint64_t now_ms = clk_system.mono_ms(&clk_system), left;
	int n;

	if (now_ms >= deadline_ms)
		return -ETIMEDOUT;
	left = deadline_ms - now_ms;
	n = poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left);
	if (n < 0 && errno != EINTR)
		return -errno;
	return n == 0 ? -ETIMEDOUT : 0;
}
