/* Zones that every resolver answers itself, so that such questions do not leak
 * to strangers: RFC 6303 and 7793 (private reverse zones), 6761, 7686, 8375. */
#ifndef DNS_LOCAL_H
#define DNS_LOCAL_H

struct dns_zones;

/* Add those that are not there yet. Empty but for localhost, which has its
 * loopback addresses (RFC 6761 6.3) and their reverse names. 0 or -errno. */
int dns_local_plan(struct dns_zones *z);

/* After all zones: the few records in them. */
int dns_local_records(struct dns_zones *z);

#endif /* DNS_LOCAL_H */
