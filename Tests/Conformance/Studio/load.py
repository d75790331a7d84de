#!/usr/bin/env python3
"""Fifty clients at once, with mixed tasks, for two minutes: load.py PROGRAM [--clients 50] [--seconds 120].

Every answer must be a result or a clear 503 with Retry-After; memory must stay within bounds, and the server must answer
within a second afterwards.
"""

import argparse
import collections
import http.client
import json
import random
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from served import ROOT, Served


class Client(threading.Thread):
    def __init__(self, studio, until, seed):
        super().__init__()
        self.port, self.until, self.random = studio.port, until, random.Random(seed)
        self.seen = collections.Counter()

    def ask(self, method, path, body=None, kind=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        try:
            connection.request(method, path, body, {"Content-Type": kind} if kind else {})
            answer = connection.getresponse()
            content = answer.read()
            words = f"{answer.status}"
            if answer.status == 503 and not answer.getheader("Retry-After"):
                words = "503 without Retry-After"
            self.seen[words] += 1
            return answer.status, content
        except Exception as error:
            self.seen[f"{type(error).__name__}: {error}"] += 1
            return 0, b""
        finally:
            connection.close()

    def run(self):
        drawings = [path.read_bytes() for path in sorted((ROOT / "Datasets/sketches/emoji").glob("*.png"))]
        photo = (ROOT / "Datasets/sketches/flowers/daisy.png").read_bytes()
        while time.time() < self.until:
            task = self.random.random()
            if task < .4:
                status, _ = self.ask("POST", "/api/translate?model=emoji-sketch", self.random.choice(drawings), "image/png")
            elif task < .6:
                order = {"model": "fashion-cgan", "seed": self.random.randrange(10**6), "classes": ["bag"]}
                status, _ = self.ask("POST", "/api/generate", json.dumps(order), "application/json")
            elif task < .75:
                point = {"between": [{"seed": 1}, {"seed": self.random.randrange(10**6)}], "at": self.random.random()}
                status, _ = self.ask("POST", "/api/edit", json.dumps({"model": "fashion-gan", "point": point}), "application/json")
            elif task < .85:
                status, content = self.ask("POST", "/api/upscale?model=photo-x2", photo, "image/png")
                if status == 202:
                    job = json.loads(content)["id"]
                    if self.random.random() < .7:
                        self.ask("DELETE", f"/api/jobs/{job}")
            else:
                status, _ = self.ask("GET", self.random.choice(["/", "/api/models", "/api/jobs", "/api/models/flowers/sheet"]))
            if status == 503:
                time.sleep(.5 + self.random.random())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    options = parser.parse_args()
    with Served(options.program) as studio:
        until = time.time() + options.seconds
        clients = [Client(studio, until, seed) for seed in range(options.clients)]
        for client in clients:
            client.start()
        most = 0
        while any(client.is_alive() for client in clients):
            most = max(most, studio.memory())
            time.sleep(.5)
        seen = sum((client.seen for client in clients), collections.Counter())
        print(f"{sum(seen.values())} answers: {dict(seen.most_common())}; at most {most:.0f} MB", flush=True)
        begun = time.time()
        probe = Client(studio, 0, 0)
        probe.ask("GET", "/api/status")
        taken = time.time() - begun
        print(f"afterwards an answer after {taken * 1000:.0f} ms; {studio.memory():.0f} MB")
        good = {"200", "202", "204", "404", "503"}
        bad = {words: count for words, count in seen.items() if words not in good}
        if bad or taken > 1 or most > 4000 or studio.process.poll() is not None:
            sys.exit(f"failed: {bad}")


main()
