package com.fieldbook.demo.platform

import android.content.Context
import java.io.File

/** The shipped sample: customers, people, deals and streets of a town that does not exist. */
interface SampleFiles {
    /** The sample's file of that name. */
    fun file(name: String): File
}

/** The sample in the app's assets, copied to where the core can read it. */
class SampleAssets(private val context: Context) : SampleFiles {
    override fun file(name: String): File {
        val copy = File(context.cacheDir, name)
        context.assets.open(name).use { from -> copy.outputStream().use(from::copyTo) }
        return copy
    }
}
