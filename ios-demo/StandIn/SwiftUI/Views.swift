/// A text.
public struct Text: LeafView {
    /// A text.
    public nonisolated init(_ text: String) {}
    /// The text in a font.
    public nonisolated func font(_ font: Font) -> Text { self }
    /// The text in a colour.
    public nonisolated func foregroundColor(_ color: Color) -> Text { self }
}

/// A picture of the system.
public struct Image: LeafView {
    /// An SF Symbol.
    public init(systemName: String) {}
}

/// A text with a picture.
public struct Label: LeafView {
    /// A text with an SF Symbol.
    public init(_ text: String, systemImage: String) {}
}

/// Space.
public struct Spacer: LeafView {
    /// As much space as there is.
    public init() {}
}

/// Work in progress.
public struct ProgressView: LeafView {
    /// Without a text.
    public init() {}
    /// With a text.
    public init(_ text: String) {}
}

/// A button.
public struct Button: LeafView {
    /// A button with a text.
    public init(_ text: String, action: @escaping @MainActor () -> Void) {}
    /// A button with a view.
    public init<Content: View>(action: @escaping @MainActor () -> Void, @ViewBuilder label: () -> Content) {}
}

/// A menu.
public struct Menu: LeafView {
    /// A menu with a text.
    public init<Content: View>(_ text: String, @ViewBuilder content: () -> Content) {}
}

/// A switch.
public struct Toggle: LeafView {
    /// A switch with a text.
    public init(_ text: String, isOn: Binding<Bool>) {}
}

/// A field to write in.
public struct TextField: LeafView {
    /// A field of one line.
    public init(_ prompt: String, text: Binding<String>) {}
    /// A field that grows.
    public init(_ prompt: String, text: Binding<String>, axis: Axis) {}
}

/// A direction.
public enum Axis: Sendable {
    /// Down.
    case vertical
}

/// A choice of one.
public struct Picker: LeafView {
    /// A choice with a text.
    public init<Value: Hashable, Content: View>(
        _ text: String, selection: Binding<Value>, @ViewBuilder content: () -> Content
    ) {}
}

/// Two buttons for more and less.
public struct Stepper: LeafView {
    /// A stepper with a view.
    public init<Content: View>(
        @ViewBuilder label: () -> Content, onIncrement: (@MainActor () -> Void)?,
        onDecrement: (@MainActor () -> Void)?
    ) {}
}

/// A part of a list.
public struct Section: LeafView {
    /// A part without a title.
    public init<Content: View>(@ViewBuilder content: () -> Content) {}
    /// A part with a title.
    public init<Content: View>(_ title: String, @ViewBuilder content: () -> Content) {}
}

/// A list.
public struct List: LeafView {
    /// A list of views.
    public init<Content: View>(@ViewBuilder content: () -> Content) {}
}

/// A view for each element.
public struct ForEach: LeafView {
    /// For elements with an identity.
    public init<Data: RandomAccessCollection, Content: View>(
        _ data: Data, @ViewBuilder content: @escaping (Data.Element) -> Content
    ) where Data.Element: Identifiable {}
    /// For elements with a part as their identity.
    public init<Data: RandomAccessCollection, ID: Hashable, Content: View>(
        _ data: Data, id: KeyPath<Data.Element, ID>,
        @ViewBuilder content: @escaping (Data.Element) -> Content
    ) {}
}

/// Views beside each other.
public struct HStack: LeafView {
    /// Views with space between them.
    public init<Content: View>(spacing: CGFloat? = nil, @ViewBuilder content: () -> Content) {}
}

/// Views below each other.
public struct VStack: LeafView {
    /// Views with space between them.
    public init<Content: View>(
        alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> Content
    ) {}
}

/// The edge at which views are aligned.
public enum HorizontalAlignment: Sendable {
    /// The middle.
    case center
    /// The edge at which a line begins.
    case leading
}

/// Views that are treated as one.
public struct Group: LeafView {
    /// The views.
    public init<Content: View>(@ViewBuilder content: () -> Content) {}
}

/// Tabs.
public struct TabView: LeafView {
    /// Tabs of which one is chosen.
    public init<Value: Hashable, Content: View>(selection: Binding<Value>, @ViewBuilder content: () -> Content) {}
}

/// Screens on top of each other.
public struct NavigationStack: LeafView {
    /// A first screen, and those on top of it.
    public init<Value: Hashable, Content: View>(path: Binding<[Value]>, @ViewBuilder root: () -> Content) {}
}

/// A row that leads on.
public struct NavigationLink: LeafView {
    /// A row that leads to the screen of a value.
    public init<Value: Hashable, Content: View>(value: Value, @ViewBuilder label: () -> Content) {}
}

/// An item of a toolbar.
public struct ToolbarItem: LeafView {
    /// An item at a place.
    public init<Content: View>(placement: ToolbarItemPlacement, @ViewBuilder content: () -> Content) {}
}

/// A place in a toolbar.
public enum ToolbarItemPlacement: Sendable {
    /// The most important action.
    case primaryAction
    /// Another action.
    case secondaryAction
}

/// A picture that code draws.
public struct Canvas: LeafView {
    /// A picture that a function draws.
    public init(renderer: @escaping (inout GraphicsContext, CGSize) -> Void) {}
}

/// The treatment of the parts of a view for who does not see it.
public enum AccessibilityChildBehavior: Sendable {
    /// Read as one.
    case combine
}

@MainActor extension View {
    /// A font.
    public func font(_ font: Font) -> some View { self }
    /// A style of the foreground.
    public func foregroundStyle<Style: ShapeStyle>(_ style: Style) -> some View { self }
    /// A background in a shape.
    public func background<Style: ShapeStyle, Outline: Shape>(_ style: Style, in shape: Outline) -> some View { self }
    /// A size.
    public func frame(width: CGFloat? = nil, height: CGFloat? = nil) -> some View { self }
    /// Space around.
    public func padding() -> some View { self }
    /// A shape that cuts off.
    public func clipShape<Outline: Shape>(_ shape: Outline) -> some View { self }
    /// Whether it takes taps.
    public func disabled(_ disabled: Bool) -> some View { self }
    /// A description for who does not see it.
    public func accessibilityLabel(_ text: String) -> some View { self }
    /// Whether it is read aloud.
    public func accessibilityHidden(_ hidden: Bool) -> some View { self }
    /// The treatment of its parts when it is read aloud.
    public func accessibilityElement(children: AccessibilityChildBehavior) -> some View { self }
    /// The value that stands for it in a choice.
    public func tag<Value: Hashable>(_ tag: Value) -> some View { self }
    /// Its item in the bar of tabs.
    public func tabItem<Content: View>(@ViewBuilder _ label: () -> Content) -> some View { self }
    /// The title of the screen.
    public func navigationTitle(_ title: String) -> some View { self }
    /// The screen of each value.
    public func navigationDestination<Value: Hashable, Content: View>(
        for value: Value.Type, @ViewBuilder destination: @escaping (Value) -> Content
    ) -> some View { self }
    /// The items of the toolbar.
    public func toolbar<Content: View>(@ViewBuilder content: () -> Content) -> some View { self }
    /// A field to search in.
    public func searchable(text: Binding<String>, prompt: Text) -> some View { self }
    /// A menu on a long press.
    public func contextMenu<Content: View>(@ViewBuilder menuItems: () -> Content) -> some View { self }
    /// Work while it is shown.
    public func task(_ action: @escaping @MainActor @Sendable () async -> Void) -> some View { self }
    /// Work while it is shown, begun anew when a value changes.
    public func task<Value: Equatable>(
        id: Value, _ action: @escaping @MainActor @Sendable () async -> Void
    ) -> some View { self }
    /// Work when a value changes.
    public func onChange<Value: Equatable>(
        of value: Value, _ action: @escaping (Value, Value) -> Void
    ) -> some View { self }
}
