import CFuzzTargets
import FuzzTargets
import Glibc

// libFuzzer's main calls these functions. `FUZZ_TARGET` says which target takes the inputs.

private let target: FuzzTarget = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
        print("FUZZ_TARGET is “\(name)”; there are \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
        exit(64)
    }
    return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func takeOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try target.take(Array(UnsafeBufferPointer(start: bytes, count: count)))
    } catch {
        "FINDING: \(error)\n".withCString { _ = write(2, $0, strlen($0)) }
        abort()
    }
    return 0
}

@_silgen_name("LLVMFuzzerMutate")
private func mutate(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ most: Int) -> Int

/// Seven PNG files in eight get right checksums.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutateOneInput(
    _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ most: Int, _ seed: CUnsignedInt
) -> Int {
    let count = mutate(bytes, count, most)
    if ["png", "roundtrip"].contains(target.name), seed % 8 != 0, count > 0, bytes[0] != 0xFF {
        fuzz_png_repair(bytes, count)
    }
    return count
}
