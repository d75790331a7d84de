// swift-tools-version: 6.1
import Foundation
import PackageDescription

// SwiftPM compiles C at -O0 in debug builds, which makes the kernels about ten times slower. It accepts unsafe flags in
// the root package, and in a dependency by path or by branch, but refuses them in a dependency by version. The path is
// all that tells a download: SwiftPM caches manifests without asking git again. Docs/architecture.md says what this
// costs.
let isDownloaded = ["/checkouts/", "/registry/downloads/"].contains { Context.packageDirectory.contains($0) }
let optimizedC: [CSetting] = isDownloaded ? [] : [.unsafeFlags(["-O3", "-g"])]

// Tests/Conformance/Fuzz/run.sh builds with sanitizers. The kernels, which read no files, do without.
let isFuzzed = Context.environment["ATELIER_FUZZ"] != nil
let kernelC: [CSetting] =
    isFuzzed ? [.unsafeFlags(["-O1", "-fno-sanitize=address", "-fno-sanitize=fuzzer"])] : optimizedC
let readingC: [CSetting] =
    isFuzzed
    ? [
        .unsafeFlags([
            "-O1", "-g", "-fsanitize=undefined,float-cast-overflow",
            "-fno-sanitize-recover=undefined,float-cast-overflow",
        ])
    ] : optimizedC

// Another oneDNN than the system's: a folder with include/ and lib/.
let oneDNN = Context.environment["ATELIER_ONEDNN"]
let oneDNNHeaders: [CSetting] = oneDNN.map { [.unsafeFlags(["-I\($0)/include"])] } ?? []
let oneDNNLibrary: [LinkerSetting] =
    oneDNN.map { [.unsafeFlags(["-L\($0)/lib", "-Xlinker", "-rpath", "-Xlinker", "\($0)/lib"])] } ?? []

// Image formats whose libraries a system may lack: built in where their headers are, or as ATELIER_CODECS says ("heif jxl",
// or nothing). SwiftPM asks again when the environment changes, not when headers come.
let codecHeaders = ["heif": "libheif/heif.h", "jxl": "jxl/decode.h"]
let includeFolders =
    ((try? FileManager.default.contentsOfDirectory(atPath: "/usr/include")) ?? [])
    .filter { $0.hasSuffix("-linux-gnu") }.map { "/usr/include/\($0)/" } + ["/usr/include/"]
let optionalCodecs =
    Context.environment["ATELIER_CODECS"]?.split(separator: " ").map(String.init)
    ?? codecHeaders.filter { _, header in
        includeFolders.contains { FileManager.default.fileExists(atPath: $0 + header) }
    }.keys.sorted()

let documentation: [Package.Dependency] =
    Context.environment["ATELIER_DOCS"] == nil
    ? [] : [.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0")]

// The fuzzer has libFuzzer's main, so it links only with sanitizers: Tests/Conformance/Fuzz/run.sh builds it.
let fuzzer: [Target] =
    isFuzzed
    ? [
        .executableTarget(
            name: "atelier-fuzz", dependencies: ["FuzzTargets", "CFuzzTargets"], path: "Tests/Conformance/Fuzz/Main")
    ] : []

let package = Package(
    name: "atelier",
    products: [
        .library(name: "Atelier", targets: ["Atelier"]),
        .library(name: "TensorCore", targets: ["TensorCore", "CPUBackend"]),
        .library(name: "Layers", targets: ["Layers"]),
        .library(name: "ImageFiles", targets: ["ImageFiles"]),
        .executable(name: "atelier", targets: ["atelier"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swhitty/FlyingFox", .upToNextMinor(from: "0.27.1")),
    ] + documentation,
    targets: [
        // C
        .target(name: "CMemory", cSettings: optimizedC),
        .target(
            name: "COneDNN", dependencies: ["CKernels"], cSettings: kernelC + oneDNNHeaders,
            linkerSettings: oneDNNLibrary + [.linkedLibrary("dnnl"), .linkedLibrary("gomp")]),
        .target(
            name: "CKernels", dependencies: ["CMemory"], cSettings: kernelC + [.headerSearchPath(".")],
            linkerSettings: [.linkedLibrary("gomp"), .linkedLibrary("m")]),
        .target(
            name: "CCompression", cSettings: readingC, linkerSettings: [.linkedLibrary("z")]),
        .target(
            name: "CImageCodecs", dependencies: ["CMemory"],
            cSettings: readingC + [.headerSearchPath(".")]
                + optionalCodecs.map { .define("ATELIER_\($0.uppercased())") },
            linkerSettings: (["png", "jpeg", "webp", "webpdemux", "webpmux", "tiff", "gif", "z"] + optionalCodecs).map {
                .linkedLibrary($0)
            }),
        .target(name: "CStudioPage"),

        // The floors of the house, bottom up
        .target(name: "Memory", dependencies: ["CMemory"]),
        .target(name: "Files", dependencies: ["CCompression", "Memory"]),
        .target(name: "ONNX", dependencies: ["Files"]),
        .target(name: "Reporting"),
        .target(name: "Cluster", dependencies: ["CMemory"]),
        .target(name: "TensorCore"),
        .target(name: "CPUBackend", dependencies: ["TensorCore", "Memory", "Files", "COneDNN", "CKernels"]),
        .target(name: "InferencePlan", dependencies: ["TensorCore", "CPUBackend", "ONNX"]),
        .target(name: "Layers", dependencies: ["TensorCore", "InferencePlan", "Files"]),
        .target(name: "ImageFiles", dependencies: ["CImageCodecs", "Files"]),
        .target(name: "ForeignWeights", dependencies: ["Layers", "Files", "ONNX"]),
        .target(name: "ImageData", dependencies: ["ImageFiles", "TensorCore"]),
        .target(name: "BatchPipeline", dependencies: ["Cluster", "ImageFiles", "Reporting"]),
        .target(name: "Film", dependencies: ["BatchPipeline"]),
        .target(name: "Models", dependencies: ["ForeignWeights", "ImageData", "Layers"]),
        .target(name: "Features", dependencies: ["Models"]),
        .target(name: "Training", dependencies: ["Cluster", "Models", "Reporting"]),
        .target(name: "VanillaGAN", dependencies: ["Training"]),
        .target(name: "ConditionalGAN", dependencies: ["Training"]),
        .target(name: "StyleGAN", dependencies: ["Training"]),
        .target(name: "FastGAN", dependencies: ["Features", "Training"]),
        .target(name: "R3GAN", dependencies: ["Training"]),
        .target(name: "Pix2Pix", dependencies: ["FastGAN", "Training"]),
        .target(name: "SuperResolution", dependencies: ["Training"]),
        .target(name: "Evaluation", dependencies: ["Features", "Training"]),
        .target(
            name: "Atelier",
            dependencies: [
                "BatchPipeline", "Film", "CPUBackend", "InferencePlan", "ONNX", "VanillaGAN", "ConditionalGAN",
                "FastGAN", "R3GAN", "StyleGAN", "Pix2Pix", "SuperResolution", "Evaluation",
            ]),
        .target(
            name: "Studio",
            dependencies: ["Atelier", "CStudioPage", .product(name: "FlyingSocks", package: "FlyingFox")],
            exclude: ["Page"]),
        .executableTarget(
            name: "atelier",
            dependencies: ["Atelier", "Studio", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
        .executableTarget(
            name: "atelier-bench",
            dependencies: [
                "Atelier", "FastGAN", "Features", "InferencePlan", "Pix2Pix", "R3GAN", "StyleGAN", "SuperResolution",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Peers"]),

        // Tests
        .target(
            name: "TestSupport",
            dependencies: [
                "TensorCore", "CPUBackend", "InferencePlan", "Layers", "ImageFiles", "Reporting", "Cluster",
            ],
            path: "Tests/TestSupport"),
        .testTarget(name: "ClusterTests", dependencies: ["Cluster", "TestSupport"]),
        .testTarget(name: "CKernelsTests", dependencies: ["CKernels"]),
        .testTarget(name: "MemoryTests", dependencies: ["Memory", "TestSupport"]),
        .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
        .testTarget(name: "ReportingTests", dependencies: ["Reporting", "TestSupport"]),
        .testTarget(name: "TensorCoreTests", dependencies: ["TensorCore", "CPUBackend", "TestSupport"]),
        .testTarget(name: "CPUBackendTests", dependencies: ["CPUBackend", "CKernels", "Memory", "TestSupport"]),
        .testTarget(name: "InferencePlanTests", dependencies: ["InferencePlan", "Layers", "ONNX", "TestSupport"]),
        .testTarget(name: "LayersTests", dependencies: ["Layers", "TestSupport"]),
        .testTarget(name: "ImageFilesTests", dependencies: ["ImageFiles", "TestSupport"]),
        .testTarget(name: "ForeignWeightsTests", dependencies: ["ForeignWeights", "ONNX", "Atelier", "TestSupport"]),
        .testTarget(name: "ImageDataTests", dependencies: ["ImageData", "TestSupport"]),
        .testTarget(name: "BatchPipelineTests", dependencies: ["BatchPipeline", "Cluster", "TestSupport"]),
        .testTarget(name: "FilmTests", dependencies: ["Film", "TestSupport"]),
        .testTarget(name: "ModelsTests", dependencies: ["Models", "TestSupport"]),
        .testTarget(name: "FeaturesTests", dependencies: ["Features", "Evaluation", "TestSupport"]),
        .testTarget(name: "TrainingTests", dependencies: ["Training", "TestSupport"]),
        .testTarget(name: "VanillaGANTests", dependencies: ["VanillaGAN", "TestSupport"]),
        .testTarget(name: "ConditionalGANTests", dependencies: ["ConditionalGAN", "TestSupport"]),
        .testTarget(name: "StyleGANTests", dependencies: ["StyleGAN", "TestSupport"]),
        .testTarget(name: "FastGANTests", dependencies: ["FastGAN", "TestSupport"]),
        .testTarget(name: "R3GANTests", dependencies: ["R3GAN", "TestSupport"]),
        .testTarget(name: "Pix2PixTests", dependencies: ["Pix2Pix", "TestSupport"]),
        .testTarget(name: "SuperResolutionTests", dependencies: ["SuperResolution", "TestSupport"]),
        .testTarget(name: "EvaluationTests", dependencies: ["Evaluation", "TestSupport"]),
        .testTarget(
            name: "AtelierTests",
            dependencies: ["Atelier", "ForeignWeights", "ONNX", "TestSupport", "CKernels", "CMemory"]),
        .testTarget(name: "StudioTests", dependencies: ["Studio", "TestSupport"]),
        .testTarget(
            name: "atelierTests",
            dependencies: ["atelier", "Atelier", "Film", "Pix2Pix", "SuperResolution", "TestSupport"]),
        .target(
            name: "CFuzzTargets", dependencies: ["CImageCodecs", "CCompression"],
            path: "Tests/Conformance/Fuzz/Codecs", cSettings: readingC, linkerSettings: [.linkedLibrary("z")]),
        .target(
            name: "FuzzTargets", dependencies: ["CFuzzTargets", "Atelier", "ForeignWeights"],
            path: "Tests/Conformance/Fuzz/Targets"),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets", "TestSupport"]),
    ] + fuzzer,
    swiftLanguageModes: [.v6]
)
