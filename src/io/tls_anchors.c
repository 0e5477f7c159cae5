/* Trust anchors; see tls_anchors.h. */
#include "io/tls_anchors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bearssl.h>

#include "base/err.h"
#include "base/rd.h"
#include "io/tls_roots.h"
#include "io/tls_trust.h"

enum { KEY_RSA = 1, KEY_EC = 2, DN_MAX = 4096, DER_MAX = 16384 };

/* --- compiled in ------------------------------------------------------------------ */

/* BearSSL never writes through these pointers. */
static size_t
run(struct rd *r, unsigned char **p)
{
	size_t n = rd_be16(r);

	*p = (unsigned char *)(uintptr_t)rd_bytes(r, n);
	return n;
}

/* One record of the table. */
static void
root_read(struct rd *r, br_x509_trust_anchor *a)
{
	a->flags = BR_X509_TA_CA;
	a->dn.len = run(r, &a->dn.data);
	if (rd_u8(r) == KEY_RSA) {
		a->pkey.key_type = BR_KEYTYPE_RSA;
		a->pkey.key.rsa.nlen = run(r, &a->pkey.key.rsa.n);
		a->pkey.key.rsa.elen = run(r, &a->pkey.key.rsa.e);
	} else {
		a->pkey.key_type = BR_KEYTYPE_EC;
		a->pkey.key.ec.curve = rd_u8(r);
		a->pkey.key.ec.qlen = run(r, &a->pkey.key.ec.q);
	}
}

static size_t
count_roots(void)
{
	br_x509_trust_anchor a;
	struct rd r;
	size_t n = 0;

	rd_init(&r, io_tls_roots, io_tls_roots_len);
	while (rd_left(&r) > 0) {
		root_read(&r, &a);
		n++;
	}
	return n;
}

struct io_tls_anchors *
io_tls_anchors_new(bool builtin)
{
	struct io_tls_anchors *a = calloc(1, sizeof(*a));
	size_t n = builtin ? count_roots() : 0;
	struct rd r;

	if (a == NULL)
		return NULL;
	a->v = calloc(n + IO_TLS_ANCHORS_EXTRA, sizeof(*a->v));
	if (a->v == NULL) {
		free(a);
		return NULL;
	}
	rd_init(&r, io_tls_roots, io_tls_roots_len);
	for (; a->n < n; a->n++)
		root_read(&r, &a->v[a->n]);
	a->builtin = n;
	return a;
}

void
io_tls_anchors_free(struct io_tls_anchors *a)
{
	size_t i;

	if (a == NULL)
		return;
	for (i = a->builtin; i < a->n; i++)
		free(a->v[i].dn.data);	/* the key is in the same piece */
	free(a->v);
	free(a);
}

size_t
io_tls_anchors_count(const struct io_tls_anchors *a)
{
	return a->n;
}

/* --- from a text -------------------------------------------------------------------- */

struct bytes {
	size_t n, max;
	bool full;
	unsigned char *p;
};

static void
append(void *arg, const void *p, size_t n)
{
	struct bytes *b = arg;

	if (n > b->max - b->n) {
		b->full = true;
		return;
	}
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

static unsigned char *
move_in(unsigned char **to, const unsigned char *p, size_t n)
{
	unsigned char *at = *to;

	memcpy(at, p, n);
	*to += n;
	return at;
}

static bool
copy_anchor(br_x509_trust_anchor *a, const struct bytes *dn, const br_x509_pkey *k, bool ca)
{
	bool rsa = k->key_type == BR_KEYTYPE_RSA;
	size_t n = rsa ? k->key.rsa.nlen + k->key.rsa.elen : k->key.ec.qlen;
	unsigned char *to = malloc(dn->n + n);

	if (to == NULL)
		return false;
	memset(a, 0, sizeof(*a));
	/* A server's own certificate can be an anchor, too: then it stands for itself alone. */
	a->flags = ca ? BR_X509_TA_CA : 0;
	a->dn.data = move_in(&to, dn->p, dn->n);
	a->dn.len = dn->n;
	a->pkey = *k;
	if (rsa) {
		a->pkey.key.rsa.n = move_in(&to, k->key.rsa.n, k->key.rsa.nlen);
		a->pkey.key.rsa.e = move_in(&to, k->key.rsa.e, k->key.rsa.elen);
	} else {
		a->pkey.key.ec.q = move_in(&to, k->key.ec.q, k->key.ec.qlen);
	}
	return true;
}

static int
add_der(struct io_tls_anchors *a, const struct bytes *der, struct err *e)
{
	unsigned char room[DN_MAX];
	struct bytes dn = { .max = sizeof(room), .p = room };
	br_x509_decoder_context d;
	const br_x509_pkey *key;

	br_x509_decoder_init(&d, append, &dn);
	br_x509_decoder_push(&d, der->p, der->n);
	key = br_x509_decoder_get_pkey(&d);
	if (der->full || dn.full || key == NULL)
		return err_set(e, ERR_VALIDATION, "a certificate in it cannot be read");
	if (a->n - a->builtin == IO_TLS_ANCHORS_EXTRA)
		return err_set(e, ERR_VALIDATION, "more than %d certificates", IO_TLS_ANCHORS_EXTRA);
	if (!copy_anchor(&a->v[a->n], &dn, key, br_x509_decoder_isCA(&d) != 0))
		return err_sys(e, -ENOMEM, "trust anchors");
	a->n++;
	return 0;
}

static bool
is_certificate(const char *name)
{
	return strcmp(name, "CERTIFICATE") == 0 || strcmp(name, "X509 CERTIFICATE") == 0;
}

/* What the decoder came upon. */
static int
on_pem(struct io_tls_anchors *a, br_pem_decoder_context *d, struct bytes *der, struct err *e)
{
	switch (br_pem_decoder_event(d)) {
	case BR_PEM_BEGIN_OBJ:
		der->n = 0;
		der->full = false;
		br_pem_decoder_setdest(d, append, der);
		return 0;
	case BR_PEM_END_OBJ:
		return is_certificate(br_pem_decoder_name(d)) ? add_der(a, der, e) : 0;
	case BR_PEM_ERROR:
		return err_set(e, ERR_VALIDATION, "it is not PEM text");
	default:
		return 0;
	}
}

int
io_tls_anchors_add(struct io_tls_anchors *a, const char *pem, size_t n, struct err *e)
{
	struct bytes der = { .max = DER_MAX, .p = malloc(DER_MAX) };
	size_t at = 0, before = a->n;
	br_pem_decoder_context d;
	int error = 0;

	if (der.p == NULL)
		return err_sys(e, -ENOMEM, "trust anchors");
	br_pem_decoder_init(&d);
	while (error == 0 && at < n) {
		at += br_pem_decoder_push(&d, pem + at, n - at);
		error = on_pem(a, &d, &der, e);
	}
	/* The last line may lack its end. */
	if (error == 0) {
		(void)br_pem_decoder_push(&d, "\n", 1);	/* one byte is always taken */
		error = on_pem(a, &d, &der, e);
	}
	free(der.p);
	if (error == 0 && a->n == before)
		error = err_set(e, ERR_VALIDATION, "there is no certificate in it");
	return error;
}

struct io_tls_anchors *
io_tls_anchors_copy(const struct io_tls_anchors *a)
{
	struct io_tls_anchors *b = io_tls_anchors_new(a->builtin > 0);

	for (; b != NULL && b->n < a->n; b->n++) {
		const br_x509_trust_anchor *t = &a->v[b->n];
		const struct bytes dn = { .n = t->dn.len, .p = t->dn.data };

		if (!copy_anchor(&b->v[b->n], &dn, &t->pkey, (t->flags & BR_X509_TA_CA) != 0))
			break;
	}
	if (b == NULL || b->n == a->n)
		return b;
	io_tls_anchors_free(b);
	return NULL;
}

/* --- from a file ------------------------------------------------------------------------ */

/* Whoever may write the file says whom we trust. */
static bool
is_safe(int fd, size_t *n)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > IO_TLS_ANCHORS_FILE_MAX ||
	    (st.st_uid != 0 && st.st_uid != geteuid()) || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return false;
	*n = (size_t)st.st_size;
	return true;
}

static int
add_open(struct io_tls_anchors *a, int fd, struct err *e)
{
	char *text;
	size_t n;
	int error;

	if (!is_safe(fd, &n))
		return err_set(e, ERR_VALIDATION, "it must be a regular file of root or this account, writable by nobody else, "
		    "of at most %d bytes", IO_TLS_ANCHORS_FILE_MAX);
	text = malloc(n + 1);
	if (text == NULL)
		return err_sys(e, -ENOMEM, "trust anchors");
	if (read(fd, text, n) != (ssize_t)n)
		error = err_set(e, ERR_VALIDATION, "it cannot be read");
	else
		error = io_tls_anchors_add(a, text, n, e);
	free(text);
	return error;
}

struct io_tls_anchors *
io_tls_anchors_load(struct err *e)
{
	struct io_tls_anchors *a = io_tls_anchors_new(true);
	const char *path = getenv("PIC_TRUST_FILE");
	int fd, error;

	if (a == NULL)
		(void)err_sys(e, -ENOMEM, "trust anchors");	/* words only */
	if (a == NULL || path == NULL || path[0] == '\0')
		return a;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	error = fd < 0 ? err_sys(e, -errno, "open") : add_open(a, fd, e);
	if (fd >= 0)
		(void)close(fd);	/* opened for reading */
	if (error == 0)
		return a;
	io_tls_anchors_free(a);
	(void)err_set(e, ERR_VALIDATION, "PIC_TRUST_FILE (%.200s): %s", path, e == NULL ? "" : e->detail);
	return NULL;
}
