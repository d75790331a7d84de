// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "generate",
    dependencies: [.package(name: "atelier", path: "../..")],
    targets: [
        .executableTarget(
            name: "generate", dependencies: [.product(name: "Atelier", package: "atelier")], path: "Sources")
    ]
)
