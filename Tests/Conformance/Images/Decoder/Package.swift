// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "decoder",
    dependencies: [.package(name: "atelier", path: "../../../..")],
    targets: [
        .executableTarget(
            name: "decoder", dependencies: [.product(name: "ImageFiles", package: "atelier")], path: "Sources")
    ]
)
