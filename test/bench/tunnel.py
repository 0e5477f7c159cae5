#!/usr/bin/env python3
"""The userspace tunnel beside wireguard-go (goal P5): CPU seconds of both ends per GB, throughput, round trip.

    tunnel.py PIC PROGRAMS [--rounds 5] [--gigabytes 1] [--only stream,streams,small,ping]

PROGRAMS is not used. Two network namespaces with a cable between them, one process at each end, MTU 1420; the load is
this program and shares the machine. CPU is what the kernel accounts to the two tunnel processes; that of the network
stack in their system calls is in it. Rounds of the programs interleaved. Needs root and wireguard-go. Never part of the
tests.
"""
import argparse
import importlib.machinery
import importlib.util
import os
import re
import socket
import statistics
import struct
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PORT = 7001


def load(pic):
    os.environ['PIC'] = pic
    sys.path.insert(0, os.path.join(HERE, '..', 'system'))
    path = os.path.join(HERE, '..', 'system', 'tunnel')
    loader = importlib.machinery.SourceFileLoader('tunnel_system', path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader('tunnel_system', loader))
    loader.exec_module(module)
    return module


def cpu(end):
    with open(f'/proc/{end.process.pid}/stat', encoding='ascii') as f:
        words = f.read().rsplit(')', 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf('SC_CLK_TCK')


def stream(t, a, b, octets, streams):
    """Seconds and CPU seconds of both ends."""
    with t.inside(b.ns):
        server = socket.create_server((f'10.80.0.{b.number}', PORT))

    def serve():
        c, _ = server.accept()
        room = bytearray(1 << 20)
        while c.recv_into(room):
            pass
        c.close()

    def send():
        left, piece = octets // streams, bytes(1 << 20)
        with t.lab.connect(a.ns, f'10.80.0.{b.number}', PORT) as c:
            while left > 0:
                c.sendall(piece)
                left -= len(piece)
    threads = [threading.Thread(target=f) for f in [serve, send] * streams]
    begun, used = time.monotonic(), cpu(a) + cpu(b)
    for x in threads:
        x.start()
    for x in threads:
        x.join()
    server.close()
    return time.monotonic() - begun, cpu(a) + cpu(b) - used


def small(t, a, b, count):
    """Datagrams of 64 octets, as many as get through: CPU microseconds of both ends for each that arrives."""
    with t.inside(b.ns):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        s.bind((f'10.80.0.{b.number}', PORT))
    with t.inside(a.ns):
        c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    c.connect((f'10.80.0.{b.number}', PORT))
    s.settimeout(0.5)
    got = 0

    def hear():
        nonlocal got
        try:
            while True:
                s.recv(100)
                got += 1
        except TimeoutError:
            pass
    thread = threading.Thread(target=hear)
    used = cpu(a) + cpu(b)
    thread.start()
    for i in range(count):
        c.send(struct.pack('<I60x', i))
    thread.join()
    s.close()
    c.close()
    return got / count, (cpu(a) + cpu(b) - used) / got * 1e6


def ping(t, a, b):
    text = t.run(*t.in_ns(a.ns, 'ping', '-n', '-q', '-c', '200', '-i', '0.002', f'10.80.0.{b.number}'))
    return float(re.search(r'= [\d.]+/([\d.]+)/', text).group(1)) * 1000


def one_round(t, ours, what, gigabytes):
    """{measure: value} of one program."""
    out = {}
    a, b = t.pair(ours, ours)
    with a, b:
        a.peer(b)
        b.peer(a, endpoint=False)
        a.ping(b)
        for name, streams in (('stream', 1), ('streams', 4)):
            if name in what:
                octets = int(gigabytes * 1e9)
                seconds, used = stream(t, a, b, octets, streams)
                out[f'{name}: Mbit/s'] = octets * 8 / seconds / 1e6
                out[f'{name}: CPU s/GB'] = used / octets * 1e9
        if 'small' in what:
            arrived, out['64 octets: CPU µs'] = small(t, a, b, 100000)
            out['64 octets: arrived %'] = 100 * arrived
        if 'ping' in what:
            out['round trip: µs'] = ping(t, a, b)
    return out


def main():
    p = argparse.ArgumentParser()
    p.add_argument('pic')
    p.add_argument('programs', nargs='?')
    p.add_argument('--rounds', type=int, default=5)
    p.add_argument('--gigabytes', type=float, default=1)
    p.add_argument('--only', default='stream,streams,small,ping')
    a = p.parse_args()
    t = load(a.pic)
    rows = {}
    for _ in range(a.rounds):
        for name, ours in (('pic', True), ('wireguard-go', False)):
            for measure, value in one_round(t, ours, a.only.split(','), a.gigabytes).items():
                rows.setdefault(measure, {}).setdefault(name, []).append(value)
    print(f'{"":24}{"pic":>12}{"wireguard-go":>14}{"ratio":>8}')
    for measure, values in rows.items():
        pic, go = (statistics.median(values[n]) for n in ('pic', 'wireguard-go'))
        print(f'{measure:24}{pic:12.2f}{go:14.2f}{pic / go:8.2f}')


if __name__ == '__main__':
    main()
