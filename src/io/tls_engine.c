/* One TLS connection over BearSSL; see tls_engine.h. What the sides have in
 * common: chance, memory, and turning. */
#include "io/tls_engine.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include <bearssl.h>
#include <sodium.h>

#include "io/tls_side.h"

enum { SEED = 32, RECORD_HEAD = 5 };

/* --- life ------------------------------------------------------------------------------------ */

void *
io_tls_pages_new(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void
io_tls_pages_free(void *p, size_t n, size_t secret)
{
	sodium_memzero(p, secret);
	(void)munmap(p, n);	/* fails only for other addresses */
}

/* What the processor can do is asked once: where a hypervisor answers in its place each of BearSSL's six questions costs
 * 5 us, together a tenth of a resumed handshake. */
static void
set_aes_gcm(br_ssl_engine_context *e)
{
	static const br_block_ctr_class *aes;
	static br_ghash ghash;

	if (aes == NULL) {
		br_ssl_engine_set_default_aes_gcm(e);
		aes = e->iaes_ctr;
		ghash = e->ighash;
		return;
	}
	br_ssl_engine_set_gcm(e, &br_sslrec_in_gcm_vtable, &br_sslrec_out_gcm_vtable);
	br_ssl_engine_set_aes_ctr(e, aes);
	br_ssl_engine_set_ghash(e, ghash);
}

bool
io_tls_side_has_aes(const br_ssl_engine_context *e)
{
	return e->iaes_ctr != &br_aes_ct64_ctr_vtable && e->iaes_ctr != &br_aes_ct_ctr_vtable;
}

void
io_tls_side_init(struct io_tls_engine *t, br_ssl_engine_context *e)
{
	t->e = e;
	br_ssl_engine_set_versions(e, BR_TLS12, BR_TLS12);
	br_ssl_engine_set_all_flags(e, BR_OPT_NO_RENEGOTIATION);
	br_ssl_engine_set_hash(e, br_sha256_ID, &br_sha256_vtable);
	br_ssl_engine_set_hash(e, br_sha384_ID, &br_sha384_vtable);
	br_ssl_engine_set_prf_sha256(e, &br_tls12_sha256_prf);
	br_ssl_engine_set_prf_sha384(e, &br_tls12_sha384_prf);
	set_aes_gcm(e);
	br_ssl_engine_set_default_chapol(e);
}

/* BearSSL would trust the processor's generator alone, or look for a device
 * that an empty root does not have. */
bool
io_tls_side_seed(struct io_tls_engine *t)
{
	unsigned char random[SEED];

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return false;
	br_ssl_engine_inject_entropy(t->e, random, sizeof(random));
	sodium_memzero(random, sizeof(random));
	return true;
}

void
io_tls_engine_free(struct io_tls_engine *t)
{
	if (t != NULL)
		t->side->free(t);
}

/* --- turning ------------------------------------------------------------------------------------ */

/* The first moment at which plain text can flow. */
static void
notice_open(struct io_tls_engine *t)
{
	if (t->open || t->refused ||
	    (br_ssl_engine_current_state(t->e) & (BR_SSL_SENDAPP | BR_SSL_RECVAPP)) == 0)
		return;
	t->open = t->side->opens(t);
	t->refused = !t->open;
}

size_t
io_tls_record_room(struct io_tls_engine *t, uint8_t **p)
{
	size_t n = 0;

	*p = t->refused ? NULL : br_ssl_engine_recvrec_buf(t->e, &n);
	return *p == NULL ? 0 : n;
}

void
io_tls_record_came(struct io_tls_engine *t, size_t n)
{
	br_ssl_engine_recvrec_ack(t->e, n);
	notice_open(t);
}

size_t
io_tls_record_out(struct io_tls_engine *t, const uint8_t **p)
{
	size_t n = 0;

	*p = t->refused ? NULL : br_ssl_engine_sendrec_buf(t->e, &n);
	return *p == NULL ? 0 : n;
}

void
io_tls_record_sent(struct io_tls_engine *t, size_t n)
{
	br_ssl_engine_sendrec_ack(t->e, n);
	notice_open(t);
}

size_t
io_tls_text_in(struct io_tls_engine *t, const uint8_t **p)
{
	size_t n = 0;

	*p = t->open ? br_ssl_engine_recvapp_buf(t->e, &n) : NULL;
	return *p == NULL ? 0 : n;
}

void
io_tls_text_taken(struct io_tls_engine *t, size_t n)
{
	br_ssl_engine_recvapp_ack(t->e, n);
}

size_t
io_tls_text_room(struct io_tls_engine *t, uint8_t **p)
{
	size_t n = 0;

	*p = t->open ? br_ssl_engine_sendapp_buf(t->e, &n) : NULL;
	return *p == NULL ? 0 : n;
}

void
io_tls_text_put(struct io_tls_engine *t, size_t n)
{
	br_ssl_engine_sendapp_ack(t->e, n);
}

size_t
io_tls_text_held(const struct io_tls_engine *t)
{
	size_t n;

	return t->open && br_ssl_engine_sendapp_buf(t->e, &n) != NULL ? t->e->oxa - t->e->oxc : 0;
}

void
io_tls_flush(struct io_tls_engine *t)
{
	br_ssl_engine_flush(t->e, 0);
}

void
io_tls_finish(struct io_tls_engine *t)
{
	if (t->finishing)	/* a second close would start its dialogue anew */
		return;
	t->finishing = true;
	br_ssl_engine_close(t->e);
}

/* Nothing of a record has come, no text waits on either side, and no record. */
static bool
is_idle(const struct io_tls_engine *t)
{
	size_t in, out, text;
	const bool fresh = br_ssl_engine_recvrec_buf(t->e, &in) == t->e->ibuf && in == RECORD_HEAD;

	return t->open && !t->finishing && fresh && br_ssl_engine_recvapp_buf(t->e, &text) == NULL &&
	    br_ssl_engine_sendrec_buf(t->e, &out) == NULL && t->e->oxa == t->e->oxc;
}

void
io_tls_rest(struct io_tls_engine *t)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	/* the buffer is one piece: what comes in, behind it what goes out */
	const uintptr_t from = ((uintptr_t)t->e->ibuf + page - 1) / page * page;
	const uintptr_t to = (uintptr_t)(t->e->obuf + t->e->obuf_len) / page * page;

	if (is_idle(t) && to > from)
		(void)madvise((void *)from, to - from, MADV_DONTNEED);	/* else it stays, as it would have */
}

bool
io_tls_is_open(struct io_tls_engine *t)
{
	return t->open;
}

bool
io_tls_is_over(const struct io_tls_engine *t)
{
	return t->refused || br_ssl_engine_current_state(t->e) == BR_SSL_CLOSED;
}

int
io_tls_error(const struct io_tls_engine *t)
{
	if (t->refused)
		return -EACCES;
	switch (br_ssl_engine_last_error(t->e)) {
	case BR_ERR_OK:
		return 0;
	case BR_ERR_X509_EXPIRED:
		return -EKEYEXPIRED;
	case BR_ERR_X509_BAD_SERVER_NAME:
		return -EKEYREJECTED;
	case BR_ERR_X509_NOT_TRUSTED:
		return -ENOKEY;
	default:
		return -EPROTO;
	}
}

const char *
io_tls_protocol(const struct io_tls_engine *t)
{
	const char *name = br_ssl_engine_get_selected_protocol(t->e);

	return name == NULL ? "" : name;
}

const char *
io_tls_server_name(const struct io_tls_engine *t)
{
	return t->name[0] == '\0' ? NULL : t->name;
}
