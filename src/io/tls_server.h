/* The server's side of a TLS connection: certificate by name, suites,
 * resumption (WEB-1, WEB-2). */
#ifndef IO_TLS_SERVER_H
#define IO_TLS_SERVER_H

struct io_tls_config;
struct io_tls_engine;

/* Ready for a ClientHello. Keeps a reference to c. NULL when out of memory or randomness. */
struct io_tls_engine *io_tls_server_new(const struct io_tls_config *c);

#endif /* IO_TLS_SERVER_H */
