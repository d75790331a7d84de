/// A queue of limited length between two stages.
package final class BoundedQueue<Element: Sendable>: Sendable {
    private struct Content {
        var elements: [Element] = []
        var writers: Int
    }

    private let content: Monitor<Content>
    private let capacity: Int

    /// - Parameter writers: the number of writers. After each has called ``finish()``, the queue is at its end.
    package init(capacity: Int, writers: Int) {
        self.capacity = capacity
        content = Monitor(Content(writers: writers))
    }

    /// Adds an element; waits until there is room.
    package func push(_ element: Element) {
        content.wait { content -> Void? in
            guard content.elements.count < capacity else { return nil }
            content.elements.append(element)
            return ()
        }
    }

    /// The next element; nil after the last one.
    package func pop() -> Element? {
        content.wait { content -> Element?? in
            if !content.elements.isEmpty { return .some(content.elements.removeFirst()) }
            return content.writers == 0 ? .some(nil) : nil
        }
    }

    /// Ends one writer.
    package func finish() { content.update { $0.writers -= 1 } }
}
