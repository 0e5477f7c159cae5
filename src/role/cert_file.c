/* Certificates on disk: vault/certs/<id>/ with chain.pem, then meta.json, which says that the chain is whole and where the
 * sealed key is. A folder without it, or that nobody names any more, is swept. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "base/err.h"
#include "base/pem.h"
#include "conf/json.h"
#include "role/cert_kept.h"
#include "role/sealed.h"
#include "sys/clk.h"
#include "sys/file.h"

enum { META_MAX = 64 << 10, CHAIN_PEM_MAX = 256 << 10 };

/* vault/certs/<id>, or vault/certs without id; or -errno. */
static int
open_folder(int state_fd, const char *id, struct err *e)
{
	const char *const path[] = { "vault", "certs", id };
	int fd = dup(state_fd), next;
	size_t i;

	for (i = 0; fd >= 0 && i < sizeof(path) / sizeof(path[0]) && path[i] != NULL; i++) {
		next = file_dir_sub(fd, path[i], e);
		(void)close(fd);	/* a directory */
		fd = next;
	}
	return fd;
}

/* --- writing ------------------------------------------------------------------------- */

/* Leaf first. */
static char *
chain_pem(const struct cell_cert *c, size_t *n)
{
	char *text = NULL;
	size_t i;

	for (i = 0; i < c->nchain; i++)
		if (!pem_add(&text, n, "CERTIFICATE", c->chain[i], c->chain_len[i])) {
			free(text);
			return NULL;
		}
	return text;
}

static json_t *
meta_json(const struct cell_cert *c)
{
	char from[CLK_TEXT_MAX], to[CLK_TEXT_MAX];

	return json_pack("{sssOssssssssssss}", "id", c->id, "names", c->names, "source", cell_cert_source_text(c),
	    "not_before", clk_text(c->not_before, from), "not_after", clk_text(c->not_after, to), "serial", c->serial,
	    "issuer", c->issuer, "secret_ref", c->secret_ref);
}

static int
write_files(const struct cell_cert *c, int fd, struct err *e)
{
	json_t *meta = meta_json(c);
	char *text = meta == NULL ? NULL : conf_json_pretty(meta), *pem = NULL;
	size_t n;
	int error = -ENOMEM;

	if (text != NULL && (pem = chain_pem(c, &n)) != NULL)
		error = file_write(fd, "chain.pem", pem, n, 0600, e);
	else
		(void)err_sys(e, error, "save a certificate");
	/* meta.json last: what it names is there */
	if (error == 0)
		error = file_write(fd, "meta.json", text, strlen(text), 0600, e);
	free(pem);
	free(text);
	json_decref(meta);
	return error;
}

int
cell_cert_store(struct cell_cert *c, int state_fd, struct vault *v, struct err *e)
{
	int fd, error = sealed_key_put(v, c->key, c->key_len, c->secret_ref, e);

	if (error < 0)
		return error;
	fd = open_folder(state_fd, c->id, e);
	error = fd < 0 ? fd : write_files(c, fd, e);
	if (fd >= 0)
		(void)close(fd);	/* a directory */
	if (error < 0)
		c->secret_ref[0] = '\0';	/* it is not stored: the secret goes with the next sweep */
	return error;
}

/* --- reading ------------------------------------------------------------------------- */

static bool
read_chain(int fd, struct cell_cert *c)
{
	struct str rest;
	char *pem = NULL;
	uint8_t *der;
	size_t n;
	bool ok = true;

	if (file_read(fd, "chain.pem", CHAIN_PEM_MAX, &pem, &n, NULL) < 0)
		return false;
	rest = (struct str){ pem, n };
	while (ok && (der = pem_read(rest, "CERTIFICATE", &n, &rest)) != NULL) {
		ok = cell_cert_add(c, der, n);
		free(der);
	}
	free(pem);
	return ok && c->nchain > 0;
}

static const char *
text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s == NULL ? "" : s;
}

static bool
read_source(const char *text, enum cert_source *source)
{
	struct cell_cert c = { .source = CERT_INTERNAL };

	for (; c.source <= CERT_IMPORTED; c.source++)
		if (strcmp(cell_cert_source_text(&c), text) == 0) {
			*source = c.source;
			return true;
		}
	return false;
}

static bool
are_texts(const json_t *list)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (!json_is_string(one))
			return false;
	return json_is_array(list);
}

static bool
read_members(const json_t *meta, struct cell_cert *c)
{
	c->names = json_incref(json_object_get(meta, "names"));
	return are_texts(c->names) && read_source(text_of(meta, "source"), &c->source) &&
	    clk_read(text_of(meta, "not_before"), &c->not_before) == 0 &&
	    clk_read(text_of(meta, "not_after"), &c->not_after) == 0 &&
	    str_copy(str_of(text_of(meta, "serial")), c->serial, sizeof(c->serial)) &&
	    str_copy(str_of(text_of(meta, "issuer")), c->issuer, sizeof(c->issuer)) &&
	    str_copy(str_of(text_of(meta, "secret_ref")), c->secret_ref, sizeof(c->secret_ref));
}

static bool
read_meta(int fd, struct cell_cert *c)
{
	char *text;
	size_t n;
	json_t *meta;
	bool ok;

	if (file_read(fd, "meta.json", META_MAX, &text, &n, NULL) < 0)
		return false;
	meta = conf_json_read(text, n, NULL);
	free(text);
	ok = read_members(meta, c);
	json_decref(meta);
	return ok;
}

static bool
read_key(struct cell_cert *c, struct vault *v)
{
	uint8_t key[SEALED_KEY_MAX];
	size_t n = sealed_key_get(v, c->secret_ref, key, sizeof(key));
	bool ok = n > 0 && cell_cert_key(c, key, n);

	sodium_memzero(key, sizeof(key));
	return ok;
}

/* A crash between the writing of two files leaves a certificate that is not this key's. */
struct cell_cert *
cell_cert_load(int state_fd, const char *id, struct vault *v)
{
	struct cell_cert *c = cell_cert_new();
	int fd = open_folder(state_fd, id, NULL);
	bool ok = c != NULL && fd >= 0 && str_copy(str_of(id), c->id, sizeof(c->id)) && read_meta(fd, c) &&
	    read_chain(fd, c) && read_key(c, v) && cell_cert_key_fits(c);

	if (fd >= 0)
		(void)close(fd);	/* a directory */
	if (ok)
		return c;
	cell_cert_free(c);
	return NULL;
}

/* --- folders -------------------------------------------------------------------------- */

static bool
is_id(const char *name)
{
	return strcmp(name, CERT_PROVISIONAL) == 0 ||
	    (strlen(name) == CERT_ID_SIZE - 1 && strspn(name, "0123456789abcdef") == strlen(name));
}

struct visit {
	bool (*visit)(void *arg, const char *id);
	void *arg;
};

static bool
on_name(void *arg, const char *name)
{
	const struct visit *v = arg;

	return !is_id(name) || v->visit(v->arg, name);
}

void
cell_cert_list(int state_fd, bool (*visit)(void *arg, const char *id), void *arg)
{
	struct visit v = { visit, arg };
	int fd = open_folder(state_fd, NULL, NULL);

	if (fd < 0)
		return;
	(void)file_list(fd, on_name, &v);	/* what is not seen is met the next time */
	(void)close(fd);	/* a directory */
}

/* meta.json first, and durably: half a folder is none. What else stays is swept. */
static int
drop_folder(int fd, const char *name, struct err *e)
{
	int sub = file_dir_sub(fd, name, e), error;

	if (sub < 0)
		return sub;
	error = file_remove(sub, "meta.json", e);
	if (error == 0) {
		(void)file_remove(sub, "chain.pem", NULL);
		file_sweep(sub);
	}
	(void)close(sub);	/* a directory */
	(void)unlinkat(fd, name, AT_REMOVEDIR);
	return error;
}

int
cell_cert_drop(int state_fd, const char *id, struct err *e)
{
	int fd = open_folder(state_fd, NULL, e), error;

	if (fd < 0)
		return fd;
	error = drop_folder(fd, id, e);
	(void)close(fd);	/* a directory */
	return error;
}

struct sweep {
	bool (*keep)(void *arg, const char *id);
	void *arg;
	size_t n;
	char names[64][CERT_ID_SIZE];	/* what is not needed; more the next time */
};

static bool
on_id(void *arg, const char *id)
{
	struct sweep *s = arg;

	if (!s->keep(s->arg, id) && str_copy(str_of(id), s->names[s->n], sizeof(s->names[0])))
		s->n++;
	return s->n < sizeof(s->names) / sizeof(s->names[0]);
}

void
cell_cert_sweep(int state_fd, bool (*keep)(void *arg, const char *id), void *arg)
{
	struct sweep s = { .keep = keep, .arg = arg };
	int fd = open_folder(state_fd, NULL, NULL);
	size_t i;

	if (fd < 0)
		return;
	cell_cert_list(state_fd, on_id, &s);
	for (i = 0; i < s.n; i++)
		(void)drop_folder(fd, s.names[i], NULL);	/* what stays is met again */
	file_sweep(fd);
	(void)close(fd);	/* a directory */
}
