import Fieldbook
import Foundation

// The scenario in Swift, line by line that of scenario.py. `cargo xtask scenario swift` runs it in bindings/swift.
let arguments = CommandLine.arguments
if arguments[1] == "--measure" {
    try measure(in: arguments[2])
} else {
    try await Story(folder: arguments[1], server: arguments[2]).play(adaCode: arguments[3], boCode: arguments[4])
}
