/// The moving images of a film.
public struct FilmVideo: Sendable, Equatable {
    /// The number of the stream in its file.
    public let index: Int
    /// The name of its codec, as ffmpeg calls it.
    public let codec: String
    /// Pixels in a row of the upright image.
    public let width: Int
    /// Rows of the upright image.
    public let height: Int
    /// The unit of its timestamps, in seconds.
    public let timeBase: Fraction
    /// Its usual frame rate: frames in a second.
    public let frameRate: Fraction
    /// Whether all frames follow at that rate, as far as the file says.
    let isSteady: Bool
    /// About how many frames there are; nil if nothing tells.
    public let frameCount: Int?
    /// The shape of its pixels, width to height; nil if nothing tells.
    public let pixelAspect: Fraction?
    /// How its colors are stored.
    public let colors: FilmColors
    /// Whether a frame holds two fields of different times.
    public let isInterlaced: Bool
    /// By how many degrees players turn it.
    public let rotation: Int
    /// Whether it has Dolby Vision's data beside its images.
    let hasDolbyVision: Bool

    init(_ stream: ProbeAnswer.Stream, fileDuration: Double?, path: String) throws(FilmError) {
        guard let width = stream.width, let height = stream.height, width > 0, height > 0 else {
            throw .unreadable(file: path, reason: "its moving images have no size")
        }
        guard let timeBase = Fraction(stream.timeBase) else {
            throw .unreadable(file: path, reason: "its moving images have no times")
        }
        let sideData = stream.sideDataList ?? []
        index = stream.index
        codec = stream.codecName ?? "unknown"
        let turned = sideData.compactMap(\.rotation).first.map { Int($0.rounded().clamped(to: -360...360)) } ?? 0
        rotation = (turned % 360 + 360) % 360
        let isSideways = rotation % 180 == 90
        (self.width, self.height) = isSideways ? (height, width) : (width, height)
        self.timeBase = timeBase
        let rate = Fraction(stream.avgFrameRate) ?? Fraction(stream.rFrameRate) ?? Fraction(25, 1)
        frameRate = rate
        isSteady = Fraction(stream.avgFrameRate) == Fraction(stream.rFrameRate)
        let duration = stream.duration.flatMap { Double($0) } ?? fileDuration
        frameCount =
            stream.nbFrames.flatMap { Int($0) }
            ?? duration.map { Int(($0 * rate.value).rounded().clamped(to: 1...1e9)) }
        let aspect = Fraction(stream.sampleAspectRatio)
        pixelAspect = isSideways ? aspect.map { Fraction($0.denominator, $0.numerator) } : aspect
        colors = FilmColors(stream, height: height)
        isInterlaced = ["tt", "bb", "tb", "bt"].contains(stream.fieldOrder ?? "")
        hasDolbyVision = sideData.contains { $0.sideDataType?.hasPrefix("DOVI") ?? false }
    }
}

extension Comparable {
    func clamped(to range: ClosedRange<Self>) -> Self { min(max(self, range.lowerBound), range.upperBound) }
}
