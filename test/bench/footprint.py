#!/usr/bin/env python3
"""Size, memory, start and idle work of a cell (goals P7, P8).

    footprint.py PIC PROGRAMS [--cells 5] [--starts 20] [--idle 60]

Memory is counted twice: PSS, which gives each role its share of pages that all
of them map (the program itself), so that the sum is what the machine has less;
and RSS, which counts those pages once for each role. The goal is held against
PSS. Needs root.
"""
import argparse
import gzip
import os
import re
import select
import subprocess
import sys
import tempfile
import time

from table import Table

MIB = 1 << 20
SETTLE_S = 75       # a minute after the last change what is observed is saved, and half a minute what it left is swept


def lab_of(pic):
    os.environ['PIC'] = pic
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../system'))
    import lab
    return lab


def rollup(pid):
    with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as f:
        return {k: int(v.split()[0]) for k, _, v in (line.partition(':') for line in f) if 'kB' in v}


def memory(cell):
    """(PSS, RSS) over all roles, in MiB."""
    parts = [rollup(p) for p in cell.pids()]
    return tuple(sum(p[k] for p in parts) / 1024 for k in ('Pss', 'Rss'))


def cpu_seconds(cell):
    total = 0
    for pid in cell.pids():
        with open(f'/proc/{pid}/schedstat', encoding='ascii') as f:
            total += int(f.read().split()[0])
    return total / 1e9


def written_bytes(cell):
    total = 0
    for pid in cell.pids():
        with open(f'/proc/{pid}/io', encoding='ascii') as f:
            total += int(re.search(r'^write_bytes: (\d+)', f.read(), re.M).group(1))
    return total


def spawn(lab, ns, argv, **kw):
    """Start a program in a namespace without anything in between that would take time."""
    lab.namespace(ns)
    with lab.inside(ns):
        return time.monotonic(), subprocess.Popen(argv, **kw)


def start_to_url(lab, pic, cold):
    """Milliseconds from fork to the wizard's address on standard output."""
    with tempfile.TemporaryDirectory(dir=lab.TMP) as state:
        os.chmod(state, 0o700)
        if cold:
            subprocess.run(['sync'], check=True)
            with open('/proc/sys/vm/drop_caches', 'w', encoding='ascii') as f:
                f.write('1')
        began, p = spawn(lab, 'start', [pic, 'run', '--state', state], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        text = b''
        while b'/setup#t=' not in text and select.select([p.stdout], [], [], 10)[0]:
            text += os.read(p.stdout.fileno(), 65536)
        took = time.monotonic() - began
        p.terminate()
        p.wait()
        assert b'/setup#t=' in text, 'no address on the terminal'
        return took * 1000


def answers(lab, cell, began):
    """Seconds from began until DNS does, 30 at most."""
    packet = lab.question('home.home.arpa')
    with lab.inside(cell.ns):
        s = lab.socket.socket(lab.socket.AF_INET, lab.socket.SOCK_DGRAM)
    s.connect(('127.0.0.1', 53))
    while time.monotonic() - began < 30:
        try:
            s.send(packet)
            if select.select([s], [], [], 0.001)[0] and s.recv(512):
                break
        except ConnectionRefusedError:
            time.sleep(0.0005)
    s.close()
    return time.monotonic() - began


def start_to_answer(lab, cell):
    """Milliseconds from fork to the first answer over DNS of a cell that was set up before."""
    began, p = spawn(lab, cell.ns, [cell.binary, 'run', '--state', cell.state], stdout=subprocess.DEVNULL,
                     stderr=subprocess.DEVNULL)
    took = answers(lab, cell, began)
    p.terminate()
    p.wait()
    return took * 1000


def fetch(c, path):
    return c.get(path, headers={'Accept-Encoding': 'gzip'}).body


def first_view(cell):
    """Bytes of the page, of what it names, and of the scripts that the sign-in page needs, as a browser gets them."""
    c = cell.edge(cell.ns, '127.0.0.1')
    page = fetch(c, '/')
    todo = re.findall(r'(?:src|href)="(/assets/[^"]+)"', gzip.decompress(page).decode())
    got = {}
    while todo:
        path = todo.pop()
        if path in got:
            continue
        body = fetch(c, path)
        got[path] = len(body)
        text = gzip.decompress(body).decode()
        todo += ['/assets/' + n for n in re.findall(r'from ?"\./([^"]+)"|import ?"\./([^"]+)"', text) for n in n if n]
        for name in re.findall(r'import\("\./([^"]+)"\)', text):     # pages: the one that signs in
            if b'/auth/login' in gzip.decompress(fetch(c, '/assets/' + name)):
                todo.append('/assets/' + name)
    return len(page) + sum(got.values())


def questions(cell):
    """Answers that the wizard cannot do without."""
    local, needed = cell.local(), 0
    for step in local.get('/api/setup/status').json['steps']:
        fields = local.get(f'/api/setup/step?step={step}').json['fields'].values()
        needed += sum(f['required'] and f['default'] is None for f in fields)
    return needed


def measure_idle(table, cell, seconds):
    before, files = cpu_seconds(cell), written_bytes(cell)
    time.sleep(seconds)
    table.add('P7', f'idle CPU over {seconds} s, of one core', '%', [(cpu_seconds(cell) - before) / seconds * 100], 0.1)
    table.add('LIM', 'written while idle, per hour', 'MB', [(written_bytes(cell) - files) * 3600 / seconds / 1e6], 1)


def measure_cell(lab, table, i, idle):
    """(PSS, RSS, start to answer) of a fresh cell; the first one also tells what is the same for all."""
    cell = lab.Cell(ns=f'cell{i}').start()
    if i == 0:
        table.add('P8', 'answers that setup cannot do without', '', [questions(cell)], 4)
    cell.setup()
    time.sleep(5)           # what the start left behind is given back
    pss, rss = memory(cell)
    if i == 0:
        time.sleep(SETTLE_S)
        measure_idle(table, cell, idle)
        table.add('P8', 'first view of the interface, as served', 'kB', [first_view(cell) / 1000], 60)
    cell.stop()
    return pss, rss, start_to_answer(lab, cell)


def embedded(folder):
    """kB of all files of the interface."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), 'rb') as f:
                total += len(gzip.compress(f.read(), 9))
    return total / 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('pic')
    parser.add_argument('programs')
    parser.add_argument('--cells', type=int, default=5)
    parser.add_argument('--starts', type=int, default=20)
    parser.add_argument('--idle', type=int, default=60)
    args = parser.parse_args()
    lab = lab_of(args.pic)
    table = Table(f'footprint: {os.cpu_count()} CPUs, {os.uname().release}')
    table.add('P7', 'binary with the interface', 'MiB', [os.path.getsize(args.pic) / MIB], 4)

    warm = [start_to_url(lab, args.pic, False) for _ in range(args.starts + 1)][1:]
    table.add('P7', 'start to the wizard\'s address, warm', 'ms', warm, 100)
    table.add('LIM', 'start to the wizard\'s address, cold', 'ms', [start_to_url(lab, args.pic, True) for _ in range(3)], 1000)
    cells = [measure_cell(lab, table, i, args.idle) for i in range(args.cells)]
    table.add('P7', 'idle memory over all roles, PSS', 'MiB', [c[0] for c in cells], 16)
    table.add('P7', 'the same, RSS', 'MiB', [c[1] for c in cells])
    table.add('LIM', 'start of a set-up cell to the first answer', 'ms', [c[2] for c in cells], 300)
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../ui/dist')
    if os.path.isdir(folder):
        table.add('P8', 'all files of the interface, gzip', 'kB', [embedded(folder)], 160)
    table.show()


if __name__ == '__main__':
    main()
