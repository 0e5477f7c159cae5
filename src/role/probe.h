/* Is the target of a route there? One request of our own, for POST
 * /api/proxy/routes/<id>/test and for the checks of WEB-10: what came out, as
 * the document that the API shows. */
#ifndef ROLE_PROBE_H
#define ROLE_PROBE_H

#include <stdint.h>

struct gateway;
struct io_loop;
struct message_probe;
struct probe;
struct probes;

/* At one time; more are refused. Each ends within PROBE_MS of its address being known. */
enum { PROBES_MAX = 64, PROBE_MS = 5000 };

/* json: borrowed; NULL: it could not be tried. */
typedef void probe_done(void *arg, uint32_t id, const char *json);

/* gateway outlives it. NULL when out of memory. */
struct probes *probes_new(struct io_loop *l, struct gateway *g, probe_done *done, void *arg);
void probes_free(struct probes *all);	/* forgets those under way; NULL is allowed */

/* done exactly once, maybe from within. */
void probe_start(struct probes *all, const struct message_probe *m);

#endif /* ROLE_PROBE_H */
