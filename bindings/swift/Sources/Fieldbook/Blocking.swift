import Foundation

/// Runs the blocking calls of the core on a queue of its own, never on the shared pool of threads.
struct Blocking: Sendable {
    /// The queue that may block.
    let queue: DispatchQueue

    /// Runs a short `call` to its end, also when the calling task is cancelled.
    func run<Value: Sendable, Failure: CoreError>(
        _ failure: Failure.Type, _ call: @escaping @Sendable () throws -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { waiting in
            queue.async { waiting.resume(returning: outcome(call)) }
        }
        return try result.get()
    }

    /// Runs a `call` that may take long. When the calling task is cancelled, `interrupt` tells the core to end it.
    ///
    /// `cancelled` is the result of a cancelled call; nil waits for the result of the core, which then comes soon.
    func run<Value: Sendable, Failure: CoreError>(
        _ failure: Failure.Type, cancelled: Result<Value, Failure>?, interrupt: @escaping @Sendable () -> Void,
        _ call: @escaping @Sendable () throws -> Value
    ) async throws(Failure) -> Value {
        let ending = Ending<Result<Value, Failure>>()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { waiting in
                ending.wait(waiting)
                queue.async {
                    // A call that was cancelled before its turn is not begun.
                    if let cancelled, ending.isCancelled { return ending.end(cancelled) }
                    ending.end(outcome(call))
                }
            }
        } onCancel: {
            ending.cancel()
            // The core clears an interruption when a call begins: one that came too early is repeated.
            Thread.detachNewThread {
                while !ending.isOver {
                    interrupt()
                    Thread.sleep(forTimeInterval: 0.01)
                }
            }
            if let cancelled { ending.resume(cancelled) }
        }
        return try result.get()
    }
}

/// The end of one call: the first result resumes the caller, whoever brings it.
private final class Ending<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var waiting: CheckedContinuation<Value, Never>?
    private var early: Value?
    private var isResumed = false
    private var cancelled = false
    private var over = false

    var isCancelled: Bool { lock.withLock { cancelled } }
    var isOver: Bool { lock.withLock { over } }

    func cancel() { lock.withLock { cancelled = true } }

    /// Resumes `continuation` with the first result, which may be there already.
    func wait(_ continuation: CheckedContinuation<Value, Never>) {
        let ready: Value? = lock.withLock {
            if let early { return early }
            waiting = continuation
            return nil
        }
        if let ready { continuation.resume(returning: ready) }
    }

    /// The call itself has ended.
    func end(_ value: Value) {
        lock.withLock { over = true }
        resume(value)
    }

    /// Gives the caller its result, if it has none yet.
    func resume(_ value: Value) {
        let ready: CheckedContinuation<Value, Never>? = lock.withLock {
            if isResumed { return nil }
            isResumed = true
            if waiting == nil { early = value }
            return waiting
        }
        ready?.resume(returning: value)
    }
}
