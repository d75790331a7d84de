import Foundation
import Testing

@testable import Models

/// Files without a number, as they were written before the second form.
@Suite struct FirstFormatTests {
    private func upgraded(_ json: String) throws -> ModelManifest {
        try FirstFormat.upgraded(JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))).decoded()
    }

    private func value(_ json: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
    }

    @Test(arguments: [("picture", "licence", "pictures"), ("image", "license", "images")])
    func generatorsOfAllTimes(image: String, license: String, images: String) throws {
        let manifest = try upgraded(
            """
            {"kind": "cgan", "name": "n", "\(license)": "MIT", "provenance": {"\(images)": "12"},
            "configuration": {"classNames": ["a", "b"], "conditioning": "projection", "embeddingSize": 50,
            "generatorWidth": 64, "discriminatorWidth": 32, "latentSize": 100, "spectralNorm": false,
            "\(image)": {"size": 32, "channels": 1, "contentWidth": 28, "contentHeight": 28},
            "training": {"loss": "hinge", "r1Gamma": 0.05}}}
            """)
        #expect(manifest.classes == ["a", "b"] && manifest.license == "MIT" && manifest.provenance == ["images": "12"])
        #expect(manifest.valueRange == [-1, 1] && manifest.format == 2)
        #expect(
            try manifest.architecture
                == value(
                    """
                    {"id": "projection", "classCount": 2, "latentSize": 100, "width": 64,
                    "image": {"size": 32, "channels": 1, "contentWidth": 28, "contentHeight": 28}}
                    """))
        #expect(
            try manifest.training
                == value(#"{"discriminatorWidth": 32, "spectralNorm": false, "loss": "hinge", "r1Gamma": 0.05}"#))
    }

    @Test(arguments: [("perceptron", "mlp"), ("convolutional", "dcgan")])
    func unconditionalGenerators(network: String, id: String) throws {
        let manifest = try upgraded(
            #"{"kind": "gan", "name": "n", "configuration": {"network": "\#(network)", "generatorWidth": 8}}"#)
        #expect(try manifest.architecture == value(#"{"id": "\#(id)", "width": 8}"#))
        #expect(manifest.training == .object([:]) && manifest.classes.isEmpty)
    }

    @Test func theConcatenatingGeneratorKeepsItsEmbedding() throws {
        let manifest = try upgraded(
            """
            {"kind": "cgan", "name": "n", "configuration": {"conditioning": "concatenation", "embeddingSize": 50,
            "classNames": []}}
            """)
        #expect(try manifest.architecture == value(#"{"id": "concatenation", "embeddingSize": 50, "classCount": 0}"#))
    }

    @Test func translatorsKeepTheirUse() throws {
        let manifest = try upgraded(
            """
            {"kind": "pix2pix", "name": "n", "configuration": {"generator": {"network": "unet", "depth": 7},
            "frame": {"cropSize": 128, "loadSize": 143}, "statistics": "picture", "fit": "resize",
            "discriminator": {"patch": 70}, "training": {"losses": {"kind": "hinge"}}}}
            """)
        #expect(
            try manifest.architecture
                == value(#"{"id": "unet", "depth": 7, "size": 128, "statistics": "image", "fit": "resize"}"#))
        #expect(
            try manifest.training
                == value(
                    """
                    {"frame": {"cropSize": 128, "loadSize": 143}, "discriminator": {"patch": 70},
                    "losses": {"kind": "hinge"}}
                    """))
    }

    @Test(arguments: ["rrdb", "compact"])
    func upscalersAreFromZeroToOne(network: String) throws {
        let manifest = try upgraded(
            """
            {"kind": "sr", "name": "n", "configuration": {"generator": {"network": "\(network)", "growth": 32},
            "resize": 0.5, "training": {"adversarial": {"judgeLearningRate": 0.5, "phaseWeight": 10}}}}
            """)
        let growth = network == "rrdb" ? #""growth": 32, "# : ""
        #expect(try manifest.architecture == value(#"{"id": "\#(network)", \#(growth)"resize": 0.5}"#))
        #expect(
            try manifest.training
                == value(#"{"adversarial": {"discriminatorLearningRate": 0.5, "gridWeight": 10}}"#))
        #expect(manifest.valueRange == [0, 1])
    }

    @Test func classifiersAndMetrics() throws {
        let classifier = try upgraded(
            """
            {"kind": "classifier", "name": "n", "configuration": {"classNames": ["a"], "width": 2, "featureSize": 4,
            "picture": {"size": 8}, "batchSize": 3}}
            """)
        #expect(
            try classifier.architecture
                == value(#"{"id": "classifier", "classCount": 1, "width": 2, "featureSize": 4, "image": {"size": 8}}"#))
        #expect(try classifier.training == value(#"{"batchSize": 3}"#))
        let metric = try upgraded(#"{"kind": "niqe", "name": "n", "configuration": {"blockSize": 96}}"#)
        #expect(try metric.architecture == value(#"{"id": "niqe", "blockSize": 96}"#) && metric.valueRange == [0, 255])
    }

    @Test func whatIsNoModelsSaysSo() {
        #expect(throws: DecodingError.self) { try upgraded(#"{"configuration": {}}"#) }
        #expect(throws: DecodingError.self) { try upgraded(#"{"software": "atelier 0.1.0"}"#) }
        #expect(throws: DecodingError.self) { try upgraded("[]") }
    }
}
