/* Facts for diag/check.h that the kernel tells. Reads only; sends nothing. */
#ifndef DIAG_HOST_H
#define DIAG_HOST_H

struct clk;
struct diag_facts;

/* Fill clock, uplink, IPv6, engine sockets, disk (of state_dirfd) and memory. Listeners, root_mode and
 * build_time are the caller's: he sets them before or after. What cannot be read stays unknown. */
void diag_host_read(struct diag_facts *f, const struct clk *clk, int state_dirfd);

#endif /* DIAG_HOST_H */
