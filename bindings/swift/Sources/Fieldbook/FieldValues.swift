import FieldbookGenerated
import Foundation

// Fields from plain values: `["name": "Corner shop", "visit_every_days": 14, "phone": nil]`. Nil clears.

extension FieldValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// A text.
    public init(stringLiteral text: String) { self = .text(text) }
}

extension FieldValue: ExpressibleByIntegerLiteral {
    /// A signed 64-bit integer.
    public init(integerLiteral number: Int64) { self = .int(number) }
}

extension FieldValue: ExpressibleByFloatLiteral {
    /// A floating-point number.
    public init(floatLiteral number: Double) { self = .real(number) }
}

extension FieldValue: ExpressibleByBooleanLiteral {
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension FieldValue: ExpressibleByNilLiteral {
    /// No value: it clears the field.
    public init(nilLiteral: ()) { self = .cleared }
}

extension FieldValue {
    /// A time.
    public static func date(_ date: Date) -> FieldValue { .time(date.unixMilliseconds) }

    /// The text of a text, else nil.
    public var text: String? { if case .text(let text) = self { text } else { nil } }
}
