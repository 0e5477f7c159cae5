"""A guest with Debian's own kernel for test/system/boot, in software emulation: what the host's kernel may lack
(WireGuard, netem) is real there. The cell is alone in the initramfs, beside the first process, which is
test/harness/boot.c and tells how orders look; programs that the tests need beside it are in a root of their own, /tools."""
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import time

import lab

HARNESS = os.environ.get('HARNESS') or os.path.join(os.path.dirname(lab.PIC), 'build/rel/test/harness')
ROOT = os.path.join(os.path.dirname(__file__), '../..')
MEMORY_MB = 768
MODULES = ['virtio_pci', 'virtio_console', 'wireguard', 'veth', 'tun', 'sch_netem', 'nf_tables', 'nf_conntrack_netlink', 'nft_ct',
           'nft_masq', 'nft_nat', 'nft_chain_nat', 'nft_fib_inet', 'nft_log', 'nft_reject_inet', 'nfnetlink_log']
TOOLS = ['ip', 'tc', 'wg', 'nft', 'ping', 'curl', 'sh', 'cat']
OURS = {'pic': lab.PIC, 'tools/bin/pic': lab.PIC, 'wgk': os.path.join(HARNESS, 'wgk'),
        'tools/bin/tun': os.path.join(HARNESS, 'tun')}
BOOT_S, ORDER_S = 300, 300      # for machines that are slow and busy


# --- what is in it ---------------------------------------------------------------------------

class Archive:
    """A cpio archive (newc), as the kernel unpacks it."""

    def __init__(self, path):
        self.file, self.seen = open(path, 'wb'), set()

    def put(self, name, mode, data=b''):
        if name in self.seen:
            return
        parent = os.path.dirname(name)
        if parent:
            self.put(parent, stat.S_IFDIR | 0o755)
        self.seen.add(name)
        self._entry(name, mode, data)

    def _entry(self, name, mode, data):
        fields = (len(self.seen), mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        head = b'070701' + b''.join(b'%08x' % f for f in fields) + name.encode() + b'\0'
        self.file.write(head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4))

    def copy(self, path, name):
        with open(path, 'rb') as f:
            self.put(name, stat.S_IFREG | os.stat(path).st_mode & 0o777, f.read())

    def close(self):
        self._entry('TRAILER!!!', 0, b'')
        self.file.close()


def put_tool(archive, program):
    """A program of the host with the libraries it is linked with."""
    path = shutil.which(program)
    assert path, f'{program} is not installed'
    archive.copy(path, f'tools/bin/{program}')
    for library in re.findall(r'(/\S+) \(0x', lab.run('ldd', path, ok=False)):
        archive.copy(library, 'tools' + library)


def modules_of(kernel):
    """name -> path"""
    out = {}
    for folder, _, files in os.walk(os.path.join(kernel, 'lib/modules')):
        out.update({f[:-3].replace('-', '_'): os.path.join(folder, f) for f in files if f.endswith('.ko')})
    return out


def in_order(paths, wanted):
    """wanted and what it depends on, each after what it needs."""
    out = []

    def add(name):
        if name in out or name not in paths:     # built into the kernel
            return
        with open(paths[name], 'rb') as f:
            needs = re.search(rb'\0depends=([^\0]*)\0', f.read())
        for other in needs[1].decode().split(','):
            add(other.replace('-', '_'))
        out.append(name)
    for name in wanted:
        assert name in paths, f'this kernel has no module {name}'
        add(name)
    return out


def make_initramfs(path, kernel):
    paths = modules_of(kernel)
    order = in_order(paths, MODULES)
    a = Archive(path)
    a.copy(os.path.join(HARNESS, 'boot'), 'init')
    for name in order:
        a.copy(paths[name], f'modules/{name}')
    a.put('modules/order', stat.S_IFREG | 0o644, ''.join(f'{n}\n' for n in order).encode())
    for name, source in OURS.items():
        a.copy(source, name)
    for t in TOOLS:
        put_tool(a, t)
    a.put('tools/var/run', stat.S_IFLNK | 0o777, b'/run')
    a.put('dev/console', stat.S_IFCHR | 0o600)
    a.close()


# --- the running one --------------------------------------------------------------------------------

class Guest:
    def __init__(self):
        kernel = lab.run(os.path.join(ROOT, 'vendor/deps'), 'kernel', timeout=600).splitlines()[-1]
        initramfs, self.console = os.path.join(lab.TMP, 'initramfs'), os.path.join(lab.TMP, 'console')
        make_initramfs(initramfs, kernel)
        boot = os.path.join(kernel, 'boot')
        image = os.path.join(boot, next(f for f in os.listdir(boot) if f.startswith('vmlinuz')))
        ours, theirs = socket.socketpair()
        self.process = lab.start(
            ['qemu-system-x86_64', '-accel', 'tcg,thread=multi,tb-size=128', '-cpu', 'max', '-machine', 'q35', '-smp', '2',
             '-m', str(MEMORY_MB), '-nodefaults', '-no-reboot', '-display', 'none', '-monitor', 'none', '-nic', 'none',
             '-serial', f'file:{self.console}', '-chardev', f'socket,id=orders,fd={theirs.fileno()}',
             '-device', 'virtio-serial-pci', '-device', 'virtserialport,chardev=orders', '-kernel', image, '-initrd', initramfs,
             '-append', 'console=ttyS0 panic=-1 quiet no_timer_check nowatchdog'],     # a busy host makes timers late
            pass_fds=[theirs.fileno()], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        theirs.close()
        self.line, self.rest = ours, b''
        self._answer(BOOT_S)

    def log(self):
        with open(self.console, encoding='utf-8', errors='replace') as f:
            return f.read()

    def _take(self, condition, end):
        """What comes until condition(it) says how much is wanted."""
        while True:
            n = condition(self.rest)
            if n is not None:
                out, self.rest = self.rest[:n], self.rest[n:]
                return out
            self.line.settimeout(max(0.1, end - time.monotonic()))
            try:
                more = self.line.recv(1 << 16)
            except TimeoutError:
                more = b''
            if not more:
                raise AssertionError(f'the guest is silent; its console:\n{self.log()[-4000:]}')
            self.rest += more

    def _answer(self, seconds=ORDER_S):
        end = time.monotonic() + seconds
        head = self._take(lambda b: b.index(b'\n') + 1 if b'\n' in b else None, end)
        status, length = map(int, head.split())
        text = self._take(lambda b: length if len(b) >= length else None, end)
        return status, text

    def order(self, *words):
        self.line.sendall('\x1f'.join(w.replace('\n', '\x1e') for w in words).encode() + b'\n')
        return self._answer()

    def _run(self, root, argv, ok):
        status, text = self.order(root, *argv)
        text = text.decode(errors='replace')
        if ok and status != 0:
            raise AssertionError(f'{" ".join(argv)}: status {status}\n{text}')
        return text if ok else (status, text)

    def cell(self, *argv, ok=True):
        """A program in the root of the guest; its output, with ok=False (status, output)."""
        return self._run('cell', argv, ok)

    def tool(self, name, *argv, ok=True):
        return self._run('tools', (f'/bin/{name}', *argv), ok)

    def ip(self, *argv):
        return self.tool('ip', *argv)

    def start(self, name, *argv, root='/'):
        """In the background; its process id."""
        pid, _ = self.order('start', name, root, *argv)
        assert pid > 0, os.strerror(-pid)
        return pid

    def output(self, name):
        """What a program that was started has said so far."""
        return self.tool('cat', f'/proc/1/root/log/{name}')

    def kill(self, pid, sig):
        error, _ = self.order('kill', str(pid), str(int(sig)))
        assert error == 0, os.strerror(error)

    def write(self, path, text):
        error, _ = self.order('write', path, text)
        assert error == 0, os.strerror(error)

    def cable(self, ns, net, number):
        """A namespace with a wire to the first one, which has address 1 there."""
        self.ip('netns', 'add', ns)
        self.ip('link', 'add', f'to-{ns}', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', ns)
        self.ip('addr', 'add', f'{net}1/24', 'dev', f'to-{ns}')
        self.ip('link', 'set', f'to-{ns}', 'up')
        self.ip('-n', ns, 'addr', 'add', f'{net}{number}/24', 'dev', 'eth0')
        self.ip('-n', ns, 'link', 'set', 'eth0', 'up')


# --- tunnels in it ------------------------------------------------------------------------------------

def rows(dump):
    """Lines of `wg show dump` by peer, networks in one order."""
    out = {}
    for line in dump.splitlines()[1:]:
        f = line.split('\t')
        f[3] = sorted(f[3].split(','))
        out[f[0]] = f[1:]
    return out


def is_same_session(before, after):
    """Of two rows of rows(), by the time of the handshake; one that was due anyway, after two minutes, is none that we caused."""
    return after[3] == before[3] or int(after[3]) - int(before[3]) >= 115


class End:
    """One end of a tunnel in a namespace, "cell" meaning the first one: the kernel's, or `pic tunnel`."""

    def __init__(self, g, ns, number, ours=False):
        self.g, self.ns, self.number, self.ours, self.dev = g, ns, number, ours, f'wgt{number}'
        self.secret = g.tool('wg', 'genkey').strip()
        g.write('/tools/run/secret', self.secret)
        self.public = g.tool('sh', '-c', 'wg pubkey < /run/secret').strip()
        if ours:
            self._start()
        else:
            self.ip('link', 'add', self.dev, 'type', 'wireguard')
        self.ip('link', 'set', self.dev, 'mtu', '1420', 'up')
        self.wg('set', 'listen-port', '51820', 'private-key', '/run/secret')

    def _start(self):
        log = f'tunnel-{self.ns}'
        self.pid = self.g.start(log, *self._in('/bin/tun', '/bin/pic', self.dev, '1420'), root='/tools')
        try:
            lab.wait_for('the tunnel', lambda: self.wg('show', ok=False)[0] == 0, ORDER_S)
        except AssertionError as e:
            raise AssertionError(f'{e}; it said: {self.g.output(log)}; wg: {self.wg("show", ok=False)[1]}') from e

    def _in(self, *argv):
        return argv if self.ns == 'cell' else ('/bin/ip', 'netns', 'exec', self.ns, *argv)

    def ip(self, *argv):
        return self.g.ip(*(() if self.ns == 'cell' else ('-n', self.ns)), *argv)

    def tool(self, name, *argv, ok=True):
        argv = self._in(f'/bin/{name}', *argv)
        return self.g.tool(argv[0].rpartition('/')[2], *argv[1:], ok=ok)

    def wg(self, what, *argv, ok=True):
        return self.tool('wg', what, self.dev, *argv, ok=ok)

    def addresses(self, *nets):
        for net in nets:
            self.ip('addr', 'add', net, 'dev', self.dev)
        return self

    def peer(self, public, allowed, *more):
        self.wg('set', 'peer', public, 'allowed-ips', allowed, *more)

    def facts(self, public):
        return rows(self.wg('show', 'dump'))[public]

    def ping(self, address, *more, ok=True):
        return self.tool('ping', '-n', '-c', '5', '-i', '0.1', '-W', '60', *more, address, ok=ok)

    def hears(self, address):
        """Does anybody answer there?"""
        return self.ping(address, '-c', '1', '-W', '3', ok=False)[0] == 0

    def remove(self):
        if self.ours:
            self.g.kill(self.pid, signal.SIGKILL)
            lab.wait_for('its end', lambda: self.tool('ip', 'link', 'show', self.dev, ok=False)[0] != 0, ORDER_S)
        else:
            self.ip('link', 'del', self.dev)
