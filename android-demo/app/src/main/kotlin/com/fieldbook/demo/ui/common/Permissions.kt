package com.fieldbook.demo.ui.common

import android.Manifest.permission.ACCESS_COARSE_LOCATION
import android.Manifest.permission.ACCESS_FINE_LOCATION

/** What the app asks the rep for, and only when a fix is about to be taken. The rep may grant the approximate one alone. */
val LOCATION_PERMISSIONS = arrayOf(ACCESS_FINE_LOCATION, ACCESS_COARSE_LOCATION)
