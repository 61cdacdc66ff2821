package com.fieldbook.demo.platform

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import com.fieldbook.core.SyncException
import com.fieldbook.demo.FieldbookApp
import com.fieldbook.demo.data.AppContainer
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch

/**
 * Background sync by the platform's [JobScheduler], which waits for a network and backs off after failures.
 *
 * WorkManager does the same through it, and would keep a database of its own beside the book. An app that has WorkManager
 * already calls [backgroundSync] from a `CoroutineWorker` instead.
 */
class JobSyncScheduler(private val context: Context) : SyncScheduler {
    private val jobs = context.getSystemService(JobScheduler::class.java)

    override fun soon() {
        if (jobs.getPendingJob(SOON) == null) jobs.schedule(job(SOON).build())
    }

    override fun regularly() {
        if (jobs.getPendingJob(REGULAR) == null) jobs.schedule(job(REGULAR).setPeriodic(PERIOD_MS).build())
    }

    private fun job(id: Int) = JobInfo.Builder(id, ComponentName(context, SyncJobService::class.java))
        .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
        .setPersisted(true)

    companion object {
        /** The job of one sync. */
        const val SOON = 1

        /** The job of a sync every few hours. */
        const val REGULAR = 2
        private const val PERIOD_MS = 3 * 3_600_000L
    }
}

/** The job itself. The system may end it at any time; what was acknowledged till then is kept. */
class SyncJobService : JobService() {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    override fun onStartJob(params: JobParameters): Boolean {
        val container = (application as FieldbookApp).container()
        scope.launch { jobFinished(params, backgroundSync(container)) }
        return true
    }

    override fun onStopJob(params: JobParameters): Boolean {
        scope.cancel()
        return true
    }

    override fun onDestroy() {
        scope.cancel()
        super.onDestroy()
    }
}

/** One sync without a screen; returns whether it is worth trying again soon. */
suspend fun backgroundSync(container: AppContainer): Boolean = try {
    container.repository()?.sync()
    false
} catch (why: SyncException) {
    when (why) {
        is SyncException.NoConnection, is SyncException.TimedOut, is SyncException.ServerFailed, is SyncException.Busy -> true
        else -> false // the rep has to do something: the screen Sync says what
    }
}
