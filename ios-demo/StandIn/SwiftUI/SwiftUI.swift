// A stand-in for the part of SwiftUI that the views use, for type checks on Linux. It draws nothing and runs nothing: it
// catches a view that names what a model lacks, and proves nothing about SwiftUI.

@_exported import Foundation
@_exported import Observation

/// A part of a screen.
@MainActor @preconcurrency public protocol View {
    /// The type of the content.
    associatedtype Body: View
    /// The content.
    @ViewBuilder var body: Body { get }
}

extension Never: View {
    /// A view without content.
    public var body: Never { return fatalError("a stand-in draws nothing") }
}

/// A view without content of its own.
@MainActor public protocol LeafView: View where Body == Never {}

extension LeafView {
    /// A view without content.
    public var body: Never { return fatalError("a stand-in draws nothing") }
}

/// Any view that the builders make.
public struct Built: LeafView {}

/// Builds a view from several.
@MainActor @resultBuilder public enum ViewBuilder {
    /// Several views, or one, or none.
    public static func buildBlock<each Part: View>(_ parts: repeat each Part) -> Built { Built() }
    /// A view as it is.
    public static func buildExpression<Part: View>(_ part: Part) -> Part { part }
    /// A view that may be absent.
    public static func buildIf<Part: View>(_ part: Part?) -> Part? { part }
    /// The first branch.
    public static func buildEither<First: View, Second: View>(first: First) -> Either<First, Second> { Either() }
    /// The second branch.
    public static func buildEither<First: View, Second: View>(second: Second) -> Either<First, Second> { Either() }
}

/// One view or another.
public struct Either<First: View, Second: View>: LeafView {}

extension Optional: View where Wrapped: View {
    /// The view, if there is one.
    public var body: Never { return fatalError("a stand-in draws nothing") }
}

/// A style of foreground or background.
public protocol ShapeStyle: Sendable {}

/// A colour.
public struct Color: ShapeStyle {
    /// A colour by its parts, 0 to 1.
    public nonisolated init(red: Double, green: Double, blue: Double) {}
    /// The colour of text.
    public static let primary = Color(red: 0, green: 0, blue: 0)
    /// The colour of less important text.
    public static let secondary = primary
    /// The app's colour.
    public static let accentColor = primary
    /// Orange.
    public static let orange = primary
    /// Red.
    public static let red = primary
    /// Green.
    public static let green = primary
    /// Grey.
    public static let gray = primary
    /// White.
    public static let white = primary
    /// Black.
    public static let black = primary
    /// The colour with an opacity, 0 to 1.
    public nonisolated func opacity(_ opacity: Double) -> Color { self }
}

extension Color: LeafView {}

/// A level of a hierarchy of styles.
public struct HierarchicalShapeStyle: ShapeStyle {
    init() {}
}

extension ShapeStyle where Self == HierarchicalShapeStyle {
    /// The style of less important text.
    public static var secondary: HierarchicalShapeStyle { HierarchicalShapeStyle() }
}

/// A shape.
public protocol Shape: Sendable {}

/// A circle.
public struct Circle: Shape {
    /// A circle.
    public init() {}
}

/// A rectangle with round corners.
public struct RoundedRectangle: Shape {
    /// A rectangle whose corners have this radius.
    public init(cornerRadius: CGFloat) {}
}

/// An outline.
public struct Path: Shape {
    /// An empty outline.
    public init() {}
    /// A rectangle.
    public init(_ rect: CGRect) {}
    /// An ellipse.
    public init(ellipseIn rect: CGRect) {}
    /// Adds lines through points.
    public mutating func addLines(_ lines: [CGPoint]) {}
}

/// A font.
public struct Font: Sendable {
    /// The weight of a font.
    public enum Weight: Sendable {
        /// A heavy weight.
        case bold
    }
    /// A headline.
    public static let headline = Font()
    /// A large title of a part.
    public static let title2 = Font()
    /// Less than the body.
    public static let subheadline = Font()
    /// A small text.
    public static let caption = Font()
    /// The system's font of a size.
    public static func system(size: CGFloat, weight: Weight) -> Font { Font() }
}

/// The look of a line.
public struct StrokeStyle: Sendable {
    /// A line of a width, an end and a corner.
    public init(lineWidth: CGFloat = 1, lineCap: CGLineCap = .butt, lineJoin: CGLineJoin = .miter) {}
}

/// The end of a line.
public enum CGLineCap: Sendable {
    /// Cut off.
    case butt
    /// Round.
    case round
}

/// The corner of a line.
public enum CGLineJoin: Sendable {
    /// Pointed.
    case miter
    /// Round.
    case round
}

/// A drawing in progress.
public struct GraphicsContext {
    /// The colour of a shape.
    public struct Shading: Sendable {
        /// One colour.
        public static func color(_ color: Color) -> Shading { Shading() }
    }
    /// Fills an outline.
    public func fill(_ path: Path, with shading: Shading) {}
    /// Draws an outline.
    public func stroke(_ path: Path, with shading: Shading, style: StrokeStyle) {}
    /// Writes a text with its middle at a point.
    public func draw(_ text: Text, at point: CGPoint) {}
}
