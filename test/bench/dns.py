#!/usr/bin/env python3
"""DNS beside its peers (goals P1, P2): CPU microseconds of the server per answer,
taken from the kernel's accounting, because wall-clock rates drift on machines
that others use, too.

    dns.py PIC PROGRAMS [--rounds 5] [--seconds 2] [--only udp50,tcp50,...]

PROGRAMS is the folder of dns_server and dns_echo (make bench builds them); PIC
is not used. Servers run on CPU 0, dnsperf and the upstream on CPU 1, rounds of
the programs interleaved. Needs the packages dnsperf, knot, nsd, unbound and
dnsdist; what is missing is left out. Never part of the tests.
"""
import argparse
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

PORT, UPSTREAM = 5310, 5309

KNOT = """server:
  rundir: {dir}
  listen: 127.0.0.1@{port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: {dir}/db-{port}
template:
  - id: default
    storage: {dir}
    journal-content: none
    zonefile-load: whole
zone:
  - domain: {zone}
    file: {zone}.zone
"""

NSD = """server:
  ip-address: 127.0.0.1@{port}
  username: ""
  chroot: ""
  database: ""
  pidfile: "{dir}/nsd.pid"
  xfrdfile: "{dir}/xfrd.state"
  zonelistfile: "{dir}/zone.list"
  zonesdir: "{dir}"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: {zone}
  zonefile: {zone}.zone
"""

UNBOUND = """server:
  interface: 127.0.0.1@{port}
  num-threads: 1
  username: ""
  chroot: ""
  directory: "{dir}"
  pidfile: "{dir}/unbound.pid"
  use-syslog: no
  do-not-query-localhost: no
  module-config: "iterator"
  msg-cache-size: 256m
  rrset-cache-size: 512m
  outgoing-range: 4096
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@{upstream}
"""

DNSDIST = """setLocal("127.0.0.1:{port}")
newServer({{address="127.0.0.1:{upstream}", healthCheckMode="up", sockets=8}})
setMaxUDPOutstanding(65535)
{cache}
"""
CACHE = 'pc = newPacketCache(200000)\ngetPool(""):setCache(pc)'


def zone_text(names):
    head = '$TTL 300\n@ SOA ns hostmaster 1 3600 600 604800 60\n@ NS ns\nns A 127.0.0.1\n* A 192.0.2.1\n'
    return head + ''.join(f'n{i} A 10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}\n' for i in range(names))


def write(path, text):
    with open(path, 'w', encoding='ascii') as f:
        f.write(text)
    return path


def tree(pid):
    """The process and all its descendants."""
    found = [pid]
    try:
        for task in os.listdir(f'/proc/{pid}/task'):
            with open(f'/proc/{pid}/task/{task}/children', encoding='ascii') as f:
                for child in f.read().split():
                    found += tree(int(child))
    except FileNotFoundError:
        pass
    return found


def cpu_seconds(pid):
    total = 0
    for p in tree(pid):
        try:
            for task in os.listdir(f'/proc/{p}/task'):
                with open(f'/proc/{p}/task/{task}/schedstat', encoding='ascii') as f:
                    total += int(f.read().split()[0])
        except FileNotFoundError:
            continue
    return total / 1e9


def start(cpu, command):
    return subprocess.Popen(['taskset', '-c', str(cpu)] + command, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def dnsperf(queries, seconds, mode, port=PORT):
    out = subprocess.run(['taskset', '-c', '1', 'dnsperf', '-s', '127.0.0.1', '-p', str(port), '-d', queries, '-T', '1',
                          '-c', '4', '-q', '200', '-m', mode, '-l', str(seconds)], capture_output=True, text=True).stdout
    for line in out.splitlines():
        if 'Queries completed' in line:
            return int(line.split()[2])
    return 0


def wait_ready(server, queries):
    """Somebody else on the port would be measured in its place: it has to live."""
    for _ in range(100):
        if dnsperf(queries, 0.05, 'udp') > 0 and server.poll() is None:
            return
        time.sleep(0.1)
    raise SystemExit(f'dns: {server.args} does not serve port {PORT}; who else does?')


def measure(command, queries, seconds, mode, warm):
    """Microseconds per answer; warm: ask everything once before."""
    server = start(0, command)
    try:
        wait_ready(server, warm or queries)
        if warm:
            subprocess.run(['taskset', '-c', '1', 'dnsperf', '-s', '127.0.0.1', '-p', str(PORT), '-d', warm, '-n', '2',
                            '-q', '100'], capture_output=True)
        else:
            dnsperf(queries, 0.3, mode)
        before = cpu_seconds(server.pid)
        done = dnsperf(queries, seconds, mode)
        spent = cpu_seconds(server.pid) - before
        return spent / done * 1e6 if done else float('nan')
    finally:
        server.terminate()
        server.wait()


class Bench:
    def __init__(self, args, folder):
        self.args, self.dir = args, folder

    def file(self, name, text):
        return write(os.path.join(self.dir, name), text)

    def program(self, name, *rest):
        return [os.path.join(self.args.programs, name)] + [str(r) for r in rest]

    def queries(self, name, names):
        return self.file(name, ''.join(f'{n} A\n' for n in names))

    def compare(self, title, servers, queries, mode='udp', warm=None):
        results = {name: [] for name, command in servers.items() if shutil.which(command[0])}
        for _ in range(self.args.rounds):
            for name in results:
                results[name].append(measure(servers[name], queries, self.args.seconds, mode, warm))
        print(f'\n{title}')
        ours = statistics.median(results['pic'])
        for name, values in results.items():
            median = statistics.median(values)
            print(f'  {name:8} {median:7.3f} us  (min {min(values):.3f}, max {max(values):.3f})'
                  + ('' if name == 'pic' else f'   pic / {name} = {ours / median:.2f}'))
        sys.stdout.flush()

    def authoritative(self, names, views, mode):
        self.file('bench.test.zone', zone_text(names))
        random.seed(1)
        asked = self.queries('asked', (f'n{random.randrange(names)}.bench.test' for _ in range(max(5000, min(names, 100000)))))
        values = {'dir': self.dir, 'port': PORT, 'zone': 'bench.test'}
        servers = {'pic': self.program('dns_server', PORT, names, views),
                   'knot': ['knotd', '-c', self.file('knot.conf', KNOT.format(**values))],
                   'nsd': ['nsd', '-d', '-c', self.file('nsd.conf', NSD.format(**values))]}
        if mode == 'udp':
            servers['echo'] = self.program('dns_echo', PORT)
        self.compare(f'authoritative over {mode}, {names} names, {views} views', servers, asked, mode)

    def forwarder(self, hits):
        self.file('bench.example.zone', zone_text(5000))
        values = {'dir': self.dir, 'port': PORT, 'upstream': UPSTREAM, 'cache': CACHE if hits else ''}
        servers = {'pic': self.program('dns_server', PORT, 50, 4, UPSTREAM),
                   'dnsdist': ['dnsdist', '--supervised', '-C', self.file('dnsdist.conf', DNSDIST.format(**values))],
                   'unbound': ['unbound', '-d', '-p', '-c', self.file('unbound.conf', UNBOUND.format(**values))]}
        if hits:
            servers['echo'] = self.program('dns_echo', PORT)
            asked = warm = self.queries('hits', (f'n{i}.bench.example' for i in range(5000)))
        else:
            random.seed(2)
            asked = self.queries('misses', (f'm{random.getrandbits(48):x}.bench.example' for _ in range(400000)))
            warm = None
        knot = self.file('up.conf', KNOT.format(dir=self.dir, port=UPSTREAM, zone='bench.example'))
        upstream = start(1, ['knotd', '-c', knot])
        try:
            time.sleep(1)
            self.compare('forwarder, ' + ('cache hit' if hits else 'miss'), servers, asked, 'udp', warm)
        finally:
            upstream.terminate()
            upstream.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('pic')
    parser.add_argument('programs')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--seconds', type=float, default=2)
    parser.add_argument('--only', default='udp50,tcp50,udp100k,hit,miss')
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit('dns: ended from outside'))    # servers are stopped on the way
    if not shutil.which('dnsperf'):
        print('dns: dnsperf is not installed, nothing measured')
        return
    with tempfile.TemporaryDirectory(prefix='pic-bench-') as folder:
        bench = Bench(args, folder)
        stages = {'udp50': lambda: bench.authoritative(50, 4, 'udp'), 'tcp50': lambda: bench.authoritative(50, 4, 'tcp'),
                  'udp100k': lambda: bench.authoritative(99990, 16, 'udp'),
                  'hit': lambda: bench.forwarder(True), 'miss': lambda: bench.forwarder(False)}
        for name in args.only.split(','):
            stages[name]()


if __name__ == '__main__':
    main()
