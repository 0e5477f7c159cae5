/* The vault as a part of every change: what an edit put there is durable before the change is written. */
#ifndef VAULT_PART_H
#define VAULT_PART_H

struct conf_txn;
struct vault;

/* Registered after all others, so that the disk works while they prepare. 0, or a negative errno. Both outlive all changes. */
int vault_part(struct vault *v, struct conf_txn *t);

#endif /* VAULT_PART_H */
