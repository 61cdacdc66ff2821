import FieldbookGenerated

/// An error of the core that has a case for a defect of the library itself.
///
/// The generated calls throw `any Error`. All but one kind of what they throw is the error that their documentation
/// names; the rest is a defect, and becomes the case for it, so that a caller can rely on the type.
protocol CoreError: Error {
    /// The error for a defect of the library.
    static var defect: Self { get }
}

extension StoreError: CoreError { static var defect: StoreError { .Bug(code: 0) } }
extension BookError: CoreError { static var defect: BookError { .Store(.defect) } }
extension CheckInError: CoreError { static var defect: CheckInError { .Book(.defect) } }
extension SyncError: CoreError { static var defect: SyncError { .Book(.defect) } }
extension ImportFault: CoreError { static var defect: ImportFault { .Book(.defect) } }
extension DealError: CoreError { static var defect: DealError { .Book(.defect) } }
extension PackError: CoreError { static var defect: PackError { .Book(reason: .defect) } }
extension LeadError: CoreError { static var defect: LeadError { .Book(reason: .defect) } }
extension RecordReviewError: CoreError { static var defect: RecordReviewError { .Book(reason: .defect) } }
extension OwnerTransferError: CoreError { static var defect: OwnerTransferError { .Book(reason: .defect) } }
extension PlanError: CoreError { static var defect: PlanError { .Book(why: .defect) } }

/// The result of a generated call, with the error that its documentation names.
func outcome<Value, Failure: CoreError>(_ call: () throws -> Value) -> Result<Value, Failure> {
    do {
        return .success(try call())
    } catch let error as Failure {
        return .failure(error)
    } catch {
        return .failure(.defect)
    }
}
