#!/usr/bin/env python3
"""The firewall with 10,000 peers (goal P6): plan and apply of all, of one more and of one less, a look for drift, and
beside it what nft needs for the very same table.

    fw.py PIC PROGRAMS [--rounds 5] [--peers 10000] [--changes 20]

PROGRAMS is the folder of the measuring programs (make bench builds them; the one that drives the firewall lies
beside it in test/harness); PIC is not used. Every round has a network namespace of its own. Peers have both
addresses, the Internet, and two of three services; half have the home network, a third each other. CPU
milliseconds of the whole process, the kernel's work for it included. Never part of the tests; needs root and nft.
"""
import argparse
import os
import re
import resource
import subprocess

from table import Table

PLACE = '''vpn if=wg0 net=10.0.0.0/16 net=fd00:1::/64
uplink if=eth0
lan if=lan0 net=192.168.1.0/24
own ip=10.0.0.1
service_net net=172.20.0.0/16
service name=mail ip=172.20.0.20 proto=tcp port=25
service name=files ip=172.20.0.21 proto=tcp port=445
service name=webdav ip=172.20.0.22 proto=tcp port=80
door proto=udp port=53 zones=vpn
'''


def peer(n, name=None, more=''):
    flags = 'internet' + (',lan' if n % 2 else '') + (',peers' if n % 3 == 0 else '') + more
    return (f'peer name={name or f"p{n}"} ip=10.0.{16 + n // 250}.{1 + n % 250} ip=fd00:1::{16 + n // 250:x}:{1 + n % 250:x} '
            f'flags={flags} services={"mail,files" if n % 2 else "mail,webdav"}\n')


class Firewall:
    def __init__(self, harness):
        # the namespace ends with what was started in it
        self.p = subprocess.Popen(['unshare', '-n', harness], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def said(self, order):
        self.p.stdin.write(order + '\n')
        self.p.stdin.flush()
        lines = []
        while (line := self.p.stdout.readline()) != '.\n':
            if not line:
                raise SystemExit('the harness died')
            lines.append(line)
        return ''.join(lines)

    def numbers(self, order):
        said = self.said(order)
        if 'failed' in said:
            raise SystemExit(said)
        return {k: int(v) for k, v in re.findall(r'(\w+)=(\d+)', said)}

    def nft(self, *argv, **kw):
        subprocess.run(['nsenter', f'--net=/proc/{self.p.pid}/ns/net', 'nft', *argv], check=True, **kw)

    def end(self):
        self.p.stdin.close()
        self.p.wait()


def total(n):
    return (n['plan_us'] + n['apply_us'] + n['judge_us']) / 1000


def nft_cpu(fw, text):
    fw.nft('delete', 'table', 'inet', 'pic')
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    fw.nft('-f', '-', input=text, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def measure(args, results):
    fw = Firewall(os.path.join(os.path.dirname(os.path.normpath(args.programs)), 'harness/fw'))
    fw.p.stdin.write(PLACE + ''.join(peer(n) for n in range(args.peers)))
    results['all'].append(total(fw.numbers('apply')))
    for n in range(args.changes):
        fw.p.stdin.write(peer(args.peers + n, f'new{n}'))
        results['more'].append(total(fw.numbers('apply')))
    results['look'].append(fw.numbers('check')['check_us'] / 1000)
    for n in range(args.changes):
        fw.p.stdin.write(peer(args.peers + n, f'new{n}', ',disabled'))
        results['less'].append(total(fw.numbers('apply')))
    fw.nft('add', 'table', 'inet', 'other')
    results['read'].append(fw.numbers('check')['check_us'] / 1000)
    fw.nft('flush', 'ruleset')
    results['repair'].append(fw.numbers('check')['check_us'] / 1000)
    results['nft'].append(nft_cpu(fw, fw.said('text')))
    fw.end()


def main():
    p = argparse.ArgumentParser()
    p.add_argument('pic')
    p.add_argument('programs')
    p.add_argument('--rounds', type=int, default=5)
    p.add_argument('--peers', type=int, default=10000)
    p.add_argument('--changes', type=int, default=20)
    args = p.parse_args()
    results = {k: [] for k in ('all', 'nft', 'more', 'less', 'look', 'read', 'repair')}
    for _ in range(args.rounds):
        measure(args, results)
    t = Table(f'firewall, {args.peers} peers')
    t.add('P6', 'plan and apply all', 'ms CPU', results['all'], 200)
    t.add('', 'the same table by nft -f', 'ms CPU', results['nft'])
    t.add('P6', 'one peer more', 'ms CPU', results['more'], 5)
    t.add('P6', 'one less, kept connections judged', 'ms CPU', results['less'], 100)
    t.add('', 'a look for drift, nothing changed on the host', 'ms CPU', results['look'])
    t.add('', 'a look after somebody changed a table of theirs', 'ms CPU', results['read'])
    t.add('', 'all rules flushed from outside, repaired', 'ms CPU', results['repair'])
    t.show()


main()
