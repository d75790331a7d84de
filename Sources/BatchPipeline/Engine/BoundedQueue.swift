/// What goes from one stage to the next: in order, and never too much of it.
final class BoundedQueue<Element: Sendable>: Sendable {
    private struct Content {
        var elements: [Element] = []
        var writers: Int
    }

    private let content: Monitor<Content>
    private let capacity: Int

    /// - Parameter writers: how many will say ``finish()``; after the last one there is nothing more to wait for.
    init(capacity: Int, writers: Int) {
        self.capacity = capacity
        content = Monitor(Content(writers: writers))
    }

    /// Adds an element as soon as there is room.
    func push(_ element: Element) {
        content.wait { content -> Void? in
            guard content.elements.count < capacity else { return nil }
            content.elements.append(element)
            return ()
        }
    }

    /// The next element; nil after the last one.
    func pop() -> Element? {
        content.wait { content -> Element?? in
            if !content.elements.isEmpty { return .some(content.elements.removeFirst()) }
            return content.writers == 0 ? .some(nil) : nil
        }
    }

    /// One writer less.
    func finish() { content.update { $0.writers -= 1 } }
}
