import Atelier

// Learns to turn sketches into photos from photos alone: the sketches are drawn while training.
let (photos, folder, steps) = (CommandLine.arguments[1], CommandLine.arguments[2], Int(CommandLine.arguments[3]))
var options = Pix2Pix.Options(steps: steps) { $0.generator.width = 16 }
options.sketches = SketchRecipe()
options.format.cropSize = 64
let run = try Pix2Pix.train(on: photos, to: folder, options) { event in print(event) }
print("The model is in \(run.folder.model).")
