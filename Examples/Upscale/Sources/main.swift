import Atelier

// A photo becomes four times larger, whatever its size and kind.
let photo = try Image(contentsOf: CommandLine.arguments[1])
let large = try Model.load("photo-x4").upscale(photo)
try large.write(to: CommandLine.arguments[2])
