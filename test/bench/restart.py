#!/usr/bin/env python3
"""What dying costs (goals R1, R2): an edge is killed every second under load, the
core at random moments of a stream of changes.

    restart.py PIC PROGRAMS [--rounds 4] [--rate 20000] [--core-kills 1000]

R2: dnsperf asks at a steady rate, and 64 flows of ours ask one question after
the other. The kernel gives each flow to one edge for good; which one is found
out beforehand by stopping each edge in turn. A flow of a killed edge waits in
the socket, which core keeps open, until core has lent it to another edge: the
longest wait is how long nobody served it. A question that is not answered within a second counts
as lost. A round kills each edge four times: the fifth death in a minute would
make it a failed part, which is only tried again after a minute (PRC-6). R1 is
test/system/kill, for as many kills. Needs root and dnsperf.
"""
import argparse
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time

from table import Table

FLOWS, LOST_S = 64, 1.0
HERE = os.path.dirname(os.path.abspath(__file__))


def lab_of(pic):
    os.environ['PIC'] = pic
    sys.path.insert(0, os.path.join(HERE, '../system'))
    import lab
    return lab


class Flow:
    def __init__(self, lab):
        with lab.inside('lan'):
            self.socket = lab.socket.socket(lab.socket.AF_INET, lab.socket.SOCK_DGRAM)
        self.socket.connect(('192.168.77.1', 53))
        self.socket.setblocking(False)
        self.packet = lab.question('home.home.arpa')
        self.edge = None
        self.sent = self.longest = 0.0
        self.lost = self.answered = 0

    def ask(self):
        self.sent = time.monotonic()
        self.socket.send(self.packet)

    def take(self):
        try:
            while self.socket.recv(512):
                self.answered += 1
                self.longest = max(self.longest, time.monotonic() - self.sent)
        except BlockingIOError:
            pass


class Prober(threading.Thread):
    """One question in flight for each flow, from one thread."""

    def __init__(self, flows):
        super().__init__(daemon=True)
        self.flows, self.running = {f.socket.fileno(): f for f in flows}, True

    def run(self):
        poll = select.epoll()
        for fd, flow in self.flows.items():
            poll.register(fd, select.EPOLLIN)
            flow.ask()
        while self.running:
            for fd, _ in poll.poll(0.005):
                self.flows[fd].take()
                self.flows[fd].ask()
            now = time.monotonic()
            for flow in self.flows.values():
                if now - flow.sent > LOST_S:
                    flow.lost += 1
                    flow.ask()


def edges_of(lab, cell):
    """Number of each edge and its process."""
    named = ((re.match(r'pic: edge (\d+)', lab.title(p)), p) for p in cell.edges())
    return {int(m.group(1)): p for m, p in named if m}


def drain(flows, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for flow in flows:
            flow.take()
        time.sleep(0.01)


def find_edges(lab, cell, flows):
    """Which edge serves which flow: the one that has to be stopped for it to fall silent."""
    for number, pid in edges_of(lab, cell).items():
        os.kill(pid, signal.SIGSTOP)
        try:
            before = [f.answered for f in flows]
            for flow in flows:
                flow.ask()
            drain(flows, 0.3)
            for flow, n in zip(flows, before):
                if flow.answered == n:
                    flow.edge = number
        finally:
            os.kill(pid, signal.SIGCONT)
        drain(flows, 0.3)
    assert all(f.edge is not None for f in flows), 'a flow belongs to no edge'


class Loader:
    def __init__(self, lab, rate, seconds):
        path = os.path.join(lab.TMP, 'asked')
        with open(path, 'w', encoding='ascii') as f:
            f.write('home.home.arpa A\nns.home.home.arpa A\nno.home.home.arpa A\n')
        self.process = subprocess.Popen(lab.in_ns('lan', 'dnsperf', '-s', '192.168.77.1', '-d', path, '-Q', str(rate), '-c', '16',
                                                  '-T', '1', '-q', '500', '-t', '2', '-l', str(seconds)),
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def result(self):
        out = self.process.communicate()[0]
        return {k: float(v) for k, v in re.findall(r'^\s+(Queries \w+|Queries per second):\s+([\d.]+)', out, re.M)}


class Pages(threading.Thread):
    """Opens one connection after the other and asks for /health."""

    def __init__(self, cell):
        super().__init__(daemon=True)
        self.client, self.running, self.good, self.cut = cell.edge(), True, 0, 0

    def run(self):
        while self.running:
            try:
                self.good += self.client.get('/health').status == 200
            except Exception:   # whatever a dying server does to a connection
                self.cut += 1
            time.sleep(0.02)


class Round:
    """A fresh cell whose edges are killed in turn, one each second."""

    def __init__(self, lab, rate):
        self.lab, self.cell = lab, lab.Cell().start()
        self.cell.setup()
        lab.expect(self.cell.local().put('/api/config/sections/dns', {'client_qps': 100000}), 200)
        lab.wait_for('names', lambda: lab.kdig('lan', '192.168.77.1', 'home.home.arpa')[1])
        self.flows = [Flow(lab) for _ in range(FLOWS)]
        find_edges(lab, self.cell, self.flows)
        self.away, self.other, self.lost, self.lost_other = [], [], 0, 0
        kills = list(edges_of(lab, self.cell)) * 4
        prober, self.pages, load = Prober(self.flows), Pages(self.cell), Loader(lab, rate, len(kills) + 2)
        prober.start()
        self.pages.start()
        time.sleep(1)
        for edge in kills:
            self.kill(edge)
        prober.running = self.pages.running = False
        self.load = load.result()
        self.cell.stop()

    def kill(self, edge):
        victim = self.lab.wait_for('the edge', lambda: edges_of(self.lab, self.cell).get(edge))
        for f in self.flows:
            f.longest, f.lost = 0.0, 0
        began = time.monotonic()
        os.kill(victim, signal.SIGKILL)
        time.sleep(max(0, began + 1 - time.monotonic()))
        mine, rest = ([f for f in self.flows if (f.edge == edge) == own] for own in (True, False))
        self.away.append(max(f.longest for f in mine) * 1000)
        self.other.append(max((f.longest for f in rest), default=0) * 1000)
        self.lost += sum(f.lost for f in mine)
        self.lost_other += sum(f.lost for f in rest)


def edge_kills(lab, table, rounds, rate):
    lab.neighbourhood()
    done = [Round(lab, rate) for _ in range(rounds)]
    kills = sum(len(r.away) for r in done)
    table.add('R2', 'edge killed: longest wait of its own flows', 'ms', [v for r in done for v in r.away], 100)
    table.add('R2', 'longest wait of flows of surviving edges', 'ms', [v for r in done for v in r.other])
    table.add('R2', f'questions lost by surviving edges, in {kills} kills', '', [r.lost_other for r in done], 0)
    table.add('R2', 'questions lost with the killed edge, a round', '', [r.lost for r in done])
    table.add('R2', f'lost by dnsperf, of about {done[0].load["Queries sent"]:.0f} a round', '',
              [r.load['Queries lost'] for r in done])
    table.add('R2', f'pages cut off, of about {done[0].pages.good} a round', '', [r.pages.cut for r in done])


def core_kills(pic, table, kills):
    p = subprocess.run([os.path.join(HERE, '../system/kill'), 'test_kills'], capture_output=True, text=True,
                       env={**os.environ, 'PIC': pic, 'KILLS': str(kills)}, check=False)
    found = re.search(r'^(\d+) kills, (\d+) changes$', p.stdout, re.M)
    lost = re.search(r'lost \[(.*)\]', p.stdout)
    table.add('R1', f'changes lost or mixed in {kills} kills of the core', '', [0 if p.returncode == 0 else
                                                                             1 + (lost.group(1).count(',') if lost else 0)], 0)
    if found:
        table.add('R1', 'changes acknowledged meanwhile', '', [int(found.group(2))])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('pic')
    parser.add_argument('programs')
    parser.add_argument('--rounds', type=int, default=4)
    parser.add_argument('--rate', type=int, default=20000)
    parser.add_argument('--core-kills', type=int, default=1000)
    args = parser.parse_args()
    table = Table('dying')
    edge_kills(lab_of(args.pic), table, args.rounds, args.rate)
    if args.core_kills:
        core_kills(args.pic, table, args.core_kills)
    table.show()


if __name__ == '__main__':
    main()
