/* Completion (CLI-7): the bash script, sourced by bash and asked as Tab does. */
#include "cell.h"

static char script[] = "/tmp/pic-complete-XXXXXX";

static char *
made(const char *shell)
{
	struct cli c = { .args = { shell }, .nargs = 1 };
	struct captured out;

	captured_begin(&out);
	assert_int_equal(cli_completion(&c), CLI_OK);
	captured_end(&out);
	assert_string_equal(out.err, "");
	free(out.err);
	return out.out;
}

static int
write_script(void **state)
{
	char *text = made("bash");
	int fd = mkstemp(script);

	(void)state;
	assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	free(text);
	return close(fd);
}

static int
remove_script(void **state)
{
	(void)state;
	return unlink(script);
}

/* What bash offers behind this line, one blank between; the last word is the one being typed. */
static char *
offered(const char *line)
{
	static const char program[] = "set -u; . \"$1\"; read -ra COMP_WORDS <<< \"$2\"; [[ $2 != *' ' ]] || COMP_WORDS+=('');"
	    "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _pic; printf '%s\\n' \"${COMPREPLY[*]-}\"";
	struct captured out;
	int status;
	pid_t pid;

	captured_begin(&out);
	pid = fork();
	if (pid == 0) {
		execlp("bash", "bash", "--norc", "-c", program, "bash", script, line, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	captured_end(&out);
	assert_string_equal(out.err, "");
	assert_int_equal(WEXITSTATUS(status), 0);
	free(out.err);
	return out.out;
}

/* words: each with a blank at both ends. */
static void
check(const char *line, const char *has, const char *has_not)
{
	char *text = offered(line), words[4096], word[64];

	snprintf(words, sizeof(words), " %.*s ", (int)strcspn(text, "\n"), text);
	while (has[0] != '\0') {
		snprintf(word, sizeof(word), " %.*s ", (int)strcspn(has, " "), has);
		if (strstr(words, word) == NULL)
			fail_msg("after \"%s\" there is no%sin:%s", line, word, words);
		has += strcspn(has, " ");
		has += has[0] == ' ';
	}
	snprintf(word, sizeof(word), " %s ", has_not);
	if (strstr(words, word) != NULL)
		fail_msg("after \"%s\" there is%sin:%s", line, word, words);
	free(text);
}

static void
test_words(void **state)
{
	(void)state;
	check("pic ", "run setup status dns user completion", "records");
	check("pic st", "status", "setup");
	check("pic dns ", "records zones forwards query", "add");
	check("pic dns records ", "list add set remove", "zones");
	check("pic dns records a", "add", "list");
	check("pic setup ", "token --file", "status");
	check("pic jobs ", "show cancel --only", "status");
}

static void
test_options(void **state)
{
	(void)state;
	check("pic dns records add nas A 10.0.0.1 ", "--ttl --zone --views --json", "--all");
	check("pic user add anna --r", "--role", "--password-file");
	check("pic --state /x dns records ", "list add", "zones");
	check("pic --json dns ", "records", "list");
}

static void
test_choices(void **state)
{
	(void)state;
	check("pic completion ", "bash zsh fish", "status");
	check("pic user add anna --role ", "peer admin", "--json");
	check("pic user add anna --role a", "admin", "peer");
	check("pic dns query x --zone v", "vpn", "lan");
}

/* Every verb of the table can be typed with Tab. */
static void
test_every_verb(void **state)
{
	const struct cli_verb *v;
	char line[128], last[64];
	const char *tail;

	(void)state;
	for (v = cli_verbs; v->words != NULL; v++) {
		tail = strrchr(v->words, ' ');
		snprintf(line, sizeof(line), "pic %.*s", tail == NULL ? 0 : (int)(tail + 1 - v->words), v->words);
		snprintf(last, sizeof(last), "%s", tail == NULL ? v->words : tail + 1);
		check(line, last, "nonsense");
	}
}

/* No zsh or fish needs to be here: what they are given names every verb's last word. */
static void
test_other_shells(void **state)
{
	const struct cli_verb *v;
	char *zsh = made("zsh"), *fish = made("fish"), wanted[128];
	const char *tail;

	(void)state;
	assert_memory_equal(zsh, "#compdef pic\n", 13);
	for (v = cli_verbs; v->words != NULL; v++) {
		tail = strrchr(v->words, ' ');
		snprintf(wanted, sizeof(wanted), " -a '%s' -d '", tail == NULL ? v->words : tail + 1);
		assert_non_null(strstr(fish, wanted));
		snprintf(wanted, sizeof(wanted), "\n%s;", v->words);
		assert_non_null(strstr(zsh, wanted));
	}
	free(zsh);
	free(fish);
}

static void
test_unknown_shell(void **state)
{
	struct cli c = { .args = { "tcsh" }, .nargs = 1 };
	struct captured said;

	(void)state;
	captured_begin(&said);
	assert_int_equal(cli_completion(&c), CLI_USAGE);
	captured_end(&said);
	assert_non_null(strstr(said.err, "bash, zsh and fish"));
	captured_free(&said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_every_verb),
		cmocka_unit_test(test_other_shells),
		cmocka_unit_test(test_unknown_shell),
	};

	return cmocka_run_group_tests(tests, write_script, remove_script);
}
