import Atelier
import CPUBackend
import Models

/// Studio: everything behind the page, with an API that programs can use, too.
///
/// The API is described in `openapi.json`, which is served at `/api/openapi.json`.
package final class Studio: Sendable {
    /// How much is done at a time.
    package struct Limits: Sendable {
        /// Short jobs that may wait: drawing, generating.
        package var quickJobs = 32
        /// Long jobs that may wait: upscaling, checking data, importing.
        package var longJobs = 64
        /// Seconds that a short job may run.
        package var quickSeconds = 60.0
        /// Seconds that a long job may run.
        package var longSeconds = 3600.0
        /// Bytes of images that wait to be upscaled.
        package var waitingBytes = 512 << 20

        package init() {}
    }

    /// What Studio may reach.
    package struct Places: Sendable {
        /// Where models are.
        package var store: ModelStore
        /// Where imported models go.
        package var importFolder: String
        /// Folders of images to train on.
        package var data: [String]
        /// Folders that hold runs.
        package var runs: [String]
        /// The program that trains.
        package var program: String

        package init(
            store: ModelStore, importFolder: String, data: [String] = [], runs: [String] = [],
            program: String = "/proc/self/exe"
        ) {
            (self.store, self.importFolder) = (store, importFolder)
            (self.data, self.runs, self.program) = (data, runs, program)
        }
    }

    let limits: Limits
    let shelf: ModelShelf
    let runs: RunShelf
    let dataFolders: NamedFolders
    let importFolder: String
    /// Jobs that somebody waits for, and those that take long: these never hold up the others.
    let quick, long: JobLane
    let jobs = JobStore()
    let uploads = Uploads()
    let waiting: ByteBudget

    package init(_ places: Places, limits: Limits = Limits()) {
        self.limits = limits
        let runs = RunShelf(places.runs, program: places.program)
        self.runs = runs
        var store = places.store
        if !store.folders.contains(places.importFolder) { store.folders.append(places.importFolder) }
        shelf = ModelShelf(store, others: { runs.models })
        importFolder = places.importFolder
        dataFolders = NamedFolders(places.data)
        quick = JobLane("quick", capacity: limits.quickJobs) { work in
            // The browser needs a core, too. Threads that wait for one which it holds up are slower than one thread less.
            withComputeThreads(atMost: computeThreads - 1, work)
        }
        long = JobLane("long", capacity: limits.longJobs)
        waiting = ByteBudget(limits.waitingBytes)
    }

    /// All that the API can do.
    package var routes: [Route] {
        statusRoutes + modelRoutes + importRoutes + drawingRoutes + generateRoutes + editRoutes + upscaleRoutes
            + jobRoutes + runRoutes + dataRoutes
    }
}
