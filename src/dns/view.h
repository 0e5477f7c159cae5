/* The views of this machine (DNS-2): one for each zone of askers, in lan and
 * container one for each pair of addresses that an asker may see the cell by,
 * and which address asked leads to which view. */
#ifndef DNS_VIEW_H
#define DNS_VIEW_H

struct conf;
struct dns_host;
struct dns_zones;

/* Fill views and places of z. Addresses beyond DNS_VIEWS_MAX - 1 share the view of
 * their interface, or are left out. 0 or -ENOMEM. */
int dns_view_plan(struct dns_zones *z, const struct conf *c, const struct dns_host *host);

#endif /* DNS_VIEW_H */
