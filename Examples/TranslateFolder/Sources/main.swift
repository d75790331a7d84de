import Atelier

// A folder of drawings becomes a folder of photos.
let model = try Model.load("flowers-sketch")
print(try model.translate(CommandLine.arguments[1], to: CommandLine.arguments[2], .init(fit: .resize)))
