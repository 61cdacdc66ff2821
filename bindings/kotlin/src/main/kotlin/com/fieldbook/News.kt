package com.fieldbook

import com.fieldbook.core.Change
import com.fieldbook.core.Feed
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asExecutor
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * The news of a feed, in batches, as they happen.
 *
 * Nothing is fetched that the collector has not asked for. The flow ends when the feed is stopped; when the collector is
 * cancelled, the feed that [open] made is stopped, and a waiting call wakes at once. Each collector opens a feed of its
 * own.
 */
fun news(open: () -> Feed): Flow<List<Change>> = flow {
    val feed = open()
    try {
        while (true) emit(feed.await() ?: break)
    } finally {
        feed.stop()
        feed.close()
    }
}

/** Waits for the next batch on a thread that may block, and stops the feed when the wait is cancelled. */
private suspend fun Feed.await(): List<Change>? = suspendCancellableCoroutine { waiting ->
    waiting.invokeOnCancellation { stop() }
    Dispatchers.IO.asExecutor().execute { waiting.resumeWith(runCatching { next() }) }
}
