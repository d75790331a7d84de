"""Times a training workload of the benchmark under PyTorch's DistributedDataParallel (gloo), and prints images a second.

    RANK=0 WORLD_SIZE=2 MASTER_ADDR=10.77.0.1 MASTER_PORT=29500 python ddp.py --workload dcgan64 --batch 64 --steps 9
"""
import argparse
import os
import sys
import time

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../Sources/atelier-bench/Peers"))
from train_step import make


class Shared(nn.Module):
    """A network whose gradients are averaged over all ranks; as it is while another network learns through it."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        # Statistics are those of each rank. A network that is called twice must keep them in between.
        self.ranks = [DistributedDataParallel(network, broadcast_buffers=False, gradient_as_bucket_view=True)]

    def forward(self, *inputs):
        learns = any(parameter.requires_grad for parameter in self.network.parameters())
        return self.ranks[0](*inputs) if learns else self.network(*inputs)


parser = argparse.ArgumentParser()
parser.add_argument("--workload", required=True)
parser.add_argument("--batch", type=int, required=True, help="of the whole run")
parser.add_argument("--steps", type=int, default=9)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--precision", choices=("f32", "bf16"), default="f32", help="of the arithmetic; gradients travel in f32")
asked = parser.parse_args()
torch.set_num_threads(asked.threads)
ranks = int(os.environ.get("WORLD_SIZE", 1))
trainer, batch = make(asked.workload, "channels_last", asked.precision == "bf16")
if ranks > 1:
    torch.distributed.init_process_group("gloo")
    trainer.generator, trainer.discriminator = Shared(trainer.generator), Shared(trainer.discriminator)
    if asked.workload == "dcgan64":
        trainer.generate, trainer.discriminate = trainer.generator, trainer.discriminator
own = asked.batch // ranks
batch = [part if part is None else part[:1].expand(own, *part.shape[1:]).contiguous(memory_format=trainer.layout)
         for part in batch]
for step in range(asked.steps):
    if step == asked.steps // 3:
        start = time.perf_counter()
    trainer.step(*batch)
seconds = time.perf_counter() - start
if int(os.environ.get("RANK", 0)) == 0:
    print(asked.batch * (asked.steps - asked.steps // 3) / seconds)
