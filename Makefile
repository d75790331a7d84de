# make demo   build, and generate images with the shipped models
# make test   build, and run all tests
# Both install the system libraries they need by apt, once, if something is missing.

.DEFAULT_GOAL := help
BUILD := .build
PACKAGES := libdnnl-dev libpng-dev libjpeg62-turbo-dev zlib1g-dev
OUT ?= out/demo

# ONEDNN=3 takes version 3 of oneDNN from PyPI where the system's is version 2, and builds in a folder of its own.
ifeq ($(ONEDNN),3)
BUILD := .build-onednn3
ONEDNN_HOME := $(CURDIR)/$(BUILD)/onednn
ONEDNN_WHEELS := onednn-cpu-gomp==2023.2.0 onednn-devel-cpu-gomp==2023.2.0
export ATELIER_ONEDNN := $(ONEDNN_HOME)
PACKAGES := python3-venv libpng-dev libjpeg62-turbo-dev zlib1g-dev
endif

ATELIER := $(BUILD)/release/atelier
SWIFT_BUILD := swift build --scratch-path $(BUILD)

.PHONY: help setup packages build install demo test models bench interop format docs clean

help:
	@echo "make demo      build in release mode and generate images with the shipped models (out/demo/)"
	@echo "make test      build and run the tests (with ONEDNN=3: against version 3 of oneDNN, from PyPI)"
	@echo "make models    fetch public upscaling networks (Real-ESRGAN, 45 MB, BSD-3-Clause) into Models/"
	@echo "make install   copy the program and its models to PREFIX (default /usr/local)"
	@echo "make bench     time training and inference beside the field (in a throw-away venv; BENCH=--quick: shorter)"
	@echo "make interop   check files with the real tensorboard and safetensors packages"
	@echo "make format    format the Swift sources"
	@echo "make docs      build the DocC documentation"

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
	@missing=""; \
	if command -v dpkg-query >/dev/null 2>&1; then \
	  for p in $(PACKAGES); do \
	    dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$p"; \
	  done; \
	fi; \
	if [ -n "$$missing" ]; then \
	  echo "Installing$$missing"; \
	  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get update -qq && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi

build: setup
	$(SWIFT_BUILD) -c release --product atelier

demo: build
	@mkdir -p $(OUT)
	@$(ATELIER) generate --model fashion-gan --seeds 0-39 --grid $(OUT)/fashion-gan.png --quiet
	@$(ATELIER) generate --model fashion-cgan --all-classes --count 8 --grid $(OUT)/fashion-cgan.png --quiet
	@for pair in flowers-sketch:flowers emoji-sketch:emoji; do \
	  model=$${pair%:*}; \
	  if [ -d Models/$$model ]; then \
	    $(ATELIER) translate Datasets/sketches/$${pair#*:} --model $$model --fit resize --clean --side-by-side \
	      --grid $(OUT)/$$model.png -o $(OUT)/$$model --quiet || exit 1; \
	  fi; \
	done
	@if [ -d Models/photo-x4 ]; then \
	  $(ATELIER) upscale Datasets/small --model photo-x4 --compare $(OUT)/photo-x4.png -o $(OUT)/photo-x4 --quiet; \
	fi
	@echo
	@echo "The shipped models have just made these images:"
	@echo "  $(OUT)/fashion-cgan.png   ten kinds of clothes, one row for each"
	@echo "  $(OUT)/fashion-gan.png    unconditional samples"
	@for model in flowers-sketch emoji-sketch; do \
	  if [ -d Models/$$model ]; then echo "  $(OUT)/$$model.png   our sketches, each beside its translation"; fi; \
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

test: setup
	swift test --scratch-path $(BUILD)

PREFIX ?= /usr/local
install: build
	install -d $(PREFIX)/bin $(PREFIX)/share/atelier/models
	install -m 755 $(ATELIER) $(PREFIX)/bin/atelier
	cp -R Models/. $(PREFIX)/share/atelier/models/

models: build
	sh Models/fetch.sh $(ATELIER)

bench: setup
	$(SWIFT_BUILD) -c release --product atelier-bench
	python3 Sources/atelier-bench/Peers/compare.py $(BENCH)

interop: build
	sh Tests/Interop/check.sh $(ATELIER)
	sh Tests/Interop/upscalers.sh $(ATELIER)
	sh Tests/Interop/figures.sh $(ATELIER)

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests

docs: setup
	ATELIER_DOCS=1 swift package --allow-writing-to-directory .build/docs generate-documentation \
	  --target TensorCore --target Layers --target ImageFiles --target ImageData --target Training \
	  --target VanillaGAN --target ConditionalGAN --target Pix2Pix --target SuperResolution \
	  --target Evaluation --target Catalog \
	  --enable-experimental-combined-documentation --output-path .build/docs

clean:
	rm -rf .build .build-onednn3 out
