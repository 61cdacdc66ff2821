/// A value that a view reads and writes.
@propertyWrapper @dynamicMemberLookup @MainActor public struct Binding<Value> {
    /// The value.
    public var wrappedValue: Value {
        get { get() }
        nonmutating set { set(newValue) }
    }
    /// The binding.
    public var projectedValue: Binding<Value> { self }
    private let get: () -> Value
    private let set: (Value) -> Void

    /// A binding of two functions.
    public init(get: @escaping @MainActor () -> Value, set: @escaping @MainActor (Value) -> Void) {
        (self.get, self.set) = (get, set)
    }
    /// A binding that cannot be written.
    public static func constant(_ value: Value) -> Binding<Value> { Binding(get: { value }, set: { _ in }) }
    /// A binding of a part of the value.
    public subscript<Part>(dynamicMember path: WritableKeyPath<Value, Part>) -> Binding<Part> {
        Binding<Part>(get: { wrappedValue[keyPath: path] }, set: { wrappedValue[keyPath: path] = $0 })
    }
}

/// A value that belongs to a view.
@propertyWrapper @MainActor public struct State<Value> {
    /// The value.
    public var wrappedValue: Value {
        get { value }
        nonmutating set {}
    }
    /// A binding of the value.
    public var projectedValue: Binding<Value> { .constant(value) }
    private let value: Value
    /// A state that begins with a value.
    public init(wrappedValue: Value) { value = wrappedValue }
}

extension State where Value: ExpressibleByNilLiteral {
    /// A state that begins empty.
    public init() { self.init(wrappedValue: nil) }
}

/// A value that the system keeps for a scene.
@propertyWrapper @MainActor public struct SceneStorage<Value> {
    /// The value.
    public var wrappedValue: Value {
        get { value }
        nonmutating set {}
    }
    private let value: Value
    /// A value that begins as given.
    public init(wrappedValue: Value, _ key: String) { value = wrappedValue }
}
