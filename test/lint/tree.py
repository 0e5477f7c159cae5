"""What the checks share: the files of the tree and C text without comments."""
import functools
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(os.environ.get('LINT_ROOT', pathlib.Path(__file__).resolve().parents[2]))
_LEX = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def files(*globs):
    """Paths below the root, relative and sorted."""
    found = {p.relative_to(ROOT) for g in globs for p in ROOT.glob(g) if p.is_file()}
    return sorted(found)


def sources():
    return files('pic.c', 'src/**/*.c', 'src/**/*.h')


def tracked():
    """Every file that is, or is about to be, under version control."""
    out = subprocess.run(
        ['git', 'ls-files', '-co', '--exclude-standard', '-z'],
        cwd=ROOT, capture_output=True, check=False)
    if out.returncode == 0:
        names = [pathlib.Path(n) for n in out.stdout.decode().split('\0') if n]
        return sorted(n for n in names if (ROOT / n).is_file())
    skip = {'build', 'node_modules', 'dist', '.git'}
    return [p for p in files('**/*') if not skip & set(p.parts)]


def text(path):
    return (ROOT / path).read_text(encoding='utf-8', errors='replace')


@functools.lru_cache(maxsize=None)
def code(path):
    """The text with comments and literals blanked; lines and columns stay."""
    def blank(m):
        s = m.group(0)
        keep = s[0] if s[0] in '"\'' else ' '
        body = re.sub(r'[^\n]', ' ', s)
        return keep + body[1:-1] + keep if len(s) > 1 else s
    return _LEX.sub(blank, text(path))


def includes(path):
    """(line number, name, quoted?) of every #include."""
    for n, line in enumerate(text(path).splitlines(), 1):
        m = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
        if m:
            yield n, m.group(2), m.group(1) == '"'


def functions(path):
    """(name, first line, lines of body, parameters) of every function defined
    in path: by the house style its name and its braces are in column one."""
    lines = code(path).splitlines()
    n = 0
    while n < len(lines):
        m = re.match(r'(?:static inline [^=;]*?|)(\w+)\(', lines[n])
        if not m or lines[n].startswith(('#', ' ', '\t')):
            n += 1
            continue
        first = n
        while n < len(lines) and not re.search(r'[;{}]', lines[n]):
            n += 1
        if n < len(lines) and lines[n].startswith('{'):
            end = n
            while end < len(lines) and not lines[end].startswith('}'):
                end += 1
            head = ' '.join(lines[first:n])
            # The parentheses of a parameter that is a function are no list.
            commas = re.sub(r'\([^()]*\)', '', head[m.end():]).count(',')
            yield m.group(1), first + 1, end - n - 1, commas + 1
            n = end
        n += 1


def table(name):
    """Rows of a table in this folder: lists of words, comments left out."""
    for line in (pathlib.Path(__file__).resolve().parent / name).read_text().splitlines():
        words = line.split('#', 1)[0].split()
        if words:
            yield words


def finish(findings):
    for f in findings:
        print(f)
    sys.exit(1 if findings else 0)
