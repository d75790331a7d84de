// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "train-pix2pix",
    dependencies: [.package(name: "atelier", path: "../..")],
    targets: [
        .executableTarget(
            name: "train-pix2pix", dependencies: [.product(name: "Atelier", package: "atelier")], path: "Sources")
    ]
)
