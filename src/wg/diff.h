/* The steps from what a WireGuard device has to what it is to be like (wg/want.h). Pure. What is right already is in no
 * step, so that its sessions live on. Removals stand first: what a removed peer was allowed is free for others. */
#ifndef WG_DIFF_H
#define WG_DIFF_H

#include <stdbool.h>

struct wg_change;
struct wg_have;
struct wg_want;

/* *out borrows from both, which outlive it; wg_change_free(). 0 or -ENOMEM. The networks of a peer are compared in
 * their order: sorted as wg_have_close() does it. No key stands twice in either. */
int wg_diff(struct wg_change **out, const struct wg_want *have, const struct wg_want *want);
int wg_diff_device(struct wg_change **out, const struct wg_have *have, const struct wg_want *want);
void wg_change_free(struct wg_change *c);		/* NULL is allowed */
bool wg_change_is_empty(const struct wg_change *c);

/* Into an empty *out: have with those of its peers only that want has, too, by their keys. Its networks are borrowed, its peers are
 * the caller's. False: that would be all of them, or there is no memory; *out has none then. */
bool wg_diff_less(struct wg_want *out, const struct wg_want *have, const struct wg_want *want);

#endif /* WG_DIFF_H */
