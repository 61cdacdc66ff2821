import FieldbookDemo

/// The colours of a picture, close to those of the system.
struct Theme {
    let background: String
    let card: String
    let line: String
    let ink: String
    let faded: String
    let accent: String
    let warning: String
    let good: String
    let badge: String
    let map: [MapColor: String]

    static let light = Theme(
        background: "#f2f2f7", card: "#ffffff", line: "#d8d8dc", ink: "#1c1c1e", faded: "#6c6c70", accent: "#b25000",
        warning: "#c4001f", good: "#1d6e3f", badge: "#1f5f4a",
        map: [
            .ground: "#ebeee9", .water: "#b8d6e8", .park: "#cfe3c2", .street: "#ffffff", .rail: "#c6c6c6",
            .building: "#d6d1c7", .primary: "#1f5f4a", .accent: "#b25000", .faded: "#8e8e93", .surface: "#ffffff",
            .ink: "#1c1c1e",
        ])

    static let dark = Theme(
        background: "#000000", card: "#1c1c1e", line: "#38383a", ink: "#ffffff", faded: "#a1a1a8", accent: "#ffb340",
        warning: "#ff6961", good: "#5ad28a", badge: "#2f7d62",
        map: [
            .ground: "#26302c", .water: "#1d3a4d", .park: "#2f4530", .street: "#45504b", .rail: "#5a5a5a",
            .building: "#4a4640", .primary: "#5ad2a4", .accent: "#ffb340", .faded: "#8e8e93", .surface: "#1c1c1e",
            .ink: "#ffffff",
        ])

    func color(_ tone: Tone) -> String {
        switch tone {
        case .plain: ink
        case .accent: accent
        case .faded: faded
        case .warning: warning
        case .good: good
        }
    }
}
