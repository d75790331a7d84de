import Foundation

/// A share as whole percent: `12 %`.
package func percent(_ share: Double) -> String { String(format: "%.0f %%", (share * 100).rounded()) }
