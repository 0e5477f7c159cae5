/* The authority on disk: vault/ca/ with index.json, which names and dates all
 * else and is written last; keys as secrets of the vault. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "base/err.h"
#include "base/log.h"
#include "base/pem.h"
#include "base/str.h"
#include "conf/json.h"
#include "role/authority.h"
#include "role/authority_kept.h"
#include "role/sealed.h"
#include "sys/clk.h"
#include "sys/file.h"

enum { INDEX_MAX = 16 << 20, PEM_MAX = 64 << 10, FILE_NAME = 64, HASH_TEXT = 2 * crypto_hash_sha256_BYTES + 1 };

/* vault/<name>, or -errno. */
static int
open_folder(int state_fd, const char *name, struct err *e)
{
	int vault = file_dir_sub(state_fd, "vault", e), fd;

	if (vault < 0)
		return vault;
	fd = file_dir_sub(vault, name, e);
	(void)close(vault);	/* a directory */
	return fd;
}

/* Each certificate has a file of its own, so that the old one is there until index.json names the new one. */
static const char *
file_of(const struct signer *s, const char *what, char buf[FILE_NAME])
{
	char hex[2 * CA_SERIAL + 1];

	(void)snprintf(buf, FILE_NAME, "%s-%.8s.pem", what, sodium_bin2hex(hex, sizeof(hex), s->cert.serial, CA_SERIAL));
	return buf;
}

static const char *
list_file(const struct signer *s, char buf[FILE_NAME])
{
	(void)snprintf(buf, FILE_NAME, "crl-%llu.der", (unsigned long long)s->list_number);	/* it fits */
	return buf;
}

static const char *
hash_of(const uint8_t *p, size_t n, char buf[HASH_TEXT])
{
	uint8_t hash[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(hash, p, n);	/* always 0 */
	return sodium_bin2hex(buf, HASH_TEXT, hash, sizeof(hash));
}

/* --- writing ------------------------------------------------------------------------- */

static json_t *
signer_json(const struct signer *s)
{
	char from[CLK_TEXT_MAX], until[CLK_TEXT_MAX], serial[2 * CA_SERIAL + 1];

	return json_pack("{ss, ss, ss, ss, ss}", "common_name", s->common_name, "not_before", clk_text(s->span.from_s, from),
	    "not_after", clk_text(s->span.until_s, until), "secret_ref", s->secret_ref,
	    "serial", sodium_bin2hex(serial, sizeof(serial), s->cert.serial, CA_SERIAL));
}

static json_t *
list_json(const struct signer *s)
{
	char from[CLK_TEXT_MAX], until[CLK_TEXT_MAX], hash[HASH_TEXT];

	return json_pack("{sI, ss, ss, ss}", "number", (json_int_t)s->list_number,
	    "this_update", clk_text(s->list_span.from_s, from), "next_update", clk_text(s->list_span.until_s, until),
	    "sha256", hash_of(s->list, s->list_n, hash));
}

/* NULL when out of memory. */
static json_t *
earlier_json(const struct authority *a)
{
	json_t *list = json_array();
	int failed = list == NULL;
	size_t i;

	for (i = 0; i < a->nearlier; i++)
		failed |= json_array_append_new(list, json_pack("{so, so}", "intermediate", signer_json(&a->earlier[i]), "crl",
		    list_json(&a->earlier[i])));
	if (!failed)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *
index_json(const struct authority *a)
{
	json_t *scope = json_array();
	size_t i;

	for (i = 0; i < a->scope.nnames; i++)
		if (json_array_append_new(scope, json_string(a->scope.names[i])) < 0) {
			json_decref(scope);
			return NULL;
		}
	return json_pack("{so, so, so, so, so, ss, sO}", "root", signer_json(&a->root),
	    "intermediate", signer_json(&a->intermediate),
	    "scope", scope, "crl", list_json(&a->intermediate), "earlier", earlier_json(a), "server", cell_cert_id(a->server),
	    "issued", a->issued);
}

static int
write_index(const struct authority *a, int fd, struct err *e)
{
	json_t *index = index_json(a);
	char *text = index == NULL ? NULL : conf_json_pretty(index);
	int error;

	if (text == NULL)
		error = err_sys(e, -ENOMEM, "save the authority");
	else if (strlen(text) > INDEX_MAX)	/* it would not be read again */
		error = err_set(e, ERR_CONFLICT, "the certificates in use have too many names");
	else
		error = file_write(fd, "index.json", text, strlen(text), 0600, e);
	free(text);
	json_decref(index);
	return error;
}

static int
store_signer(struct signer *s, const char *what, int fd, struct vault *v, struct err *e)
{
	char name[FILE_NAME], *pem = NULL;
	size_t n;
	int error = s->secret_ref[0] != '\0' ? 0 : sealed_key_put(v, s->cert.key, P256_KEY, s->secret_ref, e);

	if (error < 0)
		return error;
	if (!pem_add(&pem, &n, "CERTIFICATE", s->cert.der, s->cert.n))
		return err_sys(e, -ENOMEM, "save the authority");
	error = file_write(fd, file_of(s, what, name), pem, n, 0600, e);
	free(pem);
	return error;
}

static int
store_intermediate(struct signer *s, int fd, struct vault *v, struct err *e)
{
	char name[FILE_NAME];
	int error = store_signer(s, "intermediate", fd, v, e);

	if (error == 0 && s->list != NULL)
		error = file_write(fd, list_file(s, name), s->list, s->list_n, 0600, e);
	return error;
}

static int
store_all(struct authority *a, int state_fd, int fd, struct vault *v, struct err *e)
{
	int error = store_signer(&a->root, "root", fd, v, e);
	struct signer *s;
	size_t i;

	for (i = 0; error == 0 && (s = authority_signer(a, i)) != NULL; i++)
		error = store_intermediate(s, fd, v, e);
	if (error == 0 && a->server != NULL && cell_cert_secret_ref(a->server)[0] == '\0')
		error = cell_cert_store(a->server, state_fd, v, e);
	return error < 0 ? error : write_index(a, fd, e);
}

int
authority_store(struct authority *a, int state_fd, struct vault *v, struct err *e)
{
	int fd = open_folder(state_fd, "ca", e), error;

	if (fd < 0)
		return fd;
	error = store_all(a, state_fd, fd, v, e);
	(void)close(fd);	/* a directory */
	return error;
}

/* --- reading ------------------------------------------------------------------------- */

static bool
read_span(const json_t *o, const char *from, const char *until, struct ca_span *s)
{
	return clk_read(record_text(o, from), &s->from_s) == 0 && clk_read(record_text(o, until), &s->until_s) == 0;
}

/* 0 or -errno with e. */
static int
read_certificate(struct signer *s, const char *what, int fd, struct err *e)
{
	char name[FILE_NAME], *pem;
	size_t n;
	int error = file_read(fd, file_of(s, what, name), PEM_MAX, &pem, &n, e);

	if (error < 0)
		return error;
	s->cert.der = pem_read((struct str){ pem, n }, "CERTIFICATE", &s->cert.n, NULL);
	free(pem);
	return s->cert.der != NULL ? 0 : err_set(e, ERR_VALIDATION, "the certificate of the %s is none", what);
}

static bool
read_facts(struct signer *s, const json_t *o)
{
	const char *serial = record_text(o, "serial");
	size_t n = 0;

	return read_span(o, "not_before", "not_after", &s->span) &&
	    str_copy(str_of(record_text(o, "common_name")), s->common_name, sizeof(s->common_name)) &&
	    str_copy(str_of(record_text(o, "secret_ref")), s->secret_ref, sizeof(s->secret_ref)) &&
	    sodium_hex2bin(s->cert.serial, CA_SERIAL, serial, strlen(serial), NULL, &n, NULL) == 0 && n == CA_SERIAL;
}

/* The same. */
static int
read_signer(struct signer *s, const json_t *o, const char *what, int fd, struct vault *v, struct err *e)
{
	int error = read_facts(s, o) ? read_certificate(s, what, fd, e) :
	    err_set(e, ERR_VALIDATION, "the index does not know the %s", what);

	if (error == 0 && sealed_key_get(v, s->secret_ref, s->cert.key, P256_KEY) != P256_KEY)
		error = err_set(e, ERR_VALIDATION, "the key of the %s cannot be read", what);
	return error;
}

/* As it was written: an earlier version put names into it that ca_scope_add() takes no more. */
static bool
read_scope(struct ca_scope *s, const json_t *names)
{
	const json_t *one;
	size_t i;

	json_array_foreach(names, i, one)
		if (!json_is_string(one) || s->nnames == CA_SCOPE_NAMES_MAX ||
		    !str_copy(str_of(json_string_value(one)), s->names[s->nnames++], CA_NAME_SIZE))
			return false;
	return s->nnames > 0;
}

/* For one that is not what index.json says a new one is signed. */
static void
read_list(struct authority *a, struct signer *s, const json_t *o, int fd)
{
	char hash[HASH_TEXT], name[FILE_NAME];
	char *p;

	s->list_number = (uint64_t)json_integer_value(json_object_get(o, "number"));
	if (s->list_number > a->list_number)
		a->list_number = s->list_number;
	if (!read_span(o, "this_update", "next_update", &s->list_span) ||
	    file_read(fd, list_file(s, name), CA_CRL_DER_MAX, &p, &s->list_n, NULL) < 0)
		return;
	if (strcmp(hash_of((uint8_t *)p, s->list_n, hash), record_text(o, "sha256")) == 0)
		s->list = (uint8_t *)p;
	else
		free(p);
}

static bool
read_issued(struct authority *a, const json_t *index)
{
	const json_t *list = json_object_get(index, "issued"), *one;
	size_t i;

	if (!json_is_array(list))
		return false;
	json_array_foreach(list, i, one)
		if (!json_is_object(one) || json_array_append(a->issued, (json_t *)(uintptr_t)one) < 0)	/* counted, not changed */
			return false;
	return true;
}

/* One that is gone, or no certificate any more, is replaced: the root signs another. What the disk does not read may come
 * back. */
static int
read_intermediate(struct authority *a, const json_t *index, int fd, struct vault *v, struct err *e)
{
	int error = read_signer(&a->intermediate, json_object_get(index, "intermediate"), "intermediate", fd, v, e);

	if (error == -ENOENT || error == -EINVAL) {
		log_line(LOG_TLS, LOG_CRITICAL, "the intermediate of the certificate authority cannot be read: a new one is made",
		    "err", e->detail, NULL);
		signer_clear(&a->intermediate);
		error = 0;
	}
	read_list(a, &a->intermediate, json_object_get(index, "crl"), fd);
	return error;
}

static void
read_earlier(struct authority *a, const json_t *list, int fd, struct vault *v)
{
	const json_t *one;
	struct err e;
	size_t i;

	json_array_foreach(list, i, one) {
		struct signer *s = &a->earlier[a->nearlier];

		if (a->nearlier == AUTHORITY_EARLIER_MAX)
			break;
		err_clear(&e);
		if (read_signer(s, json_object_get(one, "intermediate"), "intermediate", fd, v, &e) < 0) {
			log_line(LOG_TLS, LOG_ERROR, "an earlier intermediate cannot be read: what it has issued cannot be revoked",
			    "err", e.detail, NULL);
			signer_clear(s);
		} else {
			read_list(a, s, json_object_get(one, "crl"), fd);
			a->nearlier++;
		}
	}
}

static int
read_all(struct authority *a, const json_t *index, int fd, struct vault *v, struct err *e)
{
	int error = read_signer(&a->root, json_object_get(index, "root"), "root", fd, v, e);

	if (error == 0 && (!read_scope(&a->scope, json_object_get(index, "scope")) || !read_issued(a, index)))
		error = err_set(e, ERR_VALIDATION, "the index of the authority is not complete");
	if (error == 0)
		error = read_intermediate(a, index, fd, v, e);
	if (error == 0)
		read_earlier(a, json_object_get(index, "earlier"), fd, v);
	return error;
}

/* *out NULL: there is none. */
static int
read_index(int fd, json_t **out, struct err *e)
{
	char *text;
	size_t n;
	int error = file_read(fd, "index.json", INDEX_MAX, &text, &n, e);

	*out = NULL;
	if (error < 0)
		return error == -ENOENT ? 0 : error;
	*out = conf_json_read(text, n, NULL);
	free(text);
	return *out != NULL ? 0 : err_set(e, ERR_VALIDATION, "the index of the authority is not JSON");
}

/* What was read of it is of no use; the certificate of the cell may be. */
static void
lose(struct authority *a, const struct err *e)
{
	signer_clear(&a->root);
	signer_clear(&a->intermediate);
	authority_drop_earlier(a);
	(void)json_array_clear(a->issued);	/* it is an array */
	a->lost = true;
	(void)snprintf(a->fault, sizeof(a->fault), "%.150s", e->detail);	/* cut is fine */
}

struct authority *
authority_load(int state_fd, struct vault *v)
{
	struct authority *a = authority_new();
	json_t *index = NULL;
	struct err e;
	int fd, error;

	if (a == NULL)
		return NULL;
	err_clear(&e);
	fd = open_folder(state_fd, "ca", &e);
	error = fd < 0 ? fd : read_index(fd, &index, &e);
	if (error == 0 && index != NULL)
		error = read_all(a, index, fd, v, &e);
	if (error < 0)
		lose(a, &e);
	if (json_is_string(json_object_get(index, "server")))
		a->server = cell_cert_load(state_fd, record_text(index, "server"), v);
	json_decref(index);
	if (fd >= 0)
		(void)close(fd);	/* a directory */
	return a;
}

/* --- sweeping ------------------------------------------------------------------------- */

struct sweep {
	const struct authority *a;
	int fd;
	size_t n;
	char names[64][FILE_NAME];	/* what is not needed; more the next time */
};

static void
note(struct sweep *s, const char *name)
{
	if (s->n < sizeof(s->names) / sizeof(s->names[0]) && str_copy(str_of(name), s->names[s->n], FILE_NAME))
		s->n++;
}

static bool
is_named(const struct authority *a, const char *name)
{
	char file[FILE_NAME];
	size_t i;

	if (strcmp(name, "index.json") == 0 || strcmp(name, file_of(&a->root, "root", file)) == 0)
		return true;
	for (i = 0; i <= a->nearlier; i++) {
		const struct signer *s = i == 0 ? &a->intermediate : &a->earlier[i - 1];

		if (strcmp(name, file_of(s, "intermediate", file)) == 0 || strcmp(name, list_file(s, file)) == 0)
			return true;
	}
	return false;
}

static bool
on_file(void *arg, const char *name)
{
	struct sweep *s = arg;

	if (!is_named(s->a, name))
		note(s, name);
	return true;
}

void
authority_sweep(const struct authority *a, int state_fd)
{
	struct sweep s = { .a = a };
	size_t i;

	if (a == NULL || !authority_exists(a) || a->server == NULL)
		return;
	s.fd = open_folder(state_fd, "ca", NULL);
	if (s.fd < 0)
		return;
	(void)file_list(s.fd, on_file, &s);	/* what is not seen stays */
	for (i = 0; i < s.n; i++)
		(void)file_remove(s.fd, s.names[i], NULL);	/* the same */
	file_sweep(s.fd);
	(void)close(s.fd);	/* a directory */
}

bool
authority_needs_secret(const struct authority *a, const char *ref)
{
	size_t i;

	if (a == NULL || a->lost)
		return a != NULL;	/* nobody knows whose keys they are */
	for (i = 0; i < a->nearlier; i++)
		if (strcmp(ref, a->earlier[i].secret_ref) == 0)
			return true;
	return strcmp(ref, a->root.secret_ref) == 0 || strcmp(ref, a->intermediate.secret_ref) == 0 ||
	    strcmp(ref, cell_cert_secret_ref(a->server)) == 0;
}
