package com.fieldbook

import com.fieldbook.core.ChangeFeed
import com.fieldbook.core.Changes
import com.fieldbook.core.Fieldbook
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/**
 * What is touched behind number [since] (0: everything), in batches, as it happens, whoever did it: this app or a sync.
 *
 * Nothing is fetched that the collector has not asked for. Each collector follows for itself; when it is cancelled, a
 * waiting call wakes at once. Go on after a restart from the [Changes.latest] that was handled last.
 */
public fun Fieldbook.changes(since: ULong): Flow<Changes> = following { feed(since) }

/** The same over a feed that somebody else may [stop][ChangeFeed.stop], which ends the flow. */
public fun following(open: () -> ChangeFeed): Flow<Changes> = flow {
    val feed = open()
    try {
        while (true) emit(feed.await() ?: break)
    } finally {
        feed.stop()
        feed.close()
    }
}

/** Waits for the next batch on a thread that may block, and stops the feed when the wait is cancelled. */
private suspend fun ChangeFeed.await(): Changes? = interruptible(Dispatchers.IO, ::stop, ::next)
