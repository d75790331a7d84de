/// A setting with another value than in the record of a run.
package struct SettingDifference: Equatable, CustomStringConvertible {
    /// The path of the setting, such as `model.training.batchSize`.
    package var setting: String
    /// The recorded value.
    package var from: String
    /// The other value.
    package var to: String

    package init(setting: String, from: String, to: String) {
        (self.setting, self.from, self.to) = (setting, from, to)
    }

    /// Both values.
    package var description: String { "\(setting): \(from) in the run, \(to) now" }

    /// Whether it is one of some settings, or belongs to one of some groups of settings.
    func isAmong(_ settings: Set<String>) -> Bool {
        settings.contains { setting == $0 || setting.hasPrefix($0 + ".") }
    }
}

/// A setting that changed when a run was resumed, as recorded in its `config.json`.
package struct SettingChange: Codable, Equatable {
    /// The first step with the new value.
    package var step: Int
    /// The path of the setting; `data` for the images.
    package var setting: String
    /// The former value.
    package var from: String
    /// The new value.
    package var to: String
}
