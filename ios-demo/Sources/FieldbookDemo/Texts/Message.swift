/// A sentence for the rep, in whatever language the screen is.
public struct Message: Hashable, Sendable {
    /// A value inside a sentence.
    public enum Value: Hashable, Sendable {
        /// A word that is the same in every language, such as a name.
        case text(String)
        /// A whole number.
        case number(Int)
        /// A number with one digit behind the point.
        case tenths(Double)
        /// Another sentence or word of the table.
        case message(Message)
    }

    /// The key of the sentence.
    public let key: TextKey
    /// The values of `%1$@`, `%2$@` and so on.
    public let values: [Value]
    /// The number that decides between `.one` and `.other`; nil for a sentence without forms.
    public let count: Int?

    /// A sentence of the table with its values.
    public init(_ key: TextKey, _ values: Value...) {
        self.init(key: key, values: values, count: nil)
    }

    /// A sentence with a form for one and a form for more; the count is its first value.
    public init(counting count: Int, _ key: TextKey, _ values: Value...) {
        self.init(key: key, values: [.number(count)] + values, count: count)
    }

    private init(key: TextKey, values: [Value], count: Int?) {
        (self.key, self.values, self.count) = (key, values, count)
    }
}

extension Message.Value: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// A word that is the same in every language.
    public init(stringLiteral text: String) { self = .text(text) }
}
