import Foundation

/// What can be seen of a job.
package struct JobFacts: Encodable, Sendable {
    let id, title, state: String
    /// Its place among those that wait; 0 if it does not wait.
    let place: Int
    /// Steps that are done, of so many.
    let done, total: Int
    /// Seconds that the rest will take; nil where that is not known yet.
    let secondsLeft: Double?
    /// Why it ended without a result.
    let error: Refusal.Detail?
    let width, height: Int?

    init(_ job: Job, title: String, place: Int, result: JobStore.Result? = nil, status given: Job.Status? = nil) {
        let status = given ?? job.status
        (id, self.title, self.place) = (job.id, title, place)
        (done, total) = (status.done, status.total)
        (width, height) = (result?.facts["width"], result?.facts["height"])
        switch status.state {
        case .waiting: (state, error) = ("waiting", nil)
        case .running: (state, error) = ("running", nil)
        case .done: (state, error) = ("done", nil)
        case .failed(let refusal): (state, error) = ("failed", refusal.detail)
        case .canceled(let words): (state, error) = ("canceled", Refusal.Detail(code: "canceled", message: words))
        }
        if status.state == .running, let started = status.started, done > 0, total > 0 {
            secondsLeft = (Job.now - started) / Double(done) * Double(total - done)
        } else {
            secondsLeft = nil
        }
    }
}

extension Studio {
    /// Jobs: what they are doing, and what they have made.
    var jobRoutes: [Route] {
        [
            Route("GET", "/api/jobs") { [self] _ in
                .json(["jobs": jobs.all.map { facts($0) }])
            },
            Route("GET", "/api/jobs/{id}") { [self] call in .json(facts(try entry(call))) },
            Route("GET", "/api/jobs/{id}/events") { [self] call in events(try entry(call)) },
            Route("GET", "/api/jobs/{id}/result") { [self] call in try result(entry(call)) },
            Route("DELETE", "/api/jobs/{id}") { [self] call in
                jobs.remove(try entry(call).job.id)
                return .empty(.noContent)
            },
        ]
    }

    private func entry(_ call: Call) throws(Refusal) -> JobStore.Entry {
        guard let entry = jobs[call["id"]] else { throw .missing("There is no such job, or no longer.") }
        return entry
    }

    private func facts(_ entry: JobStore.Entry) -> JobFacts {
        JobFacts(entry.job, title: entry.title, place: long.place(of: entry.job), result: entry.result)
    }

    private func events(_ entry: JobStore.Entry) -> Response {
        EventStream.response { [long] events in
            let (statuses, pending) = AsyncStream.makeStream(of: Job.Status.self, bufferingPolicy: .bufferingNewest(1))
            let stop = entry.job.watch { status in
                pending.yield(status)
                if status.state.isOver { pending.finish() }
            }
            defer { stop() }
            for await status in statuses {
                events.send(
                    "job",
                    JobFacts(entry.job, title: entry.title, place: long.place(of: entry.job), status: status))
            }
        }
    }

    private func result(_ entry: JobStore.Entry) throws(Refusal) -> Response {
        if let result = entry.result {
            let name = entry.title.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "image.png"
            return Response(
                type: result.type, headers: [("Content-Disposition", "inline; filename*=UTF-8''\(name)")],
                body: .bytes(result.bytes))
        }
        switch entry.job.status.state {
        case .waiting, .running: throw Refusal(.conflict, "not-done", "The job is not done yet.", retryAfter: 1)
        case .failed(let refusal):
            // The request for the result is as it should be.
            throw Refusal(.conflict, refusal.code, refusal.words)
        case .canceled(let words): throw Refusal(.conflict, "canceled", words)
        case .done: throw .missing("The result is no longer kept.")
        }
    }
}
