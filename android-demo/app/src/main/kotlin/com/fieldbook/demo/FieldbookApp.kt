package com.fieldbook.demo

import android.app.Application
import com.fieldbook.demo.data.AppContainer
import com.fieldbook.demo.platform.AndroidLocationSource
import com.fieldbook.demo.platform.JobSyncScheduler
import com.fieldbook.demo.platform.PreferencesSettings
import com.fieldbook.demo.platform.SampleAssets
import java.io.File

/** Makes what lives as long as the process. */
class FieldbookApp : Application() {
    /** The dependencies of all screens. A test puts its own here before an activity starts. */
    var container: AppContainer? = null

    /** The dependencies, made of the platform's when first asked for. */
    fun container(): AppContainer = container ?: AppContainer(
        file = File(filesDir, "book.db"),
        settings = PreferencesSettings(this),
        location = AndroidLocationSource(this),
        scheduler = JobSyncScheduler(this),
        sample = SampleAssets(this),
    ).also { container = it }
}
