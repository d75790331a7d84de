import Foundation
import Models
import Testing

/// Files of version 0.1 in today's words.
@Suite struct FormerKeysTests {
    @Test func formerKeysAreReadByTheirNewNames() {
        let old =
            #"{"picture": {"picture" : "picture"}, "seed": 18446744073709551615, "a": "\"picture\":", "#
            + #""statistics" : "picture", "licence": "MIT"}"#
        let new =
            #"{"image": {"image" : "picture"}, "seed": 18446744073709551615, "a": "\"picture\":", "#
            + #""statistics" : "image", "license": "MIT"}"#
        #expect(String(decoding: FormerKeys.translated(Data(old.utf8)), as: UTF8.self) == new)
        #expect(FormerKeys.translated(Data(new.utf8)) == Data(new.utf8))
    }

    @Test func formerValuesAreReadByTheirNewNames() {
        let old = #"{"options": {"bestMetric" : "recognised", "name" : "recognised"}, "metric": "recognised"}"#
        let new = #"{"options": {"bestMetric" : "recognized", "name" : "recognised"}, "metric": "recognized"}"#
        #expect(String(decoding: FormerKeys.translated(Data(old.utf8)), as: UTF8.self) == new)
    }
}
