import Atelier

// Eight ankle boots that nobody ever made, one file each.
let model = try Model.load("fashion-cgan")
for (number, image) in try model.generate(8, seed: 7, classes: ["ankle boot"]).enumerated() {
    try image.write(to: "\(CommandLine.arguments[1])/boot-\(number).png")
}
