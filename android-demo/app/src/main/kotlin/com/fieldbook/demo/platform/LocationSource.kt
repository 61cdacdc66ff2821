package com.fieldbook.demo.platform

import com.fieldbook.core.RawFix
import com.fieldbook.core.TapClock

/** How precisely the rep lets the app know the phone's place. */
enum class LocationAccess {
    /** As precisely as the phone can. */
    PRECISE,

    /** To some kilometres: too coarse for a check-in to be verified. */
    APPROXIMATE,

    /** Not at all. */
    NONE,
}

/** The phone's place, as far as the rep allows. */
interface LocationSource {
    /** What the rep allows now. */
    fun access(): LocationAccess

    /** Waits a few seconds for fixes and returns those that came, oldest first; none without access or reception. */
    suspend fun fixes(): List<RawFix>

    /** What the phone knows of the time of a tap beside its wall clock. */
    fun tapClock(): TapClock
}
