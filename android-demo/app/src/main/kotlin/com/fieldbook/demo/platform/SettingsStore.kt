package com.fieldbook.demo.platform

import android.content.Context
import android.content.res.Configuration
import java.util.Locale
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/**
 * What the rep chose for this phone.
 *
 * @property language a language tag, or null for that of the phone.
 * @property workFromS the start of the working day, seconds from local midnight.
 * @property workUntilS its end.
 * @property lunchS how long lunch takes, seconds; 0 for none.
 */
data class AppSettings(
    val language: String? = null,
    val workFromS: Int = 30_600,
    val workUntilS: Int = 61_200,
    val lunchS: Int = 1_800,
)

/** Keeps the settings of this phone. */
interface SettingsStore {
    /** The settings, and each change of them. */
    val settings: StateFlow<AppSettings>

    /** Changes them, for good. */
    fun update(change: (AppSettings) -> AppSettings)
}

/** Settings in the platform's preferences. */
class PreferencesSettings(context: Context) : SettingsStore {
    private val preferences = context.getSharedPreferences("settings", Context.MODE_PRIVATE)
    private val state = MutableStateFlow(current())

    override val settings: StateFlow<AppSettings> = state.asStateFlow()

    override fun update(change: (AppSettings) -> AppSettings) {
        val now = change(state.value)
        preferences.edit()
            .putString("language", now.language)
            .putInt("work_from_s", now.workFromS)
            .putInt("work_until_s", now.workUntilS)
            .putInt("lunch_s", now.lunchS)
            .commit() // the activity is made anew right after, and reads it
        state.value = now
    }

    /** The settings as they are stored. */
    fun current(): AppSettings {
        val default = AppSettings()
        return AppSettings(
            language = preferences.getString("language", null),
            workFromS = preferences.getInt("work_from_s", default.workFromS),
            workUntilS = preferences.getInt("work_until_s", default.workUntilS),
            lunchS = preferences.getInt("lunch_s", default.lunchS),
        )
    }
}

/** This context with its texts in [language], or as it is when that is null. */
fun Context.inLanguage(language: String?): Context {
    if (language == null) return this
    val configuration = Configuration(resources.configuration)
    configuration.setLocale(Locale.forLanguageTag(language))
    return createConfigurationContext(configuration)
}
