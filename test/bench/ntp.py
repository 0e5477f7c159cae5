#!/usr/bin/env python3
"""Time beside chronyd (goal P3): CPU microseconds of the server per answer, taken
from the kernel's accounting, against chronyd and against a program that only
sends back what it gets; and how far the stamps are from the truth.

    ntp.py PIC PROGRAMS [--rounds 5] [--seconds 2]

PROGRAMS is the folder of ntp_server, ntp_load and dns_echo (make bench builds
them); PIC is not used. Servers run on CPU 0, the load on CPU 1, rounds of the
programs interleaved. chronyd runs with -x: no clock is touched. Never part of the
tests.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time

from dns import cpu_seconds, start
from table import Table

PORT = 5311


def load(args, seconds, mode):
    return subprocess.run(['taskset', '-c', '1', os.path.join(args.programs, 'ntp_load'), str(PORT), str(seconds), mode],
                          capture_output=True, text=True, check=True).stdout.split()


def measure(args, command, stamps):
    """(microseconds per answer, receive stamp, transmit stamp)."""
    server = start(0, command)
    try:
        for _ in range(100):
            if int(load(args, 0.05, 'rate')[0]) > 0 and server.poll() is None:
                break
            time.sleep(0.1)
        else:
            raise SystemExit(f'ntp: {command} does not serve port {PORT}; who else does?')
        load(args, 0.3, 'rate')
        before = cpu_seconds(server.pid)
        answers = int(load(args, args.seconds, 'rate')[0])
        cost = (cpu_seconds(server.pid) - before) / answers * 1e6
        return (cost, *([float(v) for v in load(args, args.seconds, 'stamps')] if stamps else (0, 0)))
    finally:
        server.terminate()
        server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('pic')
    parser.add_argument('programs')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--seconds', type=float, default=2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='pic-bench-') as folder:
        conf = os.path.join(folder, 'chrony.conf')
        with open(conf, 'w', encoding='ascii') as f:
            f.write(f'local stratum 2\nallow all\nport {PORT}\nbindaddress 127.0.0.1\ncmdport 0\nbindcmdaddress /\n'
                    f'pidfile {folder}/chrony.pid\n')
        servers = {'pic': [os.path.join(args.programs, 'ntp_server'), str(PORT)],
                   'chronyd': ['chronyd', '-x', '-d', '-u', 'root', '-f', conf],
                   'echo': [os.path.join(args.programs, 'dns_echo'), str(PORT)]}
        results = {name: [] for name, command in servers.items() if shutil.which(command[0])}
        for _ in range(args.rounds):
            for name in results:
                results[name].append(measure(args, servers[name], name != 'echo'))
    ours = results['pic']
    table = Table('time: CPU per answer, and stamps')
    for name, values in results.items():
        table.add('P3', f'{name}: CPU per answer', 'us', [v[0] for v in values])
    for name, most in (('chronyd', 1 / 1.2), ('echo', 1.08)):
        if name in results:
            peer = statistics.median(v[0] for v in results[name])
            table.add('P3', f'pic / {name}', '', [v[0] / peer for v in ours], round(most, 3))
    for name in ('pic', 'chronyd'):
        if name in results:
            table.add('P3', f'{name}: receive stamp after sending', 'us', [v[1] for v in results[name]], 20)
            table.add('P3', f'{name}: transmit stamp before arrival', 'us', [v[2] for v in results[name]], 20)
    table.show()


if __name__ == '__main__':
    main()
