package com.fieldbook

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.asExecutor
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Runs a blocking [call] on [dispatcher]. When the caller is cancelled it returns at once, and [interrupt] tells the core to
 * end the call, which is harmless when it has ended already.
 */
internal suspend fun <T> interruptible(dispatcher: CoroutineDispatcher, interrupt: () -> Unit, call: () -> T): T =
    suspendCancellableCoroutine { waiting ->
        waiting.invokeOnCancellation { interrupt() }
        dispatcher.asExecutor().execute { waiting.resumeWith(runCatching(call)) }
    }
