package com.fieldbook.demo

import com.fieldbook.core.RawFix
import com.fieldbook.core.TapClock
import com.fieldbook.demo.platform.AppSettings
import com.fieldbook.demo.platform.LocationAccess
import com.fieldbook.demo.platform.LocationSource
import com.fieldbook.demo.platform.SampleFiles
import com.fieldbook.demo.platform.SettingsStore
import com.fieldbook.demo.platform.SyncScheduler
import com.fieldbook.fix
import java.io.File
import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.asStateFlow

/** A phone that is where the test says. */
class StandInLocation : LocationSource {
    var access = LocationAccess.PRECISE
    var at: Pair<Double, Double>? = null
    var accuracyM = 8.0

    /** How far the clock of its fixes runs ahead. */
    var ahead: Duration = Duration.ZERO

    /** How long it looks for its place. */
    var delayMs = 0L

    override fun access() = access

    override suspend fun fixes(): List<RawFix> {
        delay(delayMs)
        return at?.let { (lat, lon) -> listOf(fix(Instant.now() + ahead, lat, lon, accuracyM)) } ?: listOf()
    }

    override fun tapClock() = TapClock()
}

/** Counts what it was asked for. */
class StandInScheduler : SyncScheduler {
    var soon = 0
    var regularly = 0

    override fun soon() {
        soon += 1
    }

    override fun regularly() {
        regularly += 1
    }
}

/** Settings that end with the test. */
class StandInSettings : SettingsStore {
    private val state = MutableStateFlow(AppSettings())
    override val settings = state.asStateFlow()

    override fun update(change: (AppSettings) -> AppSettings) {
        state.value = change(state.value)
    }
}

/** The shipped sample, where it lies in the repository. */
object RepositorySample : SampleFiles {
    override fun file(name: String) = File("../../cli/sample", name)
}
