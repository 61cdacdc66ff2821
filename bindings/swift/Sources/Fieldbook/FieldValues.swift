import FieldbookGenerated
import Foundation

// Fields from plain values: `["name": "Corner shop", "visit_every_days": 14, "phone": nil]`. Nil clears.

extension FieldValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    public init(stringLiteral text: String) { self = .text(text) }
}

extension FieldValue: ExpressibleByIntegerLiteral {
    public init(integerLiteral number: Int64) { self = .int(number) }
}

extension FieldValue: ExpressibleByFloatLiteral {
    public init(floatLiteral number: Double) { self = .real(number) }
}

extension FieldValue: ExpressibleByBooleanLiteral {
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension FieldValue: ExpressibleByNilLiteral {
    public init(nilLiteral: ()) { self = .cleared }
}

extension FieldValue {
    /// A time.
    public static func date(_ date: Date) -> FieldValue { .time(date.unixMilliseconds) }

    /// The text of a text, else nil.
    public var text: String? { if case .text(let text) = self { text } else { nil } }
}
