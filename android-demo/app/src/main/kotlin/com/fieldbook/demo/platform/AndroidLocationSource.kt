package com.fieldbook.demo.platform

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.annotation.SuppressLint
import android.content.Context
import android.content.pm.PackageManager.PERMISSION_GRANTED
import android.location.Location
import android.location.LocationListener
import android.location.LocationManager
import android.os.Build
import android.os.Looper
import android.os.SystemClock
import android.provider.Settings
import com.fieldbook.core.RawFix
import com.fieldbook.core.TapClock
import java.time.Instant
import java.time.ZoneId
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.withTimeoutOrNull

/** The phone's place by the platform's own [LocationManager]: no Play services are needed. */
class AndroidLocationSource(
    private val context: Context,
    private val patience: Duration = 8.seconds,
) : LocationSource {
    private val manager = context.getSystemService(LocationManager::class.java)

    override fun access(): LocationAccess = when {
        isGranted(ACCESS_FINE_LOCATION) -> LocationAccess.PRECISE
        isGranted(ACCESS_COARSE_LOCATION) -> LocationAccess.APPROXIMATE
        else -> LocationAccess.NONE
    }

    override suspend fun fixes(): List<RawFix> {
        if (access() == LocationAccess.NONE) return listOf()
        val found = mutableListOf<RawFix>()
        withTimeoutOrNull(patience) {
            updates().take(FIXES).collect { found += it.toFix() }
        }
        return found.sortedBy { it.at }
    }

    override fun tapClock(): TapClock = TapClock(
        monotonicMs = SystemClock.elapsedRealtime(),
        bootId = bootId(),
        utcOffsetMin = ZoneId.systemDefault().rules.getOffset(Instant.now()).totalSeconds / 60,
    )

    @SuppressLint("MissingPermission") // access() was asked just before; a permission taken away meanwhile ends the flow
    private fun updates(): Flow<Location> = callbackFlow {
        val listener = LocationListener { location -> trySend(location) }
        try {
            for (provider in manager.getProviders(true).filter { it in PROVIDERS }) {
                manager.requestLocationUpdates(provider, INTERVAL_MS, 0f, listener, Looper.getMainLooper())
            }
        } catch (_: SecurityException) {
            channel.close()
        }
        awaitClose { manager.removeUpdates(listener) }
    }

    private fun Location.toFix() = RawFix(
        at = Instant.ofEpochMilli(wallClockMs()).toString(),
        lat = latitude,
        lon = longitude,
        accuracyM = if (hasAccuracy()) accuracy.toDouble() else 0.0,
        speedMps = if (hasSpeed()) speed.toDouble() else null,
        bearingDeg = if (hasBearing()) bearing.toDouble() else null,
        altitudeM = if (hasAltitude()) altitude else null,
        mock = isMadeUp(),
        monotonicMs = elapsedRealtimeNanos / NANOS_A_MS,
        bootId = bootId(),
        gpsAt = if (provider == LocationManager.GPS_PROVIDER) Instant.ofEpochMilli(time).toString() else null,
    )

    /** When the fix was taken by the phone's wall clock: `Location.time` is the satellites' time. */
    private fun Location.wallClockMs(): Long {
        val ageMs = SystemClock.elapsedRealtime() - elapsedRealtimeNanos / NANOS_A_MS
        return System.currentTimeMillis() - ageMs
    }

    @Suppress("DEPRECATION")
    private fun Location.isMadeUp(): Boolean =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) isMock else isFromMockProvider

    private fun bootId(): String =
        Settings.Global.getInt(context.contentResolver, Settings.Global.BOOT_COUNT, 0).toString()

    private fun isGranted(permission: String) = context.checkSelfPermission(permission) == PERMISSION_GRANTED

    private companion object {
        const val FIXES = 3
        const val INTERVAL_MS = 500L
        const val NANOS_A_MS = 1_000_000L
        val PROVIDERS = setOf(LocationManager.GPS_PROVIDER, LocationManager.NETWORK_PROVIDER)
    }
}
