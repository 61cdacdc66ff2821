// swift-tools-version: 6.0
import PackageDescription

#if os(Linux)
    // The shared library that `cargo xtask bindings` built; FIELDBOOK_LIB names its folder.
    let folder = Context.environment["FIELDBOOK_LIB"] ?? "\(Context.packageDirectory)/../../target/debug"
    let native: Target = .systemLibrary(name: "fieldbookFFI", path: "generated/ffi")
    let link: [LinkerSetting] = [
        .linkedLibrary("fieldbook"),
        .unsafeFlags(["-L", folder, "-Xlinker", "-rpath", "-Xlinker", folder]),
    ]
#else
    // The XCFramework carries the header and module map of `fieldbookFFI`.
    let native: Target = .binaryTarget(name: "fieldbookFFI", path: "lib/fieldbookFFI.xcframework")
    let link: [LinkerSetting] = []
#endif

let package = Package(
    name: "Fieldbook",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [
        .library(name: "Fieldbook", targets: ["Fieldbook"]),
        .executable(name: "scenario", targets: ["scenario"]),
    ],
    targets: [
        native,
        // What UniFFI writes is not yet ready for the Swift 6 mode; what is written by hand is.
        .target(
            name: "FieldbookGenerated", dependencies: ["fieldbookFFI"], path: "generated/sources",
            swiftSettings: [.swiftLanguageMode(.v5)], linkerSettings: link),
        .target(
            name: "Fieldbook", dependencies: ["FieldbookGenerated"],
            swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]),
        .executableTarget(
            name: "scenario", dependencies: ["Fieldbook"], swiftSettings: [.swiftLanguageMode(.v6)]),
        .testTarget(
            name: "FieldbookTests", dependencies: ["Fieldbook"], swiftSettings: [.swiftLanguageMode(.v6)]),
    ]
)
