#!/usr/bin/env python3
"""Makes model.safetensors from the parameters that BasicSR has from NIQE's authors.

    pip download --no-deps --no-binary :all: basicsr==1.4.2
    tar xzf basicsr-1.4.2.tar.gz
    python Models/niqe/make_model.py basicsr-1.4.2/basicsr/metrics/niqe_pris_params.npz
"""

import pathlib
import sys

import numpy as np
from safetensors.numpy import save_file

parameters = np.load(sys.argv[1])
target = pathlib.Path(__file__).resolve().parent / 'model.safetensors'
mean, covariance = parameters['mu_pris_param'].reshape(36), parameters['cov_pris_param']
assert covariance.shape == (36, 36) and np.abs(covariance - covariance.T).max() < 1e-12
save_file({'mean': mean.astype(np.float32), 'covariance': covariance.astype(np.float32)}, target)
target.chmod(0o644)
