package com.fieldbook.demo

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION
import android.app.Application
import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.content.Context
import android.location.Location
import android.location.LocationManager
import android.os.SystemClock
import androidx.test.core.app.ApplicationProvider
import com.fieldbook.demo.platform.AndroidLocationSource
import com.fieldbook.demo.platform.JobSyncScheduler
import com.fieldbook.demo.platform.LocationAccess
import com.fieldbook.demo.platform.PreferencesSettings
import com.fieldbook.demo.platform.SampleAssets
import com.fieldbook.demo.platform.inLanguage
import java.time.Duration
import java.time.Instant
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** The platform's side of the small interfaces, on Android's own classes. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class PlatformTest {
    private val app: Application = ApplicationProvider.getApplicationContext()
    private val manager = app.getSystemService(LocationManager::class.java)
    private val source = AndroidLocationSource(app, patience = 600.milliseconds)

    @Test fun `the rep may allow the precise place, the approximate one, or none`() {
        assertEquals(LocationAccess.NONE, source.access())
        shadowOf(app).grantPermissions(ACCESS_COARSE_LOCATION)
        assertEquals(LocationAccess.APPROXIMATE, source.access())
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION)
        assertEquals(LocationAccess.PRECISE, source.access())
    }

    @Test fun `a fix says all that the phone knows, and none comes without permission or reception`() = runBlocking {
        shadowOf(manager).setProviderEnabled(LocationManager.GPS_PROVIDER, true)
        assertEquals(0, source.fixes().size)
        shadowOf(app).grantPermissions(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
        assertEquals(0, source.fixes().size)

        val fixes = async(Dispatchers.Default) { source.fixes() }
        delay(150)
        shadowOf(manager).simulateLocation(satelliteFix())
        shadowOf(android.os.Looper.getMainLooper()).idle()
        val fix = fixes.await().single()
        assertEquals(50.7293, fix.lat, 1e-9)
        assertEquals(12.0, fix.accuracyM, 1e-3)
        assertEquals(1.5, fix.speedMps!!, 1e-3)
        assertEquals(false, fix.mock)
        assertEquals("2026-11-25T09:00:00Z", fix.gpsAt)
        assertEquals(source.tapClock().bootId, fix.bootId)
        assertTrue(Duration.between(Instant.parse(fix.at), Instant.now()).abs() < Duration.ofMinutes(1))
    }

    private fun satelliteFix() = Location(LocationManager.GPS_PROVIDER).apply {
        latitude = 50.7293
        longitude = -2.8369
        accuracy = 12f
        speed = 1.5f
        time = Instant.parse("2026-11-25T09:00:00Z").toEpochMilli()
        elapsedRealtimeNanos = SystemClock.elapsedRealtimeNanos()
    }

    @Test fun `a sync waits for a network, and asking twice is asking once`() {
        val scheduler = JobSyncScheduler(app)
        repeat(2) {
            scheduler.soon()
            scheduler.regularly()
        }
        val jobs = app.getSystemService(JobScheduler::class.java).allPendingJobs.associateBy(JobInfo::getId)
        assertEquals(setOf(JobSyncScheduler.SOON, JobSyncScheduler.REGULAR), jobs.keys)
        assertTrue(jobs.values.all { it.requiredNetwork != null && it.isPersisted })
        assertTrue(jobs.getValue(JobSyncScheduler.REGULAR).isPeriodic)
    }

    @Test fun `settings outlive the process, and the language is that of the texts`() {
        PreferencesSettings(app).update { it.copy(language = "zh", workFromS = 28_800, lunchS = 0) }
        val settings = PreferencesSettings(app).settings.value
        assertEquals("zh", settings.language)
        assertEquals(28_800, settings.workFromS)
        assertEquals(0, settings.lunchS)
        val context: Context = app.inLanguage(settings.language)
        assertEquals("今天", context.getString(R.string.today))
        assertEquals("Today", app.inLanguage(null).getString(R.string.today))
    }

    @Test fun `the sample lies in the app`() {
        assertTrue(SampleAssets(app).file("accounts.csv").readText().startsWith("external_id,name"))
    }
}
