// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "upscale",
    dependencies: [.package(name: "atelier", path: "../..")],
    targets: [
        .executableTarget(
            name: "upscale", dependencies: [.product(name: "Atelier", package: "atelier")], path: "Sources")
    ]
)
