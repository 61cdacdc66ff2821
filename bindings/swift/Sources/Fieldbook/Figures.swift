import FieldbookGenerated
import Foundation

/// Figures of the sales process, of the deals in this book.
extension Book {
    /// The open deals that somebody should look at, those most likely to die first, each with the reasons.
    public func dealWarnings(_ options: DealOptions = DealOptions()) async throws(BookError) -> [DealWarning] {
        try await book { try $0.dealWarnings(options: options) }
    }

    /// The funnel of a process: conversion and time in each stage, right while deals are open.
    public func dealFunnel(_ options: DealOptions = DealOptions()) async throws(BookError) -> FunnelFigures {
        try await book { try $0.dealFunnel(options: options) }
    }

    /// The money that the deals bring from the day `from` until before the day `until`, such as `2026-10-01`, in each
    /// currency: of one `owner`, or of all.
    public func dealForecast(
        from: String, until: String, owner: String? = nil, in zone: TimeZone = .current, quota: Quota? = nil
    ) async throws(BookError) -> [ForecastFigures] {
        try await book {
            try $0.dealForecast(from: from, until: until, owner: owner, zone: zone.ianaName, quota: quota)
        }
    }
}
