import FieldbookDemo
import FieldbookViews
import Foundation
import SwiftUI
import UIKit

/// The app: its process-long parts, its window and its background sync.
@main
struct FieldbookApp: App {
    @State private var app = AppModel(
        file: bookFile(), settings: SettingsStore(defaults: .standard), location: PhoneLocation(),
        scheduler: PhoneScheduler(), sample: BundledSample())

    var body: some Scene {
        WindowGroup { RootView(app: app, deviceName: UIDevice.current.name) }
            .backgroundTask(.appRefresh(PhoneScheduler.identifier)) {
                if await app.backgroundSync() { await app.scheduler.soon() }
            }
    }
}

/// The file of the book, in a folder that no backup copies: a phone restored from a backup would write under the identity
/// of the old phone.
private func bookFile() -> URL {
    var folder = URL.applicationSupportDirectory.appending(path: "Fieldbook")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var values = URLResourceValues()
    values.isExcludedFromBackup = true
    try? folder.setResourceValues(values)
    return folder.appending(path: "book.db")
}

/// The sample in the app's bundle.
struct BundledSample: SampleFiles {
    func file(_ name: String) -> URL { Bundle.main.bundleURL.appending(path: "sample/\(name)") }
}
