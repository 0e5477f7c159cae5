#!/usr/bin/env python3
"""The userspace tunnel with many peers and under attack (goals P5, P6).

    tunnel_scale.py PIC PROGRAMS [--rounds 3] [--only handshakes,flood,peers]

handshakes: CPU of the engine for each (wg_handshakes.c).
flood: 100,000 forged initiations a second from as many addresses (wg_flood.c), with a right first MAC ("forged") and
with a wrong one ("noise"), beside one established peer: what it can send at most over TCP, what arrives of 50 Mbit/s of
datagrams, each beside the same flood into another socket, whose cost is that of the load and of the kernel, and beside none. CPU of the
tunnel for each message of the flood.
peers: 10,000, of which one is added and removed; memory of the tunnel for each.

Everything shares the machine. Needs root. Never part of the tests.
"""
import argparse
import hashlib
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import tunnel as tunnel_bench   # noqa: E402

RATE, SECONDS, PEERS = 100000, 4, 10000


# --- handshakes ----------------------------------------------------------------------------

def handshakes(programs, rounds):
    found = {}
    for _ in range(rounds):
        for line in subprocess.run([os.path.join(programs, 'wg_handshakes'), '5000'], stdout=subprocess.PIPE, check=True,
                                   text=True).stdout.splitlines():
            name, us, answered = line.split()
            found.setdefault(name, []).append((float(us), int(answered)))
    for name, values in found.items():
        us = statistics.median(v[0] for v in values)
        print(f'handshakes, {name:8} {us:8.2f} µs  {1e6 / us:10.0f}/s  answered {values[0][1]} of 5000')


# --- flood ---------------------------------------------------------------------------------------

class Flood:
    """with Flood(...): the messages come."""

    def __init__(self, t, programs, port, key=None):
        mac = json.loads(t.run('ip', '-n', t.namespace('left'), '-j', 'link', 'show', 'l1'))[0]['address']
        argv = [os.path.join(programs, 'wg_flood'), 's0', mac, '198.51.100.1', str(port), str(RATE), str(SECONDS + 2)]
        self.argv = t.in_ns('stranger', *argv, *([key] if key else []))

    def __enter__(self):
        self.p = subprocess.Popen(self.argv, stdout=subprocess.PIPE, text=True)
        time.sleep(0.5)         # it is at its rate
        return self

    def __exit__(self, *_):
        self.sent = int(self.p.communicate()[0])


class Nothing:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sent = 0


def streamed(t, a, b):
    """Mbit/s from b to a while SECONDS last."""
    with t.inside(a.ns):
        server = socket.create_server((f'10.80.0.{a.number}', 7002))
    got, end = 0, time.monotonic() + SECONDS

    def send():
        with t.lab.connect(b.ns, f'10.80.0.{a.number}', 7002) as c:
            piece = bytes(1 << 18)
            try:
                while True:
                    c.sendall(piece)
            except OSError:
                pass
    thread = threading.Thread(target=send)
    thread.start()
    c, _ = server.accept()
    begun, room = time.monotonic(), bytearray(1 << 18)
    while time.monotonic() < end:
        got += c.recv_into(room)
    took = time.monotonic() - begun
    c.close()
    server.close()
    thread.join()
    return got * 8 / took / 1e6


def arrived(t, a, b):
    """What arrives of 50 Mbit/s in datagrams of 1250 octets from b to a, in per cent."""
    with t.inside(a.ns):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        s.bind((f'10.80.0.{a.number}', 7003))
    with t.inside(b.ns):
        c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    c.connect((f'10.80.0.{a.number}', 7003))
    s.settimeout(1)
    got = sent = 0

    def hear():
        nonlocal got
        try:
            while True:
                s.recv(1400)
                got += 1
        except TimeoutError:
            pass
    thread = threading.Thread(target=hear)
    thread.start()
    begun = time.monotonic()
    while time.monotonic() - begun < SECONDS:
        while sent < (time.monotonic() - begun) * 5000:
            c.send(bytes(1250))
            sent += 1
        time.sleep(0.001)
    thread.join()
    s.close()
    c.close()
    return 100 * got / sent


def flood(t, programs, rounds):
    t.wire('left', 'l1', 'stranger', 's0', '198.51.100.')
    t.run('ip', '-n', t.namespace('left'), 'route', 'add', '100.64.0.0/10', 'via', '198.51.100.2')
    a, b = t.pair()
    rows = {}
    with a, b:
        a.peer(b)
        b.peer(a)
        b.ping(a)
        with t.inside('left'):
            other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            other.bind(('198.51.100.1', 9))
        kinds = (('none', Nothing), ('elsewhere', lambda: Flood(t, programs, 9, a.public)),
                 ('noise', lambda: Flood(t, programs, 51820)), ('forged', lambda: Flood(t, programs, 51820, a.public)))
        for _ in range(rounds):
            for name, kind in kinds:
                row = rows.setdefault(name, {'Mbit/s': [], 'arrived %': [], 'sent/s': [], 'CPU µs': []})
                with kind() as f:
                    row['Mbit/s'].append(streamed(t, a, b))
                with kind() as f:
                    row['arrived %'].append(arrived(t, a, b))
                used = tunnel_bench.cpu(a)
                with kind() as f:
                    time.sleep(SECONDS)
                row['sent/s'].append(f.sent / (SECONDS + 2))
                row['CPU µs'].append((tunnel_bench.cpu(a) - used) / (f.sent or 1) * 1e6)
    for name, row in rows.items():
        print(f'flood {name:10}' + ''.join(f'  {what} {statistics.median(v):10.2f}' for what, v in row.items()))


# --- peers --------------------------------------------------------------------------------------------

def public(i):
    return hashlib.sha256(b'%d' % i).digest()


def order(sock, text):
    """Milliseconds until it is done."""
    begun = time.monotonic()
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(sock)
        s.sendall(text.encode())
        got = b''
        while not got.endswith(b'\n\n'):
            more = s.recv(1 << 16)
            assert more, got
            got += more
    assert b'errno=0\n' in got, got[-100:]
    return (time.monotonic() - begun) * 1000


def rows_of(i):
    return f'public_key={public(i).hex()}\nreplace_allowed_ips=true\nallowed_ip=10.81.{i >> 8}.{i & 255}/32\nallowed_ip=fd81::{i:x}/128\n'


def resident(end):
    with open(f'/proc/{end.process.pid}/status', encoding='ascii') as f:
        return int(re.search(r'VmRSS:\s+(\d+)', f.read()).group(1)) * 1024


def peers(t, rounds):
    found = {'all': [], 'cpu': [], 'add': [], 'remove': [], 'octets': []}
    for _ in range(rounds):
        a, _ = t.pair()
        with a:
            before, used = resident(a), tunnel_bench.cpu(a)
            found['all'].append(order(a.sock, 'set=1\n' + ''.join(rows_of(i) for i in range(PEERS)) + '\n'))
            found['cpu'].append((tunnel_bench.cpu(a) - used) * 1000)
            found['octets'].append((resident(a) - before) / PEERS)
            for i in range(PEERS, PEERS + 20):
                found['add'].append(order(a.sock, 'set=1\n' + rows_of(i) + '\n'))
                found['remove'].append(order(a.sock, f'set=1\npublic_key={public(i).hex()}\nremove=true\n\n'))
    print(f'{PEERS} peers: all {statistics.median(found["all"]):.0f} ms (CPU '
          f'{statistics.median(found["cpu"]):.0f} ms), one added {statistics.median(found["add"]):.2f} ms '
          f'(most {max(found["add"]):.2f}), removed {statistics.median(found["remove"]):.2f} ms '
          f'(most {max(found["remove"]):.2f}), {statistics.median(found["octets"]):.0f} octets each')


def main():
    p = argparse.ArgumentParser()
    p.add_argument('pic')
    p.add_argument('programs')
    p.add_argument('--rounds', type=int, default=3)
    p.add_argument('--only', default='handshakes,flood,peers')
    a = p.parse_args()
    what = a.only.split(',')
    print(f'load of the machine before: {os.getloadavg()[0]:.1f}')
    if 'handshakes' in what:
        handshakes(a.programs, a.rounds)
    t = tunnel_bench.load(a.pic)
    if 'peers' in what:
        peers(t, a.rounds)
    if 'flood' in what:
        flood(t, a.programs, a.rounds)


if __name__ == '__main__':
    main()
