#!/usr/bin/env python3
"""A cell with 10,000 peers starts (goal P6): from fork until DNS answers, until a handshake of the last of them is answered
(wg_knock.c), CPU of all roles until then, and what memory it has, also after some changes, and at most.

    start.py PIC PROGRAMS [--rounds 5] [--peers 10000] [--full] [--other PIC]

With --full a zone of 99,990 names, 500 proxy routes and 255 certificates, too, and of each kind of change as many.
With another binary in turns, to compare. The data plane is the own one where the kernel has no WireGuard. Needs root and wg.
"""
import argparse
import os
import subprocess
import threading
import time

import change
from footprint import MIB, answers, cpu_seconds, lab_of, memory, spawn
from table import Table


CHANGES = 12


def largest(cell):
    """What core has had of memory at most, in MiB."""
    with open(f'/proc/{cell.core_pid()}/status', encoding='ascii') as f:
        return next(int(line.split()[1]) for line in f if line.startswith('VmHWM')) / 1024


def sealed(cell):
    """What core holds in sealed memory, in MiB: of these tables PSS has the pages that a role has looked at."""
    folder, size = f'/proc/{cell.core_pid()}/fd', 0
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if os.readlink(path).startswith('/memfd:'):
            size += os.stat(path).st_blocks * 512
    return size / MIB


def start(lab, cell, binary, knock, kinds):
    """{what: value} of one start; the cell is off before and after."""
    answered = subprocess.Popen(lab.in_ns('away', *knock), stdout=subprocess.PIPE, text=True)
    began, p = spawn(lab, cell.ns, [binary, 'run', '--state', cell.state], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    cell.process, found = p, {}
    dns = threading.Thread(target=lambda: found.update(dns=answers(lab, cell, began) * 1e3))
    dns.start()
    out = answered.communicate()[0]
    assert out, 'no handshake was answered'
    found['handshake'] = (float(out) - began) * 1e3
    dns.join()
    found['cpu'] = cpu_seconds(cell) * 1e3
    time.sleep(3)               # what the start left behind is given back
    found['memory'], found['most'] = memory(cell)[0], largest(cell)     # PSS, RSS
    for kind in kinds:
        change.measure(lab, cell, kind, CHANGES)
    found['busy'] = memory(cell)[0]
    time.sleep(3)
    found['changed'], found['sealed'] = memory(cell)[0], sealed(cell)
    p.terminate()
    p.wait()
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('pic')
    parser.add_argument('programs')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--peers', type=int, default=10000)
    parser.add_argument('--full', action='store_true')
    parser.add_argument('--other')
    args = parser.parse_args()
    lab = lab_of(args.pic)
    from wgpeer import genkey   # it needs that folder
    lab.wire('cell', 'lan0', 'lan', 'eth0', '192.168.77.')
    lab.wire('cell', 'w0', 'away', 'eth0', '198.18.1.')
    cell = lab.Cell().start()
    cell.setup()
    if args.full:
        for add, count in ((change.names, 99990), (change.certs, 255), (change.routes, 500)):
            add(lab, cell, count)
    change.peers(lab, cell, args.peers)
    private, public = genkey()
    change.write(cell, lambda d: d['peers'], [{'name': 'zz-last', 'public_key': public, 'ip': '10.64.250.1', 'ip6': None,
                                               'created_at': '2026-01-01T00:00:00Z'}])
    lab.expect(cell.local().post('/api/peers', {'name': 'one-more'}), 201)     # the cell has written its document since
    server = lab.expect(cell.local().get('/api/wireguard/status'), 200).json['public_key']
    cell.stop()
    knock = [os.path.join(args.programs, 'wg_knock'), '198.18.1.1', '51820', server, private, '30']
    kinds = list(change.KINDS) if args.full else ['peer']
    binaries = {'': args.pic, **({'the other, ': args.other} if args.other else {})}
    rows = {}
    for _ in range(args.rounds):
        for name, binary in binaries.items():
            for what, value in start(lab, cell, binary, knock, kinds).items():
                rows.setdefault((name, what), []).append(value)
    table = Table(f'a cell with {args.peers + 2} peers starts{" beside all else of P6" * args.full} (load {os.getloadavg()[0]:.1f})')
    words = {'dns': ('until DNS answers', 'ms', 1000), 'handshake': ('until a handshake is answered', 'ms', 1000),
             'cpu': ('CPU of all roles until then', 'ms', None), 'memory': ('memory over all roles, PSS', 'MiB', 64),
             'most': ('memory of core at most until then, RSS', 'MiB', None),
             'busy': (f'memory after {CHANGES} changes of {", ".join(kinds)}', 'MiB', None),
             'changed': ('the same three seconds later', 'MiB', 64),
             'sealed': ('sealed tables, of which that has what was looked at', 'MiB', None)}
    for (name, what), values in sorted(rows.items(), key=lambda r: list(words).index(r[0][1])):
        table.add('P6', name + words[what][0], words[what][1], values, words[what][2])
    table.show()


if __name__ == '__main__':
    main()
