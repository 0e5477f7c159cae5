/* The main of a fuzz target when no fuzzer drives it: feeds every seed of
 * test/fuzz/seeds/NAME/ to the target, each in a heap block of its exact size
 * so that AddressSanitizer sees a read past the end. NAME comes from the
 * program's own name (NAME.replay). A target without seeds is a failure. */
#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The whole file in *data (freed by the caller); false if it cannot be read. */
static bool
file_read(const char *path, uint8_t **data, size_t *len)
{
	FILE *f = fopen(path, "rb");
	long end = -1;

	*data = NULL;
	*len = 0;
	if (f == NULL)
		return false;
	if (fseek(f, 0, SEEK_END) == 0)
		end = ftell(f);
	if (end >= 0 && fseek(f, 0, SEEK_SET) == 0) {
		*data = malloc((size_t)end);
		*len = fread(*data, 1, (size_t)end, f);
	}
	fclose(f);
	return end >= 0 && *len == (size_t)end;
}

/* Feed one file; the path goes out first so that a crash names its seed. */
static bool
seed_feed(const char *dir, const char *name)
{
	char path[PATH_MAX];
	uint8_t *data;
	size_t len;
	bool ok;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path))
		return false;
	printf("%s\n", path);
	fflush(stdout);
	ok = file_read(path, &data, &len);
	if (ok)
		ok = LLVMFuzzerTestOneInput(data, len) == 0;
	free(data);
	return ok;
}

static int
visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

int
main(int argc, char **argv)
{
	char dir[PATH_MAX];
	struct dirent **list;
	const char *base = strrchr(argv[0], '/');
	int i, n, bad = 0;

	base = base != NULL ? base + 1 : argv[0];
	if (argc > 1)
		snprintf(dir, sizeof(dir), "%s", argv[1]);
	else
		snprintf(dir, sizeof(dir), "test/fuzz/seeds/%.*s",
		    (int)strcspn(base, "."), base);
	n = scandir(dir, &list, visible, alphasort);
	if (n <= 0) {
		fprintf(stderr, "no seeds in %s\n", dir);
		return 1;
	}
	for (i = 0; i < n; i++) {
		bad += !seed_feed(dir, list[i]->d_name);
		free(list[i]);
	}
	free(list);
	printf("[  PASSED  ] 1 test(s).\n");
	return bad != 0;
}
