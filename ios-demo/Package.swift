// swift-tools-version: 6.0
import PackageDescription

#if os(Linux)
    // The views are type-checked against a stand-in; nothing links or runs it. Observation refers to symbols of the
    // runtime that Debian's build does not export.
    let standIn: [Target] = [.target(name: "SwiftUI", path: "StandIn/SwiftUI")]
    let views: [Target.Dependency] = ["FieldbookDemo", "SwiftUI"]
    let link: [LinkerSetting] = [.unsafeFlags(["-Xlinker", "--allow-shlib-undefined"])]
#else
    let standIn: [Target] = []
    let views: [Target.Dependency] = ["FieldbookDemo"]
    let link: [LinkerSetting] = []
#endif

let package = Package(
    name: "FieldbookDemo",
    defaultLocalization: "en",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [
        .library(name: "FieldbookDemo", targets: ["FieldbookDemo"]),
        .library(name: "FieldbookViews", targets: ["FieldbookViews"]),
    ],
    dependencies: [.package(path: "../bindings/swift")],
    targets: [
        // View models, texts and formats: no line of it needs a screen.
        .target(
            name: "FieldbookDemo", dependencies: [.product(name: "Fieldbook", package: "swift")],
            resources: [.process("Resources")]),
        // SwiftUI, thin.
        .target(name: "FieldbookViews", dependencies: views),
        // The same view models, drawn as SVG.
        .target(name: "FieldbookPreviews", dependencies: ["FieldbookDemo"]),
        .testTarget(
            name: "FieldbookDemoTests", dependencies: ["FieldbookDemo", "FieldbookPreviews"], linkerSettings: link),
    ] + standIn
)
