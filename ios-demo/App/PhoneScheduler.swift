import BackgroundTasks
import FieldbookDemo
import Foundation

/// Background sync by the system's task scheduler, which decides when.
@MainActor final class PhoneScheduler: SyncScheduler {
    /// The name of the task, as `project.yml` permits it.
    nonisolated static let identifier = "com.fieldbook.demo.sync"

    func soon() { submit(after: 60) }
    func regularly() { submit(after: 3 * 3_600) }

    /// A request replaces the one before: the earlier of the two stands.
    private func submit(after seconds: TimeInterval) {
        let wanted = Date.now.addingTimeInterval(seconds)
        BGTaskScheduler.shared.getPendingTaskRequests { @Sendable pending in
            let waiting = pending.first { $0.identifier == PhoneScheduler.identifier }?.earliestBeginDate
            if let waiting, waiting <= wanted { return }
            let request = BGAppRefreshTaskRequest(identifier: PhoneScheduler.identifier)
            request.earliestBeginDate = wanted
            // A simulator refuses; the screen Sync works there all the same.
            try? BGTaskScheduler.shared.submit(request)
        }
    }
}
