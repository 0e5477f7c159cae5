/* The programs inside the program. Each gets its own arguments, argv[0] being
 * the verb, and returns an exit status. */
#ifndef ROLE_ROLE_H
#define ROLE_ROLE_H

int role_core_main(int argc, char **argv);	/* pic run [--state DIR] [--user-mode] */
int role_edge_main(int argc, char **argv);	/* descriptor 3 is the channel to core */
int role_tunnel_main(int argc, char **argv);	/* pic tunnel NAME MTU; see role/tunnel.c */
int role_job_main(int argc, char **argv);	/* pic job KIND < document */

#endif /* ROLE_ROLE_H */
