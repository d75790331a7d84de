#!/usr/bin/env python3
"""Sends Studio what it must refuse, and reads with which status it does: hostile.py PROGRAM."""

import re
import socket
import struct
import sys
import time
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from served import Served

failures = 0


def raw(studio, data, wait=15):
    """The status of the answer to bytes; 0 if the connection is closed without one."""
    with socket.create_connection(("127.0.0.1", studio.port), timeout=wait) as connection:
        try:
            connection.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = b""
        try:
            while b"\r\n" not in answer:
                part = connection.recv(4096)
                if not part:
                    break
                answer += part
        except (socket.timeout, ConnectionResetError):
            pass
    match = re.match(rb"HTTP/1\.1 (\d{3})", answer)
    return int(match.group(1)) if match else 0


def check(words, status, *wanted):
    global failures
    if status not in wanted:
        failures += 1
    print(f"{'ok  ' if status in wanted else 'FAIL'}  {words}: {status}", flush=True)


def bomb(side):
    """A PNG of a few kilobytes that would take gigabytes."""
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    rows = zlib.compress(b"\0" * 1_000_000, 9)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0))
            + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


def main():
    with Served(sys.argv[1]) as studio:
        host = f"Host: 127.0.0.1:{studio.port}\r\n"
        def get(path, *fields): return f"GET {path} HTTP/1.1\r\n{host}{''.join(f + chr(13) + chr(10) for f in fields)}Connection: close\r\n\r\n".encode()
        def post(path, body, kind="image/png"):
            return (f"POST {path} HTTP/1.1\r\n{host}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
                    "Connection: close\r\n\r\n").encode() + body
        check("an ordinary request", raw(studio, get("/api/status")), 200)
        check("no HTTP", raw(studio, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"), 400)
        check("no Host", raw(studio, b"GET / HTTP/1.1\r\n\r\n"), 400)
        check("HTTP/2 preface", raw(studio, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505)
        check("two lengths", raw(studio, f"POST /api/sketch HTTP/1.1\r\n{host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab".encode()), 400)
        check("length and chunks", raw(studio, f"POST /api/sketch HTTP/1.1\r\n{host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode()), 400)
        check("negative length", raw(studio, f"POST /api/sketch HTTP/1.1\r\n{host}Content-Length: -5\r\n\r\n".encode()), 400)
        check("a head without end", raw(studio, f"GET / HTTP/1.1\r\n{host}X: ".encode() + b"a" * 10_000_000), 431)
        check("very many fields", raw(studio, f"GET / HTTP/1.1\r\n{host}".encode() + b"A: b\r\n" * 100_000), 431)
        check("a body that is too long", raw(studio, f"POST /api/translate?model=emoji-sketch HTTP/1.1\r\n{host}Content-Length: 99999999999\r\n\r\n".encode()), 413)
        check("chunks that are too long", raw(studio, f"POST /api/generate HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\nfffffff\r\n".encode() + b"a" * 1_000_000), 413)
        for path in ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/api/models/..%2f..%2fetc/card", "/..%5c..", "/a%00b"]:
            check(f"path {path}", raw(studio, get(path)), 400)
        for path in ["/etc/passwd", "/api/models/%2Fetc%2Fpasswd", "/api/runs/..."]:
            check(f"path {path}", raw(studio, get(path)), 400, 404)
        check("model ../../etc", raw(studio, post("/api/translate?model=..%2F..%2Fetc", b"x")), 404)
        check("data /etc", raw(studio, get("/api/data?folder=%2Fetc")), 404)
        check("data 0/../..", raw(studio, get("/api/data?folder=0%2F..%2F..")), 404)
        check("another host", raw(studio, b"GET /api/status HTTP/1.1\r\nHost: evil.example\r\n\r\n"), 421)
        check("another origin", raw(studio, get("/api/status", "Origin: http://evil.example")), 403)
        check("a page of another site", raw(studio, get("/api/status", "Sec-Fetch-Site: cross-site")), 403)
        check("an unknown method", raw(studio, f"BREW / HTTP/1.1\r\n{host}\r\n".encode()), 405)
        check("no JSON", raw(studio, post("/api/generate", b"{", "application/json")), 400)
        check("deep JSON", raw(studio, post("/api/edit", b'{"model":"fashion-gan","point":' + b'{"moved":' * 6000, "application/json")), 400, 413, 422)
        check("no image", raw(studio, post("/api/translate?model=emoji-sketch", b"hello")), 415)
        before = studio.memory()
        check("a decompression bomb", raw(studio, post("/api/translate?model=emoji-sketch", bomb(30_000))), 413)
        check("a bomb within the limits of pixels", raw(studio, post("/api/translate?model=emoji-sketch", bomb(4_800))), 422, 413)
        check(f"memory after the bombs: {before:.0f} to {studio.memory():.0f} MB", int(studio.memory() - before < 400), 1)

        # A hundred connections that send a byte now and then.
        slow = [socket.create_connection(("127.0.0.1", studio.port)) for _ in range(100)]
        for connection in slow:
            connection.sendall(b"GET / HT")
        begun = time.time()
        statuses = set()
        while time.time() - begun < 8:
            for connection in slow:
                try:
                    connection.sendall(b"T")
                except OSError:
                    pass
            time.sleep(1)
        check("a request beside slow ones", raw(studio, get("/api/status")), 200)
        for connection in slow:
            connection.settimeout(8)
            try:
                answer = connection.recv(64)
            except OSError:
                answer = b""
            statuses.add(answer[9:12].decode() or "closed")
            connection.close()
        check(f"slow heads end with {sorted(statuses)} after {time.time() - begun:.0f} s", int(statuses <= {"408", "closed"}), 1)

        many = [socket.create_connection(("127.0.0.1", studio.port)) for _ in range(300)]
        time.sleep(1)
        check("one connection too many", raw(studio, get("/api/status")), 503)
        for connection in many:
            connection.close()
        time.sleep(1)
        check("afterwards", raw(studio, get("/api/status")), 200)
    sys.exit(1 if failures else 0)


main()
