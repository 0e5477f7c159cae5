"""A guest with Debian's own kernel for test/system/boot, in software emulation: what the host's kernel may lack
(WireGuard, netem) is real there. The cell is alone in the initramfs, beside the first process, which is
test/harness/boot.c and tells how orders look; programs that the tests need beside it are in a root of their own, /tools."""
import os
import re
import shutil
import socket
import stat
import subprocess
import time

import lab

HARNESS = os.environ.get('HARNESS') or os.path.join(os.path.dirname(lab.PIC), 'build/rel/test/harness')
ROOT = os.path.join(os.path.dirname(__file__), '../..')
MEMORY_MB = 768
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


def make_initramfs(path, kernel, modules, tools, files):
    paths = modules_of(kernel)
    order = in_order(paths, ['virtio_pci', 'virtio_console', *modules])
    a = Archive(path)
    a.copy(os.path.join(HARNESS, 'boot'), 'init')
    for name in order:
        a.copy(paths[name], f'modules/{name}')
    a.put('modules/order', stat.S_IFREG | 0o644, ''.join(f'{n}\n' for n in order).encode())
    for name, source in files.items():
        a.copy(source, name)
    for t in tools:
        put_tool(a, t)
    a.put('tools/var/run', stat.S_IFLNK | 0o777, b'/run')
    a.put('dev/console', stat.S_IFCHR | 0o600)
    a.close()


# --- the running one --------------------------------------------------------------------------------

class Guest:
    def __init__(self, modules, tools, files):
        kernel = lab.run(os.path.join(ROOT, 'vendor/deps'), 'kernel', timeout=600).splitlines()[-1]
        initramfs, self.console = os.path.join(lab.TMP, 'initramfs'), os.path.join(lab.TMP, 'console')
        make_initramfs(initramfs, kernel, modules, tools, files)
        boot = os.path.join(kernel, 'boot')
        image = os.path.join(boot, next(f for f in os.listdir(boot) if f.startswith('vmlinuz')))
        ours, theirs = socket.socketpair()
        self.process = lab.start(
            ['qemu-system-x86_64', '-accel', 'tcg,thread=multi,tb-size=128', '-cpu', 'max', '-machine', 'q35', '-smp', '2',
             '-m', str(MEMORY_MB), '-nodefaults', '-no-reboot', '-display', 'none', '-monitor', 'none', '-nic', 'none',
             '-serial', f'file:{self.console}', '-chardev', f'socket,id=orders,fd={theirs.fileno()}',
             '-device', 'virtio-serial-pci', '-device', 'virtserialport,chardev=orders', '-kernel', image, '-initrd', initramfs,
             '-append', 'console=ttyS0 panic=-1 quiet'],
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
