import CoreLocation
import Fieldbook
import FieldbookDemo
import Foundation

/// The phone's place by Core Location.
@MainActor final class PhoneLocation: NSObject, LocationSource, @preconcurrency CLLocationManagerDelegate {
    private let manager = CLLocationManager()
    private var found: [CLLocation] = []
    private var answered: CheckedContinuation<Void, Never>?

    override init() {
        super.init()
        manager.delegate = self
        manager.desiredAccuracy = kCLLocationAccuracyBest
    }

    var access: LocationAccess {
        switch manager.authorizationStatus {
        case .authorizedAlways, .authorizedWhenInUse:
            manager.accuracyAuthorization == .fullAccuracy ? .precise : .approximate
        default: .none
        }
    }

    func requestAccess() async {
        guard manager.authorizationStatus == .notDetermined, answered == nil else { return }
        await withCheckedContinuation { continuation in
            answered = continuation
            manager.requestWhenInUseAuthorization()
        }
    }

    func fixes() async -> [RawFix] {
        if access == .none { await requestAccess() }
        guard access != .none else { return [] }
        found = []
        manager.startUpdatingLocation()
        defer { manager.stopUpdatingLocation() }
        // Three fixes, or what came within eight seconds.
        for _ in 0..<80 where found.count < 3 { try? await Task.sleep(for: .milliseconds(100)) }
        return found.filter { $0.horizontalAccuracy >= 0 }.map(RawFix.init)
    }

    func tapClock() -> TapClock {
        TapClock(
            monotonicMs: PhoneClock.monotonicMs, bootId: PhoneClock.bootId,
            utcOffsetMin: TimeZone.current.offsetMinutes(at: .now))
    }

    func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation]) {
        found += locations
    }

    func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error) {}

    func locationManagerDidChangeAuthorization(_ manager: CLLocationManager) {
        guard manager.authorizationStatus != .notDetermined else { return }
        answered?.resume()
        answered = nil
    }
}

/// The clock that nobody can set: it starts at boot and runs in sleep too.
enum PhoneClock {
    static var monotonicMs: Int64 { Int64(clock_gettime_nsec_np(CLOCK_MONOTONIC_RAW) / 1_000_000) }

    /// The time of the last boot in seconds, which identifies it.
    static var bootId: String? {
        var (boot, size) = (timeval(), MemoryLayout<timeval>.size)
        guard sysctlbyname("kern.boottime", &boot, &size, nil, 0) == 0 else { return nil }
        return String(boot.tv_sec)
    }
}

extension RawFix {
    /// A fix of Core Location. A negative speed or course means unknown there as in the core.
    init(_ location: CLLocation) {
        self.init(
            at: location.timestamp, lat: location.coordinate.latitude, lon: location.coordinate.longitude,
            accuracyM: location.horizontalAccuracy)
        (speedMps, bearingDeg) = (location.speed, location.course)
        altitudeM = location.verticalAccuracy > 0 ? location.ellipsoidalAltitude : nil
        mock = location.sourceInformation?.isSimulatedBySoftware
    }
}
