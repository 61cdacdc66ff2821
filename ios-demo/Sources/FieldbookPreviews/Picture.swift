import FieldbookDemo

/// A screen as a picture: a title, groups of items, and the bar of tabs.
///
/// It is drawn from the same view models as the SwiftUI views, and is no screenshot: no line of SwiftUI ran.
public struct Picture {
    /// A part of a group, from top to bottom.
    enum Item {
        /// A row of a list.
        case row(Row)
        /// A text.
        case text(String, TextStyle)
        /// A button.
        case button(String, isMain: Bool)
        /// A field with what is written in it, or what belongs there.
        case field(String, isHint: Bool)
        /// A word and its value.
        case value(String, String)
        /// A switch.
        case toggle(String, isOn: Bool)
        /// A map of a height, for the width of the picture.
        case map(height: Double, (_ width: Double, _ height: Double) -> [MapShape])
    }

    /// The look of a text.
    enum TextStyle {
        /// The name of the thing.
        case headline
        /// A large word, in the colour of a tone.
        case large(Tone)
        /// A sentence.
        case body
        /// A less important sentence.
        case faded
        /// Something to look at.
        case notice(Tone)
    }

    /// Items in one frame.
    struct Group {
        /// The title above the frame.
        var title: String?
        /// The items in it.
        var items: [Item]
    }

    /// The title of the screen.
    let title: String
    /// The tab of the screen; nil for one on top of a tab.
    let tab: AppTab?
    /// The word of the way back, on top of a tab.
    let back: String
    /// The groups from top to bottom.
    let groups: [Group]
    /// The words of the tabs.
    let tabs: [String]

    init(_ title: String, tab: AppTab?, texts: Texts, groups: [Group]) {
        (self.title, self.tab, back) = (title, tab, texts(.back))
        self.groups = groups.filter { !$0.items.isEmpty }
        tabs = AppTab.allCases.map { texts($0.title) }
    }

    /// The picture as SVG, 390 by 844 points; what does not fit is cut off, as on a phone.
    public func svg(isDark: Bool = false) -> String {
        var sketch = Sketch(theme: isDark ? .dark : .light)
        sketch.header(title: title, back: tab == nil ? back : nil)
        for group in groups { sketch.group(group) }
        if let tab { sketch.tabs(tabs, chosen: AppTab.allCases.firstIndex(of: tab) ?? 0) }
        return sketch.svg(title: "Preview of the screen \(title), drawn from its view model; not a screenshot")
    }
}
