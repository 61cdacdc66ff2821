import Fieldbook
import Foundation

/// A file name in a new folder of its own.
func newFile(_ name: String = "book.db") throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder.appendingPathComponent(name)
}

/// A new and empty book.
func newBook() async throws -> Book { try await Book.open(at: newFile()) }

extension Book {
    /// Imports `count` shops, `Shop 000` and so on, a kilometre apart.
    func fill(_ count: Int) async throws {
        let rows = (0..<count).map { "A-\($0),\(shopName($0)),52.\(600 + $0),1.2974" }
        let file = try newFile("shops.csv")
        let text = "external_id,name,lat,lon\n\(rows.joined(separator: "\n"))"
        try text.write(to: file, atomically: true, encoding: .utf8)
        _ = try await importFile(file, .accounts)
    }
}

/// `Shop 007`.
func shopName(_ number: Int) -> String { "Shop " + String(format: "%03d", number) }
