/* The cell's own side as a file of wg(8), for people to read: every key that is secret stands as (hidden). Pure. */
#ifndef WG_SERVER_TEXT_H
#define WG_SERVER_TEXT_H

struct conf;

/* Malloc'd; NULL when out of memory. */
char *wg_server_text(const struct conf *c);

#endif /* WG_SERVER_TEXT_H */
