import ArgumentParser
import Atelier

/// What results keep of the metadata of their images.
struct MetadataOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Leave EXIF, IPTC, XMP and texts of the images out of the results. Colors and density stay."))
    var stripMetadata = false

    @Flag(help: "Leave out where a photo was taken: the GPS fields of EXIF and XMP.")
    var stripGps = false

    var kept: ImageMetadata.Kept { stripMetadata ? .colors : stripGps ? .allButLocation : .all }
}
