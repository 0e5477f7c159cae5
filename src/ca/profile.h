/* Apple's Configuration Profile with a root certificate (com.apple.security.root). */
#ifndef CA_PROFILE_H
#define CA_PROFILE_H

struct ca_page_facts;	/* ca/page.h */
struct wr;

/* The same root gives the same profile, which replaces an earlier installed one. */
void ca_profile_write(struct wr *w, const struct ca_page_facts *f);

#endif /* CA_PROFILE_H */
