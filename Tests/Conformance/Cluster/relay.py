"""Joins two network namespaces by a network of limited rate and some delay, on kernels without netem.

    python3 relay.py NAMESPACE NAMESPACE ADDRESS ADDRESS GIGABITS MILLISECONDS

Each namespace gets a TUN device. Packets are as large as those that a veth device passes on, so that the rate does not
depend on their number. Says “ready” when the network is up.
"""
import collections
import ctypes
import fcntl
import os
import select
import struct
import subprocess
import sys
import time

names, places = sys.argv[1:3], sys.argv[3:5]
bytes_a_second = float(sys.argv[5]) * 1e9 / 8
delay = float(sys.argv[6]) / 1e3
libc = ctypes.CDLL(None)
home = os.open("/proc/self/ns/net", os.O_RDONLY)


def enter(namespace):
    if libc.setns(namespace, 0):
        raise OSError("setns")


def device(name, place):
    namespace = os.open("/run/netns/" + name, os.O_RDONLY)
    enter(namespace)
    tun = os.open("/dev/net/tun", os.O_RDWR)
    # An IP packet in each read and write, without a header.
    fcntl.ioctl(tun, 0x400454CA, struct.pack("16sH", b"net0", 0x1001))
    for words in (["addr", "add", place + "/24", "dev", "net0"], ["link", "set", "net0", "mtu", "60000", "up"]):
        subprocess.run(["ip", *words], check=True)
    enter(home)
    return tun


tuns = [device(name, place) for name, place in zip(names, places)]
waiting = [collections.deque(), collections.deque()]
free = [0.0, 0.0]
print("ready", flush=True)
while True:
    now = time.monotonic()
    due = [line[0][0] - now for line in waiting if line]
    ready, _, _ = select.select(tuns, [], [], max(min(due), 0) if due else None)
    now = time.monotonic()
    for side, tun in enumerate(tuns):
        if tun in ready:
            packet = os.read(tun, 65536)
            free[side] = max(free[side], now) + len(packet) / bytes_a_second
            waiting[side].append((free[side] + delay, packet))
        while waiting[side] and waiting[side][0][0] <= time.monotonic():
            os.write(tuns[1 - side], waiting[side].popleft()[1])
