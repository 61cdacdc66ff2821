#if canImport(SwiftUI)
    import FieldbookDemo
    import SwiftUI

    /// All of the app; it opens the book.
    public struct RootView: View {
        private let app: AppModel
        private let deviceName: String
        @SceneStorage("state") private var encoded = ""
        @State private var state: SavedState?

        /// The app over `app`, on the phone named `deviceName`.
        public init(app: AppModel, deviceName: String) { (self.app, self.deviceName) = (app, deviceName) }

        /// The content of the scene.
        public var body: some View {
            Group {
                switch app.book {
                case .opening: ProgressView()
                case .failed(let why):
                    VStack(spacing: 16) {
                        NoticeView(text: app.texts(why))
                        Button(app.texts(.tryAgain)) { Task { await app.open() } }
                    }
                    .padding()
                case .open(let repository):
                    if let state {
                        TabsView(
                            screens: Screens(app: app, repository: repository, deviceName: deviceName),
                            router: Router(state: state)
                        )
                        .onChange(of: state.encoded) { _, new in encoded = new }
                    }
                }
            }
            .task {
                state = SavedState(encoded: encoded)
                await app.open()
            }
        }
    }

    /// All that a screen is made from.
    struct Screens {
        let app: AppModel
        let repository: BookRepository
        let deviceName: String
    }

    /// The five tabs, each with its screens on top.
    struct TabsView: View {
        let screens: Screens
        @State var router: Router

        var body: some View {
            TabView(selection: $router.tab) {
                ForEach(AppTab.allCases, id: \.self) { tab in
                    NavigationStack(path: router.tab == tab ? $router.path : .constant([])) {
                        TabScreen(tab: tab, screens: screens, router: router)
                            .navigationTitle(screens.app.texts(tab.title))
                            .toolbar {
                                ToolbarItem(placement: .primaryAction) {
                                    NavigationLink(value: Destination.settings) {
                                        Label(screens.app.texts(.settings), systemImage: "gearshape")
                                    }
                                }
                            }
                            .navigationDestination(for: Destination.self) { destination in
                                DestinationView(destination: destination, screens: screens, router: router)
                            }
                    }
                    .tabItem { Label(screens.app.texts(tab.title), systemImage: tab.symbol) }
                    .tag(tab)
                }
            }
        }
    }

    /// The screen of a tab.
    struct TabScreen: View {
        let tab: AppTab
        let screens: Screens
        let router: Router

        var body: some View {
            let (app, repository, saved) = (screens.app, screens.repository, router.saved(tab))
            switch tab {
            case .today:
                TodayView(
                    app: app, router: router, model: TodayModel(app: app, repository: repository, saved: saved))
            case .accounts:
                AccountsView(app: app, model: AccountsModel(app: app, repository: repository, saved: saved))
            case .deals:
                DealsView(
                    app: app, router: router, model: DealsModel(app: app, repository: repository, saved: saved))
            case .tasks: TasksView(app: app, model: TasksModel(app: app, repository: repository, saved: saved))
            case .sync: SyncView(app: app, model: SyncModel(app: app, repository: repository))
            }
        }
    }

    /// A screen on top of a tab.
    struct DestinationView: View {
        let destination: Destination
        let screens: Screens
        let router: Router

        var body: some View {
            let (app, repository, saved) = (screens.app, screens.repository, router.saved(destination))
            switch destination {
            case .account(let id):
                AccountView(
                    app: app,
                    model: AccountModel(id: id, zone: app.clock.zone, repository: repository, saved: saved))
            case .move(let deal, let stage):
                MoveView(
                    app: app, router: router,
                    model: MoveModel(deal: deal, stage: stage, app: app, repository: repository, saved: saved))
            case .checkIn(let id):
                CheckInView(
                    app: app, model: CheckInModel(account: id, app: app, repository: repository, saved: saved))
            case .settings:
                SettingsView(
                    app: app,
                    model: SettingsModel(
                        app: app, repository: repository, deviceName: screens.deviceName, saved: saved))
            }
        }
    }
#endif
