/* An authority in memory, and a folder in which readers that are not ours look at what it made. */
#ifndef UNIT_CA_LAB_H
#define UNIT_CA_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/pem.h"
#include "ca/cert.h"
#include "ca/plan.h"
#include "ca/scope.h"

enum { LAB_OUTPUT = 32768 };

struct lab {
	int64_t now;		/* certtool knows no other */
	char dir[32], out[LAB_OUTPUT];
	struct ca_scope scope;
	struct ca_cert root, intermediate;
	struct ca_issuer by_root, by_intermediate;
};

static inline void
lab_put(const struct lab *x, const char *name, const void *p, size_t n)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", x->dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	fclose(f);
}

static inline void
lab_put_pem(const struct lab *x, const char *name, const char *label, const uint8_t *der, size_t n)
{
	char *text = NULL;
	size_t len = 0;

	assert_true(pem_add(&text, &len, label, der, n));
	lab_put(x, name, text, len);
	free(text);
}

static inline void
lab_put_cert(const struct lab *x, const char *name, const struct ca_cert *c)
{
	lab_put_pem(x, name, "CERTIFICATE", c->der, c->n);
}

/* Exit status of a shell command in the folder; what it says is in x->out. */
static inline int
lab_run(struct lab *x, const char *command)
{
	char text[2048];
	size_t n;
	FILE *f;

	snprintf(text, sizeof(text), "cd %s && { %s; } 2>&1", x->dir, command);
	f = popen(text, "r");
	assert_non_null(f);
	n = fread(x->out, 1, LAB_OUTPUT - 1, f);
	x->out[n] = '\0';
	return pclose(f);
}

static inline void
lab_passes(struct lab *x, const char *command)
{
	if (lab_run(x, command) != 0)
		fail_msg("%s:\n%s", command, x->out);
}

static inline void
lab_fails(struct lab *x, const char *command, const char *why)
{
	if (lab_run(x, command) == 0 || strstr(x->out, why) == NULL)
		fail_msg("%s does not fail with \"%s\":\n%s", command, why, x->out);
}

static inline void
lab_says(struct lab *x, const char *command, const char *const *want, size_t n)
{
	size_t i;

	lab_passes(x, command);
	for (i = 0; i < n; i++)
		if (strstr(x->out, want[i]) == NULL)
			fail_msg("no \"%s\" in:\n%s", want[i], x->out);
}

/* As openssl shows it. */
static inline const char *
lab_date(int64_t s, char buf[64])
{
	time_t t = (time_t)s;

	assert_true(strftime(buf, 64, "%b %e %H:%M:%S %Y GMT", gmtime(&t)) > 0);
	return buf;
}

static inline struct ca_cert_plan
lab_plan(const struct lab *x, enum ca_kind kind, const char *common_name, int days)
{
	const struct ca_span s = ca_span_at(x->now, days, NULL);

	return (struct ca_cert_plan){ .kind = kind, .common_name = common_name, .from_s = s.from_s, .until_s = s.until_s,
	    .scope = kind == CA_SERVER ? NULL : &x->scope };
}

static inline int
lab_setup(void **state)
{
	static const char *const names[] = { "home.cell", "home.home.arpa", "box1", "box.local", "localhost" };
	struct lab *x = calloc(1, sizeof(*x));
	struct ca_cert_plan p;
	size_t i;

	x->now = time(NULL);
	snprintf(x->dir, sizeof(x->dir), "/tmp/pic-unit-ca-XXXXXX");
	assert_non_null(mkdtemp(x->dir));
	for (i = 0; i < 5; i++)
		assert_true(ca_scope_add(&x->scope, str_of(names[i])));
	p = lab_plan(x, CA_ROOT, "home root 1A2B3C", CA_ROOT_DAYS);
	assert_int_equal(ca_cert_make(&p, NULL, &x->root, NULL), 0);
	x->by_root = (struct ca_issuer){ p.common_name, x->root.key };
	p = lab_plan(x, CA_INTERMEDIATE, "home CA 4D5E6F", CA_INTERMEDIATE_DAYS);
	assert_int_equal(ca_cert_make(&p, &x->by_root, &x->intermediate, NULL), 0);
	x->by_intermediate = (struct ca_issuer){ p.common_name, x->intermediate.key };
	lab_put_cert(x, "root.pem", &x->root);
	lab_put_cert(x, "ca.pem", &x->intermediate);
	*state = x;
	return 0;
}

static inline int
lab_teardown(void **state)
{
	struct lab *x = *state;
	char command[64];

	ca_cert_clear(&x->root);
	ca_cert_clear(&x->intermediate);
	snprintf(command, sizeof(command), "rm -rf %s", x->dir);
	assert_int_equal(system(command), 0);
	free(x);
	return 0;
}

#endif /* UNIT_CA_LAB_H */
