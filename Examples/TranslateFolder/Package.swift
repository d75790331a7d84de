// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "translate-folder",
    dependencies: [.package(name: "atelier", path: "../..")],
    targets: [
        .executableTarget(
            name: "translate-folder", dependencies: [.product(name: "Atelier", package: "atelier")], path: "Sources")
    ]
)
