package com.fieldbook.demo.platform

/** Syncs without a screen, when the system finds it convenient. */
interface SyncScheduler {
    /** Asks for one sync as soon as there is a network; asking twice is asking once. */
    fun soon()

    /** Asks for a sync every few hours, to hear of what others did. */
    fun regularly()
}
