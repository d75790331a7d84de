/// How much a client may send, and how long it may take.
package struct ServerLimits: Sendable {
    /// Connections at a time; more are told to come back.
    package var connections = 128
    /// Bytes of a request line with its fields.
    package var headBytes = 16 << 10
    /// Bytes of all bodies that are held at a time.
    package var heldBytes = 768 << 20
    /// How long a connection may wait between two requests.
    package var idle = Duration.seconds(60)
    /// How long a head may take from its first byte.
    package var head = Duration.seconds(10)
    /// How long a body may take: so long, and as long again for every ``bytesPerPause``.
    package var body = Duration.seconds(15)
    /// The slowest pace of a body, in bytes for each ``body``.
    package var bytesPerPause = 4 << 20
    /// How long a client may take to accept a part of an answer.
    package var write = Duration.seconds(30)
    /// How long a client that is refused may go on sending, and how long it may pause meanwhile.
    package var refusedSending = Duration.seconds(30)
    package var refusedPause = Duration.seconds(5)

    package init() {}

    /// How long a body of so many bytes may take.
    func bodyTime(_ bytes: Int) -> Duration { body * (1 + bytes / bytesPerPause) }
}
