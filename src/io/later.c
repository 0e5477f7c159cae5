/* Calls put off to the next turn; see later.h. */
#include "io/later.h"

#include <stddef.h>

#include "io/uv.h"

void
io_later_init(struct io_later *t, io_later_cb *cb, void *arg)
{
	t->loop = NULL;
	t->cb = cb;
	t->arg = arg;
}

void
io_later_call(struct io_later *t, struct io_loop *l)
{
	if (t->loop != NULL)
		return;
	t->loop = l;
	io_loop_later_add(l, t);
}

void
io_later_cancel(struct io_later *t)
{
	if (t->loop == NULL)
		return;
	io_loop_later_remove(t->loop, t);
	t->loop = NULL;
}
